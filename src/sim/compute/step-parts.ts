import type { StepPart } from '../result';

/** Seconds of a step, of a stage or of a layer, by what is being done. */
export type Parts = Record<StepPart['name'], number>;

export const noParts = (): Parts => ({
  attention: 0,
  dense: 0,
  experts: 0,
  waiting: 0,
  alltoall: 0,
  tensor: 0,
  bubble: 0,
  sync: 0,
  other: 0,
});

// Written out: a search adds up millions of them, and a loop over names takes ten times as long.

export const total = (parts: Parts): number =>
  parts.attention +
  parts.dense +
  parts.experts +
  parts.waiting +
  parts.alltoall +
  parts.tensor +
  parts.bubble +
  parts.sync +
  parts.other;

/** Adds `factor` times some parts to a sum. */
export function addScaled(sum: Parts, parts: Parts, factor: number): void {
  sum.attention += factor * parts.attention;
  sum.dense += factor * parts.dense;
  sum.experts += factor * parts.experts;
  sum.waiting += factor * parts.waiting;
  sum.alltoall += factor * parts.alltoall;
  sum.tensor += factor * parts.tensor;
  sum.bubble += factor * parts.bubble;
  sum.sync += factor * parts.sync;
  sum.other += factor * parts.other;
}

export function scaled(parts: Parts, factor: number): Parts {
  const result = noParts();
  addScaled(result, parts, factor);
  return result;
}
