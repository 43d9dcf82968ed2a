import { type Heat, heatAt } from './heat';

/** What one rank hands to an all-to-all with unequal counts, in whole rows. */
export interface Counts {
  readonly send: readonly number[];
  readonly receive: readonly number[];
  /** Exclusive prefix sums of the counts. */
  readonly sendDisplacements: readonly number[];
  readonly receiveDisplacements: readonly number[];
}

/** Exclusive prefix sums. */
export function displacements(counts: readonly number[]): number[] {
  let sum = 0;
  return counts.map((count) => {
    const before = sum;
    sum += count;
    return before;
  });
}

/**
 * Whole rows from one rank to another. Expected rows are fractions; the row's prefix sums are rounded and subtracted, so that
 * every count is off by less than one, counts sum to the rounded row, and what one rank sends another is the same number
 * whichever of the two asks.
 */
function wholeRow(heat: Heat, from: number): number[] {
  let sum = 0;
  let before = 0;
  return Array.from({ length: heat.size }, (_, to) => {
    sum += heatAt(heat, from, to);
    const edge = Math.round(sum);
    const count = edge - before;
    before = edge;
    return count;
  });
}

function wholeCell(heat: Heat, from: number, to: number): number {
  let before = 0;
  for (let k = 0; k < to; k++) before += heatAt(heat, from, k);
  return Math.round(before + heatAt(heat, from, to)) - Math.round(before);
}

/** Send and receive counts of one rank with their displacements. */
export function countsOf(heat: Heat, rank: number): Counts {
  const send = wholeRow(heat, rank);
  const receive = Array.from({ length: heat.size }, (_, from) => wholeCell(heat, from, rank));
  return {
    send,
    receive,
    sendDisplacements: displacements(send),
    receiveDisplacements: displacements(receive),
  };
}
