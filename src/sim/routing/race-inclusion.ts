import { dot, multiplyByOne } from './octets';
import type { RaceRun } from './race';
import { NUMBER_BYTES } from './race-room';
import type { RaceStates } from './race-states';

/** P(a token chooses the expert), [experts]; sums to `draws` but for the error of the integrals. */
export function inclusionOf(race: RaceRun): Float64Array {
  const { states, end } = race;
  const { inclusion } = states;
  inclusion.fill(0);
  for (let n = 0; n < end; n++) {
    const likely = states.likely[n]!;
    const before = likely.length > 0 ? likely.map((racer) => inclusion[racer]!) : likely;
    addTime(states, n);
    for (let i = 0; i < likely.length; i++) {
      inclusion[likely[i]!] = before[i]! + likelyShare(race, n, likely[i]!);
    }
  }
  const shares = new Float64Array(inclusion.length);
  for (let racer = 0; racer < shares.length; racer++) shares[racer] = Math.max(0, inclusion[racer]!);
  return shares;
}

/** Adds what racers are at a time, which is of no use for those that are likely to have arrived. */
function addTime(states: RaceStates, n: number): void {
  const { arrived, environment, odds, rates, inclusion, chances, worth, groupWords } = states;
  const { width, row, members } = states;
  const course = n * members.length * width * NUMBER_BYTES;
  states.loops.addInclusion(
    arrived.byteOffset + course,
    environment.byteOffset + course,
    width * NUMBER_BYTES,
    worth.byteOffset,
    odds.byteOffset + n * row * NUMBER_BYTES,
    rates.byteOffset,
    inclusion.byteOffset,
    groupWords.byteOffset,
    members.length,
    chances.byteOffset,
    states.usualStop[n]!,
    states.usualAlive[n]!,
  );
}

/** What is added at a time for a racer that is likely to have arrived. */
function likelyShare(race: RaceRun, n: number, racer: number): number {
  const { rates, odds, row, chances, groupOfExpert, usualStop, usualAlive } = race.states;
  const absent = 1 / (1 + odds[n * row + racer]!);
  const rate = rates[racer]!;
  const usual = (1 - absent) * usualStop[n]! - rate * absent * usualAlive[n]!;
  return chances[groupOfExpert[racer]!]! * (rate * likelyHit(race, n, racer) + usual);
}

/** That an expert comes now, if it is likely to have come before: by the polynomial made without it. */
function likelyHit({ states }: RaceRun, n: number, racer: number): number {
  const { row, odds, width, members, groupOfExpert, unlikelyArrived, environment } = states;
  const group = groupOfExpert[racer]!;
  const now = n * row;
  const at = (n * members.length + group) * width;
  const none = unlikelyArrived.slice(at, at + width);
  for (const other of states.likely[n]!) {
    if (other === racer || groupOfExpert[other] !== group) continue;
    const absent = 1 / (1 + odds[now + other]!);
    multiplyByOne(none, 0, width, absent, 1 - absent);
  }
  return dot(none, environment, at) / (1 + odds[now + racer]!);
}
