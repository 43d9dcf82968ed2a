import type { Fact, ModelReference, ReadDocument } from '../fact';
import { CONFIG_CALLS, type ConfigCall } from '../frameworks/config-calls';
import { CommandFacts } from '../frameworks/shared/command-facts';
import { withConfigFile } from '../frameworks/shared/config-file';
import { optionsOf, readOptions } from '../frameworks/shared/options';
import { isShellSource } from '../frameworks/shared/shell-source';
import { slurmFacts } from '../frameworks/shared/slurm';
import type { SourceText } from '../read';
import { readShell, type ShellCommand, type ShellWord } from '../syntax/shell';
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
  for (const command of readShell(source.text, watched).commands) {
    for (const call of CONFIG_CALLS) {
      const path = pathOf(call, command);
      if (path?.text === null || path?.text === undefined) continue;
      const config = findSource(path.text, source.file, workspace);
      if (config === undefined) {
        missing.push(path.text);
        continue;
      }
      const document = readOnce(config);
      if (document?.framework !== call.framework) continue;
      files.push(config.file);
      documents.push(jobOf(source, command, call, path, document));
    }
  }
  return { documents, files, missing };
}

function pathOf(call: ConfigCall, command: ShellCommand): ShellWord | undefined {
  const use = optionsOf(command.words).find(({ flag }) => call.flags.includes(flag));
  const isFile = (word: ShellWord | undefined) => /\.(json|toml|ya?ml)$/.test(word?.text ?? '');
  if (isFile(use?.values[0])) return use?.values[0];
  const starts =
    call.starts !== undefined && command.words.some((word) => call.starts!.test(word.text ?? ''));
  const variable = starts ? call.variables.find((name) => command.environment.has(name)) : undefined;
  const word = variable === undefined ? undefined : command.environment.get(variable);
  return isFile(word) ? word : undefined;
}

/** The config with what the command says over it, in the framework's precedence. */
function jobOf(
  source: SourceText,
  command: ShellCommand,
  call: ConfigCall,
  path: ShellWord,
  config: ReadDocument,
): ReadDocument {
  const uses = optionsOf(command.words);
  const own = readOptions({ file: source.file, command: undefined }, uses, (use) => call.optionsFor(use));
  const slurm = slurmFacts(source.file, source.text).filter(
    (fact) => !own.facts.some((stated) => stated.name === fact.name && stated.state !== 'unresolved'),
  );
  const stated = config.facts.filter((fact) => isStated(fact));
  const anchor = { file: source.file, range: path.range, keyRange: path.range };
  const facts = new CommandFacts(withConfigFile([...own.facts, ...slurm], stated, call.wins), anchor);
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
