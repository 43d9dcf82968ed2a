import { NO_EXPERT } from './capacity';
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
  readonly rankHits: Int32Array;
  readonly domainHits: Int32Array;
  /** [routedExperts] */
  readonly expertLoad: Float64Array;
  readonly #copies: Copies;
  readonly #domainOfRank: Int32Array;
  readonly #domains: number;
  readonly #seed: number;
  /** [physical experts] assignments from the source at hand to each copy. */
  readonly #ofCopy: Int32Array;
  // Stamps say "already seen by this token" without clearing arrays between tokens.
  readonly #rankStamp: Int32Array;
  readonly #domainStamp: Int32Array;
  #token = 0;
  #source = 0;
  #uniform: () => number;

  constructor(copies: Copies, domainOfRank: Int32Array, domains: number, seed: number) {
    const ranks = domainOfRank.length;
    this.assignments = new Float64Array(ranks * ranks);
    this.rankHits = new Int32Array(ranks * ranks);
    this.domainHits = new Int32Array(ranks * domains);
    this.expertLoad = new Float64Array(copies.start.length - 1);
    this.#copies = copies;
    this.#domainOfRank = domainOfRank;
    this.#domains = domains;
    this.#seed = seed;
    this.#ofCopy = new Int32Array(copies.rank.length);
    this.#rankStamp = new Int32Array(ranks);
    this.#domainStamp = new Int32Array(domains);
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
  add(chosen: Uint16Array, topK: number): void {
    const { start, rank: rankOfCopy } = this.#copies;
    const domainOf = this.#domainOfRank;
    const ofCopy = this.#ofCopy;
    const rankStamp = this.#rankStamp;
    const domainStamp = this.#domainStamp;
    const { rankHits, domainHits } = this;
    const rankRow = this.#source * domainOf.length;
    const domainRow = this.#source * this.#domains;
    const uniform = this.#uniform;
    let token = this.#token;
    for (let first = 0; first < chosen.length; first += topK) {
      token++;
      for (let i = first; i < first + topK; i++) {
        const expert = chosen[i]!;
        if (expert === NO_EXPERT) continue;
        let copy = start[expert]!;
        const copies = start[expert + 1]! - copy;
        if (copies > 1) copy += Math.trunc(uniform() * copies);
        ofCopy[copy]!++;
        // The sign of the difference is 1 for an older stamp, 0 for this token's: a branch here could not be foretold.
        const rank = rankOfCopy[copy]!;
        rankHits[rankRow + rank]! += (rankStamp[rank]! - token) >>> 31;
        rankStamp[rank] = token;
        const domain = domainOf[rank]!;
        domainHits[domainRow + domain]! += (domainStamp[domain]! - token) >>> 31;
        domainStamp[domain] = token;
      }
    }
    this.#token = token;
  }

  /** Adds the assignments of the source that has sent all its tokens. */
  endSource(): void {
    const { start, rank } = this.#copies;
    const row = this.#source * this.#domainOfRank.length;
    for (let expert = 0; expert < this.expertLoad.length; expert++) {
      for (let copy = start[expert]!; copy < start[expert + 1]!; copy++) {
        const count = this.#ofCopy[copy]!;
        this.expertLoad[expert]! += count;
        this.assignments[row + rank[copy]!]! += count;
      }
    }
  }
}
