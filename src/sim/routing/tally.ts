import { NO_EXPERT } from './capacity';
import { type Distinct, distinctCounter } from './distinct';
import { uniformGenerator } from './random';
import type { Replica } from './routing';

/** Random stream of the choice between replicas, apart from those of the tokens. */
const REPLICA_STREAM = 2 ** 29;

/** Ranks that hold each expert, one list after the other. */
export interface Copies {
  /** [routedExperts + 1] where each expert's list starts. */
  readonly start: Uint32Array;
  /** [physical experts] */
  readonly rank: Uint32Array;
}

export function copiesByExpert(all: readonly Replica[], routedExperts: number): Copies {
  const start = new Uint32Array(routedExperts + 1);
  for (const { expert } of all) start[expert + 1]!++;
  for (let expert = 0; expert < routedExperts; expert++) start[expert + 1]! += start[expert]!;
  const next = start.slice();
  const rank = new Uint32Array(all.length);
  for (const one of all) rank[next[one.expert]!++] = one.rank;
  return { start, rank };
}

/** Counts what tokens that chose their experts send: rows, and distinct ranks and domains. All [sources, …], row-major. */
export class Tally {
  readonly assignments: Float64Array;
  readonly rankHits: Float64Array;
  readonly domainHits: Float64Array;
  /** [routedExperts] */
  readonly expertLoad: Float64Array;
  readonly #copies: Copies;
  readonly #ranks: number;
  readonly #domains: number;
  readonly #seed: number;
  /** [physical experts + 1] assignments from the source at hand to each copy, and to none. */
  readonly #ofCopy: Int32Array;
  readonly #distinct: Distinct;
  #source = 0;
  #uniform: () => number;

  constructor(copies: Copies, domainOfRank: readonly number[], domains: number, seed: number) {
    const ranks = domainOfRank.length;
    this.assignments = new Float64Array(ranks * ranks);
    this.rankHits = new Float64Array(ranks * ranks);
    this.domainHits = new Float64Array(ranks * domains);
    this.expertLoad = new Float64Array(copies.start.length - 1);
    this.#copies = copies;
    this.#ranks = ranks;
    this.#domains = domains;
    this.#seed = seed;
    this.#ofCopy = new Int32Array(copies.rank.length + 1);
    this.#distinct = distinctCounter({
      rankOfCopy: copies.rank,
      domainOfCopy: copies.rank.map((rank) => domainOfRank[rank]!),
      ranks,
      domains,
    });
    this.#uniform = uniformGenerator(seed, REPLICA_STREAM);
  }

  /** Assignments that were not dropped. */
  get kept(): number {
    return this.expertLoad.reduce((sum, count) => sum + count, 0);
  }

  /** What follows is sent by this rank, until `endSource`. */
  startSource(source: number): void {
    this.#source = source;
    this.#uniform = uniformGenerator(this.#seed, REPLICA_STREAM + source);
    this.#ofCopy.fill(0);
  }

  /** @param chosen [tokens · topK] experts, NO_EXPERT where an assignment was dropped */
  add(chosen: Uint16Array, topK: number, isDropless: boolean): void {
    const isReplicated = this.#copies.rank.length > this.expertLoad.length;
    const copies = isReplicated || !isDropless ? copiesOf(chosen, this.#copies, this.#uniform) : chosen;
    countEach(copies, this.#ofCopy);
    this.#distinct.add(copies, topK);
  }

  /** Adds what the source has sent. */
  endSource(): void {
    const { start, rank } = this.#copies;
    const row = this.#source * this.#ranks;
    this.#distinct.take(this.rankHits, row, this.domainHits, this.#source * this.#domains);
    for (let expert = 0; expert < this.expertLoad.length; expert++) {
      for (let copy = start[expert]!; copy < start[expert + 1]!; copy++) {
        const count = this.#ofCopy[copy]!;
        this.expertLoad[expert]! += count;
        this.assignments[row + rank[copy]!]! += count;
      }
    }
  }
}

/** One copy of each chosen expert, any with the same probability; one beyond the last where an assignment was dropped. */
function copiesOf(chosen: Uint16Array, { start, rank }: Copies, uniform: () => number): Uint32Array {
  const copies = new Uint32Array(chosen.length);
  for (let i = 0; i < chosen.length; i++) {
    const expert = chosen[i]!;
    if (expert === NO_EXPERT) {
      copies[i] = rank.length;
      continue;
    }
    const first = start[expert]!;
    const count = start[expert + 1]! - first;
    copies[i] = count > 1 ? first + Math.trunc(uniform() * count) : first;
  }
  return copies;
}

function countEach(copies: Uint16Array | Uint32Array, counts: Int32Array): void {
  for (let i = 0; i < copies.length; i++) counts[copies[i]!]!++;
}
