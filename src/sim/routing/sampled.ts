import type { Scenario } from '../../scenario/scenario';
import type { PlacementResult } from '../result';
import { raceWeight, targetInclusion } from './popularity';
import { uniformGenerator } from './random';
import { compactDomains, expertCapacity, expertGroups, type Routing, replicas } from './routing';

/** Tokens drawn at most; above, each rank draws an equal subset and its counts are scaled up. About half a second. */
const MAX_TOKENS = 2 ** 20;
const TOKENS_PER_SLICE = 4096;

/**
 * Routing by seeded Monte Carlo over the tokens of every source rank. A token draws experts with probability
 * proportional to their race weight and throws repeats (and closed groups) away, which is the race of race.ts.
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
  const { groups, limit, groupOfExpert } = expertGroups(scenario.model);
  const draw = aliasTable(targetInclusion(scenario, placement.layer).map(raceWeight));
  const ranksOfExpert = Array.from({ length: routedExperts }, (): number[] => []);
  for (const { expert, rank } of replicas(placement)) ranksOfExpert[expert]!.push(rank);

  const capacity = expertCapacity(scenario) / scale;
  const assignments = new Float64Array(ranks * ranks);
  const rankHits = new Float64Array(ranks * ranks);
  const domainHits = new Float64Array(ranks * domains);
  const expertLoad = new Float64Array(routedExperts);
  const sentToExpert = new Float64Array(routedExperts);
  // Stamps say "already seen by this token" without clearing arrays between tokens.
  const expertStamp = new Int32Array(routedExperts);
  const groupStamp = new Int32Array(groups);
  const rankStamp = new Int32Array(ranks);
  const domainStamp = new Int32Array(domains);
  let token = 0;
  let droppedAssignments = 0;

  for (let source = 0; source < ranks; source++) {
    const uniform = uniformGenerator(scenario.routing.seed, source + 1);
    sentToExpert.fill(0);
    for (let t = 0; t < drawn; t++) {
      token++;
      let openGroups = 0;
      for (let chosen = 0; chosen < topK; ) {
        const expert = draw(uniform);
        if (expertStamp[expert] === token) continue;
        const group = groupOfExpert[expert]!;
        if (groupStamp[group] !== token) {
          if (openGroups === limit) continue;
          groupStamp[group] = token;
          openGroups++;
        }
        expertStamp[expert] = token;
        chosen++;
        if (sentToExpert[expert]! >= capacity) {
          droppedAssignments++;
          continue;
        }
        sentToExpert[expert] = sentToExpert[expert]! + 1;
        expertLoad[expert] = expertLoad[expert]! + scale;
        const copies = ranksOfExpert[expert]!;
        const rank = copies.length === 1 ? copies[0]! : copies[Math.floor(uniform() * copies.length)]!;
        assignments[source * ranks + rank] = assignments[source * ranks + rank]! + scale;
        if (rankStamp[rank] !== token) {
          rankStamp[rank] = token;
          rankHits[source * ranks + rank] = rankHits[source * ranks + rank]! + scale;
        }
        const domain = domainOfRank[rank]!;
        if (domainStamp[domain] !== token) {
          domainStamp[domain] = token;
          domainHits[source * domains + domain] = domainHits[source * domains + domain]! + scale;
        }
      }
      if (token % TOKENS_PER_SLICE === 0) yield token / (ranks * drawn);
    }
  }
  return {
    engine: 'sampled',
    tokensPerRank,
    ranks,
    sources: ranks,
    domainOfRank,
    domains,
    assignments,
    rankHits,
    domainHits,
    expertLoad,
    dropped: droppedAssignments / Math.max(1, token * topK),
    note:
      scale === 1
        ? `${token} tokens drawn with seed ${scenario.routing.seed}`
        : `${drawn} of ${tokensPerRank} tokens per rank drawn with seed ${scenario.routing.seed}, counts scaled up`,
  };
}

/**
 * Draws indices with probability proportional to `weights` in constant time: Walker's alias method as built by Vose
 * (IEEE Trans. Software Eng. 17, 1991).
 */
function aliasTable(weights: Float64Array): (uniform: () => number) => number {
  const n = weights.length;
  const mean = weights.reduce((sum, w) => sum + w, 0) / n;
  const threshold = weights.map((w) => w / mean);
  const alias = Uint32Array.from({ length: n }, (_, i) => i);
  const small: number[] = [];
  const large: number[] = [];
  threshold.forEach((value, i) => {
    (value < 1 ? small : large).push(i);
  });
  while (small.length > 0 && large.length > 0) {
    const low = small.pop()!;
    const high = large.pop()!;
    alias[low] = high;
    threshold[high] = threshold[high]! + threshold[low]! - 1;
    (threshold[high]! < 1 ? small : large).push(high);
  }
  for (const i of [...small, ...large]) threshold[i] = 1;
  return (uniform) => {
    const at = uniform() * n;
    const i = Math.floor(at);
    return at - i < threshold[i]! ? i : alias[i]!;
  };
}
