import { type GroupTree, groupTree, weighLeaves } from './group-tree';
import { type Part, type PartState, partAt } from './race-parts';
import { type RaceStates, runUntil } from './race-states';

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
  /** [times, groups, width] what it counts for that a group has delivered so many by a time, weights included. */
  readonly environment: Float64Array;
  readonly moments: readonly Moments[];
}

/** Pairs of a time t and an earlier time u at which a group may have been refused, in lanes. */
interface Moments {
  readonly at: readonly number[];
  readonly refused: readonly number[];
  /** What each u counts for in an integral over u. */
  readonly weights: readonly number[];
  /** How values at t - u follow from those at the times around it. */
  readonly between: readonly Interpolation[];
}

/** Time numbers count from -1, which is the start of the race. */
interface Interpolation {
  readonly first: number;
  readonly weights: readonly number[];
}

/** Weights of the last times before the end of an integral, the end first (Gregory's rule, five differences). */
const LAST_WEIGHTS = [95 / 288, 317 / 240, 23 / 30, 793 / 720, 157 / 160];
/** Values between times follow from this many around them. */
const AROUND = 6;
/** Times that are looked at together. */
const TOGETHER = 2;
/** A time of refusal is left out if it has less than this of what is negligible. */
const NEGLIGIBLE_REFUSAL = 0.1;

/** Courses of groups, [times, groups, width]: P(so many of the group have arrived). */
type Courses = Float64Array;

/**
 * @param negligible probability that a token still goes on at the last time
 * @returns nothing if it is larger
 */
export function groupLimit(states: RaceStates, negligible: number): GroupLimit | null {
  const environment = new Float64Array(states.arrived.length);
  const moments: Moments[] = [];
  const alive: number[] = [];
  let refused: number[] = [];
  for (let from = 0; from + TOGETHER + AROUND < states.times.length; from += TOGETHER) {
    runUntil(states, from + TOGETHER + AROUND / 2);
    alive.push(...addOpened(states, states.arrived, alive.length, environment));
    const next = momentsOf(states, from, refused);
    const masses = addRefused(states, states.arrived, next, environment);
    moments.push(next);
    masses.forEach((mass, lane) => {
      alive[next.at[lane]!]! += mass * next.weights[lane]!;
    });
    const last = from + TOGETHER - 1;
    if (alive[last]! < negligible) return { environment, moments };
    // What goes on after a refusal at u only gets less.
    refused = next.refused.filter(
      (u, lane) =>
        next.at[lane] === last && masses[lane]! * states.weights[u]! > negligible * NEGLIGIBLE_REFUSAL,
    );
  }
  return null;
}

/** The environment for a token that ends when an arrival counts for one of the parts, each of its own group. */
export function environmentWith(
  states: RaceStates,
  { moments }: GroupLimit,
  parts: readonly Part[],
): Float64Array {
  const { width, members, known } = states;
  const environment = new Float64Array(states.arrived.length);
  const courses = states.arrived.slice();
  const state: PartState = { none: new Float64Array(width), first: new Float64Array(width) };
  for (const part of parts) {
    for (let n = 0; n < known; n++) {
      partAt(states, n, part, state);
      courses.set(state.none, (n * members.length + part.group) * width);
    }
  }
  addOpened(states, courses, 0, environment);
  for (const some of moments) addRefused(states, courses, some, environment);
  return environment;
}

/**
 * Adds the cases in which no group has been refused yet, from a time on.
 *
 * @returns their probability at each time
 */
function addOpened(
  states: RaceStates,
  courses: Courses,
  from: number,
  environment: Float64Array,
): Float64Array {
  const { known, draws, width, weights, members, limit } = states;
  const lanes = known - from;
  const tree = groupTree('opened', members.length, limit, draws, lanes);
  tree.leaves.forEach(({ value: [closed, open] }, group) => {
    for (let lane = 0; lane < lanes; lane++) {
      const course = ((from + lane) * members.length + group) * width;
      const leaf = lane * tree.width;
      closed![lane] = courses[course]!;
      open![leaf] = 0;
      for (let m = 1; m < draws; m++) open![leaf + m] = courses[course + m]!;
    }
  });
  const total = weighLeaves(tree, lanes);
  tree.leaves.forEach(({ valueWorth }, group) => {
    const worth = valueWorth[1]!;
    for (let lane = 0; lane < lanes; lane++) {
      const at = ((from + lane) * members.length + group) * width;
      const leaf = lane * tree.width;
      const weight = weights[from + lane]!;
      for (let m = 0; m < draws; m++) environment[at + m]! += weight * worth[leaf + m]!;
    }
  });
  return total;
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
  const lanes = moments.at.length;
  // Each open group has delivered one: the tree counts those beyond.
  const terms = draws - limit;
  const tree = groupTree('refused', members.length, limit, terms, lanes);
  members.forEach((_, group) => {
    setRefusedLeaf(states, courses, group, moments, tree);
  });
  const total = weighLeaves(tree, lanes);
  const step = members.length * width;
  members.forEach((_, group) => {
    const { value, valueWorth } = tree.leaves[group]!;
    const closed = value[0]!;
    const worth = valueWorth[1]!;
    for (let lane = 0; lane < lanes; lane++) {
      const weight = states.weights[moments.at[lane]!]! * moments.weights[lane]!;
      const { first, weights: around } = moments.between[lane]!;
      const leaf = lane * tree.width;
      const now = moments.at[lane]! * step + group * width + 1;
      const then = first * step + group * width + 1;
      for (let m = 0; m < terms; m++) {
        const counts = weight * worth[leaf + m]!;
        const lost = counts * closed[lane]!;
        environment[now + m]! += counts;
        for (let i = first < 0 ? 1 : 0; i < around.length; i++) {
          environment[then + i * step + m]! -= lost * around[i]!;
        }
      }
    }
  });
  return total;
}

/** P(none by u), and P(so many by t, one of them by u), the first not counted. */
function setRefusedLeaf(
  { rates, members, draws, width, limit, arrived }: RaceStates,
  courses: Courses,
  group: number,
  { at, refused, between }: Moments,
  tree: GroupTree,
): void {
  const terms = draws - limit;
  const step = members.length * width;
  const { value, refusal } = tree.leaves[group]!;
  const closed = value[0]!;
  const open = value[1]!;
  const rate = members[group]!.list.reduce((sum, racer) => sum + rates[racer]!, 0);
  for (let lane = 0; lane < at.length; lane++) {
    const absent = arrived[refused[lane]! * step + group * width]!;
    const { first, weights } = between[lane]!;
    closed[lane] = absent;
    refusal[0]![lane] = rate * absent;
    const leaf = lane * tree.width;
    const now = at[lane]! * step + group * width + 1;
    const then = first * step + group * width + 1;
    // At the start of the race nobody has arrived.
    const start = first < 0 ? 1 : 0;
    for (let m = 0; m < terms; m++) {
      let since = 0;
      for (let i = start; i < weights.length; i++) since += weights[i]! * courses[then + i * step + m]!;
      open[leaf + m] = courses[now + m]! - absent * since;
    }
  }
}

/** @param refused earlier times that still matter */
function momentsOf(
  { weights, stepsPerOctave }: RaceStates,
  from: number,
  refused: readonly number[],
): Moments {
  const moments = {
    at: [] as number[],
    refused: [] as number[],
    weights: [] as number[],
    between: [] as Interpolation[],
  };
  for (let at = from; at < from + TOGETHER; at++) {
    for (let lane = 0; lane < refused.length + at - from + 1; lane++) {
      const u = refused[lane] ?? from + lane - refused.length;
      moments.at.push(at);
      moments.refused.push(u);
      moments.weights.push(weights[u]! * (LAST_WEIGHTS[at - u] ?? 1));
      moments.between.push(interpolation(stepsPerOctave, at, u));
    }
  }
  return moments;
}

/** Those asked for before: times grow by the same factor in all races of so many steps an octave. */
const interpolations = new Map<number, Interpolation>();

/** Lagrange's interpolation at the time between u and t, in the root of time: smooth also near the start. */
function interpolation(stepsPerOctave: number, at: number, u: number): Interpolation {
  if (u === at) return { first: 0, weights: [] };
  const key = (stepsPerOctave * MOST_TIMES + at) * MOST_TIMES + u;
  const known = interpolations.get(key);
  if (known) return known;
  const found = interpolated(stepsPerOctave, at, u);
  interpolations.set(key, found);
  return found;
}

const MOST_TIMES = 2 ** 12;

function interpolated(stepsPerOctave: number, at: number, u: number): Interpolation {
  const time = (n: number) => (n < 0 ? 0 : 2 ** (n / stepsPerOctave));
  const since = time(at) - time(u);
  let after = at;
  while (after >= 0 && time(after) > since) after--;
  const first = Math.max(-1, after - AROUND / 2 + 1);
  const roots = Array.from({ length: AROUND }, (_, i) => Math.sqrt(time(first + i)));
  const x = Math.sqrt(since);
  const weights = roots.map((own, i) =>
    roots.reduce((product, root, k) => (k === i ? product : (product * (x - root)) / (own - root)), 1),
  );
  return { first, weights };
}
