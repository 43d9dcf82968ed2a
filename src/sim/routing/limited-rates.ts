import { reused } from '../wasm/module';
import { stepRates } from './limited-code';
import { NUMBER_BYTES } from './race-room';
import type { ExpertGroups } from './routing';

/** Each is one step of Newton's method for every rate: more bring no better start. */
const ROUNDS = 3;
const STEPS = 5;
/** Of the tokens that meet a group in time at most so many choose one of its experts. */
const MOST = 0.999;

/**
 * Rates by which a group-limited race chooses experts about as often as it should (with 4 of 8 groups and loads as they are
 * served 0.2 % of choices go elsewhere): those of a race in which every token ends at time 1, and groups that were not met
 * by a time u are refused. An expert is then chosen if it arrives by 1, unless its group is met between u and 1:
 * P = 1 - e^(-w) - e^(-Wu)·(1 - e^(-w(1 - u))), W being the rate of its group.
 *
 * @param target P(a token chooses the expert), [experts]
 */
export function limitedRates(target: Float64Array, { members, limit }: ExpertGroups): Float64Array {
  const { loops, buffer } = machineOf(2 * target.byteLength);
  const rates = new Float64Array(buffer, 0, target.length);
  const targets = new Float64Array(buffer, target.byteLength, target.length);
  targets.set(target);
  const ofGroups = new Float64Array(members.length);
  for (let group = 0; group < members.length; group++) {
    for (const expert of members[group]!) ofGroups[group]! += rates[expert] = rateByItself(target[expert]!);
  }
  for (let round = 0; round < ROUNDS; round++) {
    const end = refusalTime(ofGroups, limit);
    for (let group = 0; group < members.length; group++) {
      const experts = members[group]!;
      const late = Math.exp(-ofGroups[group]! * end);
      const first = experts[0]! * NUMBER_BYTES;
      ofGroups[group] = loops.stepRates(
        rates.byteOffset + first,
        targets.byteOffset + first,
        experts.length * NUMBER_BYTES,
        late,
        1 - end,
        MOST * (1 - late),
      );
    }
  }
  return rates.slice();
}

/** About the rate without refusals, -ln(1 - P): Padé's fraction of it. */
const rateByItself = (share: number): number => (share * (6 - share)) / (6 - 4 * share);

const machineOf = reused({ stepRates });

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
