import type { Scenario } from '../scenario/scenario';
import type { LayerPlacements } from './placement/placement';
import { overParts, routedToParts } from './placement/shards';
import type { PlacementResult, TrafficResult } from './result';
import { expectedLayers } from './routing/expected';
import { targetInclusion } from './routing/popularity';
import type { Routing } from './routing/routing';
import { dealtToSources } from './routing/source-tokens';
import { isSame } from './sums';
import { traffic } from './traffic/traffic';

/** Where the experts of one MoE layer are, and what it sends. */
export interface SentLayer {
  readonly placement: PlacementResult;
  readonly traffic: TrafficResult;
  /** Rows of the matrix that differ: 1 where all ranks send alike. */
  readonly sources: number;
}

/** What a routing over the EP ranks of a placement sends. */
export function sentLayer(scenario: Scenario, placed: PlacementResult, routing: Routing): SentLayer {
  const placement = overParts(scenario, placed);
  return {
    placement,
    traffic: traffic(scenario, routedToParts(scenario, placement, routing)),
    sources: routing.sources,
  };
}

/**
 * What each MoE layer sends in expectation, worked out when it is asked for. Layers whose experts are chosen and placed
 * alike send the same: they share one result.
 */
export function expectedTraffic(
  scenario: Scenario,
  placements: LayerPlacements,
): (layer: number) => SentLayer {
  const known: {
    readonly target: Float64Array;
    readonly slots: readonly number[];
    readonly sent: SentLayer;
  }[] = [];
  let route: ReturnType<typeof expectedLayers> | null = null;
  let routedSlots: readonly number[] = [];
  return (layer) => {
    const placed = placements.of(layer);
    const slots = placed.physicalToLogical;
    const target = targetInclusion(scenario, layer);
    const alike = known.find((one) => isSame(one.slots, slots) && isSame(one.target, target));
    if (alike) return { ...alike.sent, placement: overParts(scenario, placed) };
    if (!route || !isSame(routedSlots, slots)) {
      route = expectedLayers(scenario, placed);
      routedSlots = slots;
    }
    const sent = sentLayer(scenario, placed, dealtToSources(route(layer)));
    known.push({ target, slots, sent });
    return sent;
  };
}
