import { TRAINING } from './constants';
import type { LayerContext } from './context';
import { type ForwardBackward, gemm, NO_TIME, pointwise, sum } from './gemm';

/** Reads and writes of BF16 rows of hiddenSize around attention: two norms, two residual additions. */
const ATTENTION_ROW_PASSES = 10;
/** Of those, the two norms' reads and writes. */
const NORM_ROW_PASSES = 4;

/** Seconds of the two norms of a layer, forward. */
export function norms({ model, machine, rankTokens: n }: LayerContext): number {
  return (2 * NORM_ROW_PASSES * n * model.hiddenSize) / machine.memoryBytes;
}

/** Projections, flash attention and the pointwise work around them: norms, residuals, rotary embedding. */
export function attentionTime(context: LayerContext): ForwardBackward {
  const { model, machine, groupTokens: T, rankTokens: n, tp } = context;
  const { mla } = model;
  const width = mla
    ? 2 * model.attentionHeads * (mla.qkNopeHeadDim + mla.qkRopeHeadDim + mla.vHeadDim)
    : (2 * model.attentionHeads + 2 * model.kvHeads) * model.headDim;
  const bytes = 2 * n * model.hiddenSize * ATTENTION_ROW_PASSES + 4 * (T / tp) * width;
  return sum([
    mla ? mlaProjections(context) : gqaProjections(context),
    coreAttention(context),
    pointwise(machine, bytes, TRAINING.attentionPointwiseBackward),
  ]);
}

/** Flash attention, causal: `b·s·(s/c)·H·(d_qk + d_v)/t` FLOP forward. */
export function coreAttention({
  model,
  machine,
  groupTokens: T,
  sequenceLength,
  tp,
}: LayerContext): ForwardBackward {
  const { mla } = model;
  const dims = mla ? mla.qkNopeHeadDim + mla.qkRopeHeadDim + mla.vHeadDim : 2 * model.headDim;
  const forward = (T * sequenceLength * model.attentionHeads * dims) / tp / machine.attentionFlops;
  return { forward, backward: TRAINING.attentionBackward * forward };
}

function gqaProjections({ model, machine, recipe, groupTokens: T, tp }: LayerContext): ForwardBackward {
  const h = model.hiddenSize;
  const qkv = (model.attentionHeads + 2 * model.kvHeads) * model.headDim;
  return sum([
    gemm(machine, recipe.precision, T, qkv / tp, h),
    gemm(machine, recipe.precision, T, h, (model.attentionHeads * model.headDim) / tp),
  ]);
}

function mlaProjections(context: LayerContext): ForwardBackward {
  const { model, machine, recipe, groupTokens: T, rankTokens: n, tp } = context;
  const mla = model.mla!;
  const down = (mla.qLoraRank ?? 0) + mla.kvLoraRank + mla.qkRopeHeadDim;
  return sum([
    gemm(machine, recipe.precision, n, down, model.hiddenSize),
    mlaUpProjection(context),
    gemm(machine, recipe.precision, T, model.hiddenSize, (model.attentionHeads * mla.vHeadDim) / tp),
  ]);
}

/** Queries, keys and values of MLA from their latents; nothing for other attention. */
export function mlaUpProjection({
  model,
  machine,
  recipe,
  groupTokens: T,
  tp,
}: LayerContext): ForwardBackward {
  const { mla, attentionHeads: heads } = model;
  if (!mla) return NO_TIME;
  const query = (heads * (mla.qkNopeHeadDim + mla.qkRopeHeadDim)) / tp;
  const keyValue = (heads * (mla.qkNopeHeadDim + mla.vHeadDim)) / tp;
  return sum([
    gemm(machine, recipe.precision, T, query, mla.qLoraRank ?? model.hiddenSize),
    gemm(machine, recipe.precision, T, keyValue, mla.kvLoraRank),
  ]);
}
