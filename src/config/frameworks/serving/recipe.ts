import type { Fact, FrameworkId, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import { at, membersOf, type YamlMember, type YamlNode } from '../../syntax/yaml';
import { entryOf } from '../../table';
import type { SourceText } from '../framework';
import { CommandFacts } from '../shared/command-facts';
import { parseOption } from '../shared/options';
import { isYamlSource, yamlOf } from '../shared/yaml-source';
import type { Stated } from './engine';

/** An engine whose options stand in `backend.<key>` of an srt-slurm recipe (NVIDIA/srt-slurm). */
export interface RecipeEngine {
  readonly id: FrameworkId;
  readonly name: string;
  /** `sglang_config`, `vllm_config`, `trtllm_config`. */
  readonly recipeKey: string;
  readMap(file: string, map: YamlNode): Stated;
  addRules(facts: CommandFacts): void;
}

const ROLES: ReadonlySet<string> = new Set(['prefill', 'decode', 'aggregated']);

/** Sizes beside the engine's options, which hold for the workers of every role. */
const SHARED: readonly { readonly section: string; readonly key: string; readonly name: string }[] = [
  { section: 'resources', key: 'gpus_per_node', name: 'cluster.gpusPerNode' },
  { section: 'benchmark', key: 'isl', name: 'workload.inputLength' },
  { section: 'benchmark', key: 'osl', name: 'workload.outputLength' },
];

/** `resources.gpu_type` of the recipes and the accelerator that it means. */
const ACCELERATORS: Readonly<Record<string, string>> = {
  h100: 'h100-sxm',
  h200: 'h200-sxm',
  b200: 'b200-sxm',
  b300: 'b300-sxm',
  gb200: 'gb200-nvl72',
  gb300: 'gb300-nvl72',
};

/** A recipe, or one of the variants that a file with `base` holds. */
interface Section {
  /** Key of the variant with a dot behind it; empty in a file without variants. */
  readonly prefix: string;
  readonly node: YamlNode;
  /** What the variant changes; `null` for a recipe of its own. */
  readonly base: YamlNode | null;
}

function sectionsOf(root: YamlNode): Section[] {
  const base = at(root, 'base');
  if (base?.kind !== 'map') return [{ prefix: '', node: root, base: null }];
  const variants = membersOf(root).filter((member) => /^(zip_)?override_/.test(member.key));
  return [
    { prefix: 'base.', node: base, base: null },
    ...variants.map((member) => ({ prefix: `${member.key}.`, node: member.value, base })),
  ];
}

function rolesOf(section: YamlNode | null, recipeKey: string): YamlMember[] {
  return membersOf(at(section ?? undefined, 'backend', recipeKey)).filter(
    (member) => ROLES.has(member.key) && member.value.kind === 'map',
  );
}

function sharedFacts(file: string, { prefix, node }: Section): Fact[] {
  const found = (section: string, key: string) =>
    membersOf(at(node, section)).find((member) => member.key === key);
  const facts = SHARED.flatMap(({ section, key, name }): Fact[] => {
    const member = found(section, key);
    if (member?.value.kind !== 'scalar') return [];
    const value = parseOption(member.value.text, 'integer');
    if (value === undefined) return [];
    const { keyRange, valueRange: range } = member;
    return [{ name, value, key, file, range, keyRange, state: 'literal', role: `${prefix}${section}` }];
  });
  const device = found('resources', 'gpu_type');
  const accelerator =
    device?.value.kind === 'scalar' ? entryOf(ACCELERATORS, device.value.text.toLowerCase()) : undefined;
  if (device === undefined || accelerator === undefined) return facts;
  return [
    ...facts,
    {
      name: 'cluster.accelerator',
      value: accelerator,
      key: 'gpu_type',
      file,
      range: device.valueRange,
      keyRange: device.keyRange,
      state: 'derived',
      origin: 'gpu_type of the recipe',
      role: `${prefix}resources`,
    },
  ];
}

/** Machines of one worker: `decode_nodes` are of all `decode_workers` together. */
function nodesFact(file: string, section: Section, role: string): Fact[] {
  const short = role === 'aggregated' ? 'agg' : role;
  const find = (key: string) =>
    [section.node, section.base]
      .flatMap((node) => membersOf(at(node ?? undefined, 'resources')))
      .find((member) => member.key === key);
  const nodes = find(`${short}_nodes`);
  if (nodes === undefined) return [];
  const numberOf = (member: YamlMember | undefined): number | undefined =>
    member?.value.kind === 'scalar'
      ? (parseOption(member.value.text, 'integer') as number | undefined)
      : undefined;
  const workers = find(`${short}_workers`);
  const { key, keyRange, valueRange: range } = nodes;
  const fact = { name: 'cluster.nodes', key, file, range, keyRange };
  const [all, count] = [numberOf(nodes), workers === undefined ? 1 : numberOf(workers)];
  if (all === undefined || count === undefined) {
    return [{ ...fact, value: null, state: 'unresolved', expression: `${key} / ${short}_workers` }];
  }
  if (all < 1 || count < 1) return [];
  const origin = `${key} ${all} / ${short}_workers ${count}`;
  return [{ ...fact, value: Math.ceil(all / count), state: 'derived', origin }];
}

/** How a recipe names its model: by repository, by the name that it is served under, by path; the best name first. */
function modelsOf(section: YamlNode | null, map: YamlNode, role: string): ModelReference[] {
  const nodes = [
    at(section ?? undefined, 'identity', 'model', 'repo'),
    at(map, 'served-model-name'),
    at(map, 'served_model_name'),
    at(section ?? undefined, 'model', 'path'),
  ];
  return nodes.flatMap((node): ModelReference[] => {
    if (node?.kind !== 'scalar' || node.templated || node.text === '') return [];
    return [{ value: node.text.replace(/^hf:/, ''), range: node.range, role }];
  });
}

/** One role of one section: its own options, those of the base that it leaves as they are, and what follows. */
function readRole(
  engine: RecipeEngine,
  file: string,
  section: Section,
  member: YamlMember,
  isTemplate: boolean,
): Stated & { models: ModelReference[] } {
  const role = `${section.prefix}backend.${engine.recipeKey}.${member.key}`;
  const own = engine.readMap(file, member.value);
  const names = new Set(own.facts.map((fact) => fact.name));
  const inherited = rolesOf(section.base, engine.recipeKey)
    .filter((other) => other.key === member.key)
    .flatMap((other) => engine.readMap(file, other.value).facts)
    .filter((fact) => !names.has(fact.name));
  const tagged = [...own.facts, ...inherited].map((fact) => ({ ...fact, role }));
  const models = [
    ...modelsOf(section.node, member.value, role),
    ...modelsOf(section.base, member.value, role),
  ];
  // What variants complete is no job by itself: nothing follows from what it leaves out.
  if (isTemplate) return { facts: tagged, problems: own.problems, models: [] };
  const { keyRange } = member;
  const nodes = nodesFact(file, section, member.key).map((fact) => ({ ...fact, role }));
  const stated = new Set(tagged.map((fact) => fact.name));
  const all = [...tagged, ...nodes.filter((fact) => !stated.has(fact.name))];
  const facts = new CommandFacts(all, { file, range: keyRange, keyRange, role });
  engine.addRules(facts);
  if (member.key !== 'aggregated') {
    facts.derive('workload.mode', member.key, undefined, member.key, `the ${member.key} workers of a recipe`);
  }
  return { facts: facts.facts, problems: own.problems, models };
}

/** Reads an srt-slurm recipe of that engine; `null` when the file is something else. */
export function readRecipe(source: SourceText, engine: RecipeEngine): ReadDocument | null {
  if (!source.text.includes(engine.recipeKey) || !isYamlSource(source)) return null;
  const yaml = yamlOf(source);
  const facts: Fact[] = [];
  const problems: SyntaxProblem[] = [...yaml.problems];
  const models: ModelReference[] = [];
  for (const root of yaml.documents) {
    const sections = sectionsOf(root);
    const changed = new Set(
      sections
        .filter((section) => section.base !== null)
        .flatMap((section) => rolesOf(section.node, engine.recipeKey).map((role) => role.key)),
    );
    for (const section of sections) {
      const roles = rolesOf(section.node, engine.recipeKey);
      for (const member of roles) {
        const isTemplate = section.prefix === 'base.' && changed.has(member.key);
        const read = readRole(engine, source.file, section, member, isTemplate);
        facts.push(...read.facts);
        problems.push(...read.problems);
        models.push(...read.models);
      }
      if (roles.length > 0 || section.prefix === 'base.') {
        facts.push(...sharedFacts(source.file, section));
      }
    }
  }
  if (!facts.some((fact) => fact.role?.includes(engine.recipeKey))) return null;
  const title = `${engine.name} recipe (srt-slurm)`;
  return { file: source.file, framework: engine.id, title, kind: 'launch', facts, problems, models };
}
