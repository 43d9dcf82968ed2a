import type { Fact, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import { cutAtEquals, type ShellWord } from '../../syntax/shell';
import { at, membersOf, type YamlMember, type YamlNode } from '../../syntax/yaml';
import type { Framework, SourceText } from '../framework';
import { fieldSpecs } from '../megatron/fields';
import { addStatedRules } from '../megatron/implied';
import { readMap } from '../serving/option-map';
import { sglangServer } from '../sglang/server';
import { yamlOptions } from '../shared/assigned-options';
import { CommandFacts } from '../shared/command-facts';
import { modelReference } from '../shared/model-word';
import { namesMoeModel } from '../shared/moe-model';
import { parseOption, readOptions } from '../shared/options';
import { isShellSource, scriptOf } from '../shared/shell-source';
import { isYamlSource, yamlOf } from '../shared/yaml-source';
import { vllmServer } from '../vllm/server';
import { type Component, parseAllocation } from './allocation';

const SOURCE = 'inclusionAI/AReaL@092b0d08: areal/api/alloc_mode.py';
/** Workers with an engine of their own; the actor is what a job trains. */
const ROLES: ReadonlySet<string> = new Set(['actor', 'critic', 'ref', 'teacher', 'rollout']);

/** An expression as it stands in the file. */
interface Expression {
  readonly text: string;
  readonly key: string;
  readonly keyRange: Fact['keyRange'];
  readonly range: Fact['range'];
  /** Offset of its first letter, where it is written letter by letter. */
  readonly at: number | null;
  /** The worker that it is for; absent for one of all. */
  readonly role?: string;
}

const GRID = ['layout.tp', 'layout.pp', 'layout.cp', 'layout.dp', 'layout.ep', 'layout.etp'] as const;
/** What a rollout engine is not split by. */
const TRAINER_ONLY: ReadonlySet<string> = new Set(['layout.cp', 'layout.ep', 'layout.etp']);

function componentFacts(file: string, expression: Expression, component: Component): CommandFacts {
  const { key, keyRange, range, at: offset } = expression;
  const role = expression.role ?? component.name ?? (component.isRollout ? 'rollout' : 'actor');
  const within = (own: Fact['range']) =>
    offset === null ? range : { start: offset + own.start, end: offset + own.end };
  const stated = component.dimensions.map(
    ({ name, size, range: number, keyRange: letter }): Fact => ({
      name,
      value: size,
      key,
      file,
      role,
      range: within(number),
      keyRange: offset === null ? keyRange : within(letter),
      state: offset === null ? 'constant' : 'literal',
    }),
  );
  const facts = new CommandFacts(stated, { file, range: keyRange, keyRange, role });
  const from = { ...stated[0]!, key, range: within(component.backendRange), keyRange };
  if (component.isRollout) facts.derive('workload.engine', component.backend!, from, key, 'its backend');
  else if (component.backend !== undefined)
    facts.derive('areal.backend', component.backend, from, key, 'its backend');
  const sizes = GRID.filter((name) => !component.isRollout || !TRAINER_ONLY.has(name));
  for (const name of sizes) facts.byDefault(name, 1, key, `${SOURCE}: 1 where it is not written`);
  const world = ['layout.tp', 'layout.pp', 'layout.cp', 'layout.dp'].reduce(
    (product, name) => product * (facts.number(name) ?? 1),
    1,
  );
  facts.derive('layout.worldSize', world, from, key, 'DP × TP × PP × CP');
  return facts;
}

/** What all expressions of a job state; `null` when none says anything of experts. */
function layoutFacts(file: string, expressions: readonly Expression[]) {
  return expressions.flatMap((expression) =>
    (parseAllocation(expression.text) ?? []).map((component) => ({
      component,
      facts: componentFacts(file, expression, component),
    })),
  );
}

const isExpert = ({ isHybrid, dimensions }: Component): boolean =>
  isHybrid || dimensions.some(({ name, size }) => name === 'layout.ep' && size > 1);

const memberOf = (node: YamlNode | undefined, key: string): YamlMember | undefined =>
  membersOf(node).find((member) => member.key === key);

function expressionOf(member: YamlMember | undefined, role?: string): Expression[] {
  if (member?.value.kind !== 'scalar' || member.value.templated || member.value.text.includes('$')) return [];
  const { text, source, range } = member.value;
  const place = { key: member.key, keyRange: member.keyRange, range };
  return [
    { text, ...place, at: text === source ? range.start : null, ...(role === undefined ? {} : { role }) },
  ];
}

const CLUSTER = [
  { key: 'n_nodes', name: 'cluster.nodes' },
  { key: 'n_gpus_per_node', name: 'cluster.gpusPerNode' },
] as const;

function clusterFacts(file: string, root: YamlNode): Fact[] {
  return CLUSTER.flatMap(({ key, name }): Fact[] => {
    const member = memberOf(at(root, 'cluster'), key);
    const value = member?.value.kind === 'scalar' ? parseOption(member.value.text, 'integer') : undefined;
    if (member === undefined || value === undefined) return [];
    const { keyRange, valueRange: range } = member;
    return [{ name, value, key, file, range, keyRange, role: 'cluster', state: 'literal' }];
  });
}

/** Fields that the actor hands on to Megatron-Core (areal/api/cli_args.py, MegatronEngineConfig). */
function megatronFacts(file: string, root: YamlNode) {
  const section = at(root, 'actor', 'megatron');
  const uses = [...yamlOptions(section), ...yamlOptions(at(section, 'ddp'))];
  return readOptions({ file, command: undefined }, uses, (use) => fieldSpecs(use.flag, use));
}

/** Options of the rollout's engine, under its name. */
function rolloutOptions(file: string, root: YamlNode, engine: unknown): readonly Fact[] {
  const server = [sglangServer, vllmServer].find(({ id }) => id === engine);
  const section = server === undefined ? undefined : at(root, server.id);
  if (server === undefined || section === undefined) return [];
  return readMap(server, file, section).facts.map((fact) => ({ ...fact, role: 'rollout' }));
}

function readYaml(source: SourceText): ReadDocument | null {
  const { file } = source;
  const { documents, problems } = yamlOf(source);
  const [root] = documents;
  if (root === undefined) return null;
  const engines = membersOf(root).filter(({ key }) => ROLES.has(key));
  const expressions = [
    ...expressionOf(memberOf(root, 'allocation_mode')),
    ...engines.flatMap(({ key, value }) => expressionOf(memberOf(value, 'backend'), key)),
  ];
  const path = at(root, 'actor', 'path');
  const model: ModelReference[] =
    path?.kind === 'scalar' && !path.text.includes('$') ? [{ value: path.text, range: path.range }] : [];
  const layout = layoutFacts(file, expressions);
  if (!isMoe(layout, model)) return null;
  const own = megatronFacts(file, root);
  const actor = layout.find(({ facts }) => facts.facts.some(({ role }) => role === 'actor'))?.facts;
  actor?.facts.push(...own.facts.map((fact) => ({ ...fact, role: 'actor' })));
  if (actor !== undefined) addStatedRules(actor);
  const engine = layout.flatMap(({ facts }) => facts.get('workload.engine')?.value ?? [])[0];
  const facts = [
    ...layout.flatMap((part) => part.facts.facts),
    ...clusterFacts(file, root),
    ...rolloutOptions(file, root, engine),
  ];
  return document(source, facts, [...problems, ...own.problems], model);
}

function isMoe(layout: ReturnType<typeof layoutFacts>, models: readonly ModelReference[]): boolean {
  const trains = layout.some(({ component }) => !component.isRollout);
  return (
    trains &&
    (layout.some(({ component }) => isExpert(component)) || models.some(({ value }) => namesMoeModel(value)))
  );
}

const OVERRIDES = /^\+{0,2}(?:allocation_mode|(actor|critic|ref|teacher|rollout)\.backend)$/;

/** What a command overrides of the file that it names. */
function overridesOf(word: ShellWord): Expression[] {
  const cut = cutAtEquals(word);
  const match = cut === null ? null : OVERRIDES.exec(cut.key);
  if (cut === null || match === null || cut.value?.text == null) return [];
  const { text, range, at: start } = cut.value;
  const isWritten = start !== null && start === range.start;
  const place = { key: cut.key, keyRange: cut.keyRange, range, at: isWritten ? start : null };
  return [{ text, ...place, ...(match[1] === undefined ? {} : { role: match[1] }) }];
}

function readScript(source: SourceText): ReadDocument | null {
  const script = scriptOf(source);
  for (const { words } of script.commands) {
    const layout = layoutFacts(source.file, words.flatMap(overridesOf));
    const cuts = words.flatMap((word) => cutAtEquals(word) ?? []);
    const path = cuts.find(({ key }) => key.replace(/^\++/, '') === 'actor.path')?.value;
    const models = modelReference(path ?? undefined, {});
    if (!isMoe(layout, models)) continue;
    const facts = layout.flatMap((part) => part.facts.facts);
    return { ...document(source, facts, script.problems, models), partial: true };
  }
  return null;
}

function document(
  { file }: SourceText,
  facts: readonly Fact[],
  problems: readonly SyntaxProblem[],
  models: readonly ModelReference[],
): ReadDocument {
  return { file, framework: 'areal', title: 'AReaL job', kind: 'launch', facts, problems, models };
}

function read(source: SourceText): ReadDocument | null {
  if (isYamlSource(source)) return readYaml(source);
  return isShellSource(source) ? readScript(source) : null;
}

export const areal: Framework = {
  id: 'areal',
  mightBe: (text) =>
    /\ballocation_mode\s*[:=]|\bbackend\s*[:=]\s*["']?(sglang|vllm|fsdp|megatron|archon)(\[\w+\])?:/.test(
      text,
    ),
  read,
};
