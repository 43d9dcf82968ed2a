import type { PlacementDetail } from '../../src/sim/placement/detail';
import type { SimulationResult } from '../../src/sim/result';
import { argmax } from './heat';
import type { Range } from './load-scale';
import { nodeIds } from './nodes';

/** One MoE layer's experts on the ranks of the EP group, with the load that each gets. */
export interface PlacedLayer {
  readonly layer: number;
  /** False for a layer whose loads are those that its experts are meant to have, not simulated ones. */
  readonly isSimulated: boolean;
  readonly experts: number;
  /** [slots] logical expert, and which of its copies this is, from 0. */
  readonly expertOfSlot: readonly number[];
  readonly copyOfSlot: Uint16Array;
  /** [experts] physical experts of each logical one. */
  readonly copies: Uint16Array;
  /** [ranks] slots of each rank. */
  readonly slotsOfRank: readonly (readonly number[])[];
  readonly rankOfSlot: readonly number[];
  /** [slots], [ranks] assignments in one forward pass of the layer, and over the mean of slots or ranks. */
  readonly assignmentsOfSlot: Float64Array;
  readonly loadOfSlot: Float64Array;
  readonly assignmentsOfRank: Float64Array;
  readonly loadOfRank: Float64Array;
  /** Mean over the ranks of each node, in the order of `nodeIds`. */
  readonly loadOfNode: readonly number[];
  readonly busiestRank: number;
  readonly mostSlots: number;
  readonly fewestSlots: number;
}

const overMean = (values: Float64Array): Float64Array => {
  const sum = values.reduce((a, b) => a + b, 0);
  return sum > 0 ? values.map((value) => (value * values.length) / sum) : values.map(() => 1);
};

/** Assignments of each logical expert: as simulated, or as a layer's popularity asks for. */
function assignmentsOfExperts(
  { traffic, placement }: SimulationResult,
  { chosen }: PlacementDetail,
  layer: number,
): ArrayLike<number> {
  if (layer === placement.layer) return traffic.load.perExpert;
  const tokens = traffic.tokensPerRank * placement.worldRanks.length;
  return chosen[layer]!.map((share) => share * tokens);
}

/** Places a layer's experts; replicas share their expert's assignments equally, as they do in the simulation. */
export function placedLayer(result: SimulationResult, detail: PlacementDetail, layer: number): PlacedLayer {
  const { placement, scenario } = result;
  const ranks = placement.worldRanks.length;
  const expertOfSlot = detail.slots[layer % detail.slots.length]!;
  const experts = scenario.model.routedExperts;
  const copies = new Uint16Array(experts);
  const copyOfSlot = Uint16Array.from(expertOfSlot, (expert) => copies[expert]!++);
  const perExpert = assignmentsOfExperts(result, detail, layer);
  const assignmentsOfSlot = Float64Array.from(expertOfSlot, (expert) => perExpert[expert]! / copies[expert]!);
  const slotsOfRank = Array.from({ length: ranks }, (): number[] => []);
  const assignmentsOfRank = new Float64Array(ranks);
  placement.physicalToRank.forEach((rank, slot) => {
    slotsOfRank[rank]!.push(slot);
    assignmentsOfRank[rank]! += assignmentsOfSlot[slot]!;
  });
  const loadOfRank = overMean(assignmentsOfRank);
  const counts = slotsOfRank.map((slots) => slots.length);
  return {
    layer,
    isSimulated: layer === placement.layer,
    experts,
    expertOfSlot,
    copyOfSlot,
    copies,
    slotsOfRank,
    rankOfSlot: placement.physicalToRank,
    assignmentsOfSlot,
    loadOfSlot: overMean(assignmentsOfSlot),
    assignmentsOfRank,
    loadOfRank,
    loadOfNode: meanByNode(loadOfRank, placement.nodeOfRank, nodeIds(placement)),
    busiestRank: argmax(loadOfRank),
    mostSlots: Math.max(...counts),
    fewestSlots: Math.min(...counts),
  };
}

function meanByNode(loads: Float64Array, nodeOfRank: readonly number[], ids: readonly number[]): number[] {
  const row = new Map(ids.map((id, index) => [id, index]));
  const sums = ids.map(() => ({ sum: 0, ranks: 0 }));
  nodeOfRank.forEach((node, rank) => {
    const entry = sums[row.get(node)!]!;
    entry.sum += loads[rank]!;
    entry.ranks += 1;
  });
  return sums.map(({ sum, ranks }) => sum / ranks);
}

/** Other slots with the same expert. */
export function otherCopies({ expertOfSlot, copies }: PlacedLayer, slot: number): number[] {
  const expert = expertOfSlot[slot]!;
  if (copies[expert] === 1) return [];
  return expertOfSlot.flatMap((other, index) => (other === expert && index !== slot ? [index] : []));
}

/** Which of a rank's slots has the highest load. */
export function hottestIndex({ slotsOfRank, loadOfSlot }: PlacedLayer, rank: number): number {
  return argmax((slotsOfRank[rank] ?? []).map((slot) => loadOfSlot[slot]!));
}

/** Numbers in order as runs: `0–3, 9`; beyond `most` runs only how many are left out. */
export function runsText(numbers: readonly number[], most: number, and: (n: number) => string): string {
  const runs: { from: number; to: number }[] = [];
  for (const n of numbers) {
    const last = runs.at(-1);
    if (last && last.to + 1 === n) last.to = n;
    else runs.push({ from: n, to: n });
  }
  const text = (run: { from: number; to: number }) =>
    run.to === run.from
      ? String(run.from)
      : `${run.from}${run.to === run.from + 1 ? ', ' : '\u2013'}${run.to}`;
  if (runs.length <= most) return runs.map(text).join(', ');
  const shown = runs.slice(0, most - 1);
  const left = runs.slice(most - 1).reduce((sum, { from, to }) => sum + to - from + 1, 0);
  return `${shown.map(text).join(', ')} ${and(left)}`;
}

/** Least and greatest load over the mean, of slots and of ranks: the two ends of the colour scale. */
export interface LoadRange {
  readonly slots: Range;
  readonly ranks: Range;
}

/** The range of loads of all these layouts together, so that a colour means the same in each. */
export function rangeOfLoads(all: readonly PlacedLayer[]): LoadRange {
  const range = (loads: (placed: PlacedLayer) => Float64Array): Range => ({
    low: Math.min(
      ...all.map((placed) => loads(placed).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)),
    ),
    high: Math.max(...all.map((placed) => loads(placed).reduce((a, b) => Math.max(a, b), 0))),
  });
  return { slots: range(({ loadOfSlot }) => loadOfSlot), ranks: range(({ loadOfRank }) => loadOfRank) };
}
