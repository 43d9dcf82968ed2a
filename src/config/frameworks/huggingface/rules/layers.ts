import type { Builder } from '../builder';
import type { Family } from '../families/family';
import { blockKinds } from './blocks';

const FREQUENCY = 'model.moeLayerFrequency';
const OFFSET = 'model.moeLayerOffset';
const FIRST = 'model.firstDenseLayers';
const DENSE = 'model.denseLayers';

type Rule = (facts: Builder, family: Family) => void;

const noLeading: Rule = (facts, family) =>
  facts.compute(FIRST, 0, undefined, `${family.title} has no leading dense layers`);

const step: Rule = (facts, family) => {
  const frequency = facts.get(FREQUENCY);
  if (typeof frequency?.value === 'number') {
    const rule = `layer i is MoE where (i + 1) % ${frequency.key} = 0`;
    facts.compute(OFFSET, Math.max(0, frequency.value - 1), frequency, rule);
  }
  noLeading(facts, family);
};

const firstDense: Rule = (facts, family) => {
  const frequency = facts.get(FREQUENCY);
  facts.conclude(FREQUENCY, 1, undefined, `every layer of ${family.title} is MoE`);
  facts.compute(OFFSET, 0, frequency, 'layer i is MoE where i % moe_layer_freq = 0');
  facts.conclude(FIRST, family.firstDense ?? 0, undefined, `${family.source}: the default`);
};

/**
 * Which layers are MoE: every layer, with a dense MLP beside the experts where the file says so (Arctic, Grok-2);
 * `(i + 1) % step = 0` (Qwen's `decoder_sparse_step`); `i >= first && i % frequency = 0` (DeepSeek); a list of names per
 * layer, or of numbers in a text (Step), or else that; a list of layers or else a step (Llama 4); from, to and every n-th
 * (ERNIE); `i % period = offset` (Jamba); a pattern of single sub-layers (Nemotron-H).
 */
const RULES = {
  all(facts, family) {
    const frequency = facts.get(FREQUENCY);
    facts.conclude(FREQUENCY, 1, undefined, `every layer of ${family.title} is MoE`);
    facts.compute(OFFSET, 0, frequency, 'layer i is MoE where i % moe_layer_freq = 0');
    noLeading(facts, family);
  },
  'all-with-residual'(facts, family) {
    RULES.all(facts, family);
    // Without the key every other layer has none.
    const key = facts.member('moe_layer_frequency') === undefined ? 'model_type' : 'moe_layer_frequency';
    if (facts.count('moe_layer_frequency') !== 1) {
      facts.refuse(`${family.title} with layers without experts`, key);
    }
    const residual = facts.member('use_residual');
    if (residual === undefined || facts.truth('use_residual') !== true) return;
    const hidden = facts.get('model.hiddenSize');
    facts.fromMember('model.denseMlpsPerMoeLayer', 1, residual, 'a dense MLP beside the experts');
    facts.fromMember('model.extraNorms', 1, residual, 'a norm of its own in front of it');
    if (hidden !== undefined) {
      const rule = 'the dense MLP is as wide as the hidden states';
      facts.replace('model.intermediateSize', hidden.value, hidden, rule);
    }
  },
  'all-beside-dense'(facts, family) {
    RULES.all(facts, family);
    const residual = facts.member('residual_moe');
    if (residual === undefined || facts.truth('residual_moe') !== true) return;
    facts.fromMember('model.denseMlpsPerMoeLayer', 1, residual, 'a dense MLP beside the experts');
  },
  'sparse-step': step,
  'first-dense': firstDense,
  'mlp-types'(facts, family) {
    const types = facts.strings('mlp_layer_types');
    const member = facts.member('mlp_layer_types');
    if (types === undefined || member === undefined) {
      const listed = typeof facts.get(FREQUENCY)?.value === 'object';
      if (listed) noLeading(facts, family);
      firstDense(facts, family);
      return;
    }
    const dense = types.flatMap((type, layer) => (type === 'sparse' ? [] : [layer]));
    facts.fromMember(DENSE, dense, member, 'the layers that mlp_layer_types does not call sparse');
    const rule = 'mlp_layer_types says it for each layer';
    const written = facts.number(FIRST) ?? 0;
    if (types.slice(0, written).includes('sparse')) facts.replace(FIRST, 0, facts.get(FIRST), rule);
    else facts.compute(FIRST, 0, undefined, rule);
    firstDense(facts, family);
  },
  enumerated(facts, family) {
    const member = facts.member('moe_layers_enum');
    const words = facts
      .text('moe_layers_enum')
      ?.split(',')
      .filter((word) => word.trim() !== '');
    const chosen = words?.map(Number) ?? facts.numbers('moe_layers_enum');
    if (chosen === undefined || member === undefined || !chosen.every(Number.isSafeInteger)) {
      RULES['mlp-types'](facts, family);
      return;
    }
    const layers = new Set(chosen);
    const dense = facts.layers().filter((layer) => !layers.has(layer));
    facts.fromMember(DENSE, dense, member, 'the layers that moe_layers_enum does not list');
    facts.compute(FIRST, 0, undefined, 'moe_layers_enum lists the MoE layers');
    firstDense(facts, family);
  },
  listed(facts, family) {
    const chosen = facts.numbers('moe_layers');
    const member = facts.member('moe_layers');
    if (chosen === undefined || member === undefined) {
      step(facts, family);
      return;
    }
    const layers = new Set(chosen);
    const dense = facts.layers().filter((layer) => !layers.has(layer));
    facts.fromMember(DENSE, dense, member, 'the layers that moe_layers does not list');
    facts.replace(FREQUENCY, 1, undefined, 'moe_layers lists the MoE layers');
    noLeading(facts, family);
  },
  interval(facts, family) {
    if (facts.strings('mlp_layer_types') !== undefined) {
      RULES['mlp-types'](facts, family);
      return;
    }
    // With experts for images too, one entry for each set of experts: a layer with either is a MoE layer.
    const indices = (key: string): readonly number[] =>
      facts.numbers(key) ?? [facts.count(key)].flatMap((index) => index ?? []);
    const starts = indices('moe_layer_start_index');
    const ends = indices('moe_layer_end_index').filter((index) => index >= 0);
    const start = starts.length === 0 ? 1 : Math.min(...starts);
    const interval = Math.max(1, facts.count('moe_layer_interval') ?? 1);
    const end = ends.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...ends);
    const list = facts
      .layers()
      .map((layer) => Number((layer + 1) % interval === 0 && layer >= start && layer <= end));
    const rule =
      'layer i is MoE from moe_layer_start_index to moe_layer_end_index where (i + 1) % moe_layer_interval = 0';
    facts.conclude(FREQUENCY, list, undefined, rule);
  },
  period(facts) {
    const rule = 'layer i is MoE where i % expert_layer_period = expert_layer_offset';
    facts.conclude(FREQUENCY, Math.max(1, facts.count('expert_layer_period') ?? 2), undefined, rule);
    facts.conclude(OFFSET, facts.count('expert_layer_offset') ?? 1, undefined, rule);
  },
  blocks(facts) {
    const blocks = blockKinds(facts);
    if (blocks === undefined) return;
    const from = { key: blocks.key, ...blocks.place };
    if (blocks.kinds === undefined) {
      facts.computeAt(FREQUENCY, blocks.written, from, 'a pattern with an unknown kind of layer');
      return;
    }
    facts.computeAt('model.layers', blocks.kinds.length, from, 'one layer per entry of the pattern');
    const list = blocks.kinds.map((kind) => Number(kind === 'moe'));
    facts.computeAt(FREQUENCY, list, from, 'the layers that the pattern calls MoE');
  },
} satisfies Readonly<Record<string, Rule>>;

/** How a file says which layers are MoE. */
export type LayerRule = keyof typeof RULES;

/** Which layers have routed experts. */
export function addLayers(facts: Builder, family: Family): void {
  const rule: Rule = RULES[family.layers];
  rule(facts, family);
}
