import { sumOf } from '../sums';
import { addToGroups } from './limited-rates';
import { multiplyByOne, type Racers } from './octets';
import { NUMBER_BYTES, type RaceRoom, roomFor } from './race-room';
import type { ExpertGroups } from './routing';

/**
 * How far a race has come at each of some times, group by group. Times grow by the same factor each, so that a time is the
 * sum of two earlier ones and the odds of having arrived by it follow from theirs: with o = e^(wt) - 1 and p = e^(wu) - 1
 * they are o + p + o·p at time t + u.
 */
export interface RaceStates extends RaceRoom {
  /** A time is the sum of the two that lie so many before it. */
  readonly sumOf: readonly [number, number];
  /** Times from the first to the last that may be needed; `known` of them have been looked at. */
  length: number;
  known: number;
  /** [known] racers that are likely to have arrived. */
  readonly likely: (readonly number[])[];
}

let latest: RaceStates | null = null;

/** States in a room, one for as long as the room is used. */
function statesIn(room: RaceRoom, sumOf: readonly [number, number]): RaceStates {
  if (latest?.odds !== room.odds || latest.sumOf[0] !== sumOf[0]) {
    latest = { ...room, sumOf, length: 0, known: 0, likely: [] };
  }
  return latest;
}

/** How finely times lie. */
export type Precision = 'fine' | 'finest';

/** The factor by which times grow, and the two earlier times that each is the sum of, where it is the first root of that. */
interface Pace {
  readonly factor: number;
  readonly sumOf: readonly [number, number];
  /** The root for up to 8 draws. More come more sharply. */
  readonly root: Readonly<Record<Precision, number>>;
}
const PACE_DRAWS = 8;

/**
 * In log t the trapezoidal rule is good to 1e-5 with two steps an octave. Where groups are limited the golden ratio has
 * differences of times that are times again, and is good to 2e-3; its square root to 1e-4.
 */
const OCTAVE: Pace = { factor: 2, sumOf: [1, 1], root: { fine: 2, finest: 4 } };
const GOLDEN: Pace = { factor: (1 + Math.sqrt(5)) / 2, sumOf: [1, 2], root: { fine: 1, finest: 2 } };

/** The times at which a race is looked at. */
export interface RaceTimes {
  /** By the first time so many arrivals have a negligible probability. */
  readonly arrivals: number;
  readonly negligible: number;
  /** Times beyond it are left out. */
  readonly latest: number;
  readonly precision: Precision;
}

/**
 * States of a race at its start, in the place of those of the race before.
 *
 * @param rates [racers], such that about `draws` arrivals are expected by time 1
 */
export function raceStates(
  rates: Float64Array,
  groups: ExpertGroups,
  draws: number,
  { arrivals, negligible, latest, precision }: RaceTimes,
): RaceStates {
  const pace = groups.limit > 1 ? GOLDEN : OCTAVE;
  const root = Math.ceil(pace.root[precision] * Math.max(1, Math.sqrt(draws / PACE_DRAWS)));
  const step = Math.log(pace.factor) / root;
  const first = firstTime(sumOf(rates), arrivals, negligible);
  const length = Math.ceil(Math.log(latest / first) / step) + 1;
  const room = roomFor(groups, draws, length);
  const { times, weights, groupRates, environment } = room;
  room.rates.set(rates);
  groupRates.fill(0);
  addToGroups(groupRates, rates, groups.groupOfExpert);
  const powers = powersOf(step, length);
  for (let n = 0; n < length; n++) {
    times[n] = first * powers[n]!;
    weights[n] = step * times[n]!;
  }
  environment.fill(0);
  const states = statesIn(room, [root * pace.sumOf[0], root * pace.sumOf[1]]);
  states.length = length;
  states.known = 0;
  states.likely.length = 0;
  return states;
}

/** The first powers of e^step, for all races whose times lie so. */
function powersOf(step: number, count: number): Float64Array {
  if (latestPowers?.step !== step || latestPowers.powers.length < count) {
    latestPowers = { step, powers: Float64Array.from({ length: 2 * count }, (_, n) => Math.exp(n * step)) };
  }
  return latestPowers.powers;
}
let latestPowers: { readonly step: number; readonly powers: Float64Array } | null = null;

/** P(n arrivals by t) is at most (W·t)^n / n!. */
function firstTime(total: number, arrivals: number, negligible: number): number {
  // In logarithms: 171! is more than a number holds.
  let log = Math.log(negligible);
  for (let i = 2; i <= arrivals; i++) log += Math.log(i);
  return Math.exp(log / arrivals) / total;
}

/** Runs the race on until `known` times have been looked at, or all. */
export function runUntil(states: RaceStates, known: number): void {
  while (states.known < Math.min(known, states.length)) {
    const n = states.known++;
    const likely = growOdds(states, n) > states.likelyOdds ? likelyAt(states, n) : NOBODY;
    states.likely.push(likely);
    if (likely.length === 0)
      multiplyGroups(states, n, states.odds.byteOffset + n * states.row * NUMBER_BYTES);
    else multiplyLikely(states, n);
  }
}

const NOBODY: readonly number[] = [];

/** @returns the largest */
function growOdds(states: RaceStates, n: number): number {
  const { rates, times, odds, row, sumOf } = states;
  const now = n * row;
  const before = now - sumOf[0] * row;
  const earlier = now - sumOf[1] * row;
  const at = (place: number) => odds.byteOffset + place * NUMBER_BYTES;
  return earlier >= 0
    ? states.loops.growOdds(at(now), at(before), at(earlier), row * NUMBER_BYTES)
    : states.loops.startOdds(at(now), rates.byteOffset, rates.byteLength, times[n]!);
}

function likelyAt({ rates, odds, row, likelyOdds }: RaceStates, n: number): number[] {
  const racers: number[] = [];
  for (let racer = 0; racer < rates.length; racer++)
    if (odds[n * row + racer]! > likelyOdds) racers.push(racer);
  return racers;
}

/** Those of some racers that are not likely to have arrived by time n, for as long as no other list is asked for. */
export function unlikelyOf(
  { odds, row, spareList, likely, likelyOdds }: RaceStates,
  n: number,
  racers: Racers,
): Racers {
  if (likely[n]!.length === 0) return racers;
  const { list } = racers;
  let count = 0;
  for (let i = 0; i < racers.count; i++) {
    spareList[count] = list[i]!;
    if (odds[n * row + list[i]!]! <= likelyOdds) count++;
  }
  return { list: spareList, count };
}

/**
 * The polynomials of all groups at one time.
 *
 * @param row where the odds of all racers stand
 * @param rates of groups
 */
function multiplyGroups(states: RaceStates, n: number, row: number, rates = states.groupRates): void {
  const { arrived, width, members, halves, groupWords, starts, times } = states;
  for (let group = 0; group < starts.length; group++) starts[group] = Math.exp(-rates[group]! * times[n]!);
  states.loops.multiplyByOdds(
    arrived.byteOffset + n * members.length * width * NUMBER_BYTES,
    width * NUMBER_BYTES,
    row,
    halves.byteOffset,
    groupWords.byteOffset,
    members.length,
    starts.byteOffset,
  );
}

/** The same where some racers are likely to have arrived: first the others, then all. */
function multiplyLikely(states: RaceStates, n: number): void {
  const {
    rates,
    groupOfExpert,
    starts,
    likelyOdds,
    odds,
    row,
    spareOdds,
    arrived,
    unlikelyArrived,
    width,
    members,
  } = states;
  const likely = states.likely[n]!;
  const now = n * row;
  spareOdds.set(odds.subarray(now, now + row));
  for (const racer of likely) spareOdds[racer] = 0;
  starts.fill(0);
  for (let racer = 0; racer < rates.length; racer++) {
    if (odds[now + racer]! <= likelyOdds) starts[groupOfExpert[racer]!]! += rates[racer]!;
  }
  multiplyGroups(states, n, spareOdds.byteOffset, starts);
  const at = n * members.length * width;
  unlikelyArrived.set(arrived.subarray(at, at + members.length * width), at);
  for (const racer of likely) {
    const absent = 1 / (1 + odds[now + racer]!);
    multiplyByOne(arrived, at + groupOfExpert[racer]! * width, width, absent, 1 - absent);
  }
}
