import type { RaceStates } from './race-states';
import { AROUND } from './refusal-code';

/** Weights, [AROUND], of values from the time with the number `first` on; those before the start of the race have none. */
export interface Interpolation {
  readonly first: number;
  readonly weights: Float64Array;
}

/** Weights of the last times before the end of an integral, the end first (Gregory's rule, four differences). */
const LAST_WEIGHTS = [251 / 720, 299 / 240, 211 / 240, 739 / 720];

/** Times that must be known for the moments at one of them. */
export const timesAround = (at: number): number => Math.max(AROUND - 1, at + AROUND / 2);
const GOLDEN = (1 + Math.sqrt(5)) / 2;

/** What a refusal at the time with the number u counts for in an integral over u up to that with the number `at`. */
export const weightOf = ({ weights }: RaceStates, at: number, u: number): number =>
  at - u < LAST_WEIGHTS.length ? weights[u]! * LAST_WEIGHTS[at - u]! : weights[u]!;

/** Those asked for before, by root and both times: times grow by the same factor in all races of one root. */
const interpolations: Interpolation[][][] = [];

/** How values at t - u follow from those at some times. */
export function interpolation({ sumOf: [root] }: RaceStates, at: number, u: number): Interpolation {
  interpolations[root] ??= [];
  const ofRoot = interpolations[root];
  ofRoot[at] ??= [];
  const ofTime = ofRoot[at];
  ofTime[u] ??= interpolated((n) => (n < 0 ? 0 : GOLDEN ** (n / root)), at, u, root);
  return ofTime[u];
}

/** Lagrange's interpolation at the time between u and t, in the root of time: smooth also near the start. */
function interpolated(time: (n: number) => number, at: number, u: number, root: number): Interpolation {
  if (u === at) return weighing(0);
  // One is the golden ratio's power before the other: their difference is the power before that.
  if (at - u === root && u >= root) return weighing(u - root, 1);
  if (at - u === 2 * root) return weighing(at - root, 1);
  const since = time(at) - time(u);
  let next = at;
  while (next > 0 && time(next - 1) > since) next--;
  const first = Math.max(-1, next - AROUND / 2);
  const roots = Array.from({ length: AROUND }, (_, i) => Math.sqrt(time(first + i)));
  const x = Math.sqrt(since);
  const weights = roots.map((own, i) =>
    roots.reduce((product, other, k) => (k === i ? product : (product * (x - other)) / (own - other)), 1),
  );
  // There nobody has arrived.
  return first < 0 ? weighing(0, ...weights.slice(1)) : weighing(first, ...weights);
}

function weighing(first: number, ...some: readonly number[]): Interpolation {
  const weights = new Float64Array(AROUND);
  weights.set(some);
  return { first, weights };
}
