import type { Fact, ModelReference, SyntaxProblem, TextRange } from '../../fact';
import { readShell } from '../../syntax/shell';
import type { YamlFile, YamlMember, YamlNode, YamlScalar } from '../../syntax/yaml';
import type { SourceText } from '../framework';
import { parseOption } from '../shared/options';
import { ComposedScript } from './composed';
import type { ServingEngine } from './engine';
import { integerFact, modeFact, podFacts } from './manifest/pod-facts';
import { variablesOf } from './manifest/surroundings';
import { readMap } from './option-map';
import { readServer, type ServerFacts } from './server';

/** A server that an operator or a chart starts: the file has its options, and no command. */
export interface BareServer {
  readonly role?: string;
  /** Stands in for what is not written. */
  readonly place: TextRange;
  readonly environment: readonly YamlNode[];
  /** Text that holds options as a command line has them. */
  readonly commandLines: readonly YamlScalar[];
  /** Options, one word each. */
  readonly words: readonly YamlScalar[];
  /** Options by key. */
  readonly map?: YamlNode;
  /** Keys of the operator's own that are an option of the server under another name. */
  readonly keys: readonly { readonly member: YamlMember; readonly flag: string }[];
  /** By option, the keys of its own that stand in the same map as `keys`, as far as they are known. */
  readonly keysByOption?: Readonly<Record<string, string>>;
  /** Containers whose resources say how many GPUs a pod has. */
  readonly containers: readonly YamlNode[];
  /** The chart's own key for the GPUs of a pod. */
  readonly gpus?: YamlMember | undefined;
  readonly models: readonly YamlScalar[];
}

/** Where an operator of an engine keeps its servers. */
export type Operator = (root: YamlNode, yaml: YamlFile) => readonly BareServer[];

/** What the operator's own keys say, in the words of the engine's options. */
function keyFacts(engine: ServingEngine, file: string, { keys, keysByOption = {} }: BareServer): Fact[] {
  return keys.flatMap(({ member, flag }) =>
    (engine.options.get(flag) ?? []).flatMap((spec): Fact[] => {
      if (member.value.kind !== 'scalar') return [];
      const { key, keyRange, valueRange: range, value: scalar } = member;
      const base = { name: spec.name, key, file, range, keyRange, keysByOption };
      const isNamed = spec.type === 'switch' && typeof (spec.value ?? true) !== 'boolean';
      // A switch that names something says nothing when it is off.
      if (isNamed && scalar.value === false) return [];
      const stated = isNamed && scalar.value === true ? spec.value : scalar.value;
      const value = spec.type === 'switch' ? stated : parseOption(scalar.text, spec.type);
      const isKnown =
        value !== undefined && value !== null && !scalar.templated && !scalar.text.includes('$');
      return [
        isKnown
          ? { ...base, value, state: scalar.text === scalar.source ? 'literal' : 'constant' }
          : { ...base, value: null, state: 'unresolved', expression: scalar.source },
      ];
    }),
  );
}

function readOne(
  engine: ServingEngine,
  source: SourceText,
  yaml: YamlFile,
  server: BareServer,
  tag: { readonly command?: number; readonly role?: string },
): ServerFacts {
  const { file } = source;
  const script = new ComposedScript(yaml, source.text, server.place);
  for (const { name, value } of variablesOf(server.environment)) {
    script.glue(`export ${name}=`).word(value).glue('\n');
  }
  script.glue(`${engine.id} `);
  for (const line of server.commandLines) script.options(line).glue(' ');
  for (const word of server.words) script.word(word).glue(' ');
  const command = readShell(script.text, engine.environment, yaml.answers).commands.at(-1)!;
  const map = server.map === undefined ? undefined : readMap(engine, file, server.map);
  const pods = server.containers.flatMap((container) => podFacts(file, container));
  const gpus = integerFact(file, 'kubernetes.gpusPerPod', server.gpus);
  const mode = server.role === undefined ? [] : modeFact(file, 'role', server.role, server.place);
  const around = [...keyFacts(engine, file, server), ...(map?.facts ?? []), ...pods, ...gpus, ...mode];
  const started = { command, words: { start: 1, model: undefined } };
  const read = readServer(engine, file, started, { around, tag, script });
  const models = server.models.map(
    ({ text, range }): ModelReference => ({ value: text.replace(/^hf:\/\//, ''), range, ...tag }),
  );
  return {
    facts: read.facts,
    problems: [...read.problems, ...(map?.problems ?? [])],
    models: [...read.models, ...models],
  };
}

/** The servers that the engine's operators find in a file. */
export function readBareServers(
  engine: ServingEngine,
  source: SourceText,
  yaml: YamlFile,
): ServerFacts | null {
  const servers = yaml.documents.flatMap((root) =>
    (engine.operators ?? []).flatMap((operator) => operator(root, yaml)),
  );
  if (servers.length === 0) return null;
  const facts: Fact[] = [];
  const problems: SyntaxProblem[] = [];
  const models: ModelReference[] = [];
  servers.forEach((server, index) => {
    const { role } = server;
    const alone = servers.filter((other) => other.role === role).length === 1;
    const tag = { ...(role === undefined ? {} : { role }), ...(alone ? {} : { command: index }) };
    const read = readOne(engine, source, yaml, server, tag);
    facts.push(...read.facts);
    problems.push(...read.problems);
    models.push(...read.models);
  });
  return { facts, problems, models };
}
