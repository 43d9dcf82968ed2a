import type { Routing } from '../routing/routing';

/** Source ranks that send alike, by one row of the routing: those whose number leaves `row` when divided by `sources`. */
export interface Senders {
  readonly row: number;
  readonly ranks: readonly number[];
  /** [domains] how many of them are in each scale-up domain. */
  readonly inDomain: Float64Array;
  readonly lanes: readonly Lane[];
}

/** Senders at one place of their scale-up domains, and on one rail. */
export interface Lane {
  readonly place: number;
  readonly rail: number;
  readonly ranks: number;
  /** [domains] */
  readonly inDomain: Float64Array;
}

function sendersOf(
  { ranks, sources, domains, domainOfRank, railOfRank, rails }: Routing,
  indexInDomain: readonly number[],
): Senders[] {
  const byDomain = (members: readonly number[]): Float64Array => {
    const counts = new Float64Array(domains);
    for (const rank of members) counts[domainOfRank[rank]!]!++;
    return counts;
  };
  return Array.from({ length: sources }, (_, row) => {
    const alike: number[] = [];
    for (let rank = row; rank < ranks; rank += sources) alike.push(rank);
    const inDomain = byDomain(alike);
    const lanes = new Map<number, number[]>();
    for (const rank of alike) {
      const lane = indexInDomain[rank]! * rails + railOfRank[rank]!;
      const members = lanes.get(lane);
      if (members) members.push(rank);
      else lanes.set(lane, [rank]);
    }
    return {
      row,
      ranks: alike,
      inDomain,
      lanes: [...lanes.values()].map((members) => ({
        place: indexInDomain[members[0]!]!,
        rail: railOfRank[members[0]!]!,
        ranks: members.length,
        inDomain: members.length === alike.length ? inDomain : byDomain(members),
      })),
    };
  });
}

/** What of a routing all layers of a placement share. */
interface Seating {
  /** Ranks of each scale-up domain, and the place of each rank in its own. */
  readonly membersOf: readonly (readonly number[])[];
  readonly indexInDomain: readonly number[];
  /** Ranks of the largest domain. */
  readonly width: number;
  /** [domains] whether the domain is a node, or part of one. */
  readonly isOneNode: readonly boolean[];
  readonly isEachOneNode: boolean;
  readonly senders: readonly Senders[];
}

const known = new WeakMap<
  readonly number[],
  Pick<Routing, 'nodeOfRank' | 'sources'> & { readonly seating: Seating }
>();

export function seatingOf(routing: Routing): Seating {
  const { domainOfRank, nodeOfRank, sources } = routing;
  const before = known.get(domainOfRank);
  if (before?.nodeOfRank === nodeOfRank && before.sources === sources) return before.seating;
  const membersOf = Array.from({ length: routing.domains }, (): number[] => []);
  const indexInDomain = domainOfRank.map((domain, rank) => membersOf[domain]!.push(rank) - 1);
  const isOneNode = membersOf.map((members) => new Set(members.map((rank) => nodeOfRank[rank])).size === 1);
  const seating = {
    membersOf,
    indexInDomain,
    width: membersOf.reduce((most, { length }) => Math.max(most, length), 0),
    isOneNode,
    isEachOneNode: isOneNode.every(Boolean),
    senders: sendersOf(routing, indexInDomain),
  };
  known.set(domainOfRank, { nodeOfRank, sources, seating });
  return seating;
}

/** Sums of some counts by the place that each belongs to. */
export function sumsByPlace(counts: Float64Array, placeOf: readonly number[], places: number): Float64Array {
  const sums = new Float64Array(places);
  for (let i = 0; i < counts.length; i++) sums[placeOf[i]!]! += counts[i]!;
  return sums;
}

/** The matrix [ranks, ranks] whose row of a rank is the one that it sends by. @param counts [sources, ranks] */
export function matrixOf({ ranks }: Pick<Routing, 'ranks'>, counts: Float64Array): Float64Array {
  const matrix = new Float64Array(ranks * ranks);
  matrix.set(counts);
  // Rows come again after as many as there are sources: copied together, twice as many each time.
  for (let done = counts.length; done < matrix.length; done *= 2) matrix.copyWithin(done, 0, done);
  return matrix;
}

/** What one rank sends to each. @param counts [sources, ranks] */
export function rowOf(
  { ranks, sources }: Pick<Routing, 'ranks' | 'sources'>,
  counts: Float64Array,
  rank: number,
): Float64Array {
  const row = rank % sources;
  return counts.subarray(row * ranks, (row + 1) * ranks);
}

/** Adds counts, so many times, to those of a matrix from an offset on. */
export function addAt(matrix: Float64Array, offset: number, counts: Float64Array, times = 1): void {
  for (let i = 0; i < counts.length; i++) matrix[offset + i]! += counts[i]! * times;
}
