import type { Scenario } from '../../scenario/scenario';
import type { PlacementResult } from '../result';
import { dropBeyondCapacity } from './capacity';
import { expertCapacity, type Routing, replicas, seatsOf } from './routing';
import { tokensBySource } from './source-tokens';
import { type Copies, copiesByExpert, Tally } from './tally';
import { tokensOfSources } from './token-source';

/** Tokens drawn at most; above, each rank draws an equal subset and its counts are scaled up. About half a second. */
const MAX_TOKENS = 2 ** 20;
/** Few enough that what they chose is still near when it is counted. */
const TOKENS_PER_SLICE = 1024;

/**
 * Routing token by token, over the tokens of every source rank: drawn by the race of race.ts, or replayed from a trace.
 *
 * @yields the fraction done, every thousand tokens (some tens of microseconds)
 */
export function* sampledRouting(
  scenario: Scenario,
  placement: PlacementResult,
): Generator<number, Routing, void> {
  const ranks = placement.worldRanks.length;
  const tokensPerRank = scenario.workload.tokensPerRank;
  const most = Math.floor(MAX_TOKENS / ranks);
  const uneven = tokensPerRank <= most ? tokensBySource(tokensPerRank, ranks) : null;
  const drawn = Math.max(1, Math.min(Math.ceil(tokensPerRank), most));
  const scale = uneven === null ? tokensPerRank / drawn : 1;
  const seats = seatsOf(scenario, placement);
  const { domainOfRank, domains } = seats;
  const { routedExperts } = scenario.model;
  const topK = Math.min(scenario.model.topK, routedExperts);
  const capacity = expertCapacity(scenario) / scale;
  const tokensOf = tokensOfSources(scenario, placement.layer, drawn);
  const copies = copiesByExpert(replicas(placement), routedExperts);
  const tally = new Tally(copies, domainOfRank, domains, scenario.routing.seed);
  const isDropless = capacity >= drawn;
  const perSlice = TOKENS_PER_SLICE * topK;
  const room = new Uint16Array(isDropless ? Math.min(perSlice, drawn * topK) : drawn * topK);
  const slices = Math.ceil((drawn * topK) / perSlice) * ranks;
  let slice = 0;
  for (let source = 0; source < ranks; source++) {
    const next = tokensOf(source);
    const assignments = (uneven === null ? drawn : Math.round(uneven[source]!)) * topK;
    tally.startSource(source);
    if (!isDropless) {
      // Which assignments are dropped is known when all are.
      const chosen = room.subarray(0, assignments);
      for (let start = 0; start < assignments; start += perSlice) {
        next(chosen.subarray(start, start + perSlice));
        yield slice / slices;
      }
      const limits = { topK, routedExperts, capacity: Math.round(capacity) };
      dropBeyondCapacity(chosen, { ...limits, policy: scenario.routing.dropPolicy });
    }
    for (let start = 0; start < assignments; start += perSlice) {
      const end = Math.min(start + perSlice, assignments);
      const chosen = isDropless ? room.subarray(0, end - start) : room.subarray(start, end);
      if (isDropless) next(chosen);
      tally.add(chosen, topK, isDropless);
      yield ++slice / slices;
    }
    tally.endSource();
  }
  const { kept } = tally;
  const tokens = uneven?.reduce((sum, count) => sum + Math.round(count), 0) ?? drawn * ranks;
  const sent =
    scenario.routing.padToCapacity && capacity < Number.POSITIVE_INFINITY
      ? paddedRows(copies, ranks, Math.min(capacity, drawn))
      : { assignments: tally.assignments, expertLoad: tally.expertLoad, rows: kept };
  return {
    engine: 'sampled',
    tokensPerRank: uneven === null ? tokensPerRank : tokens / ranks,
    ranks,
    ...(uneven === null ? {} : { tokensBySource: uneven }),
    sources: ranks,
    ...seats,
    assignments: scaled(sent.assignments, scale),
    rankHits: scaled(tally.rankHits, scale),
    domainHits: scaled(tally.domainHits, scale),
    expertLoad: scaled(sent.expertLoad, scale),
    dropped: 1 - kept / Math.max(1, tokens * topK),
    padding: sent.rows === 0 ? 0 : 1 - kept / sent.rows,
    note: noteOf(scenario, { tokens, drawn, scale }),
  };
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
  { tokens, drawn, scale }: { tokens: number; drawn: number; scale: number },
): string {
  if (routing.distribution === 'trace') {
    const passes = tokens / Math.max(1, routing.trace?.length ?? 1);
    return `${routing.trace?.length} recorded tokens, each replayed ${Number(passes.toPrecision(2))} times`;
  }
  return scale === 1
    ? `${tokens} tokens drawn with seed ${routing.seed}`
    : `${drawn} of ${workload.tokensPerRank} tokens per rank drawn with seed ${routing.seed}, counts scaled up`;
}
