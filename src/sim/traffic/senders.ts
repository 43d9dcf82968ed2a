import type { Routing } from '../routing/routing';

/** Source ranks that send alike, by one row of the routing: those whose number leaves `row` when divided by `sources`. */
export interface Senders {
  readonly row: number;
  readonly ranks: readonly number[];
  /** [domains] how many of them are in each scale-up domain. */
  readonly inDomain: Float64Array;
}

export function sendersOf({ ranks, sources, domains, domainOfRank }: Routing): Senders[] {
  return Array.from({ length: sources }, (_, row) => {
    const alike: number[] = [];
    const inDomain = new Float64Array(domains);
    for (let rank = row; rank < ranks; rank += sources) {
      alike.push(rank);
      inDomain[domainOfRank[rank]!]!++;
    }
    return { row, ranks: alike, inDomain };
  });
}

/** Sums of some counts by the place that each belongs to. */
export function sumsByPlace(counts: Float64Array, placeOf: readonly number[], places: number): Float64Array {
  const sums = new Float64Array(places);
  for (let i = 0; i < counts.length; i++) sums[placeOf[i]!]! += counts[i]!;
  return sums;
}

/** Sets the rows of a matrix that senders send by to the same counts. */
export function setRows(matrix: Float64Array, { ranks }: Senders, counts: Float64Array): void {
  const width = counts.length;
  if (ranks.length * width < matrix.length) {
    for (const rank of ranks) matrix.set(counts, rank * width);
    return;
  }
  // All rows are alike: copied together, twice as many each time.
  matrix.set(counts);
  for (let done = width; done < matrix.length; done *= 2) matrix.copyWithin(done, 0, done);
}

/** Adds counts to those of a matrix from an offset on. */
export function addAt(matrix: Float64Array, offset: number, counts: Float64Array): void {
  for (let i = 0; i < counts.length; i++) matrix[offset + i]! += counts[i]!;
}

/** Ranks of each domain, and the place of each rank in its domain. */
export function domainMembers({ domainOfRank, domains }: Routing) {
  const membersOf = Array.from({ length: domains }, (): number[] => []);
  const indexInDomain = domainOfRank.map((domain, rank) => membersOf[domain]!.push(rank) - 1);
  return { membersOf, indexInDomain };
}
