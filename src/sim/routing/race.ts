import { environmentWith, type GroupLimit, groupLimit } from './group-limit';
import { dot, dotDividedByOdds, multiplyByOne, valuesAtOdds } from './octets';
import { type Part, type Partition, type PartState, partAt, wholeRate } from './race-parts';
import {
  type Precision,
  type RaceStates,
  type RaceTimes,
  raceStates,
  runUntil,
  unlikelyOf,
} from './race-states';
import type { ExpertGroups } from './routing';

/**
 * The router as a race. Every expert arrives once, at an exponential time with rate w; a token takes the k
 * experts that arrive first. That is Gumbel top-k on log w, and also successive sampling without replacement
 * with probability proportional to w (Yellott 1977; Efraimidis and Spirakis 2006). Equal rates make it a
 * uniform draw of k of E. Where groups are limited, experts of groups that are closed do not count (group-limit.ts).
 *
 * The exact engine needs one question answered: does a token use any expert of a block (a rank, a node, one
 * expert)? P(hit) = ∫ (rate at which the first expert of the block is met) · P(the token still goes on) dt. How many other
 * experts have arrived by t is Poisson-binomial: a product of polynomials q + p·x, one per expert, with p = 1 - e^(-wt).
 */
export interface Race {
  readonly states: RaceStates;
  /** Times at which a token may go on. */
  readonly end: number;
  /** [times, groups, width] what it counts for that a group has delivered so many by a time, weights included. */
  readonly environment: Float64Array;
  /** Without it groups do not depend on each other, and each is the token's with a chance of its own. */
  readonly limit: GroupLimit | null;
  readonly chances: readonly number[];
  /** [times] that a usual token goes on, and the rate at which it stops, weights included. */
  readonly usualAlive: Float64Array;
  readonly usualStop: Float64Array;
}

/** Probability of tokens that is left out at both ends. Few draws come less sharply, so that more of it would count. */
const NEGLIGIBLE = 1e-4;
const SHARP_DRAWS = 8;
/** Where groups are limited other errors are of 1e-3 and 1e-4. */
const NEGLIGIBLE_LIMITED: Readonly<Record<Precision, number>> = { fine: 3e-3, finest: 3e-4 };
/** Times in units of that by which as many racers are expected as are drawn: enough for most races, for others, and for all. */
const LATEST = [8, 512, 1e9];

/**
 * @param rates [experts], such that about `draws` arrivals are expected by time 1
 * @param draws experts of a token, at most as many as there are
 */
export function runRace(
  rates: Float64Array,
  groups: ExpertGroups,
  draws: number,
  precision: Precision = 'fine',
): Race {
  const isLimited = groups.limit > 1;
  const run = isLimited ? limitedRace : raceOfGroups;
  const { arrivals, negligible } = isLimited
    ? { arrivals: groups.limit + 1, negligible: NEGLIGIBLE_LIMITED[precision] }
    : { arrivals: draws + 1, negligible: NEGLIGIBLE * Math.min(1, draws / SHARP_DRAWS) ** 3 };
  for (const latest of LATEST) {
    const race = run(rates, groups, draws, { arrivals, negligible, latest, precision });
    if (race) return race;
  }
  throw new Error('A race has fewer racers than are drawn.');
}

function limitedRace(
  rates: Float64Array,
  groups: ExpertGroups,
  draws: number,
  times: RaceTimes,
): Race | null {
  const states = raceStates(rates, groups, draws, times);
  const limit = groupLimit(states, times.negligible);
  const chances = states.members.map(() => 1);
  return (
    limit && {
      states,
      end: limit.moments.length,
      environment: limit.environment,
      limit,
      chances,
      ...usualToken(states),
    }
  );
}

/**
 * The token uses the group of the first arrival, or there is one group only. Which group that is says nothing about the
 * order within a group.
 */
function raceOfGroups(
  rates: Float64Array,
  groups: ExpertGroups,
  draws: number,
  times: RaceTimes,
): Race | null {
  const states = raceStates(rates, groups, draws, times);
  const sums = states.members.map(({ list }) => list.reduce((sum, racer) => sum + rates[racer]!, 0));
  const total = sums.reduce((sum, rate) => sum + rate, 0);
  const chances = sums.map((rate) => rate / total);
  if (!runToEnd(states, chances, times.negligible)) return null;
  return {
    states,
    end: states.known,
    environment: unlimited(states),
    limit: null,
    chances,
    ...usualToken(states),
  };
}

/** Times that are usual, and how many more at a time. */
const USUAL_TIMES = 9;
const MORE_TIMES = 1;

/** @returns whether no token goes on at the last time */
function runToEnd(states: RaceStates, chances: readonly number[], negligible: number): boolean {
  const { arrived, width, draws } = states;
  for (let known = USUAL_TIMES; states.known < states.times.length; known += MORE_TIMES) {
    runUntil(states, known);
    const at = (states.known - 1) * chances.length;
    const alive = chances.reduce((sum, chance, group) => {
      for (let m = 0; m < draws; m++) sum += chance * arrived[(at + group) * width + m]!;
      return sum;
    }, 0);
    if (alive < negligible) return true;
  }
  return false;
}

/** In a group on its own a token goes on while fewer than `draws` have arrived, whichever they are. */
function unlimited({ known, members, draws, width, weights }: RaceStates): Float64Array {
  const environment = new Float64Array(known * members.length * width);
  for (let polynomial = 0; polynomial < known * members.length; polynomial++) {
    const at = polynomial * width;
    environment.fill(weights[Math.floor(polynomial / members.length)]!, at, at + draws);
  }
  return environment;
}

/**
 * Integrals begin at the first time. Before, and as a guide between the times, stands a token that stops after `draws`
 * arrivals of a Poisson process: of the integrals with it the whole is known.
 */
function usualToken({ draws, known, times, weights }: RaceStates): Pick<Race, 'usualAlive' | 'usualStop'> {
  const usualAlive = new Float64Array(known);
  const usualStop = new Float64Array(known);
  for (let n = 0; n < known; n++) {
    const mean = draws * times[n]!;
    let term = Math.exp(-mean);
    let alive = term;
    for (let m = 1; m < draws; m++) {
      term *= mean / m;
      alive += term;
    }
    usualAlive[n] = weights[n]! * alive;
    usualStop[n] = weights[n]! * draws * term;
  }
  return { usualAlive, usualStop };
}

/** P(a token chooses the expert), [experts]; sums to `draws` but for the error of the integrals. */
export function inclusionOf(race: Race): Float64Array {
  const { states, end, chances, usualAlive, usualStop } = race;
  const { rates, members, groupOfExpert, width, odds } = states;
  const inclusion = new Float64Array(rates.length);
  const values = new Float64Array(rates.length);
  const worth = new Float64Array(width);
  const scratch = stateOf(states);
  for (let n = 0; n < end; n++) {
    const now = n * rates.length;
    for (let group = 0; group < members.length; group++) {
      const racers = members[group]!.list;
      worthOfMore(race, n, group, worth);
      valuesAtOdds(values, worth, odds, now, members[group]!);
      for (const racer of states.likely[n]!) {
        if (groupOfExpert[racer] === group)
          values[racers.indexOf(racer)] = likelyHit(race, n, racer, scratch);
      }
      for (let i = 0; i < racers.length; i++) {
        const racer = racers[i]!;
        const absent = 1 / (1 + odds[now + racer]!);
        const rate = rates[racer]!;
        const usual = (1 - absent) * usualStop[n]! - rate * absent * usualAlive[n]!;
        inclusion[racer]! += chances[group]! * (rate * values[i]! + usual);
      }
    }
  }
  for (let racer = 0; racer < rates.length; racer++) inclusion[racer] = Math.max(0, inclusion[racer]!);
  return inclusion;
}

/** What it counts for that the group has delivered what it has and so many more, by their number. */
function worthOfMore({ states, environment }: Race, n: number, group: number, worth: Float64Array): void {
  const { members, width, arrived } = states;
  const at = (n * members.length + group) * width;
  for (let more = 0; more < width; more++) {
    let sum = 0;
    for (let m = 0; m + more < width; m++) sum += arrived[at + m]! * environment[at + m + more]!;
    worth[more] = sum;
  }
}

/** That an expert comes now, if it is likely to have come before: by the polynomial made without it. */
function likelyHit({ states, environment }: Race, n: number, racer: number, { none }: PartState): number {
  const { rates, odds, width, members, groupOfExpert, unlikelyArrived } = states;
  const group = groupOfExpert[racer]!;
  const now = n * rates.length;
  const at = (n * members.length + group) * width;
  for (let m = 0; m < width; m++) none[m] = unlikelyArrived[at + m]!;
  for (const other of states.likely[n]!) {
    if (other === racer || groupOfExpert[other] !== group) continue;
    const absent = 1 / (1 + odds[now + other]!);
    multiplyByOne(none, 0, width, absent, 1 - absent);
  }
  return dot(none, environment, at) / (1 + odds[now + racer]!);
}

/** P(a token uses any expert of a block), for each block. */
export function hitsOf(race: Race, { parts, start }: Partition): Float64Array {
  const { states, end, chances, limit } = race;
  const scratch = stateOf(states);
  const rates = Float64Array.from(parts, (part) => wholeRate(states, part));
  const hits = new Float64Array(start.length - 1);
  for (let block = 0; block < hits.length; block++) {
    const from = start[block]!;
    const to = start[block + 1]!;
    const environment =
      limit && to - from > 1 ? environmentWith(states, limit, parts.slice(from, to)) : race.environment;
    for (let n = 0; n < end; n++) {
      let met = 0;
      for (let p = from; p < to; p++) {
        met += chances[parts[p]!.group]! * partHit(race, n, parts[p]!, rates[p]!, environment, scratch);
        if (!limit) met += chances[parts[p]!.group]! * usualHit(race, n, parts, rates, p, p + 1);
      }
      if (limit) met += usualHit(race, n, parts, rates, from, to);
      hits[block]! += met;
    }
    hits[block] = Math.min(1, Math.max(0, hits[block]!));
  }
  return hits;
}

const stateOf = ({ width }: RaceStates): PartState => ({
  none: new Float64Array(width),
  first: new Float64Array(width),
});

/** The part of an integral that is at time n. */
function partHit(
  { states }: Race,
  n: number,
  part: Part,
  rate: number,
  environment: Float64Array,
  state: PartState,
): number {
  const { arrived, width, odds, rates } = states;
  const { group, racers, all, whole, rest } = part;
  const at = (n * states.members.length + group) * width;
  if (!rest && whole === racers.length) {
    const unlikely = unlikelyOf(states, n, all);
    if (unlikely.count === whole) {
      return rate * dotDividedByOdds(arrived, at, width, odds, n * rates.length, unlikely, environment, at);
    }
  }
  partAt(states, n, part, state);
  const hit = rate * dot(state.none, environment, at);
  return whole === racers.length ? hit : hit + dot(state.first, environment, at);
}

/** What a usual token adds to an integral: all that it would come to, less that at the times. */
function usualHit(
  { states, usualAlive, usualStop }: Race,
  n: number,
  parts: readonly Part[],
  wholeRates: Float64Array,
  from: number,
  to: number,
): number {
  const { odds, rates } = states;
  const now = n * rates.length;
  let none = 1;
  let first = 0;
  for (let p = from; p < to; p++) {
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
