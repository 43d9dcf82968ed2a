import { sumOf } from '../sums';
import { addToGroups } from './limited-rates';
import { allRacers, multiplyByOdds, multiplyByOne, octetWidth, type Racers } from './octets';
import type { ExpertGroups } from './routing';

/**
 * How far a race has come at each of some times, group by group. Times grow by the same factor each, so that a time is the
 * sum of two earlier ones and the odds of having arrived by it follow from theirs: with o = e^(wt) - 1 and p = e^(wu) - 1
 * they are o + p + o·p at time t + u.
 */
export interface RaceStates {
  rates: Float64Array;
  readonly groupOfExpert: Uint16Array;
  readonly limit: number;
  /** Racers of each group, [groups], and the sum of their rates. */
  readonly members: readonly Racers[];
  readonly groupRates: Float64Array;
  /** Arrivals that are told apart, 0 … draws - 1, and the length of the polynomials in which they are. */
  readonly draws: number;
  readonly width: number;
  /** A time is the sum of the two that lie so many before it. */
  readonly sumOf: readonly [number, number];
  /** The first of these times, from the first to the last that may be needed; `known` of them have been looked at. */
  readonly times: Float64Array;
  length: number;
  known: number;
  /** [times] what a value at a time counts for in an integral over time. */
  readonly weights: Float64Array;
  /** [times, racers] odds that a racer has arrived. */
  readonly odds: Float64Array;
  /** [times, groups, width] P(so many of the group have arrived). */
  readonly arrived: Float64Array;
  /** [times, groups, width] what it counts for that a group has delivered so many by a time, weights included. */
  readonly environment: Float64Array;
  /** [groups] that the experts of a group are a token's. */
  readonly chances: Float64Array;
  /** [times] that a usual token goes on, and the rate at which it stops, weights included. */
  readonly usualAlive: Float64Array;
  readonly usualStop: Float64Array;
  /** Room for a list of racers. */
  readonly spare: { readonly list: Uint16Array; count: number };
  /**
   * Odds from which a racer counts as likely to have arrived. Others are taken out of a product by dividing by 1 + o·x, by
   * which errors of rounding grow with every power of the odds; likely ones are never divided by.
   */
  readonly likelyOdds: number;
  /** [known] racers that are likely to have arrived, and the polynomials without them, as `arrived`, where there are any. */
  readonly likely: (readonly number[])[];
  readonly unlikelyArrived: Float64Array;
}

/** Errors of rounding may grow so much: they leave 1e-8 of a probability. */
const MOST_GROWTH = 1e8;
const MOST_ODDS = 16;

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
 * @param rates [racers], such that about `draws` arrivals are expected by time 1
 */
export function raceStates(
  rates: Float64Array,
  expertGroups: ExpertGroups,
  draws: number,
  { arrivals, negligible, latest, precision }: RaceTimes,
): RaceStates {
  const { limit } = expertGroups;
  const pace = limit > 1 ? GOLDEN : OCTAVE;
  const root = Math.ceil(pace.root[precision] * Math.max(1, Math.sqrt(draws / PACE_DRAWS)));
  const step = Math.log(pace.factor) / root;
  const first = firstTime(sumOf(rates), arrivals, negligible);
  const length = Math.ceil(Math.log(latest / first) / step) + 1;
  const sumsOf = [root * pace.sumOf[0], root * pace.sumOf[1]] as const;
  const states = statesFor(expertGroups, draws, sumsOf, length);
  states.rates = rates;
  states.groupRates.fill(0);
  addToGroups(states.groupRates, rates, states.groupOfExpert);
  for (let n = 0; n < length; n++) {
    states.times[n] = first * Math.exp(n * step);
    states.weights[n] = step * states.times[n]!;
  }
  states.length = length;
  states.known = 0;
  states.likely.length = 0;
  states.environment.fill(0, 0, length * states.members.length * states.width);
  return states;
}

/** Room for the race that was run last. */
let latest: { readonly groups: ExpertGroups; readonly states: RaceStates } | null = null;

/** Room for a race: that of the one before, whose states are lost, if it is large enough. */
function statesFor(
  groups: ExpertGroups,
  draws: number,
  sumOf: readonly [number, number],
  length: number,
): RaceStates {
  const before = latest?.states;
  const isSame =
    before !== undefined &&
    latest?.groups === groups &&
    before.draws === draws &&
    before.sumOf[0] === sumOf[0] &&
    before.times.length >= length;
  if (isSame) return before;
  const states = emptyStates(groups, draws, sumOf, length + SPARE_TIMES);
  latest = { groups, states };
  return states;
}

/** Other popularities take a few times more. */
const SPARE_TIMES = 8;

function emptyStates(
  { groups, groupOfExpert, limit, members }: ExpertGroups,
  draws: number,
  sumOf: readonly [number, number],
  times: number,
): RaceStates {
  const racers = groupOfExpert.length;
  const width = octetWidth(draws);
  const polynomials = times * groups * width;
  return {
    rates: new Float64Array(racers),
    groupOfExpert,
    limit,
    members: members.map(allRacers),
    groupRates: new Float64Array(groups),
    draws,
    width,
    sumOf,
    times: new Float64Array(times),
    length: 0,
    known: 0,
    weights: new Float64Array(times),
    odds: new Float64Array(times * racers),
    arrived: new Float64Array(polynomials),
    environment: new Float64Array(polynomials),
    chances: new Float64Array(groups),
    usualAlive: new Float64Array(times),
    usualStop: new Float64Array(times),
    spare: { list: new Uint16Array(racers), count: 0 },
    likelyOdds: Math.min(MOST_ODDS, MOST_GROWTH ** (1 / Math.max(1, draws - 1))),
    likely: [],
    unlikelyArrived: new Float64Array(polynomials),
  };
}

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
    states.likely.push(growOdds(states, n));
    for (let group = 0; group < states.members.length; group++) multiplyGroup(states, n, group);
  }
}

/** @returns racers that are likely to have arrived */
function growOdds({ rates, times, odds, sumOf, likelyOdds }: RaceStates, n: number): number[] {
  const racers: number[] = [];
  const now = n * rates.length;
  const before = now - sumOf[0] * rates.length;
  const earlier = now - sumOf[1] * rates.length;
  for (let racer = 0; racer < rates.length; racer++) {
    let o: number;
    if (earlier < 0) o = Math.expm1(rates[racer]! * times[n]!);
    else {
      const p = odds[earlier + racer]!;
      o = odds[before + racer]! * (1 + p) + p;
    }
    odds[now + racer] = o;
    if (o > likelyOdds) racers.push(racer);
  }
  return racers;
}

/** Those of some racers that are not likely to have arrived by time n, for as long as no other list is asked for. */
export function unlikelyOf(
  { odds, rates, spare, likely, likelyOdds }: RaceStates,
  n: number,
  racers: Racers,
): Racers {
  if (likely[n]!.length === 0) return racers;
  const { list } = racers;
  const now = n * rates.length;
  let count = 0;
  for (let i = 0; i < racers.count; i++) {
    spare.list[count] = list[i]!;
    if (odds[now + list[i]!]! <= likelyOdds) count++;
  }
  spare.count = count;
  return spare;
}

/** The polynomial of one group: first the unlikely racers, then all. */
function multiplyGroup(states: RaceStates, n: number, group: number): void {
  const { rates, members, groupRates, groupOfExpert, odds, times, arrived, unlikelyArrived, width } = states;
  const at = (n * members.length + group) * width;
  const now = n * rates.length;
  const likely = states.likely[n]!;
  const unlikely = unlikelyOf(states, n, members[group]!);
  let rate = groupRates[group]!;
  if (unlikely.count < members[group]!.count) {
    rate = 0;
    for (let i = 0; i < unlikely.count; i++) rate += rates[unlikely.list[i]!]!;
  }
  arrived[at] = Math.exp(-rate * times[n]!);
  for (let m = at + 1; m < at + width; m++) arrived[m] = 0;
  multiplyByOdds(arrived, at, width, odds, now, unlikely);
  if (likely.length === 0) return;
  for (let m = at; m < at + width; m++) unlikelyArrived[m] = arrived[m]!;
  for (const racer of likely) {
    if (groupOfExpert[racer] !== group) continue;
    const absent = 1 / (1 + odds[now + racer]!);
    multiplyByOne(arrived, at, width, absent, 1 - absent);
  }
}
