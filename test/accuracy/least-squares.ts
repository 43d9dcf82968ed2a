import type { Point } from './leave-out';

const ROUNDS = 30;
/** Relative step of the numerical derivative. */
const STEP = 1e-3;
/** A round that gains less than this share of the sum of squares is the last. */
const LEAST_GAIN = 1e-4;

/**
 * The point with the least sum of squared residuals, by the method of Levenberg and Marquardt in the logarithms of the
 * constants, which must be positive. One that changes no residual stays where it is. Deterministic.
 */
export function leastSquares(start: Point, residualsAt: (point: Point) => readonly number[]): Point {
  const names = Object.keys(start);
  const moved = (point: Point, steps: readonly number[]): Point =>
    Object.fromEntries(names.map((name, axis) => [name, point[name]! * Math.exp(steps[axis]!)]));
  const squares = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);

  let best = start;
  let residuals = residualsAt(best);
  let damping = 1e-3;
  for (let round = 0; round < ROUNDS; round++) {
    const columns = names.map((_, axis) => {
      const steps = names.map((_, other) => (other === axis ? STEP : 0));
      return residualsAt(moved(best, steps)).map((value, row) => (value - residuals[row]!) / STEP);
    });
    const normal = columns.map((a) => columns.map((b) => dot(a, b)));
    const gradient = columns.map((column) => -dot(column, residuals));
    const before = squares(residuals);
    for (; damping < 1e6; damping *= 10) {
      const damped = normal.map((row, i) =>
        row.map((value, j) => (i === j ? value * (1 + damping) || 1 : value)),
      );
      const next = moved(best, solve(damped, gradient));
      const values = residualsAt(next);
      if (squares(values) >= before) continue;
      best = next;
      residuals = values;
      damping /= 10;
      break;
    }
    if (before - squares(residuals) < LEAST_GAIN * before) break;
  }
  return best;
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + value * b[index]!, 0);

/** Solution of a symmetric positive linear system, by elimination with pivots. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (const [i] of rows.entries()) {
    const pivot = rows.reduce(
      (most, row, k) => (k >= i && Math.abs(row[i]!) > Math.abs(rows[most]![i]!) ? k : most),
      i,
    );
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    for (let k = i + 1; k < rows.length; k++) {
      const factor = rows[k]![i]! / rows[i]![i]!;
      rows[k] = rows[k]!.map((value, j) => value - factor * rows[i]![j]!);
    }
  }
  const result: number[] = [];
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i]!;
    const known = row.slice(i + 1, -1).reduce((sum, value, j) => sum + value * result[i + 1 + j]!, 0);
    result[i] = (row.at(-1)! - known) / row[i]!;
  }
  return result;
}
