import { sumOf } from '../sums';
import { type GroupLimit, groupLimit } from './group-limit';
import { type Precision, type RaceStates, type RaceTimes, raceStates, runUntil } from './race-states';
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
  /** [experts], such that about `draws` arrivals are expected by time 1. */
  readonly rates: Float64Array;
  readonly groups: ExpertGroups;
  /** Experts of a token, at most as many as there are. */
  readonly draws: number;
  readonly precision: Precision;
}

/** How a race went, until another one is run: all lie in the same memory. */
export interface RaceRun {
  readonly race: Race;
  readonly states: RaceStates;
  /** Times at which a token may go on. */
  readonly end: number;
  /** Without it groups do not depend on each other, and each is the token's with a chance of its own. */
  readonly limit: GroupLimit | null;
}

/** Probability of tokens that is left out at both ends. Few draws come less sharply, so that more of it would count. */
const NEGLIGIBLE = 1e-4;
const SHARP_DRAWS = 8;
/** Where groups are limited other errors are of 1e-3 and 1e-4. */
const NEGLIGIBLE_LIMITED: Readonly<Record<Precision, number>> = { fine: 3e-3, finest: 3e-4 };
/** Times in units of that by which as many racers are expected as are drawn: enough for most races, for others, and for all. */
const LATEST = [8, 512, 1e9];

let latest: RaceRun | null = null;

/** Runs a race, unless it is the one that was run last. */
export function runRace(race: Race): RaceRun {
  if (latest?.race === race) return latest;
  latest = null;
  latest = run(race);
  return latest;
}

function run(race: Race): RaceRun {
  const { groups, draws, precision } = race;
  const isLimited = groups.limit > 1;
  const runBy = isLimited ? limitedRace : raceOfGroups;
  const { arrivals, negligible } = isLimited
    ? { arrivals: groups.limit + 1, negligible: NEGLIGIBLE_LIMITED[precision] }
    : { arrivals: draws + 1, negligible: NEGLIGIBLE * Math.min(1, draws / SHARP_DRAWS) ** 3 };
  for (const latest of LATEST) {
    const found = runBy(race, { arrivals, negligible, latest, precision });
    if (found) return found;
  }
  throw new Error('A race has fewer racers than are drawn.');
}

function limitedRace(race: Race, times: RaceTimes): RaceRun | null {
  const states = raceStates(race.rates, race.groups, race.draws, times);
  const limit = groupLimit(states, states.limited!, times);
  if (!limit) return null;
  states.chances.fill(1);
  setUsualToken(states);
  return { race, states, end: limit.end, limit };
}

/**
 * The token uses the group of the first arrival, or there is one group only. Which group that is says nothing about the
 * order within a group.
 */
function raceOfGroups(race: Race, times: RaceTimes): RaceRun | null {
  const states = raceStates(race.rates, race.groups, race.draws, times);
  const { chances, groupRates } = states;
  const total = sumOf(groupRates);
  for (let group = 0; group < chances.length; group++) chances[group] = groupRates[group]! / total;
  if (!runToEnd(states, times.negligible)) return null;
  setUnlimited(states);
  setUsualToken(states);
  return { race, states, end: states.known, limit: null };
}

/** Times that are usual, and how many more at a time. */
const USUAL_TIMES = 9;
const MORE_TIMES = 1;

/** @returns whether no token goes on at the last time */
function runToEnd(states: RaceStates, negligible: number): boolean {
  const { arrived, chances, width, draws } = states;
  for (let known = USUAL_TIMES; states.known < states.length; known += MORE_TIMES) {
    runUntil(states, known);
    const at = (states.known - 1) * chances.length;
    let alive = 0;
    for (let group = 0; group < chances.length; group++) {
      const course = (at + group) * width;
      for (let m = 0; m < draws; m++) alive += chances[group]! * arrived[course + m]!;
    }
    if (alive < negligible) return true;
  }
  return false;
}

/** In a group on its own a token goes on while fewer than `draws` have arrived, whichever they are. */
function setUnlimited({ known, members, draws, width, weights, environment }: RaceStates): void {
  for (let polynomial = 0; polynomial < known * members.length; polynomial++) {
    const at = polynomial * width;
    environment.fill(weights[Math.floor(polynomial / members.length)]!, at, at + draws);
  }
}

/**
 * Integrals begin at the first time. Before, and as a guide between the times, stands a token that stops after `draws`
 * arrivals of a Poisson process: of the integrals with it the whole is known.
 */
function setUsualToken({ draws, known, times, weights, usualAlive, usualStop }: RaceStates): void {
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
}
