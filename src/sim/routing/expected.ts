import type { Scenario } from '../../scenario/scenario';
import type { PlacementResult } from '../result';
import { binomialOverflow } from './capacity';
import type { Block, Choice } from './choice';
import { raceChoice } from './race-choice';
import { expertCapacity, type Replica, type Routing, replicas, seatsOf } from './routing';
import { traceChoice } from './trace-choice';

/**
 * Routing in expectation: every source rank sends alike, so one row stands for all. Exact up to quadrature
 * (1e-6) without groups, and with groups for balanced popularity; skewed groups rest on the mean-field rates of
 * groups.ts, within 1 % of sampling. Drops by probability count as independent of what else a token chose.
 */
export function expectedRouting(scenario: Scenario, placement: PlacementResult): Routing {
  const tokens = scenario.workload.tokensPerRank;
  const ranks = placement.worldRanks.length;
  const seats = seatsOf(scenario, placement);
  const { domainOfRank, domains } = seats;
  const choice = choiceOf(scenario, placement.layer);
  const { inclusion } = choice;

  const capacity = expertCapacity(scenario);
  const kept = keptFraction(inclusion, tokens, capacity);
  const copies = replicas(placement);
  const phases = keptByPhase(kept, scenario.routing.dropPolicy);
  const hits = (blocks: number, blockOfCopy: (copy: Replica) => number): Float64Array => {
    const sum = new Float64Array(blocks);
    for (const phase of phases) {
      const sent = copies.map((copy) => ({ ...copy, share: copy.share * phase[copy.expert]! }));
      choice.hits(partition(sent, blocks, blockOfCopy)).forEach((hit, block) => {
        sum[block] = sum[block]! + (hit * tokens) / phases.length;
      });
    }
    return sum;
  };
  const rows = rowsPerExpert(scenario, inclusion, kept, capacity);
  const assignments = new Float64Array(ranks);
  for (const { expert, rank, share } of copies)
    assignments[rank] = assignments[rank]! + rows[expert]! * share;
  const keptRows = inclusion.reduce((sum, share, expert) => sum + share * kept[expert]!, 0);
  const wantedRows = inclusion.reduce((sum, share) => sum + share, 0);
  const allRows = rows.reduce((sum, count) => sum + count, 0);
  return {
    engine: 'expected',
    tokensPerRank: tokens,
    ranks,
    sources: 1,
    ...seats,
    assignments,
    rankHits: hits(ranks, ({ rank }) => rank),
    domainHits: hits(domains, ({ rank }) => domainOfRank[rank]!),
    expertLoad: rows.map((count) => count * ranks),
    dropped: shareLeft(keptRows, wantedRows),
    padding: shareLeft(keptRows * tokens, allRows),
    note: 'expected values over tokens',
  };
}

/** What of a whole its part leaves; where it is all of it, the two sums may differ in their last digit. */
const shareLeft = (part: number, whole: number): number => (whole === 0 ? 0 : Math.max(0, 1 - part / whole));

function choiceOf(scenario: Scenario, layer: number): Choice {
  const { distribution, trace } = scenario.routing;
  return distribution === 'trace' && trace !== null
    ? traceChoice(trace, scenario.model.routedExperts)
    : raceChoice(scenario, layer);
}

/** Rows from one source rank to each logical expert, padding included. */
function rowsPerExpert(
  scenario: Scenario,
  inclusion: Float64Array,
  kept: Float64Array,
  capacity: number,
): Float64Array {
  const tokens = scenario.workload.tokensPerRank;
  if (scenario.routing.padToCapacity && Number.isFinite(capacity)) {
    return inclusion.map(() => Math.min(capacity, tokens));
  }
  return inclusion.map((share, expert) => share * kept[expert]! * tokens);
}

function blockOf(copies: readonly Replica[]): Block {
  const block = new Map<number, number>();
  for (const { expert, share } of copies) {
    const sum = (block.get(expert) ?? 0) + share;
    // Three thirds must be one: a share of 1 marks an expert that the block owns.
    block.set(expert, sum > 1 - 1e-9 ? 1 : sum);
  }
  return block;
}

function partition(
  copies: readonly Replica[],
  blocks: number,
  blockOfCopy: (copy: Replica) => number,
): Block[] {
  const members = Array.from({ length: blocks }, (): Replica[] => []);
  for (const copy of copies) members[blockOfCopy(copy)]!.push(copy);
  return members.map(blockOf);
}

/** Stretches of a sequence in which drops by position are counted apart. */
const POSITION_PHASES = 4;

/**
 * Shares that are kept, by stretch of the sequence. By position an expert keeps the tokens up to where it is full, so that
 * late tokens lose several experts together; by probability any token may lose any.
 */
function keptByPhase(kept: Float64Array, policy: 'probs' | 'position'): readonly Float64Array[] {
  if (policy === 'probs' || kept.every((share) => share === 1)) return [kept];
  return Array.from({ length: POSITION_PHASES }, (_, phase) =>
    kept.map((share) => Math.min(1, Math.max(0, share * POSITION_PHASES - phase))),
  );
}

/** Share of an expert's assignments that capacity leaves, [routedExperts]. */
function keptFraction(inclusion: Float64Array, tokens: number, capacity: number): Float64Array {
  const known = new Map<number, number>();
  return inclusion.map((p) => {
    if (capacity >= tokens || p <= 0) return 1;
    let kept = known.get(p);
    if (kept === undefined) {
      kept = 1 - binomialOverflow(tokens, p, capacity) / (tokens * p);
      known.set(p, kept);
    }
    return kept;
  });
}
