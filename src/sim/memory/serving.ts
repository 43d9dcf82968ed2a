import type { Scenario } from '../../scenario/scenario';
import { mixerWidth } from '../parameters/mixer-width';
import { expertInputSize } from '../parameters/moe';
import { denseParametersPerRank, expertParametersPerRank } from '../parameters/rank';
import type { ServingGrid } from '../parameters/serving';
import type { PipelineStage } from '../parameters/stages';
import { cacheBytes, kvElementBytes } from './kv-cache';
import { UNQUANTIZED_BYTES, weightBytes } from './weight-bytes';

/** What one rank of an engine holds while serving, in bytes, and the counts behind it. */
export interface ServingRankMemory {
  readonly weights: number;
  readonly activations: number;
  /** Sequences that the rank is asked to serve at a time, and the cache of one of them. */
  readonly sequences: number;
  readonly kvBytesPerSequence: number;
  readonly denseParameters: number;
  readonly expertParameters: number;
}

/**
 * Sequences whose cache fits into what the rest leaves, at least one: engines size the cache by what is left and let
 * further sequences wait (vLLM: v1/core/kv_cache_utils.py), so that too small a cache is slow but no failure.
 */
export function sequencesHeld(
  { sequences, kvBytesPerSequence }: ServingRankMemory,
  leftBytes: number,
): number {
  return Math.min(
    sequences,
    Math.max(1, kvBytesPerSequence === 0 ? sequences : Math.floor(leftBytes / kvBytesPerSequence)),
  );
}

const served = new WeakMap<PipelineStage, PipelineStage>();

/** The stage as it serves: one for all ranks, so that what depends on it is worked out once. */
function withoutMtp(stage: PipelineStage): PipelineStage {
  const known = served.get(stage) ?? { ...stage, mtpModules: 0 };
  served.set(stage, known);
  return known;
}

/** Bytes on one rank: weights in their format, the cache of its sequences, the workspace of one forward pass. */
export function servingRankMemory(
  scenario: Scenario,
  grid: ServingGrid,
  stage: PipelineStage,
  load: { readonly experts: number; readonly assignments: number },
): ServingRankMemory {
  const { model, layout, workload } = scenario;
  const serving = withoutMtp(stage);
  const dense = denseParametersPerRank(model, serving, grid.attentionTp);
  const experts = expertParametersPerRank(model, serving, load.experts, layout.etp);
  const format = weightBytes[model.weightDtype];
  const linear = dense.attention + dense.mlp;
  const sequences = Math.ceil(workload.concurrency / (grid.replicas * grid.attentionRanks));
  return {
    weights: linear * format.linear + (dense.total - linear) * UNQUANTIZED_BYTES + experts * format.experts,
    sequences,
    kvBytesPerSequence: cacheBytes(
      model,
      stage.kinds,
      workload.contextLength,
      grid.attentionTp,
      kvElementBytes[workload.kvCacheDtype],
    ).held,
    activations: workspaceBytes(scenario, grid, stage, load.assignments, sequences),
    denseParameters: dense.total,
    expertParameters: experts,
  };
}

/**
 * Widest moment of one forward pass without saved tensors, bytes: residual and hidden state, then the larger of attention's
 * projections and the experts' rows (input, gate and up, activation, output); logits of one token per sequence.
 */
function workspaceBytes(
  { model, layout, workload }: Scenario,
  grid: ServingGrid,
  stage: PipelineStage,
  assignments: number,
  sequences: number,
): number {
  const tokens = Math.ceil(workload.tokensPerRank * grid.attentionTp);
  const h = model.hiddenSize;
  const width = Math.max(0, ...stage.kinds.map(({ kind }) => mixerWidth(model, kind)));
  const residual = 2 * 2 * tokens * h;
  const attention = (2 * tokens * width) / grid.attentionTp;
  const rows = assignments * layout.etp;
  const experts =
    2 * rows * (2 * expertInputSize(model) + (model.mlpMatrices * model.expertIntermediateSize) / layout.etp);
  const logits = stage.hasHead ? (6 * sequences * model.vocabSize) / grid.attentionTp : 0;
  return residual + Math.max(attention, experts) + logits;
}
