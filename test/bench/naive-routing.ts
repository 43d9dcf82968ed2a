import type { Scenario } from '../../src/scenario/scenario';
import type { PlacementResult } from '../../src/sim/result';
import { targetInclusion } from '../../src/sim/routing/popularity';

/** Rows between ranks and between scale-up domains, counted token by token. */
export interface NaiveTraffic {
  /** [source][destination] one row per distinct destination rank of a token */
  readonly rankRows: number[][];
  /** [source domain][destination domain] one row per distinct destination domain */
  readonly domainRows: number[][];
  /** [routed experts] */
  readonly expertLoad: number[];
}

/**
 * What the simulator counts, as one would first write it: for each token of each rank, experts are drawn in proportion to
 * their popularity until there are enough, and a set says which ranks and domains they are on. The yardstick of the bench.
 */
export function naiveTraffic(scenario: Scenario, placement: PlacementResult): NaiveTraffic {
  const { routedExperts, topK, router } = scenario.model;
  const weights = [...targetInclusion(scenario, placement.layer)];
  const { domainOfRank } = placement;
  const ranks = domainOfRank.length;
  const rankOfExpert = new Map(
    placement.physicalToLogical.map((expert, slot) => [expert, placement.physicalToRank[slot]!]),
  );
  const domains = Math.max(...domainOfRank) + 1;
  const rankRows = zeros(ranks, ranks);
  const domainRows = zeros(domains, domains);
  const expertLoad = weights.map(() => 0);
  for (let source = 0; source < ranks; source++) {
    for (let token = 0; token < scenario.workload.tokensPerRank; token++) {
      const chosen = chosenExperts(weights, topK, routedExperts / router.groups, router.topkGroups);
      const toRanks = new Set<number>();
      const toDomains = new Set<number>();
      for (const expert of chosen) {
        expertLoad[expert]! += 1;
        toRanks.add(rankOfExpert.get(expert)!);
        toDomains.add(domainOfRank[rankOfExpert.get(expert)!]!);
      }
      for (const rank of toRanks) rankRows[source]![rank]! += 1;
      for (const domain of toDomains) domainRows[domainOfRank[source]!]![domain]! += 1;
    }
  }
  return { rankRows, domainRows, expertLoad };
}

const zeros = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0));

/** Experts of one token: drawn until there are enough, less repeats and those of groups that are closed. */
function chosenExperts(weights: number[], topK: number, groupSize: number, limit: number): Set<number> {
  const chosen = new Set<number>();
  const groups = new Set<number>();
  const isLimited = groupSize < weights.length;
  while (chosen.size < topK) {
    const expert = drawn(weights);
    const group = Math.floor(expert / groupSize);
    if (isLimited && groups.size === limit && !groups.has(group)) continue;
    chosen.add(expert);
    groups.add(group);
  }
  return chosen;
}

/** An expert in proportion to its weight. */
function drawn(weights: number[]): number {
  let at = Math.random() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let expert = 0; expert < weights.length; expert++) {
    at -= weights[expert]!;
    if (at < 0) return expert;
  }
  return weights.length - 1;
}
