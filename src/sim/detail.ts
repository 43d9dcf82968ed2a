import { type PlacementDetail, placementDetail } from './placement/detail';
import { partsSentTo } from './placement/shards';
import type { SimulationResult } from './result';
import { type ExampleTokens, exampleTokens } from './routing/example-tokens';
import { type Sending, sendingOf } from './traffic/sending';

/** What pictures need beyond the figures. Not part of every simulation: a search over layouts has no use for it. */
export interface SimulationDetail extends PlacementDetail {
  readonly examples: ExampleTokens;
  readonly sending: Sending;
  /** Ranks that hold a part of each expert (ETP) and are sent its rows: so many from the slot's rank on. */
  readonly parts: number;
}

/**
 * The detail behind a result.
 *
 * @yields the fraction done, so that a caller can look up or stop between two steps
 */
export function* simulationDetail(result: SimulationResult): Generator<number, SimulationDetail, void> {
  return {
    ...placementDetail(result),
    examples: yield* exampleTokens(result.scenario, result.placement),
    sending: sendingOf[result.traffic.backend],
    parts: partsSentTo(result.scenario),
  };
}
