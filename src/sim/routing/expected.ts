import type { Scenario } from '../../scenario/scenario';
import type { PlacementResult } from '../result';
import { binomialOverflow } from './capacity';
import { type GroupPattern, groupPatterns } from './groups';
import { raceWeight, targetInclusion } from './popularity';
import { hitProbabilities, type Member } from './race';
import {
  compactDomains,
  type ExpertGroups,
  expertCapacity,
  expertGroups,
  type Replica,
  type Routing,
  replicas,
} from './routing';

/** A set of experts, each with the share of its assignments that belongs to the set. */
type Block = ReadonlyMap<number, number>;

/** The distribution of one token's choice. */
interface Choice {
  readonly target: Float64Array;
  readonly groups: ExpertGroups;
  /** Experts of each group. */
  readonly members: readonly (readonly number[])[];
  readonly topK: number;
  /** P(a token chooses the expert), [routedExperts], sums to topK. */
  readonly inclusion: Float64Array;
  readonly patterns: readonly GroupPattern[];
  /** [groups][0 … topK] P(the group delivers that many experts). */
  readonly countOfGroup: readonly Float64Array[];
}

/**
 * Routing in expectation: every source rank sends alike, so one row stands for all. Exact up to quadrature
 * (1e-6) without groups, and with groups for balanced popularity; skewed groups rest on the mean-field rates of
 * groups.ts, within 1 % of sampling. Drops by capacity count as independent of what else a token chose.
 */
export function expectedRouting(scenario: Scenario, placement: PlacementResult): Routing {
  const tokens = scenario.workload.tokensPerRank;
  const ranks = placement.worldRanks.length;
  const { domainOfRank, domains } = compactDomains(placement);
  const choice = tokenChoice(scenario, placement.layer);

  const kept = keptFraction(choice.inclusion, tokens, expertCapacity(scenario));
  const copies = replicas(placement).map((copy) => ({ ...copy, share: copy.share * kept[copy.expert]! }));
  const byRank = partition(copies, ranks, ({ rank }) => rank);
  const byDomain = partition(copies, domains, ({ rank }) => domainOfRank[rank]!);
  return {
    engine: 'expected',
    tokensPerRank: tokens,
    ranks,
    sources: 1,
    domainOfRank,
    domains,
    assignments: blockAssignments(choice, byRank).map((count) => count * tokens),
    rankHits: blockHits(choice, byRank).map((hit) => hit * tokens),
    domainHits: blockHits(choice, byDomain).map((hit) => hit * tokens),
    expertLoad: choice.inclusion.map((inclusion, expert) => inclusion * kept[expert]! * tokens * ranks),
    dropped:
      choice.inclusion.reduce((sum, inclusion, expert) => sum + inclusion * (1 - kept[expert]!), 0) /
      Math.max(1, choice.topK),
    note: 'expected values over tokens',
  };
}

function tokenChoice(scenario: Scenario, layer: number): Choice {
  const groups = expertGroups(scenario.model);
  const target = targetInclusion(scenario, layer);
  const topK = Math.min(scenario.model.topK, scenario.model.routedExperts);
  const members = Array.from({ length: groups.groups }, (): number[] => []);
  groups.groupOfExpert.forEach((group, expert) => {
    members[group]!.push(expert);
  });

  const single = members.map((experts) =>
    hitProbabilities(
      experts.map((expert) => raceWeight(target[expert]!)),
      experts.map((_, racer) => [{ racer, share: 1 }]),
      topK,
    ),
  );
  const remaining = members.map((experts, group) =>
    Float64Array.from({ length: topK + 1 }, (_, arrived) =>
      arrived >= experts.length
        ? 0
        : experts.reduce(
            (sum, expert, i) => sum + raceWeight(target[expert]!) * (1 - single[group]![i]![arrived]!),
            0,
          ),
    ),
  );
  const patterns = groupPatterns(remaining, groups.limit, topK);
  const countOfGroup = members.map((_, group) => {
    const distribution = new Float64Array(topK + 1);
    for (const { counts, probability } of patterns) {
      distribution[counts[group]!] = distribution[counts[group]!]! + probability;
    }
    return distribution;
  });

  const inclusion = new Float64Array(target.length);
  members.forEach((experts, group) => {
    experts.forEach((expert, i) => {
      inclusion[expert] = dot(countOfGroup[group]!, single[group]![i]!);
    });
  });
  // Quadrature leaves about 1e-9; the row sums of the traffic matrix are exact counts.
  const sum = inclusion.reduce((total, value) => total + value, 0);
  return {
    target,
    groups,
    members,
    topK,
    inclusion: inclusion.map((value) => (value * topK) / sum),
    patterns,
    countOfGroup,
  };
}

/** Assignments of one token to each block. */
function blockAssignments(choice: Choice, blocks: readonly Block[]): Float64Array {
  return Float64Array.from(blocks, (block) => {
    let sum = 0;
    for (const [expert, share] of block) sum += choice.inclusion[expert]! * share;
    return sum;
  });
}

/**
 * P(a token uses any of a block's experts), for each block; equal blocks (ranks that replicate each other)
 * once.
 */
function blockHits(choice: Choice, blocks: readonly Block[]): Float64Array {
  const keys = blocks.map((block) => JSON.stringify([...block]));
  const unequal = new Map(keys.map((key, b) => [key, blocks[b]!]));
  const hits = unequalBlockHits(choice, [...unequal.values()]);
  const at = new Map([...unequal.keys()].map((key, i) => [key, i]));
  return Float64Array.from(keys, (key) => hits[at.get(key)!]!);
}

function unequalBlockHits(choice: Choice, blocks: readonly Block[]): Float64Array {
  const { groupOfExpert } = choice.groups;
  /** Per block: the groups that it meets and P(hit) by number of experts that the group delivers. */
  const parts = blocks.map((): { group: number; hits: Float64Array }[] => []);
  choice.members.forEach((experts, group) => {
    const racer = new Map(experts.map((expert, i) => [expert, i]));
    const present: number[] = [];
    const inGroup: Member[][] = [];
    blocks.forEach((block, b) => {
      const members: Member[] = [];
      for (const [expert, share] of block) {
        if (groupOfExpert[expert] === group) members.push({ racer: racer.get(expert)!, share });
      }
      if (members.length === 0) return;
      present.push(b);
      inGroup.push(members);
    });
    const rates = experts.map((expert) => raceWeight(choice.target[expert]!));
    hitProbabilities(rates, inGroup, choice.topK).forEach((hits, i) => {
      parts[present[i]!]!.push({ group, hits });
    });
  });
  return Float64Array.from(parts, (met) => {
    if (met.length === 0) return 0;
    if (met.length === 1) return dot(choice.countOfGroup[met[0]!.group]!, met[0]!.hits);
    let miss = 0;
    for (const { counts, probability } of choice.patterns) {
      let missAll = probability;
      for (const { group, hits } of met) missAll *= 1 - hits[counts[group]!]!;
      miss += missAll;
    }
    return 1 - miss;
  });
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

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
