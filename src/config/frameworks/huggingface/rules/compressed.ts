import type { Builder } from '../builder';

/** What an entry of `compress_ratios` is called in `layer_types`; 0 is a window alone. */
const NAMES: Readonly<Record<number, string>> = {
  0: 'sliding_attention',
  4: 'compressed_sparse_attention',
  128: 'heavily_compressed_attention',
};

/**
 * Layers of DeepSeek-V4 that attend to a window alone, and to compressed tokens beside it: by `layer_types`, or by the tokens
 * of one entry per layer; where neither is there, all tokens in the first two, then by turns all and chosen.
 * Source: transformers 5.18.0 configuration_deepseek_v4.py.
 */
export function addCompressedLayers(facts: Builder): void {
  const layers = facts.layers();
  const key = facts.strings('layer_types') === undefined ? 'compress_ratios' : 'layer_types';
  const types =
    facts.strings('layer_types') ?? facts.numbers('compress_ratios')?.map((rate) => NAMES[rate] ?? null);
  const member = facts.member(key);
  const otherwise = (layer: number): string => NAMES[layer < 2 || layer % 2 === 0 ? 128 : 4]!;
  const typeOf = (layer: number): string | null =>
    types === undefined ? otherwise(layer) : (types[layer] ?? null);
  // A list that is not understood says nothing of any layer.
  if (
    types?.slice(0, layers.length).includes(null) ||
    (types !== undefined && types.length < layers.length)
  ) {
    facts.refuse('DeepSeek-V4 with other layers than are known', key);
    return;
  }
  const add = (name: string, type: string, rule: string): void => {
    const chosen = layers.filter((layer) => typeOf(layer) === type);
    if (member !== undefined && types !== undefined) facts.fromMember(name, chosen, member, rule);
    else facts.conclude(name, chosen, facts.get('model.layers'), rule);
  };
  add('model.slidingLayers', NAMES[0]!, 'the layers that attend to their window alone');
  add('model.compressed.chosenLayers', NAMES[4]!, 'the layers whose indexer chooses compressed tokens');
  add('model.compressed.allLayers', NAMES[128]!, 'the layers that attend to all compressed tokens');
  for (const [name, type, old, rate] of [
    ['model.compressed.chosenRate', NAMES[4]!, 'compress_rate_csa', 4],
    ['model.compressed.allRate', NAMES[128]!, 'compress_rate_hca', 128],
  ] as const) {
    const stated = facts.count(`compress_rates.${type}`) ?? facts.count(old);
    facts.conclude(name, stated ?? rate, undefined, 'tokens of one compressed entry');
  }
}
