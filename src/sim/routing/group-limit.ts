import { type Part, partAt, stateOf } from './race-parts';
import { type LimitedRoom, NUMBER_BYTES, WORD_BYTES } from './race-room';
import { type Precision, type RaceStates, type RaceTimes, runUntil } from './race-states';
import { AROUND, REFUSED } from './refusal-code';
import { interpolation, timesAround, weightOf } from './refusal-times';

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
  /** Times by which a token may not have been refused a group yet. */
  readonly opened: number;
  /** Times at which a token may go on. */
  readonly end: number;
}

/** Courses of groups, [times, groups, width]: P(so many of the group have arrived). */
type Courses = Float64Array;

/**
 * A time of refusal, or what is left of tokens without, is left out if it has less than this of what is negligible: of
 * several that go together, finest integrals would lack more than other errors are.
 */
const PART: Readonly<Record<Precision, number>> = { fine: 0.3, finest: 0.03 };

/**
 * @param times what is left out of which: `negligible` is the probability that a token still goes on after the last time
 * @returns nothing if it is larger
 */
export function groupLimit(
  states: RaceStates,
  room: LimitedRoom,
  { negligible, precision }: Pick<RaceTimes, 'negligible' | 'precision'>,
): GroupLimit | null {
  const { environment, weights } = states;
  const leftOut = negligible * PART[precision];
  const { masses, refusedTimes, refusedCounts } = room;
  const most = weights.length;
  let opened = 0;
  let isOpened = true;
  let open = 0;
  let before = 1;
  for (let n = 0; timesAround(n) <= states.length; n++) {
    runUntil(states, timesAround(n));
    let alive = 0;
    if (isOpened) {
      opened = n + 1;
      alive = addOpened(states, room, states.arrived, n, environment);
      isOpened = alive > leftOut;
    }
    const times = n * most;
    refusedTimes[times + open] = n;
    refusedCounts[n] = open + 1;
    addRefused(states, room, states.arrived, n, environment);
    open = 0;
    for (let i = 0; i < refusedCounts[n]!; i++) {
      const u = refusedTimes[times + i]!;
      alive += masses[i]! * weightOf(states, n, u);
      // What goes on after a refusal at u only gets less.
      if (masses[i]! * weights[u]! > leftOut) refusedTimes[times + most + open++] = u;
    }
    // It falls faster than it has.
    if (alive ** 2 < negligible * before) return { opened, end: n + 1 };
    before = alive;
  }
  return null;
}

/** The environment for a token that ends when an arrival counts for one of the parts, each of its own group. */
export function environmentWith(
  states: RaceStates,
  room: LimitedRoom,
  { opened, end }: GroupLimit,
  parts: readonly Part[],
): Float64Array {
  const { width, members, known } = states;
  const { courses, environment } = room;
  environment.fill(0);
  courses.set(states.arrived);
  const state = stateOf(width);
  for (const part of parts) {
    for (let n = 0; n < known; n++) {
      partAt(states, n, part, state);
      courses.set(state.none, (n * members.length + part.group) * width);
    }
  }
  for (let n = 0; n < opened; n++) addOpened(states, room, courses, n, environment);
  for (let n = 0; n < end; n++) addRefused(states, room, courses, n, environment);
  return environment;
}

/** Bytes of what all groups have at one time, and of a polynomial. */
const rowBytes = ({ members, width }: RaceStates): number => members.length * width * NUMBER_BYTES;
const widthBytes = ({ width }: RaceStates): number => width * NUMBER_BYTES;

/**
 * Adds the cases in which no group has been refused by a time. Two times are worked out together, the even one first.
 *
 * @returns their probability
 */
function addOpened(
  states: RaceStates,
  { opened: { leaves, sums, end, total, terms } }: LimitedRoom,
  courses: Courses,
  n: number,
  environment: Float64Array,
): number {
  const row = rowBytes(states);
  const groups = states.members.length;
  const even = n - (n % 2);
  if (n === even) {
    const at = courses.byteOffset + even * row;
    states.loops.setOpenedLeaves(leaves, groups, widthBytes(states), terms, at, at + row);
    states.loops.sumProducts(sums, end);
  }
  const at = environment.byteOffset + n * row;
  states.loops.addOpenedWorth(
    leaves,
    groups,
    widthBytes(states),
    terms,
    at,
    (n - even) * NUMBER_BYTES,
    states.weights[n]!,
  );
  return total[n - even]!;
}

/** Adds the cases in which a group has been refused by time `at`, two times of refusal together; sets their `masses`. */
function addRefused(
  states: RaceStates,
  room: LimitedRoom,
  courses: Courses,
  at: number,
  environment: Float64Array,
): void {
  const { leaves, sums, end, total, terms } = room.refused;
  const row = rowBytes(states);
  const width = widthBytes(states);
  const groups = states.members.length;
  const now = at * row;
  const refused = room.refusals.byteOffset;
  const count = room.refusedCounts[at]!;
  for (let i = 0; i < count; i += 2) {
    placeRefusal(states, room, at, i, 0);
    placeRefusal(states, room, at, i + 1, 1);
    states.loops.setRefusedLeaves(
      leaves,
      groups,
      width,
      terms,
      courses.byteOffset + now,
      states.arrived.byteOffset,
      courses.byteOffset,
      refused,
      row,
      states.groupRates.byteOffset,
    );
    states.loops.sumProducts(sums, end);
    states.loops.addRefusedWorth(
      leaves,
      groups,
      width,
      terms,
      environment.byteOffset + now,
      environment.byteOffset,
      refused,
      row,
    );
    room.masses[i] = total[0]!;
    if (i + 1 < count) room.masses[i + 1] = total[1]!;
  }
}

/** Puts a time of refusal into memory; beyond the last stands the one before, with no weight. */
function placeRefusal(states: RaceStates, room: LimitedRoom, at: number, i: number, place: number): void {
  const isPast = i >= room.refusedCounts[at]!;
  const u = room.refusedTimes[at * states.weights.length + (isPast ? i - 1 : i)]!;
  const around = interpolation(states, at, u);
  const row = rowBytes(states);
  const words = (place * REFUSED.bytes) / WORD_BYTES;
  const numbers = (place * REFUSED.bytes) / NUMBER_BYTES;
  room.refusalWords[words + REFUSED.row / WORD_BYTES] = u * row;
  room.refusalWords[words + REFUSED.around / WORD_BYTES] = around.first * row;
  room.refusals[numbers + REFUSED.weight / NUMBER_BYTES] = isPast
    ? 0
    : states.weights[at]! * weightOf(states, at, u);
  const weights = numbers + REFUSED.weights / NUMBER_BYTES;
  for (let k = 0; k < AROUND; k++) room.refusals[weights + k] = around.weights[k]!;
}
