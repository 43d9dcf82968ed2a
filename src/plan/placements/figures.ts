import type { SimulationResult } from '../../sim/result';

/** What a placement comes to, in the figures of the whole simulator. */
export interface PlacementFigures {
  /** One optimizer step, or one forward pass. */
  readonly stepSeconds: number;
  /** One MoE layer on the slowest rank, microseconds of the step that each takes: forward, and backward where there is one. */
  readonly layer: {
    readonly dispatchMicroseconds: number;
    readonly expertMicroseconds: number;
    readonly combineMicroseconds: number;
  };
  /** Weights of the rank that has most of them. */
  readonly weightBytes: number;
  /** Free on the fullest rank; below zero where it does not fit. */
  readonly freeBytes: number;
  /** Sequences of one rank whose KV cache fits, and those that it is asked to serve; `null` when training. */
  readonly sequences: { readonly held: number; readonly wanted: number } | null;
  /** Fullest rank over mean of the layer that is simulated, of all layers on average, and of the worst one. */
  readonly maxOverMean: number;
  readonly meanOfLayers: number;
  readonly worstLayer: number;
  readonly remoteNodesPerToken: number;
}

export function figuresOf(result: SimulationResult): PlacementFigures {
  const { step, memory, placement, traffic } = result;
  const segments = [...step.layer.forward, ...(step.layer.backward ?? [])];
  const micros = (...names: readonly string[]): number =>
    1e6 *
    segments
      .filter(({ what }) => names.includes(what))
      .reduce((sum, { seconds, hiddenSeconds }) => sum + seconds - hiddenSeconds, 0);
  const fullest = memory.perRank[memory.fullestRank]!;
  const { maxOverMean, mean, worst } = placement.layers;
  return {
    stepSeconds: step.seconds,
    layer: {
      dispatchMicroseconds: micros('dispatch'),
      expertMicroseconds: micros('experts', 'waiting'),
      combineMicroseconds: micros('combine'),
    },
    weightBytes: memory.perRank.reduce((most, { weights }) => Math.max(most, weights), 0),
    freeBytes: fullest.capacity - fullest.total,
    sequences: memory.kvSequences,
    maxOverMean: traffic.load.maxOverMean,
    meanOfLayers: mean,
    worstLayer: maxOverMean[worst]!,
    remoteNodesPerToken: traffic.perToken.remoteNodes,
  };
}
