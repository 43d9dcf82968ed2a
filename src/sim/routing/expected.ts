import type { Scenario } from '../../scenario/scenario';
import type { PlacementResult } from '../result';
import { dotOf, isSame, multiplied, sumOf } from '../sums';
import { binomialOverflow } from './capacity';
import type { Block, Choice } from './choice';
import { raceChoice } from './race-choice';
import { expertCapacity, type Replica, type Routing, replicas, type Seats, seatsOf } from './routing';
import { traceChoice } from './trace-choice';

/**
 * Routing in expectation: every source rank sends alike, so one row stands for all. Exact up to the error of integrals:
 * 1e-5 without groups, 4e-3 with them (1e-3 with 4 of 8). Drops by probability count as independent of what else a token chose.
 */
export function expectedRouting(scenario: Scenario, placement: PlacementResult): Routing {
  return expectedLayers(scenario, placement)(placement.layer);
}

/** The same for any layer, as long as its experts are placed so. */
export function expectedLayers(scenario: Scenario, placement: PlacementResult): (layer: number) => Routing {
  const tokens = scenario.workload.tokensPerRank;
  const ranks = placement.worldRanks.length;
  const { seats, copies, held, onRank, inDomain } = seatedCopies(scenario, placement);
  const { domainOfRank, domains } = seats;
  const capacity = expertCapacity(scenario);
  const all = new Float64Array(scenario.model.routedExperts).fill(1);
  return (layer) => {
    const choice = choiceOf(scenario, layer);
    const { inclusion } = choice;
    const kept = capacity >= tokens ? all : keptFraction(inclusion, tokens, capacity);
    const isDropless = kept === all || kept.every((share) => share === 1);
    const hits = (blocks: readonly Block[]) => multiplied(choice.hits(blocks), tokens);
    const hitsByPhase = (blocks: number, blockOfCopy: (copy: Replica) => number): Float64Array => {
      const sum = new Float64Array(blocks);
      const phases = keptByPhase(kept, scenario.routing.dropPolicy);
      for (const phase of phases) {
        const sent = copies.map((copy) => ({ ...copy, share: copy.share * phase[copy.expert]! }));
        hits(partition(sent, blocks, blockOfCopy)).forEach((hit, block) => {
          sum[block]! += hit / phases.length;
        });
      }
      return sum;
    };
    const tokenRows = rowsOfTokens(inclusion, kept, tokens);
    const isPadded = scenario.routing.padToCapacity && Number.isFinite(capacity);
    const rows = isPadded ? tokenRows.map(() => Math.min(capacity, tokens)) : tokenRows;
    const keptRows = dotOf(inclusion, kept);
    const wantedRows = sumOf(inclusion);
    const allRows = sumOf(rows);
    const rankHits = isDropless ? hits(onRank) : hitsByPhase(ranks, ({ rank }) => rank);
    const domainHits = isDropless ? hits(inDomain) : hitsByPhase(domains, ({ rank }) => domainOfRank[rank]!);
    const sent = onRanks(tokenRows, held, ranks);
    withinBounds(rankHits, sent, domainHits, domainOfRank);
    return {
      engine: 'expected',
      tokensPerRank: tokens,
      ranks,
      sources: 1,
      ...seats,
      assignments: isPadded ? onRanks(rows, held, ranks) : sent,
      rankHits,
      domainHits,
      expertLoad: multiplied(rows, ranks),
      dropped: shareLeft(keptRows, wantedRows),
      padding: shareLeft(keptRows * tokens, allRows),
      note: 'expected values over tokens',
    };
  };
}

/** What all layers of a placement have in common. */
interface SeatedCopies {
  readonly seats: Seats;
  readonly copies: readonly Replica[];
  readonly held: HeldCopies;
  /** The experts of each rank, and of each scale-up domain. */
  readonly onRank: readonly Block[];
  readonly inDomain: readonly Block[];
}

/** All that it depends on. */
const PLACES = [
  'physicalToLogical',
  'physicalToRank',
  'worldRanks',
  'nodeOfRank',
  'domainOfRank',
] as const satisfies readonly (keyof PlacementResult)[];

let latest: (SeatedCopies & { readonly of: PlacementResult; readonly gpusPerNode: number }) | null = null;

/** The same for a placement as that of the time before: what-ifs seldom move an expert. */
function seatedCopies(scenario: Scenario, placement: PlacementResult): SeatedCopies {
  const { gpusPerNode } = scenario.cluster;
  const before = latest;
  if (before?.gpusPerNode === gpusPerNode && PLACES.every((name) => isSame(before.of[name], placement[name])))
    return before;
  const seats = seatsOf(scenario, placement);
  const copies = replicas(placement);
  latest = {
    of: placement,
    gpusPerNode,
    seats,
    copies,
    held: heldCopies(copies),
    onRank: partition(copies, placement.worldRanks.length, ({ rank }) => rank),
    inDomain: partition(copies, seats.domains, ({ rank }) => seats.domainOfRank[rank]!),
  };
  return latest;
}

/** Copies of experts, one after the other. */
interface HeldCopies {
  readonly experts: Uint16Array;
  readonly ranks: Uint16Array;
  readonly shares: Float64Array;
}

const heldCopies = (copies: readonly Replica[]): HeldCopies => ({
  experts: Uint16Array.from(copies, ({ expert }) => expert),
  ranks: Uint16Array.from(copies, ({ rank }) => rank),
  shares: Float64Array.from(copies, ({ share }) => share),
});

/** What comes to each rank of rows to each expert. */
function onRanks(rows: Float64Array, { experts, ranks, shares }: HeldCopies, count: number): Float64Array {
  const sums = new Float64Array(count);
  for (let copy = 0; copy < experts.length; copy++) {
    sums[ranks[copy]!]! += rows[experts[copy]!]! * shares[copy]!;
  }
  return sums;
}

/**
 * Holds integrals, which have errors, to what is certain: a rank is met by no more tokens than send it rows, and a domain by
 * at least as many as any of its ranks and at most as many as all.
 */
function withinBounds(
  rankHits: Float64Array,
  sent: Float64Array,
  domainHits: Float64Array,
  domainOfRank: readonly number[],
): void {
  const least = new Float64Array(domainHits.length);
  const most = new Float64Array(domainHits.length);
  for (let rank = 0; rank < rankHits.length; rank++) {
    const domain = domainOfRank[rank]!;
    rankHits[rank] = Math.min(rankHits[rank]!, sent[rank]!);
    least[domain] = Math.max(least[domain]!, rankHits[rank]!);
    most[domain]! += rankHits[rank]!;
  }
  for (let domain = 0; domain < domainHits.length; domain++) {
    domainHits[domain] = Math.min(most[domain]!, Math.max(least[domain]!, domainHits[domain]!));
  }
}

/** What of a whole its part leaves; where it is all of it, the two sums may differ in their last digit. */
const shareLeft = (part: number, whole: number): number => (whole === 0 ? 0 : Math.max(0, 1 - part / whole));

function choiceOf(scenario: Scenario, layer: number): Choice {
  const { distribution, trace } = scenario.routing;
  return distribution === 'trace' && trace !== null
    ? traceChoice(trace, scenario.model.routedExperts)
    : raceChoice(scenario, layer);
}

/** Rows from one source rank to each logical expert. */
function rowsOfTokens(inclusion: Float64Array, kept: Float64Array, tokens: number): Float64Array {
  const rows = multiplied(inclusion, tokens);
  for (let expert = 0; expert < rows.length; expert++) rows[expert]! *= kept[expert]!;
  return rows;
}

function blockOf(copies: readonly Replica[]): Block {
  const shareOf = new Map<number, number>();
  for (const { expert, share } of copies) {
    if (share === 0) continue;
    const sum = (shareOf.get(expert) ?? 0) + share;
    // Three thirds must be one: a share of 1 marks an expert that the block owns.
    shareOf.set(expert, sum > 1 - 1e-9 ? 1 : sum);
  }
  return { experts: [...shareOf.keys()], shares: [...shareOf.values()] };
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
  if (policy === 'probs') return [kept];
  return Array.from({ length: POSITION_PHASES }, (_, phase) =>
    kept.map((share) => Math.min(1, Math.max(0, share * POSITION_PHASES - phase))),
  );
}

/** Share of an expert's assignments that capacity leaves, [routedExperts]. */
function keptFraction(inclusion: Float64Array, tokens: number, capacity: number): Float64Array {
  const known = new Map<number, number>();
  return inclusion.map((p) => {
    if (p <= 0) return 1;
    let kept = known.get(p);
    if (kept === undefined) {
      kept = 1 - binomialOverflow(tokens, p, capacity) / (tokens * p);
      known.set(p, kept);
    }
    return kept;
  });
}
