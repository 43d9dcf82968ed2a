import type { ModelReference } from '../../fact';
import { at, type YamlNode } from '../../syntax/yaml';
import { yamlOptions } from '../shared/assigned-options';
import { deriveByMeaning, type Meanings } from '../shared/by-meaning';
import type { CommandFacts } from '../shared/command-facts';
import { modelReference } from '../shared/model-word';
import { type OptionSpec, type OptionType, type OptionUse, optionTable } from '../shared/options';

const field = (type: OptionType, name: string, ...flags: readonly string[]): OptionSpec => ({
  flags,
  name,
  type,
});

/**
 * Fields of NeMo 1's configs that Megatron-Core calls otherwise, and sections of their own inside them
 * (NVIDIA/NeMo@382c533a: examples/nlp/language_modeling/conf/megatron_gpt_config.yaml).
 */
const FIELDS = optionTable([
  field('integer', 'workload.sequenceLength', 'encoder_seq_length', 'data.seq_length'),
  field('string', 'megatron.recomputeGranularity', 'activations_checkpoint_granularity'),
  field('string', 'megatron.recomputeMethod', 'activations_checkpoint_method'),
  field('integer', 'megatron.recomputeNumLayers', 'activations_checkpoint_num_layers'),
  field('string', 'nemo.activation', 'activation'),
  field('string', 'nemo.precision', 'precision', 'trainer.precision'),
  field('switch', 'nemo.fp8', 'fp8'),
  field('string', 'nemo.optimizer', 'optim.name'),
]);

/** Nobody but NeMo 1 has these. */
const MARKS: ReadonlySet<string> = new Set(['mcore_gpt', 'encoder_seq_length', 'megatron_amp_O2']);

export const nemoSpecs = ({ flag }: OptionUse): readonly OptionSpec[] => FIELDS.get(flag) ?? [];

const sectionOf = (root: YamlNode | undefined, section: string): OptionUse[] =>
  yamlOptions(at(root, section)).map((use) => ({ ...use, flag: `${section}.${use.flag}` }));

export const isNemo = (uses: readonly OptionUse[]): boolean => uses.some(({ flag }) => MARKS.has(flag));

/** What stands in the sections of such a model, and in the trainer's beside it. */
export function nemoUses(
  uses: readonly OptionUse[],
  model: YamlNode | undefined,
  root: YamlNode,
): OptionUse[] {
  const inside = ['optim', 'data'].flatMap((section) => sectionOf(model, section));
  const known = new Set(uses.flatMap((use) => nemoSpecs(use).map(({ name }) => name)));
  return [...inside, ...sectionOf(root, 'trainer')].filter((use) =>
    nemoSpecs(use).some(({ name }) => !known.has(name)),
  );
}

/** `precision` of Lightning's trainer: 16 and its like are 16 bits beside FP32. */
const PRECISIONS: Meanings = {
  bf16: 'bf16',
  'bf16-mixed': 'bf16',
  'bf16-true': 'bf16',
  '16': 'bf16',
  '16-mixed': 'bf16',
  '16-true': 'bf16',
};
/** What the optimizers shard (nemo/core/optim/{distributed_adam,mcore_optim}.py): Apex's gradients too. */
const SHARDING: Meanings = {
  mcore_distributed_optim: 'optimizer',
  distributed_fused_adam: 'gradients',
  fused_adam: 'none',
  adam: 'none',
  adamw: 'none',
};
const MATRICES: Meanings = {
  swiglu: 3,
  'fast-swiglu': 3,
  geglu: 3,
  'fast-geglu': 3,
  reglu: 3,
  'fast-reglu': 3,
  gelu: 2,
  'squared-relu': 2,
};

/** What follows from those fields. */
export function addNemoRules(facts: CommandFacts): void {
  const fp8 = facts.get('nemo.fp8');
  if (fp8?.value === true)
    facts.derive('workload.precision', 'fp8', fp8, fp8.key, 'Transformer Engine, one scale per tensor');
  deriveByMeaning(facts, 'workload.precision', 'nemo.precision', PRECISIONS);
  deriveByMeaning(facts, 'workload.sharding', 'nemo.optimizer', SHARDING);
  deriveByMeaning(facts, 'model.mlpMatrices', 'nemo.activation', MATRICES);
}

/** The model whose tokenizer it takes: `tokenizer.type` is an id where the library is Hugging Face's. */
export function nemoModels(model: YamlNode | undefined, command: number | undefined): ModelReference[] {
  const tokenizer = yamlOptions(at(model, 'tokenizer'));
  const wordOf = (key: string) => tokenizer.find(({ flag }) => flag === key)?.values[0];
  return wordOf('library')?.text === 'huggingface' ? modelReference(wordOf('type'), { command }) : [];
}

/** Whether a model has no positions: some of its layers are no attention, and nothing here says which. */
export function hasNoPositions(model: YamlNode | undefined): boolean {
  const positions = at(model, 'position_embedding_type');
  return positions?.kind === 'scalar' && positions.text === 'none';
}
