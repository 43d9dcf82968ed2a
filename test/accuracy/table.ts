/** One measured figure beside the simulator's. `use` says whether constants were fitted on the row. */
export interface AccuracyRow {
  readonly label: string;
  readonly measured: number;
  readonly predicted: number;
  readonly use: 'fitted' | 'held-out';
}

export interface AccuracySummary {
  readonly rows: number;
  /** Mean and largest of |predicted / measured - 1|, as fractions. */
  readonly mean: number;
  readonly max: number;
}

export function summary(rows: readonly AccuracyRow[]): AccuracySummary {
  const errors = rows.map(({ measured, predicted }) => Math.abs(predicted / measured - 1));
  return {
    rows: rows.length,
    mean: errors.reduce((sum, error) => sum + error, 0) / Math.max(1, errors.length),
    max: Math.max(0, ...errors),
  };
}

/** Prints the rows and their mean and largest error, fitted and held-out apart, when ACCURACY_TABLES is set. */
export function printTable(title: string, rows: readonly AccuracyRow[], unit: string): void {
  const show = (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env
    .ACCURACY_TABLES;
  if (!show) return;
  const width = Math.max(...rows.map(({ label }) => label.length));
  const lines = rows.map(
    ({ label, measured, predicted, use }) =>
      `  ${label.padEnd(width)} ${measured.toFixed(1).padStart(9)} ${predicted.toFixed(1).padStart(9)} ${signed(predicted / measured - 1)}  ${use}`,
  );
  const totals = (['fitted', 'held-out'] as const).flatMap((use) => {
    const { rows: count, mean, max } = summary(rows.filter((row) => row.use === use));
    return count === 0 ? [] : [`  ${use}: ${count} rows, mean ${percent(mean)}, max ${percent(max)}`];
  });
  console.log([`${title} (measured, predicted, ${unit})`, ...lines, ...totals].join('\n'));
}

const percent = (fraction: number) => `${(100 * fraction).toFixed(1)} %`;
const signed = (fraction: number) => `${fraction < 0 ? '-' : '+'}${percent(Math.abs(fraction)).padStart(6)}`;
