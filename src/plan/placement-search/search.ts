import type { LayerTable } from '../../scenario/scenario';
import type { Crossing } from './crossing';
import { type LayerProblem, type LayerSearch, layerSearch, type Reach } from './layer';

export interface PlacementRequest {
  /** [layers][experts] tokens. */
  readonly loads: LayerTable;
  /** [layers][slots] expert of each slot: EPLB's placement, which is the start. */
  readonly start: LayerTable;
  readonly gpus: number;
  readonly nodes: number;
  /** How tokens choose; `null`: not known, so that experts stay on their nodes. */
  readonly crossing: Crossing | null;
  /** By whose tokens else a placement must not be farther. */
  readonly heldTo?: Crossing;
  /** Exchanges that are looked at in each layer. */
  readonly looks: number;
}

/** A placement found, layer by layer. */
export interface FoundPlacement {
  /** [layers][slots] */
  readonly slots: readonly (readonly number[])[];
  /** Exchanges that were looked at in all. */
  readonly looked: number;
}

/** Exchanges between two looks up. */
const STEP = 256;

/**
 * A placement with a lower peak load and fewer remote nodes per token than the start, never more of either: each layer that
 * is found to send tokens to more nodes is searched again within its nodes, where they cannot grow.
 *
 * @yields the fraction done
 */
export function* searchPlacement(request: PlacementRequest): Generator<number, FoundPlacement, void> {
  const { loads, start, gpus, nodes, crossing, heldTo, looks } = request;
  const slots: number[][] = [];
  let looked = 0;
  for (const [layer, load] of loads.entries()) {
    const crosses = crossing !== null && nodes > 1;
    const problem: LayerProblem = {
      loads: load,
      slots: start[layer]!,
      gpus,
      nodes,
      topK: crossing?.topK ?? 1,
      tokens: crosses ? crossing.tokens(layer) : new Uint16Array(0),
    };
    const run = function* (reach: Reach): Generator<number, readonly number[], void> {
      const search: LayerSearch = layerSearch(problem, reach, layer);
      for (let look = 0; look < looks; look++) {
        search.look();
        if (look % STEP === STEP - 1) yield (layer + look / looks) / loads.length;
      }
      looked += looks;
      return Array.from(search.slots);
    };
    const found = yield* run(crosses ? 'nodes' : 'gpus');
    const isFarther = [crossing, heldTo].some(
      (one) => one && crosses && one.remoteNodes(layer, found) > one.remoteNodes(layer, problem.slots),
    );
    slots.push([...(isFarther ? yield* run('gpus') : found)]);
  }
  return { slots, looked };
}
