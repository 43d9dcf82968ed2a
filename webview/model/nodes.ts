import type { PlacementResult } from '../../src/sim/result';
import type { Heat } from './heat';

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
