import { environmentWith } from './group-limit';
import { dot, dotsDividedByOdds } from './octets';
import type { RaceRun } from './race';
import {
  type Part,
  type Partition,
  type PartState,
  type PlainParts,
  partAt,
  stateOf,
  wholeRate,
} from './race-parts';

/** P(a token uses any expert of a block), for each block. */
export function hitsOf(race: RaceRun, { blocks, plain, others }: Partition): Float64Array {
  const hits = new Float64Array(blocks);
  addPlainHits(race, plain, hits);
  for (const { block, parts } of others) addJointHits(race, parts, hits, block);
  for (let block = 0; block < blocks; block++) hits[block] = Math.min(1, Math.max(0, hits[block]!));
  return hits;
}

/** Adds the hits of parts that stand for themselves, time by time. */
function addPlainHits(race: RaceRun, plain: PlainParts, hits: Float64Array): void {
  const { states, end } = race;
  const { width, members, rates, odds, arrived, environment, chances } = states;
  const { parts, block, lists } = plain;
  const { group, start, racers } = lists;
  const partRates = new Float64Array(parts.length);
  for (let p = 0; p < parts.length; p++) partRates[p] = wholeRate(states, parts[p]!);
  const dots = new Float64Array(block.length);
  const scratch = stateOf(width);
  for (let n = 0; n < end; n++) {
    const now = n * rates.length;
    dotsDividedByOdds(dots, arrived, n * members.length * width, width, odds, now, lists, environment);
    if (states.likely[n]!.length > 0) {
      for (let p = 0; p < dots.length; p++) {
        if (hasLikely(race, n, parts[p]!)) dots[p] = noneDot(race, n, parts[p]!, environment, scratch);
      }
    }
    const usualAlive = states.usualAlive[n]!;
    const usualStop = states.usualStop[n]!;
    for (let p = 0; p < dots.length; p++) {
      const to = start[p + 1]!;
      let present = 1;
      for (let i = start[p]!; i < to; i++) present *= 1 + odds[now + racers[i]!]!;
      const none = 1 / present;
      const rate = partRates[p]!;
      const usual = (1 - none) * usualStop - rate * none * usualAlive;
      hits[block[p]!]! += chances[group[p]!]! * (rate * dots[p]! + usual);
    }
  }
}

function hasLikely({ states }: RaceRun, n: number, { racers }: Part): boolean {
  const { odds, rates, likelyOdds } = states;
  const now = n * rates.length;
  for (let i = 0; i < racers.length; i++) if (odds[now + racers[i]!]! > likelyOdds) return true;
  return false;
}

/** What it counts for that no arrival has counted for a part by time n. */
function noneDot(
  { states }: RaceRun,
  n: number,
  part: Part,
  environment: Float64Array,
  scratch: PartState,
): number {
  partAt(states, n, part, scratch);
  return dot(scratch.none, environment, (n * states.members.length + part.group) * states.width);
}

/** Adds the hits of parts that a token meets together: if there are several, groups depend on each other. */
function addJointHits(race: RaceRun, parts: readonly Part[], hits: Float64Array, block: number): void {
  const { states, end, limit } = race;
  const { width, members, chances } = states;
  const chance = chances[parts[0]!.group]!;
  const partRates = parts.map((part) => wholeRate(states, part));
  const environment = limit && parts.length > 1 ? environmentWith(states, limit, parts) : states.environment;
  const scratch = stateOf(width);
  for (let n = 0; n < end; n++) {
    let met = usualHit(race, n, parts, partRates);
    for (let p = 0; p < parts.length; p++) {
      const part = parts[p]!;
      met += partRates[p]! * noneDot(race, n, part, environment, scratch);
      if (part.whole < part.racers.length) {
        met += dot(scratch.first, environment, (n * members.length + part.group) * width);
      }
    }
    hits[block]! += chance * met;
  }
}

/** What a usual token adds to an integral: all that it would come to, less that at the times. */
function usualHit(
  { states }: RaceRun,
  n: number,
  parts: readonly Part[],
  wholeRates: readonly number[],
): number {
  const { odds, rates, usualAlive, usualStop } = states;
  const now = n * rates.length;
  let none = 1;
  let first = 0;
  for (let p = 0; p < parts.length; p++) {
    const { racers, whole, shares } = parts[p]!;
    let present = 1;
    for (let i = 0; i < whole; i++) present *= 1 + odds[now + racers[i]!]!;
    first = (first + none * wholeRates[p]!) / present;
    none /= present;
    for (let i = whole; i < racers.length; i++) {
      const absent = 1 / (1 + odds[now + racers[i]!]!);
      const passes = absent + (1 - shares[i]!) * (1 - absent);
      first = first * passes + none * shares[i]! * rates[racers[i]!]! * absent;
      none *= passes;
    }
  }
  return (1 - none) * usualStop[n]! - first * usualAlive[n]!;
}
