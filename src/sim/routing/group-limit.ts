import { type GroupTree, groupTree, weighLeaves } from './group-tree';
import { type Part, partAt, stateOf } from './race-parts';
import { type RaceStates, runUntil } from './race-states';
import { type Moments, momentsAt, timesAround } from './refusal-times';

/**
 * Group-limited routing in the race. A group opens when its first expert arrives; once `limit` groups are open the first
 * of the others to be met is refused, at a time u, and with it all others. That is the choice by the best expert of each
 * group (as in DeepEP's tests); DeepSeek-V3 itself adds the best two, which moves the mean number of distinct groups by
 * less than 1 %.
 *
 * A token goes on at time t if fewer than k experts of open groups have arrived. Either no more than `limit` groups have
 * been met by then, or one was refused at u < t, the open groups having been met before u. With u given, groups depend on
 * each other only by how many are open and how many experts they have delivered together. P(a group delivered m by t and
 * none by u) is a(u)·A_m(t - u), as arrivals have no memory: so the groups' own courses A are all that is needed.
 */
export interface GroupLimit {
  /** One for each time at which a token may go on. */
  readonly moments: readonly Moments[];
  /** Times by which a token may not have been refused a group yet. */
  readonly opened: number;
  /** Times at which a token may go on. */
  readonly end: number;
}

/** Courses of groups, [times, groups, width]: P(so many of the group have arrived). */
type Courses = Float64Array;

/** Lanes of a tree, which most races do with. */
const LANES = 8;
/** A time of refusal, or what is left of tokens without, is left out if it has less than this of what is negligible. */
const PART = 0.03;

/**
 * @param negligible probability that a token still goes on after the last time
 * @returns nothing if it is larger
 */
export function groupLimit(states: RaceStates, negligible: number): GroupLimit | null {
  const { environment } = states;
  const moments: Moments[] = [];
  let refused: readonly number[] = [];
  let opened = 0;
  let isOpened = true;
  let before = 1;
  for (let n = 0; timesAround(n) <= states.length; n++) {
    runUntil(states, timesAround(n));
    let alive = 0;
    if (isOpened) {
      opened = n + 1;
      alive = addOpened(states, states.arrived, n, environment);
      isOpened = alive > negligible * PART;
    }
    const next = momentsAt(states, n, refused);
    const masses = addRefused(states, states.arrived, next, environment);
    moments.push(next);
    for (let lane = 0; lane < masses.length; lane++) alive += masses[lane]! * next.weights[lane]!;
    // It falls faster than it has.
    if (alive ** 2 < negligible * before) return { moments, opened, end: moments.length };
    before = alive;
    // What goes on after a refusal at u only gets less.
    refused = next.refused.filter((u, lane) => masses[lane]! * states.weights[u]! > negligible * PART);
  }
  return null;
}

/** The environment for a token that ends when an arrival counts for one of the parts, each of its own group. */
export function environmentWith(
  states: RaceStates,
  { moments, opened }: GroupLimit,
  parts: readonly Part[],
): Float64Array {
  const { width, members, known } = states;
  const environment = new Float64Array(states.arrived.length);
  const courses = states.arrived.slice();
  const state = stateOf(width);
  for (const part of parts) {
    for (let n = 0; n < known; n++) {
      partAt(states, n, part, state);
      courses.set(state.none, (n * members.length + part.group) * width);
    }
  }
  for (let n = 0; n < opened; n++) addOpened(states, courses, n, environment);
  for (const some of moments) addRefused(states, courses, some, environment);
  return environment;
}

/**
 * Adds the cases in which no group has been refused by a time.
 *
 * @returns their probability
 */
function addOpened(states: RaceStates, courses: Courses, n: number, environment: Float64Array): number {
  const { draws, width, weights, members, limit } = states;
  const tree = groupTree('opened', members.length, limit, draws, 1);
  const { room, leaves } = tree;
  const at = n * members.length * width;
  for (let group = 0; group < members.length; group++) {
    const { closed, open } = leaves[group]!;
    const course = at + group * width;
    room[closed] = courses[course]!;
    room[open] = 0;
    for (let m = 1; m < draws; m++) room[open + m] = courses[course + m]!;
  }
  weighLeaves(tree, 1);
  for (let group = 0; group < members.length; group++) {
    const worth = leaves[group]!.openWorth;
    const own = at + group * width;
    for (let m = 0; m < draws; m++) environment[own + m]! += weights[n]! * room[worth + m]!;
  }
  return room[tree.total]!;
}

/**
 * Adds the cases in which a group has been refused.
 *
 * @returns their probability in each lane
 */
function addRefused(
  states: RaceStates,
  courses: Courses,
  moments: Moments,
  environment: Float64Array,
): Float64Array {
  const { draws, width, limit, members } = states;
  const { at, between } = moments;
  const lanes = between.length;
  // Each open group has delivered one: the tree counts those beyond.
  const terms = draws - limit;
  const tree = groupTree('refused', members.length, limit, terms, Math.max(LANES, lanes));
  const { room, leaves } = tree;
  for (let lane = 0; lane < lanes; lane++) setRefusedLeaves(states, courses, moments, lane, tree);
  weighLeaves(tree, lanes);
  const step = members.length * width;
  for (let lane = 0; lane < lanes; lane++) {
    const weight = states.weights[at]! * moments.weights[lane]!;
    const { first, weights: around } = between[lane]!;
    for (let group = 0; group < leaves.length; group++) {
      const { closed, openWorth } = leaves[group]!;
      const lost = weight * room[closed + lane]!;
      const worth = openWorth + lane * tree.width;
      // Of each group the coefficients from the first arrival on.
      const own = group * width + 1;
      const now = at * step + own;
      for (let m = 0; m < terms; m++) {
        const value = room[worth + m]!;
        environment[now + m]! += weight * value;
        let then = first * step + own + m;
        for (let i = 0; i < around.length; i++) {
          environment[then]! -= lost * value * around[i]!;
          then += step;
        }
      }
    }
  }
  return room.slice(tree.total, tree.total + lanes);
}

/** For each group P(none by u), and P(so many by t, one of them by u), the first not counted. */
function setRefusedLeaves(
  { groupRates, members, draws, width, limit, arrived }: RaceStates,
  courses: Courses,
  { at, refused, between }: Moments,
  lane: number,
  { room, leaves, width: leafWidth }: GroupTree,
): void {
  const terms = draws - limit;
  const step = members.length * width;
  const start = refused[lane]! * step;
  const { first, weights } = between[lane]!;
  for (let group = 0; group < leaves.length; group++) {
    const { closed, refusal, open } = leaves[group]!;
    const absent = arrived[start + group * width]!;
    room[closed + lane] = absent;
    room[refusal + lane] = groupRates[group]! * absent;
    const leaf = open + lane * leafWidth;
    const own = group * width + 1;
    for (let m = 0; m < terms; m++) {
      let since = 0;
      let then = first * step + own + m;
      for (let i = 0; i < weights.length; i++) {
        since += weights[i]! * courses[then]!;
        then += step;
      }
      room[leaf + m] = courses[at * step + own + m]! - absent * since;
    }
  }
}
