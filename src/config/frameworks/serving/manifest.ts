import type { Fact, ModelReference, SyntaxProblem } from '../../fact';
import { readShell } from '../../syntax/shell';
import { at, type YamlFile, type YamlMember, type YamlNode, type YamlScalar } from '../../syntax/yaml';
import { embeddedYaml } from '../../syntax/yaml/embedded';
import { entryOf } from '../../table';
import type { SourceText } from '../framework';
import type { ComposedScript } from './composed';
import type { ServingEngine, Stated } from './engine';
import { type MountedFiles, mountedFile, mountedFiles } from './manifest/config-maps';
import { containerScript, runsSomething } from './manifest/container';
import { asRole, enter, isComposeFile, NOTHING_AROUND, type Surroundings } from './manifest/surroundings';
import { readServer, type ServerFacts, type StartedServer, serversOf } from './server';

/** One container that runs a server, before it is told from the others. */
interface Found {
  readonly script: ComposedScript;
  readonly server: StartedServer;
  readonly around: Surroundings;
  readonly problems: readonly SyntaxProblem[];
}

/** Maps whose keys name servers: services of Dynamo and Compose, the two roles of llm-d's charts, of KServe and of OME. */
const NAMED_MAPS: ReadonlySet<string> = new Set(['services']);
const ROLE_KEYS: ReadonlySet<string> = new Set(['prefill', 'decode', 'engineConfig', 'decoderConfig']);
/** Pods of a group, and those that run the same command first: LeaderWorkerSet's, and OME's. */
const LEADER_OF: Readonly<Record<string, string>> = { workerTemplate: 'leaderTemplate', worker: 'leader' };
/** Lists whose items have names: components of Dynamo, roles of a DisaggregatedSet. */
const NAMED_LISTS: ReadonlySet<string> = new Set(['components', 'roles']);

/** Finds the servers of one engine among the containers of a manifest, or of a Compose file. */
class Manifest {
  readonly found: Found[] = [];
  private readonly seen = new Set<YamlNode>();

  constructor(
    private readonly engine: ServingEngine,
    private readonly source: SourceText,
    private readonly yaml: YamlFile,
    private readonly files: MountedFiles,
  ) {}

  visit(node: YamlNode, outer: Surroundings): void {
    if (node.kind === 'scalar' || this.seen.has(node)) return;
    this.seen.add(node);
    if (node.kind === 'sequence') {
      for (const item of node.items) this.visit(item, outer);
      return;
    }
    const around = enter(this.source.file, node, outer);
    if (runsSomething(node)) this.container(node, around);
    const before = this.found.length;
    for (const member of node.members) {
      // The workers of a group run the leader's command again.
      const leader = entryOf(LEADER_OF, member.key);
      if (leader !== undefined && at(node, leader) && this.found.length > before) continue;
      this.member(member, around);
    }
  }

  private member(member: YamlMember, around: Surroundings): void {
    const { file } = this.source;
    const { key, value } = member;
    if (NAMED_MAPS.has(key) && value.kind === 'map') {
      for (const service of value.members)
        this.visit(service.value, asRole(file, key, nameOf(service), around));
    } else if (NAMED_LISTS.has(key) && value.kind === 'sequence') {
      for (const item of value.items) {
        const name = at(item, 'name');
        this.visit(item, name?.kind === 'scalar' ? asRole(file, 'name', name, around) : around);
      }
    } else if (ROLE_KEYS.has(key) && value.kind === 'map' && around.role === undefined) {
      this.visit(value, asRole(file, key, nameOf(member), around));
    } else this.visit(value, around);
  }

  private container(node: YamlNode, around: Surroundings): void {
    const { script, isWritten } = containerScript(this.yaml, this.source.text, node, around, this.files);
    const shell = readShell(script.text, this.engine.environment, this.yaml.answers);
    for (const server of serversOf(this.engine, shell)) {
      this.found.push({ script, server, around, problems: isWritten ? shell.problems : [] });
    }
  }
}

/** A key as the scalar that names what it holds. */
function nameOf({ key, keyRange }: YamlMember) {
  return {
    kind: 'scalar',
    value: key,
    text: key,
    source: key,
    range: keyRange,
    style: 'plain',
    templated: false,
  } as const;
}

/** A file of options that the manifest mounts. */
function configIn(
  engine: ServingEngine,
  source: SourceText,
  yaml: YamlFile,
  mounted: YamlScalar | undefined,
): Stated | undefined {
  const [root] = mounted === undefined ? [] : embeddedYaml(yaml, mounted).documents;
  return root === undefined ? undefined : engine.config.read(source, root);
}

/** The servers that the containers of a manifest start. */
export function readManifest(engine: ServingEngine, source: SourceText, yaml: YamlFile): ServerFacts | null {
  const files = mountedFiles(yaml);
  const manifest = new Manifest(engine, source, yaml, files);
  for (const root of yaml.documents) {
    manifest.visit(root, { ...NOTHING_AROUND, isCompose: isComposeFile(root) });
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
    const configFile = (path: string) => configIn(engine, source, yaml, mountedFile(files, path));
    const read = readServer(engine, source.file, server, { around: around.facts, tag, script, configFile });
    facts.push(...read.facts);
    problems.push(...ofScript.map((problem) => script.problem(problem)), ...read.problems);
    models.push(...read.models);
  });
  return { facts, problems, models };
}
