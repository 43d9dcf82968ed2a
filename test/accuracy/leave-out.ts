/** Constants that are fitted together, by name. */
export type Point = Readonly<Record<string, number>>;

/** What is predicted for each row by constants that were fitted on the rows of all other groups. */
export function leaveOneOut<Row, Constants, Prediction>(
  rows: readonly Row[],
  groupOf: (row: Row, index: number) => string,
  fitOn: (rows: readonly Row[]) => Constants,
  predict: (row: Row, constants: Constants) => Prediction,
): { readonly group: string; readonly row: Row; readonly prediction: Prediction }[] {
  const groups = rows.map(groupOf);
  return [...new Set(groups)].flatMap((group) => {
    const constants = fitOn(rows.filter((_, index) => groups[index] !== group));
    return rows.flatMap((row, index) =>
      groups[index] === group ? [{ group, row, prediction: predict(row, constants) }] : [],
    );
  });
}

export const rootMeanSquare = (errors: readonly number[]): number =>
  Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);

/** Median of the absolute values. */
export function medianError(errors: readonly number[]): number {
  const sorted = errors.map(Math.abs).sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

function ranksOf(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const result: number[] = [];
  for (const [rank, index] of order.entries()) result[index] = rank;
  return result;
}

/** Spearman's rank correlation; equal values are ranked in the order given. */
export function spearman(a: readonly number[], b: readonly number[]): number {
  const [ra, rb] = [ranksOf(a), ranksOf(b)];
  const n = a.length;
  const squares = ra.reduce((sum, rank, index) => sum + (rank - rb[index]!) ** 2, 0);
  return 1 - (6 * squares) / (n * (n * n - 1));
}
