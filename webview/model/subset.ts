import type { PlacementResult } from '../../src/sim/result';
import type { Routes, Row } from './alltoall';

/** Some ranks of the EP group, node by node, around one of them. */
export interface Subset {
  readonly centre: number;
  readonly nodes: readonly { readonly node: number; readonly ranks: readonly number[] }[];
  readonly ranks: readonly number[];
}

/** A token that is drawn. */
export interface DrawnToken {
  /** From 1, over all drawn tokens. */
  readonly number: number;
  readonly rank: number;
  /** Among the example tokens of its rank, from 0. */
  readonly token: number;
  readonly rows: readonly Row[];
  /** Those of its rows that go to drawn ranks. */
  readonly drawn: readonly Row[];
}

/** Numbers of ranks that make a picture. */
const SIZES = [4, 8, 16, 32, 64];
const TOKENS = 4;
/** Ranks of one node or domain, where there are more of them. */
const MOST_TOGETHER = 8;

/** Sizes of subsets that an EP group has ranks for. */
export function sizesFor(ranks: number): number[] {
  const fitting = SIZES.filter((size) => size < ranks);
  return ranks <= SIZES.at(-1)! ? [...fitting, ranks] : fitting;
}

type Ids = readonly number[];

/** Ranks by what they belong to, in order. */
function groupedBy(ids: Ids, ranks: Ids): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const rank of ranks) {
    const group = groups.get(ids[rank]!);
    if (group) group.push(rank);
    else groups.set(ids[rank]!, [rank]);
  }
  return groups;
}

/**
 * The centre, its neighbours, and the ranks at the same places of the scale-up domains that it exchanges most with: all
 * hops of rows between them are then among them, since the NIC brings a row to the same place of the other domain. Nodes
 * take the place of domains where there is only one.
 */
export function subsetAround(
  placement: PlacementResult,
  routes: Routes,
  centre: number,
  size: number,
): Subset {
  const { nodeOfRank } = placement;
  const all = [...nodeOfRank.keys()];
  const ranks = size >= all.length ? all : chosenRanks(placement, routes, centre, size).sort((a, b) => a - b);
  const nodes = [...groupedBy(nodeOfRank, ranks)].map(([node, ofNode]) => ({ node, ranks: ofNode }));
  return { centre, nodes, ranks };
}

function chosenRanks(placement: PlacementResult, routes: Routes, centre: number, size: number): number[] {
  const { nodeOfRank, domainOfRank } = placement;
  const isOneDomain = domainOfRank.every((domain) => domain === domainOfRank[centre]);
  const unitOf = isOneDomain ? nodeOfRank : domainOfRank;
  const units = groupedBy(unitOf, [...nodeOfRank.keys()]);
  const exchanged = exchangedWith(routes, centre, nodeOfRank.length);
  const sumOf = (ranks: Ids) => ranks.reduce((sum, rank) => sum + exchanged[rank]!, 0);
  const own = units.get(unitOf[centre]!)!;
  const wanted = Math.min(units.size, Math.max(Math.min(2, units.size), Math.ceil(size / MOST_TOGETHER)));
  const perUnit = Math.min(own.length, Math.ceil(size / wanted));
  const others = [...units.values()]
    .filter((unit) => unit !== own)
    .sort((a, b) => sumOf(b) - sumOf(a) || a[0]! - b[0]!)
    .slice(0, Math.max(0, Math.floor(size / perUnit) - 1));
  const places = bestPlaces(placement, own, others, centre, exchanged).slice(0, perUnit);
  return [own, ...others].flatMap((unit) =>
    places.map((place) => unit[place]).filter((rank) => rank !== undefined),
  );
}

/** Places of a unit, the centre's first: its node before others, and the most exchanged of each node first. */
function bestPlaces(
  { nodeOfRank }: PlacementResult,
  own: Ids,
  others: readonly Ids[],
  centre: number,
  exchanged: Float64Array,
): number[] {
  const worth = own.map((_, place) =>
    [own, ...others].reduce((sum, unit) => sum + (exchanged[unit[place] ?? -1] ?? 0), 0),
  );
  const worthOfNode = new Map<number, number>();
  own.forEach((rank, place) => {
    const node = nodeOfRank[rank]!;
    worthOfNode.set(node, (worthOfNode.get(node) ?? 0) + worth[place]!);
  });
  const home = nodeOfRank[centre]!;
  const order = (a: number, b: number): number => {
    const [left, right] = [own[a]!, own[b]!];
    const [leftNode, rightNode] = [nodeOfRank[left]!, nodeOfRank[right]!];
    return (
      Number(right === centre) - Number(left === centre) ||
      Number(rightNode === home) - Number(leftNode === home) ||
      worthOfNode.get(rightNode)! - worthOfNode.get(leftNode)! ||
      leftNode - rightNode ||
      worth[b]! - worth[a]! ||
      Math.abs(left - centre) - Math.abs(right - centre)
    );
  };
  return [...own.keys()].sort(order);
}

/** [ranks] rows of example tokens from and to the centre. */
function exchangedWith(routes: Routes, centre: number, ranks: number): Float64Array {
  const rows = new Float64Array(ranks);
  const { tokensOfRank, rankOfSlot, slotsOf, parts } = routes;
  const isOnCentre = (slot: number) => {
    const part = centre - rankOfSlot[slot]!;
    return part >= 0 && part < parts;
  };
  for (let rank = 0; rank < ranks; rank++) {
    for (let token = 0; token < tokensOfRank[rank]!; token++) {
      for (const slot of slotsOf(rank, token)) {
        if (rank === centre) rows[rankOfSlot[slot]!]!++;
        else if (isOnCentre(slot)) rows[rank]!++;
      }
    }
  }
  return rows;
}

/** Of each drawn rank the tokens that use the drawn ranks most, in their order. */
export function drawnTokens(routes: Routes, { ranks }: Subset): DrawnToken[] {
  const isDrawn = new Set(ranks);
  const uses = (rank: number, token: number) =>
    routes.slotsOf(rank, token).filter((slot) => isDrawn.has(routes.rankOfSlot[slot]!)).length;
  let number = 0;
  return ranks.flatMap((rank) => {
    const used = Array.from({ length: routes.tokensOfRank[rank]! }, (_, token) => uses(rank, token));
    return [...used.keys()]
      .sort((a, b) => used[b]! - used[a]! || a - b)
      .slice(0, TOKENS)
      .sort((a, b) => a - b)
      .map((token): DrawnToken => {
        const rows = routes.rowsOf(rank, token);
        number++;
        return { number, rank, token, rows, drawn: rows.filter(({ to }) => isDrawn.has(to)) };
      });
  });
}
