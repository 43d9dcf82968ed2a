import type { Scenario } from '../../scenario/scenario';
import type { PlacementResult } from '../result';
import { popularityLayers, targetInclusion } from '../routing/popularity';
import { copiesOf } from '../routing/routing';
import { epGroup } from './ep-group';
import { type Slots, strategies } from './strategies';

/** The placement of every MoE layer that differs from others. */
export interface LayerPlacements {
  readonly layers: number;
  /** The layer that stands for all. */
  readonly shown: number;
  readonly of: (layer: number) => PlacementResult;
}

/**
 * Which rank of the EP group holds which experts, and where the ranks sit. Layers differ in their loads, and by EPLB in
 * their placement too: the result says how even each layer is and holds the slots of one.
 */
export function placeExperts(scenario: Scenario): PlacementResult {
  const placements = placeLayers(scenario);
  return placements.of(placements.shown);
}

export function placeLayers(scenario: Scenario): LayerPlacements {
  const group = epGroup(scenario.layout, scenario.cluster);
  const ranks = group.worldRanks.length;
  const known = popularityLayers(scenario);
  const slots = strategies[scenario.placement.strategy](scenario, group, known);
  // Layers that are loaded alike may be placed differently.
  const count = Math.max(known, slots.expertOfSlot.length);
  const copies = slots.expertOfSlot.map(copiesOf);
  const balance = Array.from({ length: count }, (_, layer) => {
    const row = layer % slots.expertOfSlot.length;
    const inclusion = targetInclusion(scenario, layer);
    return maxOverMean(inclusion, slots.expertOfSlot[row]!, copies[row]!, slots.rankOfSlot, ranks);
  });
  const mean = balance.reduce((sum, value) => sum + value, 0) / count;
  const layers = {
    maxOverMean: balance,
    mean,
    worst: balance.reduce((worst, value, at) => (value > balance[worst]! ? at : worst), 0),
  };
  const all = { ...group, nodes: new Set(group.nodeOfRank).size, layers };
  let latest: (ReturnType<typeof placedSlots> & typeof all) | null = null;
  return {
    layers: count,
    shown: shownLayer(scenario.routing.layer, balance, mean),
    of: (layer) => {
      const physicalToLogical = slotsOfLayer(slots, layer);
      if (latest?.physicalToLogical !== physicalToLogical) {
        latest = { ...all, ...placedSlots(slots, layer, ranks) };
      }
      return { ...latest, layer };
    },
  };
}

function placedSlots(slots: Slots, layer: number, ranks: number) {
  const physicalToLogical = slotsOfLayer(slots, layer);
  const expertsPerRank = Array.from({ length: ranks }, (): number[] => []);
  physicalToLogical.forEach((expert, slot) => {
    expertsPerRank[slots.rankOfSlot[slot]!]!.push(expert);
  });
  return { physicalToRank: slots.rankOfSlot, physicalToLogical, expertsPerRank };
}

const slotsOfLayer = ({ expertOfSlot }: Slots, layer: number): readonly number[] =>
  expertOfSlot[layer % expertOfSlot.length]!;

/**
 * The layer asked for, or the one whose imbalance is nearest to the mean of all: times grow with the fullest rank, so that
 * as many times this layer is nearest to all of them.
 */
function shownLayer(wanted: number | null, balance: readonly number[], mean: number): number {
  if (wanted !== null) return wanted;
  return balance.reduce(
    (nearest, value, at) => (Math.abs(value - mean) < Math.abs(balance[nearest]! - mean) ? at : nearest),
    0,
  );
}

/** Fullest rank over the mean rank, replicas sharing their expert's load equally. */
function maxOverMean(
  inclusion: Float64Array,
  experts: readonly number[],
  copies: readonly number[],
  rankOfSlot: readonly number[],
  ranks: number,
): number {
  const onRank = new Float64Array(ranks);
  let sum = 0;
  for (let slot = 0; slot < experts.length; slot++) {
    const load = inclusion[experts[slot]!]! / copies[slot]!;
    onRank[rankOfSlot[slot]!]! += load;
    sum += load;
  }
  let most = 0;
  for (let rank = 0; rank < ranks; rank++) most = Math.max(most, onRank[rank]!);
  return sum === 0 ? 1 : (most * ranks) / sum;
}
