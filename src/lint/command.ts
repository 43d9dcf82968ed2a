import type { ReadDocument } from '../config/fact';
import { mayHoldOptions } from '../config/frameworks/shared/hidden-options';
import { scriptOf } from '../config/frameworks/shared/shell-source';
import type { ShellCommand, ShellWord } from '../config/syntax/shell';
import { isTree, isYaml } from './option-forms';
import type { RuleContext } from './rule';

interface OwnCommands {
  readonly commands: readonly ShellCommand[];
  readonly hidden: boolean;
}

const known = new WeakMap<RuleContext, OwnCommands>();
/** A file of many jobs is parsed once for all of them. */
const parsed = new WeakMap<ReadDocument, readonly ShellCommand[]>();

function commandsOf(launch: ReadDocument, text: string): readonly ShellCommand[] {
  const before = parsed.get(launch);
  if (before) return before;
  const { commands } = scriptOf({ file: launch.file, text });
  parsed.set(launch, commands);
  return commands;
}

/**
 * Whether options may come from where the script does not show them, so that a missing flag proves nothing:
 * `"$@"`, `$EXTRA_ARGS`, an array that another file fills, options that belong to no command of this file, or text
 * that is half typed.
 */
export function hidesArguments(context: RuleContext): boolean {
  return ownCommands(context).hidden;
}

/** Whether the job's command has this option, for options that are no facts. */
export function givesOption(context: RuleContext, flag: string): boolean {
  const isIt = (word: ShellWord) => word.text === flag || word.text?.startsWith(`${flag}=`) === true;
  return ownCommands(context).commands.some((command) => command.words.some(isIt));
}

/** Whether the job's command starts a Python script of such a name. */
export function runsScript(context: RuleContext, name: RegExp): boolean {
  const isIt = ({ text }: ShellWord) => text?.endsWith('.py') === true && name.test(text);
  return ownCommands(context).commands.some((command) => command.words.some(isIt));
}

function ownCommands(context: RuleContext): OwnCommands {
  const before = known.get(context);
  if (before) return before;
  const found = findOwnCommands(context);
  known.set(context, found);
  return found;
}

function findOwnCommands(context: RuleContext): OwnCommands {
  const { launch } = context.job;
  const text = launch === null ? undefined : context.text(launch.file);
  if (launch === null || text === undefined) return { commands: [], hidden: false };
  const isHalf = launch.partial === true || launch.problems.some(({ severity }) => severity === 'error');
  // A YAML file may hold commands; others of keys and values have none to hide any.
  if (isTree(launch.file) && !isYaml(launch.file)) return { commands: [], hidden: isHalf };
  const facts = context.job.facts.filter((fact) => fact.file === launch.file && fact.state !== 'default');
  const starts = new Set(facts.map((fact) => fact.keyRange.start));
  const commands = commandsOf(launch, text).filter((command) =>
    command.words.some((word) => starts.has(word.range.start)),
  );
  const switches = new Set(facts.filter((fact) => fact.value === true).map((fact) => fact.keyRange.start));
  return {
    commands,
    hidden:
      isHalf ||
      // A YAML file of options has no command to hide any.
      (commands.length === 0 && !isYaml(launch.file)) ||
      commands.some((command) => holdsUnknown(command, text, switches)),
  };
}

function holdsUnknown(command: ShellCommand, text: string, switches: ReadonlySet<number>): boolean {
  return command.words.some((word, index) => {
    if (word.state !== 'unresolved' || !mayHoldOptions(word.range, text)) return false;
    const previous = command.words[index - 1];
    const takesValue = previous !== undefined && isOption(previous) && !switches.has(previous.range.start);
    const isArray = /\[[@*]\]\}$|^\$[@*]$/.test(text.slice(word.range.start, word.range.end));
    return isArray || !takesValue;
  });
}

function isOption(word: ShellWord): boolean {
  return word.text?.startsWith('-') ?? false;
}
