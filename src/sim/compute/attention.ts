import type { ModelScenario } from '../../scenario/scenario';
import { compressorParameters, isCompressed } from '../parameters/compressed';
import { attentionHeads } from '../parameters/heads';
import { indexerParameters } from '../parameters/indexer';
import type { LayerKind } from '../parameters/kinds';
import { mixerWidth } from '../parameters/mixer-width';
import { mixerParameters } from '../parameters/mixers';
import { wholeOf } from '../parameters/split';
import { TRAINING } from './constants';
import type { LayerContext } from './context';
import { type ForwardBackward, gemm, NO_TIME, pointwise, sum } from './gemm';
import { causalMixerFlops } from './mixer-flops';

/** Reads and writes of BF16 rows of hiddenSize around attention: two norms, two residual additions. */
const ATTENTION_ROW_PASSES = 10;
/** Of those, the two norms' reads and writes. */
const NORM_ROW_PASSES = 4;

/** Seconds of the two norms of a layer, forward. */
export function norms({ model, machine, rankTokens: n }: LayerContext): number {
  return (2 * NORM_ROW_PASSES * n * model.hiddenSize) / machine.memoryBytes;
}

/** One mixer: projections, attention or recurrence, and the pointwise work around them (norms, residuals, rotary embedding). */
export function mixerTime(context: LayerContext, kind: LayerKind): ForwardBackward {
  const { model, machine, groupTokens: T, rankTokens: n, tp } = context;
  if (kind.mixer === 'none') return NO_TIME;
  const bytes = 2 * n * model.hiddenSize * ATTENTION_ROW_PASSES + 4 * (T / tp) * mixerWidth(model, kind);
  return sum([
    ...projected(context, kind),
    indexerProjections(context, kind),
    coreAttention(context, kind),
    pointwise(machine, bytes, TRAINING.attentionPointwiseBackward),
  ]);
}

/** Queries, keys and head weights of an indexer; every rank computes them for its own tokens. */
function indexerProjections(context: LayerContext, { hasIndexer }: LayerKind): ForwardBackward {
  const { model, machine, precision, rankTokens: n } = context;
  if (!hasIndexer || model.indexer === null) return NO_TIME;
  const columns = indexerParameters(model, model.indexer) / model.hiddenSize;
  return gemm(machine, precision, n, columns, model.hiddenSize);
}

/** What is in front of and behind attention or a recurrence. */
function projected(context: LayerContext, kind: LayerKind): readonly ForwardBackward[] {
  const { model } = context;
  if (isCompressed(kind.mixer) || (model.compressed !== null && kind.mixer === 'sliding')) {
    return compressedProjections(context, kind);
  }
  return [isLatent(model, kind) ? mlaProjections(context) : projections(context, kind)];
}

/** Query latent, the one key head and compressed entries on every rank for its own tokens; queries and the output per head. */
function compressedProjections(context: LayerContext, { mixer }: LayerKind): readonly ForwardBackward[] {
  const { model, machine, precision, groupTokens: T, rankTokens: n, tp } = context;
  const { hiddenSize: h, headDim: d, attentionHeads: heads } = model;
  const { queryRank, outputGroups, outputRank } = model.compressed!;
  const grouped = (outputGroups * outputRank) / tp;
  return [
    gemm(machine, precision, n, queryRank + d + compressorParameters(model, mixer) / h, h),
    gemm(machine, precision, T, (heads * d) / tp, queryRank),
    gemm(machine, precision, T, grouped, (heads * d) / outputGroups),
    gemm(machine, precision, T, h, grouped),
  ];
}

const isLatent = (model: ModelScenario, { mixer }: LayerKind): boolean =>
  model.mla !== null && (mixer === 'attention' || mixer === 'sparse');

/** Flash attention, causal: `b·s·(s/c)·H·(d_qk + d_v)/t` FLOP forward without a limit; a recurrence at the same rate. */
export function coreAttention(context: LayerContext, kind: LayerKind): ForwardBackward {
  const { model, machine, groupTokens: T, sequenceLength, tp } = context;
  const forward = (T * causalMixerFlops(model, kind, sequenceLength)) / tp / machine.attentionFlops;
  return { forward, backward: TRAINING.attentionBackward * forward };
}

/** Projections in front of and behind a mixer, as one GEMM each: all weights of it that are not the output's. */
function projections(context: LayerContext, kind: LayerKind): ForwardBackward {
  const { model, machine, precision, groupTokens: T, tp } = context;
  const h = model.hiddenSize;
  const output = outputWidth(model, kind);
  const input = projectedWidth(model, kind) - output;
  return sum([gemm(machine, precision, T, input / tp, h), gemm(machine, precision, T, h, output / tp)]);
}

function outputWidth(model: ModelScenario, { mixer }: LayerKind): number {
  if (mixer === 'linear') return model.linear!.valueHeads * model.linear!.valueHeadDim;
  if (mixer === 'none') return 0;
  const { queryHeads, valueDim } = attentionHeads(model, mixer);
  return queryHeads * valueDim;
}

/** Columns of all projections of a mixer together, in elements: its weights over the hidden size, norms and biases aside. */
function projectedWidth(model: ModelScenario, kind: LayerKind): number {
  const plain = { ...model, qkvBias: false, outputBias: false, qkNorm: 'none' } as const;
  const weights = mixerParameters(plain, { ...kind, hasIndexer: false });
  return wholeOf(weights) / model.hiddenSize;
}

function mlaProjections(context: LayerContext): ForwardBackward {
  const { model, machine, precision, groupTokens: T, rankTokens: n, tp } = context;
  const mla = model.mla!;
  const down = (mla.qLoraRank ?? 0) + mla.kvLoraRank + mla.qkRopeHeadDim;
  return sum([
    gemm(machine, precision, n, down, model.hiddenSize),
    mlaUpProjection(context),
    gemm(machine, precision, T, model.hiddenSize, (model.attentionHeads * mla.vHeadDim) / tp),
  ]);
}

/** Queries, keys and values of MLA from their latents; nothing for other attention. */
export function mlaUpProjection({
  model,
  machine,
  precision,
  groupTokens: T,
  tp,
}: LayerContext): ForwardBackward {
  const { mla, attentionHeads: heads } = model;
  if (!mla) return NO_TIME;
  const query = (heads * (mla.qkNopeHeadDim + mla.qkRopeHeadDim)) / tp;
  const keyValue = (heads * (mla.qkNopeHeadDim + mla.vHeadDim)) / tp;
  return sum([
    gemm(machine, precision, T, query, mla.qLoraRank ?? model.hiddenSize),
    gemm(machine, precision, T, keyValue, mla.kvLoraRank),
  ]);
}
