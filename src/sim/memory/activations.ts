import type { ModelScenario, RecomputePart, Scenario } from '../../scenario/scenario';
import type { CompressedKind } from '../parameters/compressed';
import { savedInputBytes } from '../parameters/dtypes';
import { attentionHeads } from '../parameters/heads';
import { type AttentionKind, type LayerKind, subLayers } from '../parameters/kinds';
import { linearMixerKind } from '../parameters/linear';
import { expertInputSize } from '../parameters/moe';

/** One tensor that the backward pass of a layer needs, and the recompute modules that make it unnecessary to keep. */
export interface SavedTensor {
  readonly name: string;
  readonly bytes: number;
  readonly droppedBy: readonly RecomputePart[];
}

/** Sizes that the tensors of one layer and microbatch depend on. */
export interface ActivationShape {
  /** Tokens of one TP group: microbatch × sequence / CP. */
  readonly groupTokens: number;
  /** Tokens of one rank outside attention: over TP with sequence parallelism. */
  readonly rankTokens: number;
  readonly tp: number;
  readonly etp: number;
  /** Rows that the rank's experts receive, gathered over ETP. */
  readonly expertRows: number;
  /** Rows that come back to the rank after combine. */
  readonly combinedRows: number;
  /** Bytes of a saved GEMM input: 2 in BF16, 1 in FP8, and its scales. */
  readonly inputBytes: number;
}

/** Tokens of one TP group: microbatch × sequence / CP. */
export const groupTokens = ({ layout, workload }: Pick<Scenario, 'layout' | 'workload'>): number =>
  (workload.microBatchSize * workload.sequenceLength) / layout.cp;

/** The shape of one microbatch on a rank whose experts receive `assignments` rows (before gathering over ETP). */
export function activationShape(scenario: Scenario, assignments: number): ActivationShape {
  const { layout, workload, model } = scenario;
  const tokens = groupTokens({ layout, workload });
  const isSplit = layout.sequenceParallel || layout.tp === 1;
  const rankTokens = isSplit ? tokens / layout.tp : tokens;
  return {
    groupTokens: tokens,
    rankTokens,
    tp: layout.tp,
    etp: layout.etp,
    expertRows: assignments * layout.etp,
    combinedRows: rankTokens * model.topK,
    inputBytes: savedInputBytes[workload.precision],
  };
}

/**
 * Tensors that one layer keeps for its backward pass, bytes per microbatch.
 * Source: Megatron-Core modules read as saved-for-backward lists; for DeepSeek-V3 in BF16 at TP 1 and 4096 tokens they sum
 * to 2236 MiB, and 60 of them to the 131.0 GiB of arXiv 2603.07685, Table 3. FlashAttention keeps no s² tensor.
 */
export function savedTensors(
  model: ModelScenario,
  shape: ActivationShape,
  kind: LayerKind,
): readonly SavedTensor[] {
  return [
    ...tokenTensors(model, shape, kind),
    ...(subLayers(model, kind).isMoe ? moeTensors(model, shape) : []),
  ];
}

/** Those of them that come before the experts: they do not depend on where tokens are routed. */
export function tokenTensors(
  model: ModelScenario,
  shape: ActivationShape,
  kind: LayerKind,
): readonly SavedTensor[] {
  const { mixers, denseMlps, isMoe } = subLayers(model, kind);
  return [
    ...repeated(mixers, [...normTensors(model, shape, 'mixer'), ...mixerTensors(model, shape, kind)]),
    ...repeated(Math.max(denseMlps, Number(isMoe)), normTensors(model, shape, 'MLP')),
    ...repeated(denseMlps, denseTensors(model, shape)),
  ];
}

const repeated = (times: number, tensors: readonly SavedTensor[]): readonly SavedTensor[] =>
  Array.from({ length: times }, () => tensors).flat();

function normTensors(model: ModelScenario, shape: ActivationShape, before: string): readonly SavedTensor[] {
  const elements = shape.rankTokens * model.hiddenSize;
  return [
    { name: `${before} input`, bytes: 2 * model.residualStreams * elements, droppedBy: [] },
    { name: `${before} norm output`, bytes: shape.inputBytes * elements, droppedBy: ['layernorm'] },
  ];
}

function mixerTensors(model: ModelScenario, shape: ActivationShape, kind: LayerKind): readonly SavedTensor[] {
  if (kind.mixer === 'none') return [];
  return kind.mixer === 'linear' ? linearTensors(model, shape) : attentionTensors(model, shape, kind.mixer);
}

/**
 * Inputs of the convolution and of the recurrence, the output gate and the gated output. The states at chunk borders, which
 * kernels keep or recompute, are left out.
 */
function linearTensors(
  model: ModelScenario,
  { groupTokens: T, tp }: ActivationShape,
): readonly SavedTensor[] {
  const linear = model.linear!;
  const channels = linearMixerKind(linear).convChannels(linear);
  const output = linear.valueHeads * linear.valueHeadDim;
  const inputs = channels === 0 ? 3 * output : channels;
  return [
    { name: 'query, key, value', bytes: (2 * T * inputs) / tp, droppedBy: [] },
    { name: 'convolution output', bytes: (2 * T * channels) / tp, droppedBy: [] },
    { name: 'output gate', bytes: (2 * T * output) / tp, droppedBy: [] },
    { name: 'mixer output', bytes: (2 * 2 * T * output) / tp, droppedBy: [] },
  ];
}

function attentionTensors(
  model: ModelScenario,
  shape: ActivationShape,
  mixer: AttentionKind | CompressedKind,
): readonly SavedTensor[] {
  const { groupTokens: T, tp } = shape;
  const { queryHeads, valueDim } = attentionHeads(model, mixer);
  const gated = model.attentionGate === 'full-width' ? 2 : 1;
  return [
    ...(model.mla && mixer !== 'sliding' ? mlaTensors(model, shape) : gqaTensors(model, shape, mixer)),
    { name: 'attention output', bytes: (2 * gated * T * queryHeads * valueDim) / tp, droppedBy: [] },
    { name: 'softmax statistics', bytes: (4 * T * queryHeads) / tp, droppedBy: ['core_attn'] },
  ];
}

function gqaTensors(
  model: ModelScenario,
  { groupTokens: T, tp }: ActivationShape,
  mixer: AttentionKind | CompressedKind,
): readonly SavedTensor[] {
  const { queryHeads, kvHeads, queryDim, valueDim } = attentionHeads(model, mixer);
  const width = queryHeads * queryDim + kvHeads * (queryDim + valueDim);
  return [{ name: 'query, key, value', bytes: (2 * T * width) / tp, droppedBy: [] }];
}

function mlaTensors(model: ModelScenario, shape: ActivationShape): readonly SavedTensor[] {
  const { groupTokens: T, rankTokens: n, tp, inputBytes: x } = shape;
  const mla = model.mla!;
  const q = mla.qLoraRank ?? 0;
  const queryWidth = model.attentionHeads * (mla.qkNopeHeadDim + mla.qkRopeHeadDim);
  return [
    { name: 'query latent', bytes: 2 * n * q, droppedBy: [] },
    { name: 'query latent norm output', bytes: x * n * q, droppedBy: ['layernorm'] },
    { name: 'key-value latent', bytes: 2 * n * mla.kvLoraRank, droppedBy: [] },
    { name: 'key-value latent norm output', bytes: x * n * mla.kvLoraRank, droppedBy: ['layernorm'] },
    { name: 'query and key', bytes: (2 * 2 * T * queryWidth) / tp, droppedBy: ['mla_up_proj'] },
    {
      name: 'value',
      bytes: (2 * T * model.attentionHeads * mla.vHeadDim) / tp,
      droppedBy: ['mla_up_proj'],
    },
  ];
}

function denseTensors(model: ModelScenario, shape: ActivationShape): readonly SavedTensor[] {
  const { groupTokens: T, tp, inputBytes: x } = shape;
  const width = model.intermediateSize / tp;
  return [
    { name: 'MLP gate and up', bytes: 2 * T * (model.mlpMatrices - 1) * width, droppedBy: ['mlp'] },
    { name: 'MLP activation', bytes: x * T * width, droppedBy: ['mlp'] },
  ];
}

/** Those of a MoE layer's router, shared and routed experts, which come after the others. */
export function moeTensors(model: ModelScenario, shape: ActivationShape): readonly SavedTensor[] {
  const { groupTokens: T, rankTokens: n, expertRows: rows, combinedRows, tp, etp, inputBytes: x } = shape;
  const h = expertInputSize(model);
  const matrices = model.mlpMatrices - 1;
  const shared = model.sharedExpertIntermediateSize / tp;
  const width = model.expertIntermediateSize / etp;
  return [
    { name: 'router probabilities and row map', bytes: 10 * n * model.routedExperts, droppedBy: ['moe'] },
    { name: 'shared gate and up', bytes: 2 * T * matrices * shared, droppedBy: ['moe', 'shared_experts'] },
    { name: 'shared activation', bytes: x * T * shared, droppedBy: ['moe', 'shared_experts'] },
    { name: 'dispatched rows', bytes: x * rows * h, droppedBy: ['moe'] },
    { name: 'expert gate and up', bytes: 2 * rows * matrices * width, droppedBy: ['moe', 'moe_experts'] },
    { name: 'expert activation', bytes: x * rows * width, droppedBy: ['moe', 'moe_experts', 'moe_act'] },
    { name: 'combined rows', bytes: 2 * combinedRows * h, droppedBy: ['moe'] },
  ];
}

/**
 * Bytes that one layer keeps under a recompute mode; `full` keeps the layer's input alone, its first tensor.
 *
 * @param before bytes that are kept of the layer's tensors in front of these
 */
export function keptBytes(
  tensors: readonly SavedTensor[],
  recompute: Scenario['workload']['recompute'],
  before = 0,
): number {
  if (recompute === 'full') return before > 0 ? before : (tensors[0]?.bytes ?? 0);
  let kept = before;
  for (const tensor of tensors) if (isKept(tensor, recompute)) kept += tensor.bytes;
  return kept;
}

/** Whether a tensor is kept under a recompute mode that names modules, or none. */
export const isKept = (
  { droppedBy }: SavedTensor,
  recompute: Exclude<Scenario['workload']['recompute'], 'full'>,
): boolean => recompute === 'none' || !droppedBy.some((part) => recompute.includes(part));
