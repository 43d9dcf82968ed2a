import type { ModelScenario } from '../../scenario/scenario';
import { type CompressedKind, isCompressed } from './compressed';
import type { AttentionKind } from './kinds';

/** Heads of one attention layer as its score and value products see them. */
export interface AttentionHeads {
  readonly queryHeads: number;
  readonly kvHeads: number;
  /** Width of a query or key head, and of a value head. */
  readonly queryDim: number;
  readonly valueDim: number;
  /** Tokens that a query attends to at most, compressed ones aside; `null`: all before it. */
  readonly limit: number | null;
}

/** Heads of one kind of attention. With multi-head latent attention, those of the expanded latents. */
export function attentionHeads(model: ModelScenario, mixer: AttentionKind | CompressedKind): AttentionHeads {
  if (mixer === 'sliding' || isCompressed(mixer)) {
    const own = model.slidingAttention;
    return {
      queryHeads: own?.attentionHeads ?? model.attentionHeads,
      kvHeads: own?.kvHeads ?? model.kvHeads,
      queryDim: own?.headDim ?? model.headDim,
      valueDim: own?.valueHeadDim ?? model.valueHeadDim ?? model.headDim,
      limit: model.slidingWindow,
    };
  }
  const { mla } = model;
  return {
    queryHeads: model.attentionHeads,
    kvHeads: mla === null ? model.kvHeads : model.attentionHeads,
    queryDim: mla === null ? model.headDim : mla.qkNopeHeadDim + mla.qkRopeHeadDim,
    valueDim: mla === null ? (model.valueHeadDim ?? model.headDim) : mla.vHeadDim,
    limit: mixer === 'sparse' ? (model.indexer?.topK ?? null) : null,
  };
}

/** Tokens that a query of a causal sequence attends to, mean over the sequence: `s/2`, or `w - w²/2s` within a window. */
export function attendedTokens(limit: number | null, sequenceLength: number): number {
  const window = Math.min(limit ?? sequenceLength, sequenceLength);
  return window - window ** 2 / (2 * sequenceLength);
}
