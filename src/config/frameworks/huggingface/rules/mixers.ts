import type { Builder } from '../builder';
import type { Family } from '../families/family';
import { blockKinds } from './blocks';
import { addCompressedLayers } from './compressed';
import { addSharedIndexers, addSparseBlocks } from './indexers';
import { addLayerHeads } from './layer-heads';

const SLIDING = 'model.slidingLayers';
const LINEAR = 'model.linearLayers';

type Rule = (facts: Builder, family: Family) => void;

/** Layers whose entry in `layer_types` is `name`; where there is no list, those that `otherwise` chooses. */
function typedLayers(
  facts: Builder,
  fact: string,
  name: string,
  otherwise: (layer: number) => boolean,
  rule: string,
): void {
  const types = facts.strings('layer_types');
  const member = facts.member('layer_types');
  if (types !== undefined && member !== undefined) {
    // Some files list the layers of MTP modules too, behind those of the model.
    const count = facts.number('model.layers') ?? types.length;
    const chosen = types.flatMap((type, layer) => (type === name && layer < count ? [layer] : []));
    facts.fromMember(fact, chosen, member, `the layers that layer_types calls ${name}`);
  } else if (facts.layers().length > 0) {
    facts.conclude(fact, facts.layers().filter(otherwise), facts.get('model.layers'), rule);
  }
}

/** Layers where a 0/1 list holds `value`. */
function listedLayers(facts: Builder, fact: string, key: string, value: number): boolean {
  const list = facts.numbers(key);
  const member = facts.member(key);
  if (list === undefined || member === undefined) return false;
  const chosen = list.flatMap((entry, layer) => (entry === value ? [layer] : []));
  facts.fromMember(fact, chosen, member, `the layers with ${value} in ${key}`);
  return true;
}

const hasWindow = (facts: Builder): boolean => facts.get('model.slidingWindow') !== undefined;

/**
 * Which layers have which mixer: full attention in all (`full`); a window in all when it is set; a window in those that
 * `layer_types` calls sliding, in Llama 4 chunks, in the last ones (dots) or in most after the dense ones (Cohere) where there is
 * no list; a window with heads of its own in those that are not global (Gemma); a window by a 0/1 pattern (MiMo); Gated DeltaNet by `layer_types` (Qwen);
 * Mamba by a period (Jamba); lightning attention by a 0/1 list (MiniMax); KDA by a list (Kimi); a pattern (Nemotron-H); sparse
 * attention in all, some of it with the indexer of an earlier layer (GLM-5); sparse attention in some (MiniMax-M3); a window
 * and compressed tokens (DeepSeek-V4); a window in those that `layer_types` calls sliding, with heads of their own (Laguna, Step).
 */
const RULES = {
  full() {},
  'all-sliding'(facts) {
    const window = facts.get('model.slidingWindow');
    if (window === undefined || facts.layers().length === 0) return;
    facts.compute(SLIDING, facts.layers(), window, 'sliding_window is set: all layers');
  },
  'sliding-layers'(facts, family) {
    if (!hasWindow(facts)) return;
    const { every, key, isFirst } = family.fullAttention ?? { every: 2 };
    const pattern = Math.max(1, (key === undefined ? undefined : facts.count(key)) ?? every);
    const remainder = isFirst ? 0 : pattern - 1;
    const rule = `${family.source}: full attention where i % ${pattern} = ${remainder}`;
    typedLayers(facts, SLIDING, 'sliding_attention', (layer) => layer % pattern !== remainder, rule);
  },
  'global-heads'(facts, family) {
    RULES['sliding-layers'](facts, family);
    const last = facts.layers().length - 1;
    const sliding = facts.get(SLIDING);
    if (Array.isArray(sliding?.value) && sliding.value.includes(last)) {
      const others = (sliding.value as readonly number[]).filter((layer) => layer !== last);
      facts.replace(SLIDING, others, sliding, `${family.source}: the last layer attends to all tokens`);
    }
    // Full layers have heads of their own for keys and values only where those are the same.
    const own = facts.get('model.slidingAttention.kvHeads');
    const areSame = facts.get('model.valuesAreKeys')?.value === true;
    const isOwn = areSame && facts.count('num_global_key_value_heads') !== undefined;
    if (own !== undefined && !isOwn) facts.replace('model.kvHeads', own.value, own, 'as in sliding layers');
  },
  'sliding-if-listed'(facts, family) {
    if (!hasWindow(facts)) return;
    const rule = `${family.source}: full attention in all layers`;
    typedLayers(facts, SLIDING, 'sliding_attention', () => false, rule);
  },
  'last-sliding'(facts, family) {
    if (!hasWindow(facts)) return;
    const full = facts.count('max_window_layers') ?? facts.layers().length;
    const rule = `${family.source}: a window from layer max_window_layers on`;
    typedLayers(facts, SLIDING, 'sliding_attention', (layer) => layer >= full, rule);
  },
  'sliding-after-dense'(facts, family) {
    if (!hasWindow(facts)) return;
    const first = facts.number('model.firstDenseLayers') ?? 0;
    const before = Math.max(1, facts.count('prefix_dense_sliding_window_pattern') ?? 1);
    const after = Math.max(1, facts.count('sliding_window_pattern') ?? 4);
    const isSliding = (layer: number): boolean =>
      layer < first ? (layer + 1) % before !== 0 : (layer - first + 1) % after !== 0;
    const rule = `${family.source}: full attention in one of ${after} layers after the dense ones`;
    typedLayers(facts, SLIDING, 'sliding_attention', isSliding, rule);
  },
  'chunked-layers'(facts, family) {
    if (!hasWindow(facts) || listedLayers(facts, SLIDING, 'no_rope_layers', 1)) return;
    const interval = facts.count('no_rope_layer_interval') ?? 4;
    const rule = `${family.source}: full attention where (i + 1) % ${interval} = 0`;
    typedLayers(facts, SLIDING, 'chunked_attention', (layer) => (layer + 1) % interval !== 0, rule);
  },
  'hybrid-pattern'(facts, family) {
    if (!hasWindow(facts) || listedLayers(facts, SLIDING, 'hybrid_layer_pattern', 1)) return;
    const rule = `${family.source}: full attention in the first layer and where (i + 1) % 6 = 0`;
    const isSliding = (layer: number): boolean => layer !== 0 && (layer + 1) % 6 !== 0;
    typedLayers(facts, SLIDING, 'sliding_attention', isSliding, rule);
  },
  'linear-layers'(facts, family) {
    const interval = Math.max(1, facts.count('full_attention_interval') ?? 4);
    const rule = `${family.source}: full attention where (i + 1) % ${interval} = 0`;
    typedLayers(facts, LINEAR, 'linear_attention', (layer) => (layer + 1) % interval !== 0, rule);
  },
  'attention-period'(facts) {
    const period = Math.max(1, facts.count('attn_layer_period') ?? 8);
    const offset = facts.count('attn_layer_offset') ?? 4;
    const rule = 'layer i is attention where i % attn_layer_period = attn_layer_offset';
    const mamba = facts.layers().filter((layer) => layer % period !== offset);
    facts.conclude(LINEAR, mamba, facts.get('model.layers'), rule);
    const hidden = facts.number('model.hiddenSize');
    if (hidden === undefined) return;
    const expand = facts.count('mamba_expand') ?? 2;
    const width = 'mamba_expand x hidden_size';
    facts.conclude('model.linear.valueHeadDim', expand * hidden, facts.get('model.hiddenSize'), width);
    facts.conclude('model.linear.timeStepRank', Math.ceil(hidden / 16), undefined, 'hidden_size / 16');
  },
  'mamba-types'(facts, family) {
    const blocks = blockKinds(facts);
    if (blocks === undefined)
      facts.conclude(LINEAR, facts.layers(), undefined, `${family.source}: the default`);
    else if (blocks.kinds?.every((kind) => kind === 'mamba' || kind === 'attention')) {
      const mamba = blocks.kinds.flatMap((kind, layer) => (kind === 'mamba' ? [layer] : []));
      const from = { key: blocks.key, ...blocks.place };
      facts.computeAt(LINEAR, mamba, from, `the layers that ${blocks.key} calls mamba`);
    } else facts.refuse(`${family.title} with other layers than are known`, blocks.key);
    const heads = facts.number('model.linear.valueHeads');
    const hidden = facts.number('model.hiddenSize');
    if (heads === undefined || hidden === undefined) return;
    const width = ((facts.count('mamba_expand') ?? 2) * hidden) / Math.max(1, heads);
    const rule = 'mamba_expand x hidden_size / mamba_n_heads';
    facts.conclude('model.linear.valueHeadDim', width, facts.get('model.hiddenSize'), rule);
  },
  'conv-types'(facts, family) {
    const hidden = facts.get('model.hiddenSize');
    facts.conclude('model.linear.valueHeadDim', hidden?.value ?? 0, hidden, 'as wide as the hidden states');
    if (facts.strings('layer_types') === undefined)
      facts.refuse(`${family.title} without a list of layers`, 'model_type');
    else typedLayers(facts, LINEAR, 'conv', () => false, family.source);
  },
  'attention-list'(facts, family) {
    const heads = facts.get('model.attentionHeads');
    const size = facts.get('model.headDim');
    for (const kind of ['key', 'value']) {
      const rule = 'lightning attention has the heads of attention';
      if (heads) facts.compute(`model.linear.${kind}Heads`, heads.value, heads, rule);
      if (size) facts.compute(`model.linear.${kind}HeadDim`, size.value, size, rule);
    }
    if (listedLayers(facts, LINEAR, 'attn_type_list', 0)) return;
    const rule = `${family.source}: full attention in every other layer, from the first`;
    typedLayers(facts, LINEAR, 'linear_attention', (layer) => layer % 2 === 1, rule);
  },
  'kda-layers'(facts) {
    const gate = facts.member('mla_use_output_gate');
    const blocks = facts.member('attn_res_block_size');
    if (gate !== undefined && facts.truth('mla_use_output_gate') === true)
      facts.fromMember('model.attentionGate', 'full-width', gate, 'a gate on the output of attention');
    if (blocks !== undefined && facts.count('attn_res_block_size') !== undefined)
      facts.fromMember(
        'model.attentionResiduals',
        true,
        blocks,
        'sub-layers read what blocks before them added',
      );
    const key = 'linear_attn_config.kda_layers';
    const list = facts.numbers(key);
    const member = facts.member(key);
    if (list === undefined || member === undefined) return;
    const chosen = list.map((layer) => layer - 1).filter((layer) => layer >= 0);
    facts.fromMember(LINEAR, chosen, member, 'kda_layers, which counts layers from 1');
  },
  blocks(facts) {
    const blocks = blockKinds(facts);
    if (blocks?.kinds === undefined) return;
    const { kinds } = blocks;
    const from = { key: blocks.key, ...blocks.place };
    const where = (...wanted: string[]): number[] =>
      kinds.flatMap((kind, layer) => (wanted.includes(kind) ? [layer] : []));
    const rule = 'each layer is one sub-layer of the pattern';
    facts.computeAt(LINEAR, where('mamba'), from, rule);
    facts.computeAt('model.mixerFreeLayers', where('moe', 'mlp'), from, rule);
    facts.computeAt('model.feedForwardFreeLayers', where('mamba', 'attention'), from, rule);
  },
  'shared-indexers': addSharedIndexers,
  'sparse-blocks': addSparseBlocks,
  'compressed-layers': addCompressedLayers,
  'other-heads'(facts, family) {
    RULES['sliding-if-listed'](facts, family);
    for (const [name, from] of [
      ['kvHeads', 'model.kvHeads'],
      ['headDim', 'model.headDim'],
      ['valueHeadDim', 'model.headDim'],
    ] as const) {
      const fact = facts.get(from);
      const heads = facts.get('model.slidingAttention.attentionHeads');
      if (heads !== undefined && fact !== undefined)
        facts.compute(`model.slidingAttention.${name}`, fact.value, fact, 'as in other layers');
    }
  },
  'heads-per-layer'(facts, family) {
    RULES['sliding-if-listed'](facts, family);
    addLayerHeads(facts);
  },
} satisfies Readonly<Record<string, Rule>>;

/** How a file says which layers mix their tokens how. */
export type MixerRule = keyof typeof RULES;

/** Key of the window, by how the family says which layers have one. */
export const WINDOW_KEYS: Readonly<Partial<Record<MixerRule, string>>> = {
  'all-sliding': 'sliding_window',
  'sliding-layers': 'sliding_window',
  'global-heads': 'sliding_window',
  'sliding-if-listed': 'sliding_window',
  'last-sliding': 'sliding_window',
  'other-heads': 'sliding_window',
  'sliding-after-dense': 'sliding_window',
  'hybrid-pattern': 'sliding_window',
  'compressed-layers': 'sliding_window',
  'heads-per-layer': 'sliding_window',
  'chunked-layers': 'attention_chunk_size',
};

/** Which layers mix their tokens how. */
export function addMixers(facts: Builder, family: Family): void {
  const rule: Rule = RULES[family.mixers];
  rule(facts, family);
}
