/** One measured figure beside the simulator's. */
export interface AccuracyRow {
  readonly label: string;
  readonly measured: number;
  readonly predicted: number;
  /** Whether constants were fitted on the row. */
  readonly use: 'fitted' | 'not fitted';
}

/** What predicted and measured figures of a table may differ by, as fractions; nothing is said about what is left out. */
export interface Limits {
  readonly mean?: number;
  readonly median?: number;
  readonly max?: number;
}

/** A table of docs/accuracy.md. */
export interface AccuracyTable {
  readonly title: string;
  readonly unit: string;
  /** What was measured, where it was published, and what to know about it, in Markdown. */
  readonly about: string;
  readonly rows: readonly AccuracyRow[];
  /** What the model reaches today, rounded up, over all rows: a change that makes it worse fails. */
  readonly limits: Limits;
  /** What it has to reach on the rows that were not fitted. */
  readonly target?: Limits;
  /** Arguments of the command line that print the first row's figure. */
  readonly command?: readonly string[];
}

/** Errors of rows: of predicted / measured - 1 the mean, median and largest size, and the mean with its sign. */
export interface Summary {
  readonly count: number;
  readonly mean: number;
  readonly median: number;
  readonly max: number;
  readonly bias: number;
}

export const errorOf = ({ predicted, measured }: AccuracyRow): number => predicted / measured - 1;

/** All zero for no rows. */
export function summary(rows: readonly AccuracyRow[]): Summary {
  const errors = rows.map(errorOf);
  const sizes = errors.map(Math.abs).sort((a, b) => a - b);
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return {
    count: rows.length,
    mean: mean(sizes),
    median: median(sizes),
    max: sizes.at(-1) ?? 0,
    bias: mean(errors),
  };
}

function median(sorted: readonly number[]): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}

export const notFitted = (rows: readonly AccuracyRow[]): readonly AccuracyRow[] =>
  rows.filter(({ use }) => use === 'not fitted');
