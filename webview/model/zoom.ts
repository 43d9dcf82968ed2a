/** The square part of a matrix that a picture shows: `span` rows from `row` on, `span` columns from `column` on. */
export interface ZoomWindow {
  readonly row: number;
  readonly column: number;
  readonly span: number;
}

/** A place in the matrix, in cells; the middle of the first cell is at 0.5. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** Fewer cells than these need no zoom, and none goes further. */
export const SMALLEST_SPAN = 8;

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));

/** The whole of a matrix. */
export const whole = (size: number): ZoomWindow => ({ row: 0, column: 0, span: size });

/** The window moved and cut so that it lies in a matrix of this size. */
export function within({ row, column, span }: ZoomWindow, size: number): ZoomWindow {
  const kept = clamp(Math.round(span), Math.min(SMALLEST_SPAN, size), size);
  return {
    row: clamp(Math.round(row), 0, size - kept),
    column: clamp(Math.round(column), 0, size - kept),
    span: kept,
  };
}

/**
 * The window with its span divided by `factor`, so that the place `at` stays where it is on screen. A factor that is not 1
 * changes the span by one cell at least, as long as there is room.
 */
export function zoomed(window: ZoomWindow, size: number, factor: number, at: Place): ZoomWindow {
  const wanted = Math.round(window.span / factor);
  const direction = Math.sign(1 - factor);
  const changed = wanted === window.span ? window.span + direction : wanted;
  const span = clamp(changed, Math.min(SMALLEST_SPAN, size), size);
  const ratio = span / window.span;
  return within(
    {
      row: at.row - (at.row - window.row) * ratio,
      column: at.column - (at.column - window.column) * ratio,
      span,
    },
    size,
  );
}

/** The middle of a cell, or of the window where the cell is outside. */
export function placeOf(cell: Place, window: ZoomWindow): Place {
  const half = window.span / 2;
  return isInside(cell, window)
    ? { row: cell.row + 0.5, column: cell.column + 0.5 }
    : { row: window.row + half, column: window.column + half };
}

export function isInside({ row, column }: Place, window: ZoomWindow): boolean {
  const inside = (at: number, from: number) => at >= from && at < from + window.span;
  return inside(row, window.row) && inside(column, window.column);
}

/** The window moved as little as brings a cell into it. */
export function revealing(window: ZoomWindow, size: number, { row, column }: Place): ZoomWindow {
  const reach = (from: number, at: number) => clamp(from, at - window.span + 1, at);
  return within(
    { row: reach(window.row, row), column: reach(window.column, column), span: window.span },
    size,
  );
}

/** The window moved so that a place is in its middle, as far as the matrix reaches. */
export function centredOn(window: ZoomWindow, size: number, { row, column }: Place): ZoomWindow {
  return within({ row: row - window.span / 2, column: column - window.span / 2, span: window.span }, size);
}
