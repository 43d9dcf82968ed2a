import type { Fact, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import { at, membersOf, type YamlNode } from '../../syntax/yaml';
import { entryOf } from '../../table';
import type { Framework, SourceText } from '../framework';
import { defaultOf, yamlOptions } from '../shared/assigned-options';
import { CommandFacts } from '../shared/command-facts';
import { type OptionSpec, type OptionUse, readOptions } from '../shared/options';
import { isYamlSource, yamlOf } from '../shared/yaml-source';
import { type ArgumentMap, argumentMaps } from './argument-maps';
import { fieldSpecs } from './fields';
import { MEGATRON_MARKS } from './flags';
import { addMegatronRules } from './implied';
import { modelReferences, specsFor } from './megatron';
import { addNemoRules, hasNoPositions, isNemo, nemoModels, nemoSpecs, nemoUses } from './nemo';
import { isSampling, POLICY_SECTIONS, policySpecs, withoutImplied } from './nemo-rl';
import { addPrimusRules } from './primus';

const ENVIRONMENT = { section: 'ENV_VARS', variable: 'CUDA_DEVICE_MAX_CONNECTIONS' } as const;

function environmentFacts(file: string, parent: YamlNode): Fact[] {
  const section = membersOf(at(parent, ENVIRONMENT.section));
  const member = section.find(({ key }) => key === ENVIRONMENT.variable);
  if (member?.value.kind !== 'scalar' || !/^\d+$/.test(member.value.text)) return [];
  return [
    {
      name: 'megatron.cudaDeviceMaxConnections',
      value: Number(member.value.text),
      key: member.key,
      file,
      range: member.valueRange,
      keyRange: member.keyRange,
      state: 'literal',
    },
  ];
}

/** Where trainers that hand fields on to Megatron-Core keep the sizes of the cluster. */
const CLUSTER: readonly { readonly path: readonly string[]; readonly name: string }[] = [
  // Lightning's trainer, of NeMo 1 (NVIDIA/NeMo: examples/nlp/language_modeling/conf).
  { path: ['trainer', 'num_nodes'], name: 'cluster.nodes' },
  { path: ['trainer', 'devices'], name: 'cluster.gpusPerNode' },
  // alibaba/ROLL: examples.
  { path: ['num_gpus_per_node'], name: 'cluster.gpusPerNode' },
];

function clusterFacts(file: string, root: YamlNode | undefined): Fact[] {
  return CLUSTER.flatMap(({ path, name }): Fact[] => {
    const member = membersOf(at(root, ...path.slice(0, -1))).find(({ key }) => key === path.at(-1));
    if (member?.value.kind !== 'scalar' || !/^[1-9]\d*$/.test(member.value.text)) return [];
    const { key, keyRange, valueRange: range } = member;
    return [{ name, value: Number(member.value.text), key, file, range, keyRange, state: 'literal' }];
  });
}

/** Fields of TransformerConfig that say in their own way what an option says. */
const OWN_FIELDS: Readonly<Record<string, OptionSpec>> = {
  add_bias_linear: { flags: ['add_bias_linear'], name: 'megatron.addBiasLinear', type: 'switch' },
  activation_func: { flags: ['activation_func'], name: 'megatron.activationFunc', type: 'string' },
  // transformers' arguments beside them (hiyouga/LLaMA-Factory@568ab508: examples/megatron).
  cutoff_len: { flags: ['cutoff_len'], name: 'workload.sequenceLength', type: 'integer' },
  per_device_train_batch_size: {
    flags: ['per_device_train_batch_size'],
    name: 'workload.microBatchSize',
    type: 'integer',
  },
  gradient_accumulation_steps: {
    flags: ['gradient_accumulation_steps'],
    name: 'megatron.gradientAccumulationSteps',
    type: 'integer',
  },
};
/** Of these, off is said too. */
const ON_BY_DEFAULT: ReadonlySet<string> = new Set(['megatron.addBiasLinear']);

/** What stands beside a policy's Megatron section: sizes of the cluster and of a batch, and the engine that it samples from. */
function policyFacts(file: string, root: YamlNode | undefined) {
  const uses = POLICY_SECTIONS.flatMap((section) =>
    yamlOptions(at(root, ...section.split('.'))).map((use) => ({ ...use, flag: `${section}.${use.flag}` })),
  );
  const read = (own: readonly OptionUse[]) => readOptions({ file, command: undefined }, own, policySpecs);
  const stated = read(uses.filter((use) => !isSampling(use)));
  const rollout = read(uses.filter(isSampling));
  return {
    facts: [...stated.facts, ...rollout.facts.map((fact) => ({ ...fact, role: 'rollout' }))],
    problems: [...stated.problems, ...rollout.problems],
  };
}

/** The options that a field stands for, by the keys that its map stands under. */
const specsIn =
  (role: string | undefined) =>
  (use: OptionUse): readonly OptionSpec[] => {
    const own = policySpecs({ ...use, flag: `${role ?? ''}.${use.flag}` });
    return own.length > 0 ? own : specsOf(use);
  };

/** The same of NeMo 1's configs. */
const nemoIn =
  (role: string | undefined) =>
  (use: OptionUse): readonly OptionSpec[] => {
    const own = nemoSpecs(use);
    return own.length > 0 ? own : specsIn(role)(use);
  };

function specsOf(use: OptionUse): readonly OptionSpec[] {
  if (use.flag.startsWith('--')) return specsFor(use);
  const own = entryOf(OWN_FIELDS, use.flag);
  return own === undefined ? fieldSpecs(use.flag, use) : [own];
}

/** The option that a value of such a field stands for. */
const MEANINGS: Readonly<Record<string, { readonly value: unknown; readonly option: string }>> = {
  'megatron.addBiasLinear': { value: false, option: 'megatron.disableBiasLinear' },
  'megatron.activationFunc': { value: 'swiglu', option: 'megatron.swiglu' },
};

function inWordsOfOptions(fact: Fact): Fact {
  const meaning = MEANINGS[fact.name];
  if (meaning === undefined || fact.value !== meaning.value) return fact;
  return { ...fact, name: meaning.option, value: true, state: 'constant' };
}

/** How a trainer names the model beside the fields that it hands on: Primus by a file of its own. */
function namedModels({ parent, isWhole }: ArgumentMap, command: number | undefined): ModelReference[] {
  if (isWhole) return [];
  return ['model_name', 'model_name_or_path', 'pretrain', 'model'].flatMap((key): ModelReference[] => {
    const node = at(parent, key);
    if (node?.kind !== 'scalar' || node.templated) return [];
    const text = node.text.replace(/\$\{[^{}]*\}/, defaultOf);
    if (text === '' || text.includes('$')) return [];
    const value = /\.ya?ml$/.test(text) ? text.replace(/\.ya?ml$/, '').replaceAll('_', '-') : text;
    const tag = command === undefined ? {} : { command };
    return [{ value, range: node.range, describesModel: true, ...tag }];
  });
}

/** An expert is as wide as the MLP of a model that is described and gives no width of its own (transformer_config.py). */
function addExpertWidth(facts: CommandFacts): void {
  const width = facts.get('model.intermediateSize');
  const names = ['model.layers', 'model.hiddenSize', 'model.routedExperts'];
  if (width === undefined || !names.every((name) => facts.has(name))) return;
  const rule = 'ffn_hidden_size where moe_ffn_hidden_size is absent';
  facts.derive('model.expertIntermediateSize', width.value, width, width.key, rule);
}

function readMap(file: string, root: YamlNode, map: ArgumentMap, command: number | undefined) {
  const { role } = map;
  const node = role === undefined ? map.parent : at(map.parent, role.split('.').at(-1)!);
  const tag = { ...(role === undefined ? {} : { role }), ...(command === undefined ? {} : { command }) };
  const problems: SyntaxProblem[] = [];
  const nemo = isNemo(map.uses);
  const inside = nemo ? nemoUses(map.uses, node, root) : [];
  const parts = map.sections ?? [{ role, uses: [...map.uses, ...inside] }];
  const stated = parts.flatMap((part) => {
    const read = readOptions(
      { file, command, onByDefault: ON_BY_DEFAULT },
      withoutImplied(part.uses),
      nemo ? nemoIn(part.role) : specsIn(part.role),
    );
    problems.push(...read.problems);
    const facts = read.facts.map(inWordsOfOptions);
    return facts.map((fact) => (part.role === undefined ? fact : { ...fact, role: part.role }));
  });
  const environment = environmentFacts(file, map.parent).map((fact) => ({ ...fact, ...tag }));
  const anchor = { file, range: map.mark.flagRange, keyRange: map.mark.flagRange, ...tag };
  const complete = new CommandFacts(
    [...stated, ...environment],
    map.sections === undefined ? anchor : { ...anchor, role: map.sections[0]!.role! },
  );
  const groups = complete.get('model.kvHeads');
  // There is no switch beside the number of groups in a config.
  if (groups?.role === 'language_model')
    complete.derive('megatron.groupQueryAttention', true, groups, groups.key, 'its number of groups is set');
  addNemoRules(complete);
  addPrimusRules(complete, map.parent);
  addMegatronRules(complete, { torchrun: false, isCommand: map.isWhole });
  if (!hasNoPositions(node)) addExpertWidth(complete);
  const uses = map.uses.map((use) => ({ ...use, flag: optionOf(use.flag) }));
  // `--load: false` leaves the option out.
  const models = modelReferences(uses, command).filter(({ value }) => !/^(true|false)$/i.test(value));
  const tokenizer = nemo ? nemoModels(node, command) : [];
  return { facts: complete.facts, problems, models: [...namedModels(map, command), ...models, ...tokenizer] };
}

const optionOf = (key: string): string => (key.startsWith('--') ? key : `--${key.replaceAll('_', '-')}`);

function read(source: SourceText): ReadDocument | null {
  if (!isYamlSource(source)) return null;
  const yaml = yamlOf(source);
  const found = yaml.documents.flatMap((root) => argumentMaps(root).map((map) => ({ root, map })));
  if (found.length === 0) return null;
  const maps = found.map(({ map }) => map);
  const parts = found.map(({ root, map }, index) =>
    readMap(source.file, root, map, found.length > 1 ? index : undefined),
  );
  const isPartial = maps.some(({ isWhole }) => !isWhole);
  const [root] = yaml.documents;
  const beside = isPartial ? policyFacts(source.file, root) : { facts: [], problems: [] };
  const facts = [
    ...parts.flatMap((part) => part.facts),
    ...beside.facts,
    ...(isPartial ? clusterFacts(source.file, root) : []),
  ];
  const problems: SyntaxProblem[] = [
    ...yaml.problems,
    ...[...parts, beside].flatMap((part) => part.problems),
  ];
  const models: ModelReference[] = parts.flatMap((part) => part.models);
  return {
    file: source.file,
    framework: 'megatron-lm',
    title: 'Megatron-LM arguments',
    kind: 'launch',
    ...(isPartial ? { partial: true as const } : {}),
    facts,
    problems,
    models,
  };
}

const FIELDS =
  /^[ \t]*["']?(?:num_(?:moe_)?experts|expert_(?:model|tensor)_parallel_size|moe_(?:router_topk|ffn_hidden_size|token_dispatcher_type))["']?\s*:/m;

export const megatronYaml: Framework = {
  id: 'megatron-lm',
  mightBe: (text) =>
    MEGATRON_MARKS.some((mark) => text.includes(`${mark}:`) || text.includes(`${mark}"`)) ||
    FIELDS.test(text),
  read,
};
