import type { Basis } from '../../../src/sim/result';
import { spearman } from '../leave-out';
import type { AccuracyRow } from '../report/table';

/** A row that nothing was fitted on, with what the result says it rests on. */
export interface BlindRow extends AccuracyRow {
  readonly basis: Basis;
  /** Measured over predicted time. */
  readonly timeRatio: number;
}

/** A time of which less is better, or a speed of which more is. */
export function blindRow(
  label: string,
  kind: 'time' | 'speed',
  predicted: number,
  measured: number,
  basis: Basis,
  use: AccuracyRow['use'] = 'not fitted',
): BlindRow {
  const timeRatio = kind === 'time' ? measured / predicted : predicted / measured;
  return { label, predicted, measured, use, basis, timeRatio };
}

/** Whether a row says between what nine of ten measured figures lie, and lies there. */
function isCovered({ basis, timeRatio }: BlindRow): boolean | null {
  if (basis.interval === undefined) return null;
  return timeRatio - 1 >= basis.interval.low && timeRatio - 1 <= basis.interval.high;
}

/** Rank correlation, and how many rows lie in the interval that their result states. */
export function blindSummary(rows: readonly BlindRow[]): string {
  const rank = spearman(
    rows.map(({ predicted }) => predicted),
    rows.map(({ measured }) => measured),
  );
  const judged = rows
    .filter(({ use }) => use === 'not fitted')
    .map(isCovered)
    .filter((covered) => covered !== null);
  const inside = judged.filter(Boolean).length;
  const interval =
    judged.length === 0
      ? 'No row states an interval.'
      : `${inside} of the ${judged.length} rows that state an interval for nine of ten lie in it.`;
  return `Spearman's rank correlation ${rank.toFixed(2)}. ${interval}`;
}
