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
  readonly rankHits: Float64Array;
  readonly domainHits: Float64Array;
  /** [routedExperts] */
  readonly expertLoad: Float64Array;
  /** Assignments that were not dropped. */
  kept = 0;
  readonly #copies: Copies;
  readonly #domainOfRank: Int32Array;
  readonly #domains: number;
  readonly #seed: number;
  // Stamps say "already seen by this token" without clearing arrays between tokens.
  readonly #rankStamp: Int32Array;
  readonly #domainStamp: Int32Array;
  #token = 0;
  #source = 0;
  #uniform: () => number;

  constructor(copies: Copies, domainOfRank: Int32Array, domains: number, seed: number) {
    const ranks = domainOfRank.length;
    this.assignments = new Float64Array(ranks * ranks);
    this.rankHits = new Float64Array(ranks * ranks);
    this.domainHits = new Float64Array(ranks * domains);
    this.expertLoad = new Float64Array(copies.start.length - 1);
    this.#copies = copies;
    this.#domainOfRank = domainOfRank;
    this.#domains = domains;
    this.#seed = seed;
    this.#rankStamp = new Int32Array(ranks);
    this.#domainStamp = new Int32Array(domains);
    this.#uniform = uniformGenerator(seed, REPLICA_STREAM);
  }

  /** What follows is sent by this rank. */
  startSource(source: number): void {
    this.#source = source;
    this.#uniform = uniformGenerator(this.#seed, REPLICA_STREAM + source);
  }

  /** @param chosen [tokens · topK] experts, NO_EXPERT where an assignment was dropped */
  add(chosen: Uint16Array, topK: number): void {
    const { start, rank: rankOfCopy } = this.#copies;
    const domainOf = this.#domainOfRank;
    const rankStamp = this.#rankStamp;
    const domainStamp = this.#domainStamp;
    const uniform = this.#uniform;
    const ranks = domainOf.length;
    const row = this.#source * ranks;
    const assignments = this.assignments.subarray(row, row + ranks);
    const rankHits = this.rankHits.subarray(row, row + ranks);
    const domainHits = this.domainHits.subarray(
      this.#source * this.#domains,
      (this.#source + 1) * this.#domains,
    );
    const { expertLoad } = this;
    let token = this.#token;
    let kept = 0;
    for (let first = 0; first < chosen.length; first += topK) {
      token++;
      for (let i = first; i < first + topK; i++) {
        const expert = chosen[i]!;
        if (expert === NO_EXPERT) continue;
        kept++;
        expertLoad[expert]!++;
        const copy = start[expert]!;
        const copies = start[expert + 1]! - copy;
        const rank = rankOfCopy[copies === 1 ? copy : copy + Math.trunc(uniform() * copies)]!;
        assignments[rank]!++;
        if (rankStamp[rank] === token) continue;
        rankStamp[rank] = token;
        rankHits[rank]!++;
        const domain = domainOf[rank]!;
        if (domainStamp[domain] === token) continue;
        domainStamp[domain] = token;
        domainHits[domain]!++;
      }
    }
    this.#token = token;
    this.kept += kept;
  }
}
