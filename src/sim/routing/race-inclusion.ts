import { dot, multiplyByOne, valuesAtOdds } from './octets';
import type { RaceRun } from './race';

/** P(a token chooses the expert), [experts]; sums to `draws` but for the error of the integrals. */
export function inclusionOf(race: RaceRun): Float64Array {
  const { states, end } = race;
  const { rates, members, groupOfExpert, width, odds, chances } = states;
  const inclusion = new Float64Array(rates.length);
  const values = new Float64Array(rates.length);
  const worth = new Float64Array(width);
  for (let n = 0; n < end; n++) {
    const now = n * rates.length;
    const usualAlive = states.usualAlive[n]!;
    const usualStop = states.usualStop[n]!;
    for (let group = 0; group < members.length; group++) {
      const { list, count } = members[group]!;
      const chance = chances[group]!;
      worthOfMore(race, n, group, worth);
      valuesAtOdds(values, worth, odds, now, members[group]!);
      for (const racer of states.likely[n]!) {
        if (groupOfExpert[racer] === group) values[list.indexOf(racer)] = likelyHit(race, n, racer);
      }
      for (let i = 0; i < count; i++) {
        const racer = list[i]!;
        const absent = 1 / (1 + odds[now + racer]!);
        const rate = rates[racer]!;
        const usual = (1 - absent) * usualStop - rate * absent * usualAlive;
        inclusion[racer]! += chance * (rate * values[i]! + usual);
      }
    }
  }
  for (let racer = 0; racer < rates.length; racer++) inclusion[racer] = Math.max(0, inclusion[racer]!);
  return inclusion;
}

/** What it counts for that the group has delivered what it has and so many more, by their number. */
function worthOfMore({ states }: RaceRun, n: number, group: number, worth: Float64Array): void {
  const { members, width, arrived, environment } = states;
  const at = (n * members.length + group) * width;
  for (let more = 0; more < width; more++) {
    let sum = 0;
    for (let m = 0; m + more < width; m++) sum += arrived[at + m]! * environment[at + m + more]!;
    worth[more] = sum;
  }
}

/** That an expert comes now, if it is likely to have come before: by the polynomial made without it. */
function likelyHit({ states }: RaceRun, n: number, racer: number): number {
  const { rates, odds, width, members, groupOfExpert, unlikelyArrived, environment } = states;
  const group = groupOfExpert[racer]!;
  const now = n * rates.length;
  const at = (n * members.length + group) * width;
  const none = unlikelyArrived.slice(at, at + width);
  for (const other of states.likely[n]!) {
    if (other === racer || groupOfExpert[other] !== group) continue;
    const absent = 1 / (1 + odds[now + other]!);
    multiplyByOne(none, 0, width, absent, 1 - absent);
  }
  return dot(none, environment, at) / (1 + odds[now + racer]!);
}
