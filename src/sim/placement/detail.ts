import type { LayerTable } from '../../scenario/scenario';
import { type WeightSpread, weightSpread } from '../memory/weight-spread';
import type { SimulationResult } from '../result';
import { popularityLayers, targetInclusion } from '../routing/popularity';
import { epGroup } from './ep-group';
import { type RankGrids, rankGrids } from './rank-grids';
import { strategies } from './strategies';

/** What a picture of the placement needs beyond the figures of the one layer that is simulated. */
export interface PlacementDetail {
  /** MoE layers whose loads are known apart; 1 where all are alike. */
  readonly layers: number;
  /** [layers][routedExperts] share of tokens that should choose each logical expert (`targetInclusion`); a row sums to top-k. */
  readonly chosen: readonly Float32Array[];
  /** [layers or 1][slots] logical expert of each slot; one row stands for all layers. */
  readonly slots: LayerTable;
  readonly grids: RankGrids;
  readonly weights: WeightSpread;
}

/** The detail behind a result. Not part of every simulation: a search over layouts has no use for it. */
export function placementDetail({ scenario, placement, memory }: SimulationResult): PlacementDetail {
  const layers = popularityLayers(scenario);
  const group = epGroup(scenario.layout, scenario.cluster);
  return {
    layers,
    chosen: Array.from({ length: layers }, (_, layer) => Float32Array.from(targetInclusion(scenario, layer))),
    slots: strategies[scenario.placement.strategy](scenario, group, layers).expertOfSlot,
    grids: rankGrids(scenario.layout),
    weights: weightSpread(scenario, placement, memory),
  };
}
