import type { Matrix, PlacementResult, SimulationResult } from '../../src/sim/result';

/** What of the traffic is shown, and how. */
export interface HeatOptions {
  readonly phase: 'dispatch' | 'combine' | 'both';
  readonly level: 'ranks' | 'nodes';
  readonly scale: 'linear' | 'log';
}

export type Phase = 'dispatch' | 'combine';

/** The phases that a choice of direction stands for. */
export const phasesOf = (direction: HeatOptions['phase']): readonly Phase[] =>
  direction === 'both' ? ['dispatch', 'combine'] : [direction];

/** A matrix as it is shown: turned for combine, with the totals and extremes that the picture and its heading need. */
export interface Heat {
  readonly size: number;
  readonly data: Float64Array | Float32Array;
  /** Totals of sources and of destinations: sums, but for times, since links work at the same time. */
  readonly rowSums: Float64Array;
  readonly columnSums: Float64Array;
  readonly low: number;
  readonly high: number;
  /** Smallest value above zero, where a logarithmic scale starts; equal to `high` when all are zero. */
  readonly lowPositive: number;
  /** Mean of a destination's total; of sums it is also that of a source's. */
  readonly mean: number;
  /** Index of the largest cell, row-major. */
  readonly largest: number;
}

/** One cell. */
export const heatAt = ({ size, data }: Pick<Heat, 'size' | 'data'>, row: number, column: number): number =>
  data[row * size + column]!;

function transpose({ size, data }: Matrix): Float64Array {
  const turned = new Float64Array(size * size);
  // In blocks, since a walk down the columns of a large matrix misses the cache at every step.
  const block = 32;
  for (let i0 = 0; i0 < size; i0 += block)
    for (let k0 = 0; k0 < size; k0 += block)
      for (let i = i0; i < Math.min(size, i0 + block); i++)
        for (let k = k0; k < Math.min(size, k0 + block); k++) turned[k * size + i] = data[i * size + k]!;
  return turned;
}

/** A matrix of dispatch rows times the one weight plus its transpose, which combine sends, times the other. */
export function weighted(
  matrix: Matrix,
  [dispatch, combine]: readonly [number, number],
): Float64Array | Float32Array {
  if (dispatch === 1 && combine === 0) return matrix.data;
  const back = combine === 0 ? null : transpose(matrix);
  if (dispatch === 0 && combine === 1) return back!;
  return Float64Array.from(matrix.data, (value, at) => dispatch * value + combine * (back?.[at] ?? 0));
}

/** Prepares a matrix of dispatch rows for one phase. */
export function toHeat(matrix: Matrix, phase: 'dispatch' | 'combine'): Heat {
  return heatOf(matrix.size, weighted(matrix, phase === 'dispatch' ? [1, 0] : [0, 1]));
}

/** Prepares a matrix in any unit. */
export function heatOf(size: number, data: Heat['data']): Heat {
  const rowSums = new Float64Array(size);
  const columnSums = new Float64Array(size);
  let low = Number.POSITIVE_INFINITY;
  let lowPositive = Number.POSITIVE_INFINITY;
  let high = 0;
  let largest = 0;
  for (let i = 0, at = 0; i < size; i++) {
    let sum = 0;
    for (let k = 0; k < size; k++, at++) {
      const value = data[at]!;
      sum += value;
      columnSums[k]! += value;
      if (value < low) low = value;
      if (value > 0 && value < lowPositive) lowPositive = value;
      if (value > high) {
        high = value;
        largest = at;
      }
    }
    rowSums[i] = sum;
  }
  const mean = rowSums.reduce((a, b) => a + b, 0) / size;
  return {
    size,
    data,
    rowSums,
    columnSums,
    low: Math.min(low, high),
    high,
    lowPositive: Math.min(lowPositive, high),
    mean,
    largest,
  };
}

/** A run of neighbouring ranks with the same node (or scale-up domain). */
export interface Run {
  readonly id: number;
  readonly start: number;
  readonly count: number;
}

/** Splits ranks, in order, into runs of equal id. */
export function runsOf(ids: readonly number[]): Run[] {
  const runs: { id: number; start: number; count: number }[] = [];
  ids.forEach((id, index) => {
    const last = runs.at(-1);
    if (last && last.id === id) last.count += 1;
    else runs.push({ id, start: index, count: 1 });
  });
  return runs;
}

/** Nodes in the order in which the ranks meet them: row i of `nodeRows` is the i-th. */
export function nodeIds(placement: PlacementResult): number[] {
  return [...new Set(placement.nodeOfRank)];
}

export const argmax = (values: ArrayLike<number>) => {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
};

/** Position of a value on the colour scale, 0 … 1. */
export function normalise(heat: Heat, scale: HeatOptions['scale']): (value: number) => number {
  const { low, high, lowPositive } = heat;
  // A matrix of one value has no scale; the middle says neither little nor much.
  if (high <= 0) return () => 0;
  if (scale === 'linear') return high === low ? () => 0.5 : (value) => (value - low) / (high - low);
  if (lowPositive === high) return (value) => (value > 0 ? 0.5 : 0);
  const from = Math.log(lowPositive);
  const span = Math.log(high) - from;
  return (value) => (value > 0 ? (Math.log(value) - from) / span : 0);
}

export type LinkKind = 'local' | 'scaleUp' | 'scaleOut';

/** Which link the copies from one rank to another take. */
export function linkBetween(placement: PlacementResult, from: number, to: number): LinkKind {
  if (from === to) return 'local';
  return placement.domainOfRank[from] === placement.domainOfRank[to] ? 'scaleUp' : 'scaleOut';
}

/** Which link the copies from one node to another take; `scaleUp` within one. */
export function linkBetweenNodes(
  placement: PlacementResult,
  from: number,
  to: number,
): 'scaleUp' | 'scaleOut' {
  const domainOf = (node: number) => placement.domainOfRank[placement.nodeOfRank.indexOf(node)];
  return domainOf(from) === domainOf(to) ? 'scaleUp' : 'scaleOut';
}

export interface NodeShare {
  /** `null` for all the nodes that have no bar of their own. */
  readonly node: number | null;
  readonly others: number;
  /** In the unit of the matrix. */
  readonly amount: number;
  readonly link: 'scaleUp' | 'scaleOut';
}

const MOST_BARS = 16;
const TOP_BARS = 8;

/** One rank's copies by destination node; beyond 16 nodes its own, the seven heaviest others and the rest. */
export function sharesByNode(heat: Heat, placement: PlacementResult, rank: number): NodeShare[] {
  const ids = nodeIds(placement);
  const amounts = new Map(ids.map((id) => [id, 0]));
  for (let k = 0; k < heat.size; k++) {
    const node = placement.nodeOfRank[k]!;
    amounts.set(node, amounts.get(node)! + heat.data[rank * heat.size + k]!);
  }
  const firstRank = new Map<number, number>();
  placement.nodeOfRank.forEach((node, index) => {
    if (!firstRank.has(node)) firstRank.set(node, index);
  });
  const own = placement.domainOfRank[rank];
  const home = placement.nodeOfRank[rank]!;
  const shares = ids.map((node) => ({
    node,
    others: 0,
    amount: amounts.get(node)!,
    link: (placement.domainOfRank[firstRank.get(node)!] === own
      ? 'scaleUp'
      : 'scaleOut') as NodeShare['link'],
  }));
  if (shares.length <= MOST_BARS) return shares;
  shares.sort((a, b) => Number(b.node === home) - Number(a.node === home) || b.amount - a.amount);
  const rest = shares.slice(TOP_BARS);
  return [
    ...shares.slice(0, TOP_BARS),
    {
      node: null,
      others: rest.length,
      amount: rest.reduce((sum, share) => sum + share.amount, 0),
      link: 'scaleOut',
    },
  ];
}

/** One rank's send counts with their exclusive prefix sums. */
export function sendCounts(heat: Heat, rank: number): { count: number; displacement: number }[] {
  let displacement = 0;
  return Array.from({ length: heat.size }, (_, k) => {
    const entry = { count: heat.data[rank * heat.size + k]!, displacement };
    displacement += entry.count;
    return entry;
  });
}

/** Copies per token that leave their scale-up domain, before any merging on the NIC. */
export function offDomainPerToken({ traffic, placement }: SimulationResult): number {
  const { size, data } = traffic.rows;
  const { domainOfRank } = placement;
  let rows = 0;
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) if (domainOfRank[i] !== domainOfRank[k]) rows += data[i * size + k]!;
  return rows / (traffic.tokensPerRank * size);
}

export interface HeaviestPair {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly overMean: number;
  /** All sources send this destination as much, or this source sends all destinations as much. */
  readonly sameForAll: 'sources' | 'destinations' | null;
}

const SAME = 0.02;

/** The heaviest pair of two different nodes, and how far above the mean pair it lies. */
export function heaviestPair(heat: Heat): HeaviestPair {
  let [from, to, rows, sum] = [0, 1, -1, 0];
  for (let i = 0; i < heat.size; i++)
    for (let k = 0; k < heat.size; k++) {
      if (i === k) continue;
      const value = heat.data[i * heat.size + k]!;
      sum += value;
      if (value > rows) [from, to, rows] = [i, k, value];
    }
  const mean = sum / (heat.size * (heat.size - 1));
  const alike = (value: number, index: number, self: number) => index === self || value > rows * (1 - SAME);
  const column = Array.from({ length: heat.size }, (_, i) => heat.data[i * heat.size + to]!);
  const row = [...heat.data.subarray(from * heat.size, (from + 1) * heat.size)];
  const sameForAll = column.every((value, i) => alike(value, i, to))
    ? 'sources'
    : row.every((value, k) => alike(value, k, from))
      ? 'destinations'
      : null;
  return { from, to, rows, overMean: mean > 0 ? rows / mean : 1, sameForAll };
}

/** Matrices with one scale of colours: from the least value of all to the greatest. */
export function sharingScale(heats: readonly Heat[]): Heat[] {
  const low = Math.min(...heats.map((heat) => heat.low));
  const high = Math.max(...heats.map((heat) => heat.high));
  const lowPositive = Math.min(...heats.map((heat) => (heat.high > 0 ? heat.lowPositive : high)));
  return heats.map((heat) => ({ ...heat, low, high, lowPositive }));
}

/** What one NIC (or, within one scale-up domain, one GPU's link) carries while the phase lasts, in GB/s. */
export function achievedGBps({ traffic, time }: SimulationResult, phase: HeatOptions['phase']): number {
  const phases = phasesOf(phase);
  const sum = (of: (phase: Phase) => number) => phases.reduce((total, one) => total + of(one), 0);
  const bytes = sum((one) => traffic[one].busiest[traffic.domains > 1 ? 'scaleOutBytes' : 'scaleUpBytes']);
  const microseconds = sum((one) => time[one].microseconds);
  return microseconds > 0 ? bytes / microseconds / 1e3 : 0;
}
