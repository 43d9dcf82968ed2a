import type { Builder } from '../builder';

const KEY = 'num_attention_heads_per_layer';

/** The one number that a list has at these layers; `undefined` where there are several, or none. */
function common(list: readonly number[], layers: readonly number[]): number | undefined {
  const [first, ...rest] = layers.map((layer) => list[layer]);
  return rest.every((heads) => heads === first) ? first : undefined;
}

/**
 * Laguna: query heads of sliding layers and of the others, by a list of one number per layer, and the gate on the output of
 * attention. Lists that differ among layers of one kind are not simulated.
 * Source: transformers 5.18.0 configuration_laguna.py, modeling_laguna.py (LagunaAttention).
 */
export function addLayerHeads(facts: Builder): void {
  const gate = facts.member('gating');
  const value = gate?.value.value as unknown;
  const isPerHead = gate === undefined || value === true || value === 'per-head';
  const width = isPerHead ? 'per-head' : 'full-width';
  if (gate === undefined) facts.conclude('model.attentionGate', width, undefined, 'a gate per head');
  else facts.fromMember('model.attentionGate', width, gate, 'the gate on the output of attention');
  const list = facts.numbers(KEY);
  const member = facts.member(KEY);
  const sliding = facts.get('model.slidingLayers')?.value;
  if (list === undefined || member === undefined) return;
  const slides = new Set(Array.isArray(sliding) ? (sliding as readonly number[]) : []);
  const others = facts.layers().filter((layer) => !slides.has(layer));
  const full = others.length === 0 ? facts.number('model.attentionHeads') : common(list, others);
  const own = slides.size === 0 ? full : common(list, [...slides]);
  if (full === undefined || own === undefined || list.length !== facts.layers().length) {
    facts.refuse('Laguna with other heads in layers of one kind', KEY);
    return;
  }
  const rule = `${KEY}, one number for each kind of layer`;
  const stated = facts.get('model.attentionHeads');
  if (stated?.value !== full) facts.replace('model.attentionHeads', full, stated, rule);
  if (own === full) return;
  facts.fromMember('model.slidingAttention.attentionHeads', own, member, rule);
  for (const [name, from] of [
    ['kvHeads', 'model.kvHeads'],
    ['headDim', 'model.headDim'],
    ['valueHeadDim', 'model.headDim'],
  ] as const) {
    const fact = facts.get(from);
    if (fact !== undefined)
      facts.compute(`model.slidingAttention.${name}`, fact.value, fact, 'as in other layers');
  }
}
