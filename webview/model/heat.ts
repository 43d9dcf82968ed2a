import type { Matrix } from '../../src/sim/result';

/** What of the traffic is shown, and how. */
export interface HeatOptions {
  readonly phase: 'dispatch' | 'combine' | 'both';
  readonly level: 'ranks' | 'nodes';
  readonly scale: 'linear' | 'log';
}

export type Phase = 'dispatch' | 'combine';

/** The phases that a choice of direction stands for. */
export const phasesOf = (direction: HeatOptions['phase']): readonly Phase[] =>
  direction === 'both' ? ['dispatch', 'combine'] : [direction];

/** A matrix as it is shown: turned for combine, with the totals and extremes that the picture and its heading need. */
export interface Heat {
  readonly size: number;
  readonly data: Float64Array | Float32Array;
  /** Totals of sources and of destinations: sums, but for times, since links work at the same time. */
  readonly rowSums: Float64Array;
  readonly columnSums: Float64Array;
  readonly low: number;
  readonly high: number;
  /** Smallest value above zero, where a logarithmic scale starts; equal to `high` when all are zero. */
  readonly lowPositive: number;
  /** Mean of a destination's total; of sums it is also that of a source's. */
  readonly mean: number;
  /** Index of the largest cell, row-major. */
  readonly largest: number;
}

/** One cell. */
export const heatAt = ({ size, data }: Pick<Heat, 'size' | 'data'>, row: number, column: number): number =>
  data[row * size + column]!;

function transpose({ size, data }: Matrix): Float64Array {
  const turned = new Float64Array(size * size);
  // In blocks, since a walk down the columns of a large matrix misses the cache at every step.
  const block = 32;
  for (let i0 = 0; i0 < size; i0 += block)
    for (let k0 = 0; k0 < size; k0 += block)
      for (let i = i0; i < Math.min(size, i0 + block); i++)
        for (let k = k0; k < Math.min(size, k0 + block); k++) turned[k * size + i] = data[i * size + k]!;
  return turned;
}

/** A matrix of dispatch rows times the one weight plus its transpose, which combine sends, times the other. */
export function weighted(
  matrix: Matrix,
  [dispatch, combine]: readonly [number, number],
): Float64Array | Float32Array {
  if (dispatch === 1 && combine === 0) return matrix.data;
  const back = combine === 0 ? null : transpose(matrix);
  if (dispatch === 0 && combine === 1) return back!;
  return Float64Array.from(matrix.data, (value, at) => dispatch * value + combine * (back?.[at] ?? 0));
}

/** Prepares a matrix of dispatch rows for one phase. */
export function toHeat(matrix: Matrix, phase: 'dispatch' | 'combine'): Heat {
  return heatOf(matrix.size, weighted(matrix, phase === 'dispatch' ? [1, 0] : [0, 1]));
}

/** Prepares a matrix in any unit. */
export function heatOf(size: number, data: Heat['data']): Heat {
  const rowSums = new Float64Array(size);
  const columnSums = new Float64Array(size);
  let low = Number.POSITIVE_INFINITY;
  let lowPositive = Number.POSITIVE_INFINITY;
  let high = 0;
  let largest = 0;
  for (let i = 0, at = 0; i < size; i++) {
    let sum = 0;
    for (let k = 0; k < size; k++, at++) {
      const value = data[at]!;
      sum += value;
      columnSums[k]! += value;
      if (value < low) low = value;
      if (value > 0 && value < lowPositive) lowPositive = value;
      if (value > high) {
        high = value;
        largest = at;
      }
    }
    rowSums[i] = sum;
  }
  const mean = rowSums.reduce((a, b) => a + b, 0) / size;
  return {
    size,
    data,
    rowSums,
    columnSums,
    low: Math.min(low, high),
    high,
    lowPositive: Math.min(lowPositive, high),
    mean,
    largest,
  };
}

export const argmax = (values: ArrayLike<number>) => {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
};

/** Position of a value on the colour scale, 0 … 1. */
export function normalise(heat: Heat, scale: HeatOptions['scale']): (value: number) => number {
  const { low, high, lowPositive } = heat;
  // A matrix of one value has no scale; the middle says neither little nor much.
  if (high <= 0) return () => 0;
  if (scale === 'linear') return high === low ? () => 0.5 : (value) => (value - low) / (high - low);
  if (lowPositive === high) return (value) => (value > 0 ? 0.5 : 0);
  const from = Math.log(lowPositive);
  const span = Math.log(high) - from;
  return (value) => (value > 0 ? (Math.log(value) - from) / span : 0);
}

/** Matrices with one scale of colours: from the least value of all to the greatest. */
export function sharingScale(heats: readonly Heat[]): Heat[] {
  const low = Math.min(...heats.map((heat) => heat.low));
  const high = Math.max(...heats.map((heat) => heat.high));
  const lowPositive = Math.min(...heats.map((heat) => (heat.high > 0 ? heat.lowPositive : high)));
  return heats.map((heat) => ({ ...heat, low, high, lowPositive }));
}
