import type { LayoutScenario, WorkloadScenario } from '../../scenario/scenario';

/** Microbatches of one rank in one step. */
export function microbatches(workload: WorkloadScenario, layout: LayoutScenario): number {
  return Math.max(1, Math.round(workload.globalBatchSize / (workload.microBatchSize * layout.dp)));
}

/**
 * Microbatches' worth of a stage's layers whose activations are alive at the peak.
 * 1F1B: `min(p - r, m)`. Interleaved 1F1B: `2(p-r-1) + (v-1)p + 1` chunks of `1/v` of the stage, at most all `m·v`.
 * Source: Megatron-Core pipeline_parallel/schedules.py (warm-up microbatches plus the running one).
 */
export function microbatchesInFlight(layout: LayoutScenario, stage: number, microbatchCount: number): number {
  const { pp, vpp } = layout;
  if (pp === 1) return 1;
  if (vpp === 1) return Math.min(pp - stage, microbatchCount);
  const chunks = 2 * (pp - stage - 1) + (vpp - 1) * pp + 1;
  return Math.min(chunks, microbatchCount * vpp) / vpp;
}
