import type { Fact, ModelReference, SyntaxProblem } from '../../fact';
import { readShell } from '../../syntax/shell';
import {
  at,
  membersOf,
  type YamlFile,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from '../../syntax/yaml';
import type { SourceText } from '../framework';
import { CommandFacts } from '../shared/command-facts';
import { COMPOSE_VARIABLE, ComposedScript } from './composed';
import type { ServingEngine } from './engine';
import { flagOf, readMap } from './option-map';
import { readServer, type ServerFacts, type StartedServer, serversOf } from './server';
import { taskSurroundings } from './skypilot';

/** Deeper maps are other things. */
const MAX_DEPTH = 5;

/** Joins what several servers of a file say; each is a command of its own where there are more. */
function joined(parts: readonly ServerFacts[]): ServerFacts | null {
  if (parts.length === 0) return null;
  return {
    facts: parts.flatMap(({ facts }) => facts),
    problems: parts.flatMap(({ problems }) => problems),
    models: parts.flatMap(({ models }) => models),
  };
}

/** Resources of Kubernetes are read by their containers, whose words belong to the image that they start. */
const freeDocuments = ({ documents }: YamlFile): readonly YamlNode[] =>
  documents.filter((root) => at(root, 'apiVersion') === undefined && at(root, 'kind') === undefined);

/** Scalars of a file, those behind aliases once. */
function scalarsIn(node: YamlNode, seen: Set<YamlNode>): YamlScalar[] {
  if (seen.has(node)) return [];
  seen.add(node);
  if (node.kind === 'scalar') return [node];
  const inner = node.kind === 'sequence' ? node.items : node.members.map(({ value }) => value);
  return inner.flatMap((value) => scalarsIn(value, seen));
}

/** `server_command: vllm serve` is only the start of a command, whose options stand elsewhere. */
const saysSomething = ({ command, words }: StartedServer): boolean => command.words.length > words.start;

/**
 * Commands that stand as text anywhere: `server_cmd` of vLLM Ascend's tests (vllm-project/vllm-ascend: tests/e2e/nightly),
 * `run` of a workflow or of a SkyPilot task, steps of a pipeline.
 */
export function readCommands(engine: ServingEngine, source: SourceText, yaml: YamlFile): ServerFacts | null {
  const seen = new Set<YamlNode>();
  const scalars = freeDocuments(yaml).flatMap((root) => {
    const task = taskSurroundings(source.file, root);
    return scalarsIn(root, seen).map((scalar) => ({ scalar, task }));
  });
  const found = scalars.flatMap(({ scalar, task }) => {
    if (!engine.startedBy.test(scalar.text)) return [];
    const script = new ComposedScript(yaml, source.text, scalar.range);
    for (const { name, value } of task.variables) script.glue(`export ${name}=`).word(value).glue('\n');
    script.script(scalar);
    const shell = readShell(script.text, engine.environment, yaml.answers);
    return serversOf(engine, shell)
      .filter(saysSomething)
      .map((server) => ({ script, server, around: task.facts }));
  });
  return joined(
    found.map(({ script, server, around }, command) => {
      const tag = found.length > 1 ? { command } : {};
      return readServer(engine, source.file, server, { around, tag, script });
    }),
  );
}

/** Lists of scalars of a file, those behind aliases once. */
function listsIn(node: YamlNode, seen: Set<YamlNode>): (readonly YamlScalar[])[] {
  if (node.kind === 'scalar' || seen.has(node)) return [];
  seen.add(node);
  if (node.kind === 'map') return node.members.flatMap(({ value }) => listsIn(value, seen));
  const words = node.items.filter((item) => item.kind === 'scalar');
  return words.length === node.items.length ? [words] : node.items.flatMap((item) => listsIn(item, seen));
}

/** The model of all engines of a file. */
function namedModel(root: YamlNode): ModelReference[] {
  const nodes = [at(root, 'model'), at(root, 'model_id'), at(root, 'Common', 'model')];
  return nodes.flatMap((node) =>
    node?.kind === 'scalar' && !node.templated && node.text !== ''
      ? [{ value: node.text, range: node.range }]
      : [],
  );
}

/** Options of a command one by one, without the command: `server_cmd_template` of vLLM Ascend's tests. */
export function readWordLists(engine: ServingEngine, source: SourceText, yaml: YamlFile): ServerFacts | null {
  const own = new Set(engine.ownKeys.map((key) => `--${key}`));
  const seen = new Set<YamlNode>();
  const lists = freeDocuments(yaml)
    .flatMap((root) => listsIn(root, seen))
    .filter((words) => words.some(({ text }) => own.has(text.replace(/=.*$/s, ''))));
  const models = yaml.documents.flatMap(namedModel);
  return joined(
    lists.map((words, index) => {
      const tag = lists.length > 1 ? { command: index } : {};
      const script = new ComposedScript(yaml, source.text, words[0]!.range).glue(`${engine.id} `);
      for (const word of words) script.word(word, COMPOSE_VARIABLE).glue(' ');
      const command = readShell(script.text, engine.environment, yaml.answers).commands.at(-1)!;
      const started = { command, words: { start: 1, model: undefined } };
      const read = readServer(engine, source.file, started, { around: [], tag, script });
      return { ...read, models: [...read.models, ...models.map((model) => ({ ...model, ...tag }))] };
    }),
  );
}

interface Section {
  readonly role: string;
  readonly map: YamlMap;
}

/** Maps further down whose keys are the engine's options. */
function sectionsIn(
  engine: ServingEngine,
  node: YamlNode,
  path: readonly string[],
  seen: Set<YamlNode>,
): Section[] {
  if (node.kind === 'scalar' || seen.has(node) || path.length > MAX_DEPTH) return [];
  seen.add(node);
  if (node.kind === 'sequence')
    return node.items.flatMap((item, index) => sectionsIn(engine, item, [...path, String(index)], seen));
  if (path.length > 0 && isSection(engine, node)) return [{ role: path.join('.'), map: node }];
  return node.members.flatMap(({ key, value }) => sectionsIn(engine, value, [...path, key], seen));
}

const SIZES: ReadonlySet<string> = new Set(['layout.tp', 'layout.pp', 'layout.dp', 'layout.ep']);

/** Two options at least: how the engine is split, and one that is its alone. */
function isSection(engine: ServingEngine, map: YamlMap): boolean {
  const keys = map.members.map(({ key }) => key.replace(/^--/, ''));
  const known = keys.filter(
    (key) => engine.options.has(flagOf(key)) || engine.modelOptions.includes(flagOf(key)),
  );
  const splits = known.some((key) =>
    (engine.options.get(flagOf(key)) ?? []).some(({ name }) => SIZES.has(name)),
  );
  return known.length > 1 && splits && keys.some((key) => engine.ownKeys.includes(key));
}

/** `--tensor-parallel-size: 8` is the key `tensor-parallel-size`. */
function withoutDashes(map: YamlMap): YamlMap {
  return {
    ...map,
    members: map.members.map((member) => ({ ...member, key: member.key.replace(/^--/, '') })),
  };
}

function modelsIn(engine: ServingEngine, map: YamlMap, tag: { readonly role: string }): ModelReference[] {
  return engine.modelOptions.flatMap((option): ModelReference[] => {
    const node = at(map, option.replace(/^--/, ''));
    return node?.kind === 'scalar' && node.text !== ''
      ? [{ value: node.text, range: node.range, ...tag }]
      : [];
  });
}

/** Engines of one file, each with its options under a key: benchmarks of several engines, graphs of NVIDIA Dynamo. */
export function readSections(engine: ServingEngine, source: SourceText, yaml: YamlFile): ServerFacts | null {
  const seen = new Set<YamlNode>();
  const sections = freeDocuments(yaml).flatMap((root) => sectionsIn(engine, root, [], seen));
  const shared = yaml.documents.flatMap(namedModel);
  return joined(
    sections.map(({ role, map: written }) => {
      const map = withoutDashes(written);
      const stated = readMap(engine, source.file, map);
      const [first] = membersOf(map);
      const range = first?.keyRange ?? map.range;
      const tag = { role };
      const own: readonly Fact[] = stated.facts.map((fact) => ({ ...fact, ...tag }));
      const facts = new CommandFacts(own, { file: source.file, range, keyRange: range, ...tag });
      engine.addRules(facts);
      const problems: readonly SyntaxProblem[] = stated.problems;
      const models = [...modelsIn(engine, map, tag), ...shared.map((model) => ({ ...model, ...tag }))];
      return { facts: facts.facts, problems, models };
    }),
  );
}
