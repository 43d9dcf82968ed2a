import type { Builder } from '../builder';
import type { Family } from '../families/family';

const EXPERT = 'model.expertIntermediateSize';

/** The width of experts where `intermediate_size` states it, before any default may. */
export function addStatedExpertWidth(facts: Builder, family: Family): void {
  if (family.intermediateIs === 'dense' || facts.get(EXPERT) !== undefined) return;
  const width = facts.stated.find(
    ({ name, key }) => name === 'model.intermediateSize' && key === 'intermediate_size',
  );
  if (width !== undefined) facts.added.push({ ...width, name: EXPERT });
}

/** The width of experts where the default of `intermediate_size` is it, sizes of heads, and what they follow from. */
export function addWidths(facts: Builder, family: Family): void {
  const width = facts.get('model.intermediateSize');
  if (family.intermediateIs !== 'dense' && facts.get(EXPERT) === undefined && width !== undefined) {
    facts.added.push({ ...width, name: EXPERT });
  }
  const heads = facts.get('model.attentionHeads');
  if (heads !== undefined) {
    const rule = 'num_attention_heads, where num_key_value_heads is absent';
    facts.conclude('model.kvHeads', heads.value, heads, rule);
  }
  if (family.attention === 'mla') addLatentHeads(facts);
  else addHeadSize(facts);
}

function addLatentHeads(facts: Builder): void {
  const nope = facts.number('model.mla.qkNopeHeadDim');
  const rope = facts.number('model.mla.qkRopeHeadDim');
  if (nope === undefined || rope === undefined) return;
  const rule = 'width of a query head: qk_nope_head_dim + qk_rope_head_dim';
  facts.compute('model.headDim', nope + rope, facts.get('model.mla.qkNopeHeadDim'), rule);
}

function addHeadSize(facts: Builder): void {
  const hidden = facts.get('model.hiddenSize');
  const size = facts.number('model.hiddenSize');
  const count = facts.number('model.attentionHeads');
  if (size === undefined || count === undefined || count === 0 || size % count !== 0) return;
  const rule = 'hidden_size / num_attention_heads, where head_dim is absent';
  facts.conclude('model.headDim', size / count, hidden, rule);
}
