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

const isInside = ({ basis: { interval }, timeRatio }: BlindRow): boolean =>
  timeRatio - 1 >= interval.low && timeRatio - 1 <= interval.high;

/** How many rows lie in the interval that their result states, apart where it is that of other kinds. */
function coverage(rows: readonly BlindRow[]): string {
  const inside = `${rows.filter(isInside).length} of`;
  return rows.length === 1 ? `${inside} 1 row` : `${inside} the ${rows.length} rows`;
}

/** Rank correlation, and how many rows lie in the interval that their result states. */
export function blindSummary(rows: readonly BlindRow[]): string {
  const rank = spearman(
    rows.map(({ predicted }) => predicted),
    rows.map(({ measured }) => measured),
  );
  const open = rows.filter(({ use }) => use === 'not fitted');
  const own = open.filter(({ basis }) => basis.errorFrom === 'same-kind');
  const others = open.filter(({ basis }) => basis.errorFrom === 'other-kinds');
  const said = [
    ...(own.length > 0
      ? [`${coverage(own)} lie in the interval for nine of ten that their kind has shown.`]
      : []),
    ...(others.length > 0 ? [`${coverage(others)} whose interval is that of other kinds lie in it.`] : []),
  ];
  return `Spearman's rank correlation ${rank.toFixed(2)}. ${said.join(' ')}`;
}
