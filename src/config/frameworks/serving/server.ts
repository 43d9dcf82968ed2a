import type { Fact, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import type { ShellCommand, ShellScript } from '../../syntax/shell';
import { writtenFiles } from '../../syntax/shell/heredocs';
import { parseYaml } from '../../syntax/yaml';
import type { SourceText } from '../framework';
import { CommandFacts } from '../shared/command-facts';
import { withConfigFile } from '../shared/config-file';
import { mountedFolder } from '../shared/mounts';
import { type OptionUse, optionsOf, readOptions } from '../shared/options';
import { isShellSource, scriptOf } from '../shared/shell-source';
import { slurmFacts, withHeader } from '../shared/slurm';
import { unseenWords } from '../shared/unseen';
import type { ComposedScript } from './composed';
import type { ServerWords, ServingEngine, Stated } from './engine';

/** What one server command says. */
export interface ServerFacts extends Stated {
  readonly models: readonly ModelReference[];
}

export interface StartedServer {
  readonly command: ShellCommand;
  readonly words: ServerWords;
}

/** The commands of a script that start the engine. */
export function serversOf(engine: ServingEngine, script: ShellScript): StartedServer[] {
  return script.commands.flatMap((command) => {
    const words = engine.serverWords(command);
    return words === null ? [] : [{ command, words }];
  });
}

/** Where a server's command stands, and what is known beside it. */
export interface ServerPlace {
  /** What is said around the command and holds for it. */
  readonly around: readonly Fact[];
  readonly tag: { readonly command?: number; readonly role?: string };
  /** From the script that was read to the file; a script file is the file itself. */
  readonly script?: Pick<ComposedScript, 'fact' | 'model' | 'problem' | 'rangeInFile'>;
  /** What the file of options says that the command names, where it is at hand. */
  readonly configFile?: (path: string) => Stated | undefined;
}

/** Facts of one server: its options, what `around` it is said, and what the engine makes of both. */
export function readServer(
  engine: ServingEngine,
  file: string,
  { command, words }: StartedServer,
  { around, tag, script, configFile }: ServerPlace,
): ServerFacts {
  const given = command.words.slice(words.start);
  const uses = optionsOf(given);
  const specsFor = (use: OptionUse) => engine.options.get(use.flag) ?? [];
  const options = readOptions({ file, command: tag.command }, uses, specsFor);
  const inside = uses.map((use) => engine.inside(file, use));
  const stated = [...options.facts, ...inside.flatMap((part) => part.facts)];
  const names = new Set(stated.map((fact) => fact.name));
  const environment = engine.fromEnvironment(file, command).filter((fact) => !names.has(fact.name));
  const own = [...stated, ...environment].map((fact) => script?.fact(fact) ?? fact);
  const path = own.find((fact) => fact.name === engine.config.fact);
  const config = typeof path?.value === 'string' ? configFile?.(path.value) : undefined;
  const merged = withConfigFile(own, config?.facts ?? [], engine.config.wins);
  const named = command.words[words.start - 1]!.range;
  const range = script?.rangeInFile(named) ?? named;
  const complete = new CommandFacts(
    withHeader(merged, around).map((fact) => ({ ...fact, ...tag })),
    { file, range, keyRange: range, ...tag },
    path !== undefined && config === undefined,
    unseenWords(given, uses, specsFor),
  );
  engine.addRules(complete);
  const model = uses.filter((use) => engine.modelOptions.includes(use.flag)).at(-1)?.values[0] ?? words.model;
  const value = model?.text ?? '';
  const folder = mountedFolder(value, command.words.slice(0, words.start));
  const reference = { value: folder ?? value, range: model?.range ?? named, ...tag };
  const problems = [...options.problems, ...inside.flatMap((part) => part.problems)];
  return {
    facts: complete.facts,
    problems: [
      ...problems.map((problem) => script?.problem(problem) ?? problem),
      ...(config?.problems ?? []),
    ],
    models: reference.value === '' ? [] : [script?.model(reference) ?? reference],
  };
}

const sameFile = (a: string, b: string): boolean => a.replace(/^\.\//, '') === b.replace(/^\.\//, '');

/** A bash script that starts the engine, once or several times. */
export function readServerScript(engine: ServingEngine, source: SourceText): ReadDocument | null {
  if (!isShellSource(source)) return null;
  const script = scriptOf(source, engine.environment);
  const servers = serversOf(engine, script);
  if (servers.length === 0) return null;
  const slurm = slurmFacts(source.file, source.text);
  const files = writtenFiles(source.text);
  const configFile = (path: string) => {
    const written = files.filter((file) => sameFile(file.path, path)).at(-1);
    const [root] = written === undefined ? [] : parseYaml(written.text).documents;
    return root === undefined ? undefined : engine.config.read(source, root);
  };
  const facts: Fact[] = [];
  const problems: SyntaxProblem[] = [...script.problems];
  const models: ModelReference[] = [];
  servers.forEach((server, index) => {
    const tag = servers.length > 1 ? { command: index } : {};
    const read = readServer(engine, source.file, server, { around: slurm, tag, configFile });
    facts.push(...read.facts);
    problems.push(...read.problems);
    models.push(...read.models);
  });
  const title =
    servers.length > 1 ? `${engine.name} script (${servers.length} servers)` : `${engine.name} script`;
  return { file: source.file, framework: engine.id, title, kind: 'launch', facts, problems, models };
}
