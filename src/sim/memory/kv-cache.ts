import type { ModelScenario } from '../../scenario/scenario';

/**
 * Elements of KV cache that one token adds in one layer, on one rank of an attention TP group.
 * MLA keeps the latent and the shared rotary key, `c + r`, whole on every rank; GQA keeps `2·K·d`, over at most K ranks.
 * DeepSeek-V3 in BF16: 61 × 576 × 2 B = 70,272 B per token (arXiv 2505.09343, Table 1).
 */
export function kvElementsPerTokenAndLayer(model: ModelScenario, attentionTp: number): number {
  if (model.mla) return model.mla.kvLoraRank + model.mla.qkRopeHeadDim;
  return (2 * model.kvHeads * model.headDim) / Math.min(attentionTp, model.kvHeads);
}

/** Tokens that all layers together keep for one sequence: sliding layers no more than their window. */
export function cachedTokenLayers(model: ModelScenario, contextLength: number): number {
  const sliding = model.slidingWindow === null ? 0 : model.slidingLayers.length;
  const window = Math.min(contextLength, model.slidingWindow ?? contextLength);
  return (model.layers - sliding) * contextLength + sliding * window;
}

/** KV cache of one sequence on one rank, in bytes. */
export function kvBytesPerSequence(
  model: ModelScenario,
  contextLength: number,
  attentionTp: number,
  elementBytes: number,
): number {
  return (
    cachedTokenLayers(model, contextLength) * kvElementsPerTokenAndLayer(model, attentionTp) * elementBytes
  );
}
