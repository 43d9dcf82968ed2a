import { raceWeights } from './popularity';
import type { ExpertGroups } from './routing';

/** Each is one step of Newton's method for every rate: more bring no better start. */
const ROUNDS = 3;
const STEPS = 8;
/** Of the tokens that meet a group in time at most so many choose one of its experts. */
const MOST = 0.999;
/** A step may take so much of a rate. */
const MOST_LESS = 0.8;

/**
 * Rates by which a group-limited race chooses experts about as often as it should (with 4 of 8 groups and loads as they are
 * served 0.2 % of choices go elsewhere): those of a race in which every token ends at time 1, and groups that were not met
 * by a time u are refused. An expert is then chosen if it arrives by 1, unless its group is met between u and 1:
 * P = 1 - e^(-w) - e^(-Wu)·(1 - e^(-w(1 - u))), W being the rate of its group.
 *
 * @param target P(a token chooses the expert), [experts]
 */
export function limitedRates(target: Float64Array, groups: ExpertGroups): Float64Array {
  const rates = raceWeights(target);
  for (let round = 0; round < ROUNDS; round++) {
    const sums = sumsOfGroups(rates, groups);
    const end = refusalTime(sums, groups.limit);
    const rest = 1 - end;
    const closed = sums.map((rate) => Math.exp(-rate * end));
    for (let expert = 0; expert < rates.length; expert++) {
      const late = closed[groups.groupOfExpert[expert]!]!;
      const wanted = Math.min(target[expert]!, MOST * (1 - late));
      const rate = rates[expert]!;
      const absent = Math.exp(-rate);
      const absentLate = Math.exp(-rate * rest);
      const excess = 1 - absent - late * (1 - absentLate) - wanted;
      rates[expert] = Math.max(rate * (1 - MOST_LESS), rate - excess / (absent - late * rest * absentLate));
    }
  }
  return rates;
}

/** By then as many groups are met as the limit allows, in the mean; at most 1, the end. */
function refusalTime(rates: Float64Array, limit: number): number {
  let time = 0;
  for (let step = 0; step < STEPS; step++) {
    let missing = limit;
    let slope = 0;
    for (let group = 0; group < rates.length; group++) {
      const unmet = Math.exp(-rates[group]! * time);
      missing -= 1 - unmet;
      slope += rates[group]! * unmet;
    }
    // The mean number is concave in time, so that steps from below stay below.
    time = Math.min(1, time + missing / slope);
  }
  return time;
}

export function sumsOfGroups(values: Float64Array, { groups, groupOfExpert }: ExpertGroups): Float64Array {
  const sums = new Float64Array(groups);
  addToGroups(sums, values, groupOfExpert);
  return sums;
}

/** Adds the values of experts to those of their groups. */
export function addToGroups(sums: Float64Array, values: Float64Array, groupOfExpert: Uint16Array): void {
  for (let expert = 0; expert < values.length; expert++) sums[groupOfExpert[expert]!]! += values[expert]!;
}
