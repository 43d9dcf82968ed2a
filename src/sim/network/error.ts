import type { Basis } from '../result';

type Interval = Basis['interval'];

/** Nine tenths of a normal distribution lie within this many mean absolute errors of its centre. */
export const MEAN_ERRORS = 2.06;

/** Between what nine of ten figures lie whose logarithms are off by `meanError` in the mean, as normal ones are. */
export const intervalAround = (meanError: number): Interval => ({
  low: Math.expm1(-MEAN_ERRORS * meanError),
  high: Math.expm1(MEAN_ERRORS * meanError),
});

/** Between what a figure lies that is off by several things, each by itself: squares of distances (of logarithms) add up. */
export function together(intervals: readonly Interval[]): Interval {
  const reach = (end: keyof Interval): number =>
    Math.hypot(...intervals.map((interval) => Math.log1p(interval[end])));
  return { low: Math.expm1(-reach('low')), high: Math.expm1(reach('high')) };
}
