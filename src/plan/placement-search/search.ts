import type { LayerTable } from '../../scenario/scenario';
import { remoteNodesPerToken, type TokenChoice } from '../../sim/placement/remote-nodes';
import { type LayerProblem, type LayerSearch, layerSearch, type Reach } from './layer';
import { drawnTokens } from './tokens';

export interface PlacementRequest {
  /** [layers][experts] tokens. */
  readonly loads: LayerTable;
  /** [layers][slots] expert of each slot: EPLB's placement, which is the start. */
  readonly start: LayerTable;
  readonly gpus: number;
  readonly nodes: number;
  /** How tokens choose; `null`: not known, so that experts stay on their nodes. */
  readonly choice: TokenChoice | null;
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

/** Tokens of a layer that nodes are counted on while searching; the result is held against exact figures. */
const TOKENS = 1024;
/** Exchanges between two looks up. */
const STEP = 256;

/**
 * A placement with a lower peak load and fewer remote nodes per token than the start, never more of either: each layer that
 * exact figures find to send tokens to more nodes is searched again within its nodes, where they cannot grow.
 *
 * @yields the fraction done
 */
export function* searchPlacement(request: PlacementRequest): Generator<number, FoundPlacement, void> {
  const { loads, start, gpus, nodes, choice, looks } = request;
  const slots: number[][] = [];
  let looked = 0;
  for (const [layer, load] of loads.entries()) {
    const problem: LayerProblem = {
      loads: load,
      slots: start[layer]!,
      gpus,
      nodes,
      topK: choice?.topK ?? 1,
      tokens: choice && nodes > 1 ? drawnTokens(load, choice, TOKENS) : new Uint16Array(0),
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
    const crosses = choice !== null && nodes > 1;
    const found = yield* run(crosses ? 'nodes' : 'gpus');
    const remote = (row: readonly number[]): number =>
      crosses ? remoteNodesPerToken([load], [row], nodes, choice) : 0;
    const isFarther = remote(found) > remote(problem.slots);
    slots.push([...(isFarther ? yield* run('gpus') : found)]);
  }
  return { slots, looked };
}
