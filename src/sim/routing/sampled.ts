import type { Scenario } from '../../scenario/scenario';
import type { PlacementResult } from '../result';
import { dropBeyondCapacity, NO_EXPERT } from './capacity';
import { uniformGenerator } from './random';
import { compactDomains, expertCapacity, type Replica, type Routing, replicas } from './routing';
import { tokensOfSources } from './token-source';

/** Tokens drawn at most; above, each rank draws an equal subset and its counts are scaled up. About half a second. */
const MAX_TOKENS = 2 ** 20;
const TOKENS_PER_SLICE = 4096;
/** Random stream of the choice between replicas, apart from those of the tokens. */
const REPLICA_STREAM = 2 ** 29;

/**
 * Routing token by token, over the tokens of every source rank: drawn by the race of race.ts, or replayed from a trace.
 *
 * @yields the fraction done, every few thousand tokens (about a millisecond)
 */
export function* sampledRouting(
  scenario: Scenario,
  placement: PlacementResult,
): Generator<number, Routing, void> {
  const ranks = placement.worldRanks.length;
  const tokensPerRank = scenario.workload.tokensPerRank;
  const drawn = Math.max(1, Math.min(Math.round(tokensPerRank), Math.floor(MAX_TOKENS / ranks)));
  const scale = tokensPerRank / drawn;
  const { domainOfRank, domains } = compactDomains(placement);
  const { routedExperts } = scenario.model;
  const topK = Math.min(scenario.model.topK, routedExperts);
  const capacity = expertCapacity(scenario) / scale;
  const tokensOf = tokensOfSources(scenario, placement.layer, drawn);
  const copies = copiesByExpert(replicas(placement), routedExperts);
  const domainOf = Int32Array.from(domainOfRank);

  const assignments = new Float64Array(ranks * ranks);
  const rankHits = new Float64Array(ranks * ranks);
  const domainHits = new Float64Array(ranks * domains);
  const expertLoad = new Float64Array(routedExperts);
  const chosen = new Uint16Array(drawn * topK);
  // Stamps say "already seen by this token" without clearing arrays between tokens.
  const rankStamp = new Int32Array(ranks);
  const domainStamp = new Int32Array(domains);
  const slices = 2 * Math.ceil(drawn / TOKENS_PER_SLICE) * ranks;
  let slice = 0;
  let token = 0;
  let kept = 0;

  for (let source = 0; source < ranks; source++) {
    const next = tokensOf(source);
    for (let start = 0; start < drawn; start += TOKENS_PER_SLICE) {
      const end = Math.min(drawn, start + TOKENS_PER_SLICE);
      for (let t = start; t < end; t++) next(chosen, t * topK);
      yield ++slice / slices;
    }
    if (capacity < drawn) {
      dropBeyondCapacity(chosen, {
        topK,
        routedExperts,
        capacity: Math.round(capacity),
        policy: scenario.routing.dropPolicy,
      });
    }
    const uniform = uniformGenerator(scenario.routing.seed, REPLICA_STREAM + source);
    const row = source * ranks;
    const domainRow = source * domains;
    for (let start = 0; start < drawn; start += TOKENS_PER_SLICE) {
      const end = Math.min(drawn, start + TOKENS_PER_SLICE);
      for (let t = start; t < end; t++) {
        token++;
        for (let i = t * topK; i < (t + 1) * topK; i++) {
          const expert = chosen[i]!;
          if (expert === NO_EXPERT) continue;
          kept++;
          expertLoad[expert]!++;
          const first = copies.start[expert]!;
          const count = copies.start[expert + 1]! - first;
          const rank = copies.rank[count === 1 ? first : first + Math.trunc(uniform() * count)]!;
          assignments[row + rank]!++;
          if (rankStamp[rank] === token) continue;
          rankStamp[rank] = token;
          rankHits[row + rank]!++;
          const domain = domainOf[rank]!;
          if (domainStamp[domain] === token) continue;
          domainStamp[domain] = token;
          domainHits[domainRow + domain]!++;
        }
      }
      yield ++slice / slices;
    }
  }
  const sent =
    scenario.routing.padToCapacity && capacity < Number.POSITIVE_INFINITY
      ? paddedRows(copies, ranks, Math.min(capacity, drawn))
      : { assignments, expertLoad, rows: kept };
  return {
    engine: 'sampled',
    tokensPerRank,
    ranks,
    sources: ranks,
    domainOfRank,
    domains,
    assignments: scaled(sent.assignments, scale),
    rankHits: scaled(rankHits, scale),
    domainHits: scaled(domainHits, scale),
    expertLoad: scaled(sent.expertLoad, scale),
    dropped: 1 - kept / Math.max(1, token * topK),
    padding: sent.rows === 0 ? 0 : 1 - kept / sent.rows,
    note: noteOf(scenario, { token, drawn, scale }),
  };
}

/** Ranks that hold each expert, one list after the other. */
interface Copies {
  /** [routedExperts + 1] where each expert's list starts. */
  readonly start: Uint32Array;
  /** [physical experts] */
  readonly rank: Uint32Array;
}

function copiesByExpert(all: readonly Replica[], routedExperts: number): Copies {
  const start = new Uint32Array(routedExperts + 1);
  for (const { expert } of all) start[expert + 1]!++;
  for (let expert = 0; expert < routedExperts; expert++) start[expert + 1]! += start[expert]!;
  const next = start.slice();
  const rank = new Uint32Array(all.length);
  for (const one of all) rank[next[one.expert]!++] = one.rank;
  return { start, rank };
}

/** What padded experts get: as many rows from every source as their capacity, over their replicas. */
function paddedRows({ start, rank }: Copies, ranks: number, rowsPerSource: number) {
  const routedExperts = start.length - 1;
  const assignments = new Float64Array(ranks * ranks);
  for (let expert = 0; expert < routedExperts; expert++) {
    const count = start[expert + 1]! - start[expert]!;
    for (let copy = start[expert]!; copy < start[expert + 1]!; copy++) {
      for (let source = 0; source < ranks; source++) {
        assignments[source * ranks + rank[copy]!]! += rowsPerSource / count;
      }
    }
  }
  return {
    assignments,
    expertLoad: new Float64Array(routedExperts).fill(rowsPerSource * ranks),
    rows: rowsPerSource * ranks * routedExperts,
  };
}

const scaled = (counts: Float64Array, scale: number): Float64Array =>
  scale === 1 ? counts : counts.map((count) => count * scale);

function noteOf(
  { routing, workload }: Scenario,
  { token, drawn, scale }: { token: number; drawn: number; scale: number },
): string {
  if (routing.distribution === 'trace') {
    const passes = token / Math.max(1, routing.trace?.length ?? 1);
    return `${routing.trace?.length} recorded tokens, each replayed ${Number(passes.toPrecision(2))} times`;
  }
  return scale === 1
    ? `${token} tokens drawn with seed ${routing.seed}`
    : `${drawn} of ${workload.tokensPerRank} tokens per rank drawn with seed ${routing.seed}, counts scaled up`;
}
