import { groupLevels } from './group-states';
import { uniformGenerator } from './random';

/** How many of a token's experts come from each group, with its probability. */
export interface GroupPattern {
  readonly counts: Uint8Array;
  readonly probability: number;
}

/** Above this many patterns they are sampled: 8 groups of which 4, top-8 (DeepSeek-V3), have 2450. */
const MAX_EXACT_PATTERNS = 20_000;
const SAMPLED_PATTERNS = 20_000;

/**
 * Distribution of the number of chosen experts per group in group-limited routing.
 *
 * The race decides the groups too: a group opens when its first expert arrives, and once `limit` groups are
 * open the others are ignored. The group score is then the best expert's (as in DeepEP's tests); DeepSeek-V3
 * itself adds the best two, which moves the mean number of distinct groups by less than 1 %.
 *
 * @param remainingRate [groups][0 … draws] expected rate left in a group after that many of its experts arrived
 *   (exact for equal rates, a mean-field approximation otherwise)
 */
export function groupPatterns(
  remainingRate: readonly Float64Array[],
  limit: number,
  draws: number,
): GroupPattern[] {
  const groups = remainingRate.length;
  const patterns = binomial(groups, limit) * binomial(draws - 1, Math.min(limit, draws) - 1);
  return patterns > MAX_EXACT_PATTERNS
    ? sampledPatterns(remainingRate, limit, draws)
    : exactPatterns(remainingRate, limit, draws);
}

/** Passes the probability of each state on to those that follow it, in proportion to the rates of the groups. */
function exactPatterns(remainingRate: readonly Float64Array[], limit: number, draws: number): GroupPattern[] {
  const levels = groupLevels(remainingRate.length, limit, draws);
  const rates = Float64Array.from(remainingRate.flatMap((ofGroup) => [...ofGroup]));
  let probability = Float64Array.of(1);
  for (let arrival = 0; arrival < draws; arrival++) {
    const { start, rate, following } = levels[arrival]!;
    const next = new Float64Array(levels[arrival + 1]!.counts.length);
    for (let state = 0; state < probability.length; state++) {
      const end = start[state + 1]!;
      let total = 0;
      for (let i = start[state]!; i < end; i++) total += rates[rate[i]!]!;
      if (total <= 0) continue;
      const perRate = probability[state]! / total;
      for (let i = start[state]!; i < end; i++) next[following[i]!]! += perRate * rates[rate[i]!]!;
    }
    probability = next;
  }
  return levels[draws]!.counts.map((counts, state) => ({ counts, probability: probability[state]! }));
}

/** Rates at which each group may deliver the next expert; returns their sum. */
function openRates(
  counts: Uint8Array,
  remainingRate: readonly Float64Array[],
  limit: number,
  rates: Float64Array,
): number {
  let open = 0;
  for (const count of counts) if (count > 0) open++;
  let total = 0;
  for (let j = 0; j < counts.length; j++) {
    const rate = counts[j]! > 0 || open < limit ? remainingRate[j]![counts[j]!]! : 0;
    rates[j] = rate;
    total += rate;
  }
  return total;
}

/** Where groups are alike, each sample counts in every rotation, so that balanced routing stays balanced. */
function sampledPatterns(
  remainingRate: readonly Float64Array[],
  limit: number,
  draws: number,
): GroupPattern[] {
  const groups = remainingRate.length;
  const alike = remainingRate.every((rates) => rates.every((rate, c) => rate === remainingRate[0]![c]));
  const rotations = alike ? groups : 1;
  const samples = Math.ceil(SAMPLED_PATTERNS / rotations);
  const uniform = uniformGenerator(0);
  const rates = new Float64Array(groups);
  return Array.from({ length: samples }, () => {
    const counts = new Uint8Array(groups);
    for (let arrival = 0; arrival < draws; arrival++) {
      let at = uniform() * openRates(counts, remainingRate, limit, rates);
      let j = 0;
      while (j < groups - 1 && at >= rates[j]!) at -= rates[j++]!;
      counts[j] = counts[j]! + 1;
    }
    return Array.from({ length: rotations }, (_, by) => ({
      counts: counts.map((_, j) => counts[(j + by) % groups]!),
      probability: 1 / (samples * rotations),
    }));
  }).flat();
}

function binomial(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result *= (n - k + i) / i;
  return result;
}
