import type { Fact, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import { readShell, type ShellCommand, type ShellScript } from '../../syntax/shell';
import type { SourceText } from '../framework';
import { CommandFacts } from '../shared/command-facts';
import { optionsOf, readOptions } from '../shared/options';
import { isShellSource } from '../shared/shell-source';
import { slurmFacts } from '../shared/slurm';
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

/** Facts of one server: its options, what `around` it is said, and what the engine makes of both. */
export function readServer(
  engine: ServingEngine,
  file: string,
  { command, words }: StartedServer,
  around: readonly Fact[],
  tag: { readonly command?: number; readonly role?: string },
): ServerFacts {
  const uses = optionsOf(command.words.slice(words.start));
  const options = readOptions(
    { file, command: tag.command },
    uses,
    (use) => engine.options.get(use.flag) ?? [],
  );
  const inside = uses.map((use) => engine.inside(file, use));
  const own = [...options.facts, ...inside.flatMap((part) => part.facts)];
  const stated = new Set(own.map((fact) => fact.name));
  const environment = engine.fromEnvironment(file, command).filter((fact) => !stated.has(fact.name));
  const named = command.words[words.start - 1]!;
  const complete = new CommandFacts(
    [...own, ...environment, ...around].map((fact) => ({ ...fact, ...tag })),
    { file, range: named.range, keyRange: named.range, ...tag },
  );
  engine.addRules(complete);
  const model = uses.filter((use) => engine.modelOptions.includes(use.flag)).at(-1)?.values[0] ?? words.model;
  const known = model?.text !== null && model?.text !== undefined;
  return {
    facts: complete.facts,
    problems: [...options.problems, ...inside.flatMap((part) => part.problems)],
    models: known ? [{ value: model.text!, range: model.range, ...tag }] : [],
  };
}

/** A bash script that starts the engine, once or several times. */
export function readServerScript(engine: ServingEngine, source: SourceText): ReadDocument | null {
  if (!isShellSource(source)) return null;
  const script = readShell(source.text, engine.environment);
  const servers = serversOf(engine, script);
  if (servers.length === 0) return null;
  const slurm = slurmFacts(source.file, source.text);
  const facts: Fact[] = [];
  const problems: SyntaxProblem[] = [...script.problems];
  const models: ModelReference[] = [];
  servers.forEach((server, index) => {
    const tag = servers.length > 1 ? { command: index } : {};
    const read = readServer(engine, source.file, server, slurm, tag);
    facts.push(...read.facts);
    problems.push(...read.problems);
    models.push(...read.models);
  });
  const title =
    servers.length > 1 ? `${engine.name} script (${servers.length} servers)` : `${engine.name} script`;
  return { file: source.file, framework: engine.id, title, kind: 'launch', facts, problems, models };
}
