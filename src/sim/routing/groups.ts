import { groupLevels } from './group-states';
import { uniformGenerator } from './random';

/** Ways in which a token's experts may come from the groups, each with its probability. */
export interface GroupPatterns {
  readonly groups: number;
  /** [patterns, groups] experts from each group, row-major */
  readonly counts: Uint8Array;
  /** [patterns] */
  readonly probability: Float64Array;
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
): GroupPatterns {
  const groups = remainingRate.length;
  const patterns = binomial(groups, limit) * binomial(draws - 1, Math.min(limit, draws) - 1);
  return patterns > MAX_EXACT_PATTERNS
    ? sampledPatterns(remainingRate, limit, draws)
    : exactPatterns(remainingRate, limit, draws);
}

/** Passes the probability of each state on to those that follow it, in proportion to the rates of the groups. */
function exactPatterns(remainingRate: readonly Float64Array[], limit: number, draws: number): GroupPatterns {
  const levels = groupLevels(remainingRate.length, limit, draws);
  const rates = Float64Array.from(remainingRate.flatMap((ofGroup) => [...ofGroup]));
  let probability = Float64Array.of(1);
  for (let arrival = 0; arrival < draws; arrival++) {
    const { start, rate, following } = levels[arrival]!;
    const next = new Float64Array(levels[arrival + 1]!.states);
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
  return { groups: remainingRate.length, counts: levels[draws]!.counts, probability };
}

/** Where groups are alike, each sample counts in every rotation, so that balanced routing stays balanced. */
function sampledPatterns(
  remainingRate: readonly Float64Array[],
  limit: number,
  draws: number,
): GroupPatterns {
  const groups = remainingRate.length;
  const alike = remainingRate.every((rates) => rates.every((rate, c) => rate === remainingRate[0]![c]));
  const rotations = alike ? groups : 1;
  const samples = Math.ceil(SAMPLED_PATTERNS / rotations);
  const sample = groupSampler(remainingRate, limit, draws);
  const counts = new Uint8Array(samples * rotations * groups);
  for (let at = 0; at < counts.length; at += rotations * groups) {
    const drawn = sample();
    for (let by = 0; by < rotations; by++) {
      for (let j = 0; j < groups; j++) counts[at + by * groups + j] = drawn[(j + by) % groups]!;
    }
  }
  const probability = new Float64Array(samples * rotations).fill(1 / (samples * rotations));
  return { groups, counts, probability };
}

/** Draws how many experts come from each group; what it gives holds until the next draw. */
function groupSampler(
  remainingRate: readonly Float64Array[],
  limit: number,
  draws: number,
): () => Uint8Array {
  const groups = remainingRate.length;
  const uniform = uniformGenerator(0);
  const starting = Float64Array.from(remainingRate, (rates) => rates[0]!);
  const counts = new Uint8Array(groups);
  /** Rates at which each group may deliver the next expert; none for those that are closed. */
  const rates = new Float64Array(groups);
  return () => {
    counts.fill(0);
    rates.set(starting);
    let open = 0;
    for (let arrival = 0; arrival < draws; arrival++) {
      let total = 0;
      for (let j = 0; j < groups; j++) total += rates[j]!;
      let at = uniform() * total;
      let j = 0;
      while (j < groups - 1 && at >= rates[j]!) at -= rates[j++]!;
      const count = counts[j]! + 1;
      counts[j] = count;
      rates[j] = remainingRate[j]![count]!;
      if (count > 1 || ++open < limit) continue;
      for (let other = 0; other < groups; other++) if (counts[other] === 0) rates[other] = 0;
    }
    return counts;
  };
}

function binomial(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result *= (n - k + i) / i;
  return result;
}
