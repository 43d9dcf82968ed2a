import type { Builder } from '../builder';

/**
 * Layers that reuse the tokens that an earlier layer's indexer chose: `indexer_types`, or else a pattern of F and S, or else
 * every n-th layer has its own. Source: transformers configuration_glm_moe_dsa.py.
 */
export function addSharedIndexers(facts: Builder): void {
  const name = 'model.indexer.sharedLayers';
  const types = facts.strings('indexer_types');
  const member = facts.member('indexer_types');
  if (types !== undefined && member !== undefined) {
    const shared = types.flatMap((type, layer) => (type === 'shared' ? [layer] : []));
    facts.fromMember(name, shared, member, 'the layers that indexer_types calls shared');
    return;
  }
  const pattern = facts.text('index_topk_pattern');
  const frequency = Math.max(1, facts.count('index_topk_freq') ?? 1);
  const offset = facts.count('index_skip_topk_offset') ?? 2;
  const isShared = (layer: number): boolean =>
    pattern === undefined ? Math.max(0, layer - offset + 1) % frequency !== 0 : pattern[layer] === 'S';
  facts.conclude(
    name,
    facts.layers().filter(isShared),
    undefined,
    'index_topk_freq and index_skip_topk_offset',
  );
}

/**
 * Block-sparse attention: the layers without it, and the tokens of the blocks that a query attends to.
 * Source: transformers configuration_minimax_m3_vl.py.
 */
export function addSparseBlocks(facts: Builder): void {
  const section = 'sparse_attention_config';
  const blocks = facts.count(`${section}.sparse_topk_blocks`) ?? facts.count('index_topk_blocks') ?? 16;
  const size = facts.count(`${section}.sparse_block_size`) ?? facts.count('index_block_size') ?? 128;
  facts.conclude(
    'model.indexer.topK',
    blocks * size,
    undefined,
    'blocks that a query attends to x their size',
  );
  const types = facts.strings('layer_types');
  const frequency = facts.numbers(`${section}.sparse_attention_freq`);
  const isFull = (layer: number): boolean =>
    types === undefined ? frequency?.[layer] !== 1 : types[layer] !== 'minimax_m3_sparse';
  const rule = 'the layers that sparse_attention_freq or layer_types does not call sparse';
  facts.conclude('model.indexer.fullLayers', facts.layers().filter(isFull), undefined, rule);
}
