import type { Fact, ModelReference, SyntaxProblem, TextRange } from '../../fact';
import { readShell } from '../../syntax/shell';
import {
  at,
  membersOf,
  type YamlFile,
  type YamlMember,
  type YamlNode,
  type YamlScalar,
} from '../../syntax/yaml';
import type { SourceText } from '../framework';
import { parseOption } from '../shared/options';
import { ComposedScript } from './composed';
import type { ServingEngine } from './engine';
import { readServer, type ServerFacts, type StartedServer, serversOf } from './server';

/** What stands around a container and holds for it. */
interface Surroundings {
  /** Key of the service in NVIDIA Dynamo's resources: `decode`, `VllmPrefillWorker`. */
  readonly role: string | undefined;
  /** Lists of `name` and `value`, the outer ones first. */
  readonly environment: readonly YamlNode[];
  readonly facts: readonly Fact[];
}

/** One container that runs a server, before it is told from the others. */
interface Found {
  readonly script: ComposedScript;
  readonly server: StartedServer;
  readonly around: Surroundings;
  readonly problems: readonly SyntaxProblem[];
}

const SHELL = /(^|\/)(ba|z|k|da)?sh$/;
/** `-c`, `-lc`, `-ec`: the next argument is a script. */
const SCRIPT_OPTION = /^-[a-z]*c$/;
const GPU_RESOURCES: ReadonlySet<string> = new Set(['nvidia.com/gpu', 'amd.com/gpu', 'gpu']);

function scalarsOf(node: YamlNode | undefined): YamlScalar[] {
  if (node?.kind === 'scalar') return node.value === null && !node.templated ? [] : [node];
  return node?.kind === 'sequence' ? node.items.filter((item) => item.kind === 'scalar') : [];
}

/** GPUs that one pod asks for. */
function gpuFacts(file: string, resources: YamlNode | undefined): Fact[] {
  const members = ['limits', 'requests'].flatMap((part) => membersOf(at(resources, part)));
  const facts = members.flatMap((member): Fact[] => {
    if (!GPU_RESOURCES.has(member.key) || member.value.kind !== 'scalar') return [];
    const value = parseOption(member.value.text, 'integer');
    if (value === undefined) return [];
    const { key, keyRange, valueRange: range } = member;
    return [{ name: 'kubernetes.gpusPerPod', value, key, file, range, keyRange, state: 'literal' }];
  });
  const [first] = facts;
  // A pod of one GPU says nothing about its node, on which others may run.
  if (first === undefined || typeof first.value !== 'number' || first.value < 2) return facts;
  const origin = 'a pod runs on one node, and this one takes as many GPUs';
  return [...facts, { ...first, name: 'cluster.gpusPerNode', state: 'derived', origin }];
}

/** Machines of one LeaderWorkerSet group. */
function groupFacts(file: string, size: YamlMember | undefined): Fact[] {
  if (size?.value.kind !== 'scalar') return [];
  const value = parseOption(size.value.text, 'integer');
  if (value === undefined) return [];
  const { key, keyRange, valueRange: range } = size;
  return [{ name: 'kubernetes.groupSize', value, key, file, range, keyRange, state: 'literal' }];
}

function modeFact(file: string, key: string, value: string, range: TextRange): Fact[] {
  const mode = /(prefill|decode)/i.exec(value)?.[1]?.toLowerCase();
  if (mode === undefined) return [];
  const origin = `${key} ${value}`;
  return [
    { name: 'workload.mode', value: mode, key, file, range, keyRange: range, state: 'derived', origin },
  ];
}

/** `subComponentType: decode` of NVIDIA Dynamo, `llm-d.ai/role: decode` of llm-d. */
function statedMode(file: string, node: YamlNode): Fact[] {
  const places = [...membersOf(node), ...membersOf(at(node, 'metadata', 'labels'))];
  const member = places.find(({ key }) => key === 'subComponentType' || key === 'llm-d.ai/role');
  if (member?.value.kind !== 'scalar') return [];
  return modeFact(file, member.key, member.value.text, member.valueRange);
}

/** Finds the servers of one engine among the containers of a manifest, or of a Compose file. */
class Manifest {
  readonly found: Found[] = [];
  private readonly seen = new Set<YamlNode>();

  constructor(
    private readonly engine: ServingEngine,
    private readonly source: SourceText,
    private readonly yaml: YamlFile,
  ) {}

  visit(node: YamlNode, outer: Surroundings): void {
    if (node.kind === 'scalar' || this.seen.has(node)) return;
    this.seen.add(node);
    if (node.kind === 'sequence') {
      for (const item of node.items) this.visit(item, outer);
      return;
    }
    const { file } = this.source;
    const member = (key: string) => node.members.find((one) => one.key === key);
    const [envs, env] = [member('envs')?.value, member('env')?.value];
    const own: Fact[] = [
      ...gpuFacts(file, member('resources')?.value),
      ...groupFacts(
        file,
        membersOf(member('leaderWorkerTemplate')?.value).find((one) => one.key === 'size'),
      ),
      ...statedMode(file, node),
    ];
    const names = new Set(own.map((fact) => fact.name));
    const around: Surroundings = {
      role: outer.role,
      environment: [...outer.environment, ...[envs, env].filter((list) => list !== undefined)],
      facts: [...own, ...outer.facts.filter((fact) => !names.has(fact.name))],
    };
    if (member('args') !== undefined || member('command') !== undefined) this.container(node, around);
    const before = this.found.length;
    for (const { key, value } of node.members) {
      // The workers of a group run the leader's command again.
      if (key === 'workerTemplate' && member('leaderTemplate') !== undefined && this.found.length > before)
        continue;
      if (key !== 'services') this.visit(value, around);
      else for (const service of membersOf(value)) this.service(service, around);
    }
  }

  private service(service: YamlMember, around: Surroundings): void {
    const stated = modeFact(this.source.file, 'services', service.key, service.keyRange);
    const facts = [...stated, ...around.facts.filter((fact) => fact.name !== 'workload.mode')];
    this.visit(service.value, {
      ...around,
      role: service.key,
      facts: stated.length > 0 ? facts : around.facts,
    });
  }

  private container(node: YamlNode, around: Surroundings): void {
    const program = scalarsOf(at(node, 'command'));
    const words = [...program, ...scalarsOf(at(node, 'args'))];
    const script = new ComposedScript(this.yaml, this.source.text, { start: 0, end: 0 });
    for (const variable of around.environment.flatMap((list) =>
      list.kind === 'sequence' ? list.items : [],
    )) {
      const [name, value] = [at(variable, 'name'), at(variable, 'value')];
      if (name?.kind !== 'scalar' || value?.kind !== 'scalar' || value.templated) continue;
      if (/^[A-Za-z_]\w*$/.test(name.text)) script.glue(`export ${name.text}=`).word(value).glue('\n');
    }
    const option = words.findIndex(
      (word, index) => index > 0 && SCRIPT_OPTION.test(word.text) && SHELL.test(words[index - 1]!.text),
    );
    const body = option === -1 ? undefined : words[option + 1];
    if (body !== undefined) script.script(body);
    else {
      // Without a command the image's own program runs.
      const image = at(node, 'image');
      if (program.length === 0 && image?.kind === 'scalar') script.word(image).glue(' ');
      for (const word of words) script.word(word).glue(' ');
    }
    const shell = readShell(script.text, this.engine.environment);
    for (const server of serversOf(this.engine, shell)) {
      const problems = body === undefined ? [] : shell.problems;
      this.found.push({ script, server, around, problems });
    }
  }
}

/** The servers that the containers of a manifest start. */
export function readManifest(engine: ServingEngine, source: SourceText, yaml: YamlFile): ServerFacts | null {
  const manifest = new Manifest(engine, source, yaml);
  for (const root of yaml.documents) {
    manifest.visit(root, { role: undefined, environment: [], facts: [] });
  }
  const { found } = manifest;
  if (found.length === 0) return null;
  const facts: Fact[] = [];
  const problems: SyntaxProblem[] = [];
  const models: ModelReference[] = [];
  found.forEach(({ script, server, around, problems: ofScript }, index) => {
    const { role } = around;
    const alone = found.filter((other) => other.around.role === role).length === 1;
    const tag = {
      ...(role === undefined ? {} : { role }),
      ...(alone ? {} : { command: index }),
    };
    const read = readServer(engine, source.file, server, [], tag);
    const placed = read.facts.map((fact) => script.fact(fact));
    const names = new Set(placed.map((fact) => fact.name));
    facts.push(...placed);
    facts.push(...around.facts.filter((fact) => !names.has(fact.name)).map((fact) => ({ ...fact, ...tag })));
    problems.push(...[...ofScript, ...read.problems].map((problem) => script.problem(problem)));
    models.push(...read.models.map((model) => script.model(model)));
  });
  return { facts, problems, models };
}
