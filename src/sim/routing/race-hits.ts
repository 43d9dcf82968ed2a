import { environmentWith } from './group-limit';
import { dot } from './octets';
import { placeParts, sumAt } from './part-layout';
import type { RaceRun } from './race';
import {
  type Part,
  type Partition,
  type PartState,
  type PlainParts,
  partAt,
  stateOf,
  type WholeGroups,
  wholeRate,
} from './race-parts';
import { NUMBER_BYTES } from './race-room';

/** P(a token uses any expert of a block), for each block. */
export function hitsOf(race: RaceRun, { blocks, plain, wholes, others }: Partition): Float64Array {
  const hits = new Float64Array(blocks);
  addPlainHits(race, plain, hits);
  addGroupHits(race, wholes, hits);
  for (const { block, parts } of others) addJointHits(race, parts, hits, block);
  for (let block = 0; block < blocks; block++) hits[block] = Math.min(1, Math.max(0, hits[block]!));
  return hits;
}

/** Adds the hits of parts that stand for themselves, time by time. */
function addPlainHits(race: RaceRun, { parts, block, layout }: PlainParts, hits: Float64Array): void {
  if (parts.length === 0) return;
  const { states, end } = race;
  const { width, odds, row, members, arrived, environment, usualStop, usualAlive, carries } = states;
  const rates = new Float64Array(parts.length);
  for (let p = 0; p < parts.length; p++) rates[p] = wholeRate(states, parts[p]!);
  placeParts(states, parts, layout, rates);
  const sums = states.parts;
  const first = sums.byteOffset;
  for (let n = 0; n < end; n++) {
    const course = n * members.length * width * NUMBER_BYTES;
    const likely = likelyParts(race, n, parts);
    const before = likely.length > 0 ? likely.map((p) => sums[sumAt(layout, p)]!) : likely;
    states.loops.addHits(
      first,
      first + layout.words.byteLength,
      odds.byteOffset + n * row * NUMBER_BYTES,
      arrived.byteOffset + course,
      environment.byteOffset + course,
      width * NUMBER_BYTES,
      carries.byteOffset,
      usualStop[n]!,
      usualAlive[n]!,
    );
    for (let i = 0; i < likely.length; i++) {
      sums[sumAt(layout, likely[i]!)] = before[i]! + likelyHit(race, n, parts[likely[i]!]!);
    }
  }
  for (let p = 0; p < parts.length; p++) hits[block[p]!]! += sums[sumAt(layout, p)]!;
}

/** Adds the hits of whole groups: that nobody has arrived is all that counts. */
function addGroupHits({ states, end }: RaceRun, { group, block }: WholeGroups, hits: Float64Array): void {
  const { arrived, environment, width, members, groupRates, chances, usualStop, usualAlive } = states;
  for (let i = 0; i < group.length; i++) {
    const own = group[i]!;
    const rate = groupRates[own]!;
    let met = 0;
    for (let n = 0; n < end; n++) {
      const at = (n * members.length + own) * width;
      const none = arrived[at]!;
      met += rate * none * environment[at]! + (1 - none) * usualStop[n]! - rate * none * usualAlive[n]!;
    }
    hits[block[i]!]! += chances[own]! * met;
  }
}

/** What is added at a time for a part some of whose racers are likely to have arrived. */
function likelyHit(race: RaceRun, n: number, part: Part): number {
  const { states } = race;
  const scratch = stateOf(states.width);
  const rate = wholeRate(states, part);
  const met = rate * noneDot(race, n, part, states.environment, scratch);
  return states.chances[part.group]! * (met + usualHit(race, n, [part], [rate]));
}

const NONE: readonly number[] = [];

/** Parts with racers that are likely to have arrived by a time. */
function likelyParts(race: RaceRun, n: number, parts: readonly Part[]): readonly number[] {
  if (race.states.likely[n]!.length === 0) return NONE;
  return parts.flatMap((part, p) => (hasLikely(race, n, part) ? [p] : []));
}

function hasLikely({ states }: RaceRun, n: number, { racers }: Part): boolean {
  const { odds, row, likelyOdds } = states;
  const now = n * row;
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
  const environment =
    limit && parts.length > 1 ? environmentWith(states, states.limited!, limit, parts) : states.environment;
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
  const { odds, rates, row, usualAlive, usualStop } = states;
  const now = n * row;
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
