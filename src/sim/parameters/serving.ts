import type { LayoutScenario } from '../../scenario/scenario';

/** How one serving engine uses its ranks. */
export interface ServingGrid {
  /** GPUs of one engine and pipeline stage. */
  readonly gpus: number;
  /** Groups that hold different sequences (attention data parallel), and ranks that split one sequence's attention. */
  readonly attentionRanks: number;
  readonly attentionTp: number;
  /** Independent copies of the engine, which share nothing. */
  readonly replicas: number;
}

/**
 * DP ranks are one engine where attention is data-parallel or the experts span more ranks than TP has (vLLM: EP = TP × DP);
 * else each DP rank is a replica of its own.
 */
export function servingGrid(layout: LayoutScenario): ServingGrid {
  const isJoint = layout.attentionDataParallel || layout.ep * layout.etp > layout.tp;
  if (!isJoint) {
    return { gpus: layout.tp, attentionRanks: 1, attentionTp: layout.tp, replicas: layout.dp };
  }
  const gpus = Math.max(1, layout.worldSize / layout.pp);
  const attentionRanks = Math.min(layout.dp, gpus);
  return { gpus, attentionRanks, attentionTp: gpus / attentionRanks, replicas: 1 };
}
