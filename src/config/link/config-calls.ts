import type { Fact, ModelReference, ReadDocument, TextRange } from '../fact';
import { CONFIG_CALLS, type ConfigCall } from '../frameworks/config-calls';
import { CommandFacts } from '../frameworks/shared/command-facts';
import { withConfigFile } from '../frameworks/shared/config-file';
import { optionsOf, readOptions } from '../frameworks/shared/options';
import { isShellSource } from '../frameworks/shared/shell-source';
import { slurmFacts } from '../frameworks/shared/slurm';
import type { SourceText } from '../read';
import { readShell, type ShellCommand, type ShellWord } from '../syntax/shell';
import { accelerateFacts, accelerateFile } from './accelerate';
import { mightName } from './candidates';
import { isStated } from './linked-files';
import { findSource, readOnce, type Workspace } from './workspace';

interface Named {
  readonly documents: readonly ReadDocument[];
  readonly files: readonly string[];
  readonly missing: readonly string[];
}

const NOTHING: Named = { documents: [], files: [], missing: [] };

/** Commands that say nothing about experts themselves and name a config that does. */
export function configCalls(source: SourceText, workspace: Workspace): Named {
  if (!mightName(source.text) || !isShellSource(source)) return NOTHING;
  const watched = CONFIG_CALLS.flatMap(({ variables }) => variables);
  const documents: ReadDocument[] = [];
  const files: string[] = [];
  const missing: string[] = [];
  const find = (path: string, from: string): SourceText | undefined => {
    const found = findSource(path, from, workspace);
    if (found === undefined) missing.push(path);
    return found;
  };
  for (const command of readShell(source.text, watched, source.answers).commands) {
    const machines = accelerateFile(command);
    const cluster = machines === undefined ? undefined : find(machines.text!, source.file);
    const facts = cluster === undefined ? [] : accelerateFacts(cluster);
    for (const call of CONFIG_CALLS) {
      const path = pathOf(call, command) ?? pathIn(call, facts, machines);
      if (path === undefined) continue;
      const config = find(path.text, path.file ?? source.file);
      const document = config === undefined ? null : readOnce(config);
      if (config === undefined || document?.framework !== call.framework) continue;
      files.push(config.file, ...(cluster === undefined ? [] : [cluster.file]));
      const around = facts.filter((fact) => fact.name !== 'deepspeed.config');
      documents.push(jobOf(source, command, call, path.range, document, around));
    }
  }
  return { documents, files, missing };
}

interface Path {
  readonly text: string;
  readonly range: TextRange;
  /** The file that names it, when it is not the script. */
  readonly file?: string;
}

/** `accelerate`'s own file may name the DeepSpeed config. */
function pathIn(call: ConfigCall, facts: readonly Fact[], named: ShellWord | undefined): Path | undefined {
  const fact = facts.find((one) => one.name === `${call.framework}.config`);
  if (typeof fact?.value !== 'string' || !isFileName(fact.value) || named === undefined) return undefined;
  return { text: fact.value, range: named.range, file: fact.file };
}

const isFileName = (text: string): boolean => /\.(json|toml|ya?ml)$/.test(text);

const asPath = (word: ShellWord | undefined): Path | undefined =>
  word?.text !== null && word?.text !== undefined && isFileName(word.text)
    ? { text: word.text, range: word.range }
    : undefined;

function pathOf(call: ConfigCall, command: ShellCommand): Path | undefined {
  const use = optionsOf(command.words).find(({ flag }) => call.flags.includes(flag));
  const named = asPath(use?.values[0]);
  if (named !== undefined) return named;
  const program =
    call.takes === undefined ? -1 : command.words.findIndex((word) => call.takes!.test(word.text ?? ''));
  if (program !== -1) return asPath(command.words.slice(program + 1).find((word) => asPath(word)));
  const starts =
    call.starts !== undefined && command.words.some((word) => call.starts!.test(word.text ?? ''));
  const variable = starts ? call.variables.find((name) => command.environment.has(name)) : undefined;
  return variable === undefined ? undefined : asPath(command.environment.get(variable));
}

/** The config with what the command says over it, in the framework's precedence. */
function jobOf(
  source: SourceText,
  command: ShellCommand,
  call: ConfigCall,
  range: TextRange,
  config: ReadDocument,
  machines: readonly Fact[],
): ReadDocument {
  const uses = optionsOf(command.words);
  const own = readOptions({ file: source.file, command: undefined }, uses, (use) => call.optionsFor(use));
  const slurm = slurmFacts(source.file, source.text).filter(
    (fact) => !own.facts.some((stated) => stated.name === fact.name && stated.state !== 'unresolved'),
  );
  const stated = config.facts.filter((fact) => isStated(fact));
  const anchor = { file: source.file, range, keyRange: range };
  // Options of the launcher count over its file (huggingface/accelerate: commands/launch.py).
  const launched = withConfigFile([...own.facts, ...slurm], machines, 'command');
  const facts = new CommandFacts(withConfigFile(launched, stated, call.wins), anchor);
  call.complete(facts);
  const models = uses
    .filter((use) => call.modelOptions.includes(use.flag))
    .flatMap(({ values: [value] }): ModelReference[] =>
      value?.text ? [{ value: value.text, range: value.range }] : [],
    );
  const kept = (fact: Fact) => fact.state === 'derived' && !facts.has(fact.name);
  return {
    ...config,
    file: source.file,
    title: `${config.title}, started by a script`,
    kind: 'launch',
    facts: [...facts.facts, ...config.facts.filter(kept)],
    problems: own.problems,
    models: [...models, ...config.models],
  };
}
