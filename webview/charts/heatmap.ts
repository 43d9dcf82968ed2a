import type { Heat } from '../model/heat';
import type { Run } from '../model/nodes';

/**
 * How indices lie along one side of the matrix, in whole device pixels, so that no cell is blurred.
 * `first` and `last` say which indices a pixel shows: one where cells are at least a pixel wide, several where they
 * are smaller, none (-1) in the gap between nodes.
 */
export interface Axis {
  /** The first index that is shown, and how many are. */
  readonly from: number;
  readonly count: number;
  readonly ratio: number;
  /** Length in device pixels. */
  readonly pixels: number;
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** Cells per pixel above one: the picture then shows maxima. */
  readonly pooled: boolean;
  /** Offset and width of one cell, CSS pixels. */
  start(index: number): number;
  readonly cell: number;
  /** Length in CSS pixels. */
  readonly length: number;
}

const GAP = 2;
const SMALLEST_WITH_GAPS = 4;
const SMALLEST_WHOLE = 3;
const LARGEST_CELL = 56;

/** Fits all `count` indices, grouped in `runs`, into `available` CSS pixels at a device pixel ratio. */
export function layOut(count: number, runs: readonly Run[], available: number, ratio: number): Axis {
  const room = Math.max(1, Math.floor(available * ratio));
  // Where every index is a node of its own, the lines between them need less weight.
  const gap = Math.round((runs.length < count ? GAP : GAP / 2) * ratio);
  const gaps = runs.length - 1;
  const gapped = Math.floor((room - gaps * gap) / count);
  if (gapped >= SMALLEST_WITH_GAPS * ratio)
    return whole(count, runs, Math.min(gapped, Math.round(LARGEST_CELL * ratio)), gaps > 0 ? gap : 0, ratio);
  const plain = Math.floor(room / count);
  if (plain >= SMALLEST_WHOLE) return whole(count, runs, plain, 0, ratio);
  return stretched({ start: 0, count }, room, ratio);
}

/** Indices that are shown of all, from `start` on. */
export interface Stretch {
  readonly start: number;
  readonly count: number;
}

/**
 * Fits the indices of a stretch into exactly `length` CSS pixels, so that a picture that is zoomed stays as large as it was.
 * Runs are set apart where cells are large enough; a pixel still shows the largest of the cells that it stands for.
 */
export function layOutStretch(stretch: Stretch, runs: readonly Run[], length: number, ratio: number): Axis {
  const axis = stretched(stretch, Math.max(1, Math.round(length * ratio)), ratio);
  if (axis.cell < SMALLEST_WITH_GAPS) return axis;
  const gap = Math.round(GAP * ratio);
  for (const run of runs) {
    if (run.start <= stretch.start || run.start >= stretch.start + stretch.count) continue;
    const edge = Math.round(axis.start(run.start) * ratio);
    axis.first.fill(-1, edge - gap, edge);
  }
  return axis;
}

function whole(count: number, runs: readonly Run[], cell: number, gap: number, ratio: number): Axis {
  const starts = new Int32Array(count);
  runs.forEach((run, at) => {
    for (let i = run.start; i < run.start + run.count; i++) starts[i] = i * cell + at * gap;
  });
  const pixels = starts[count - 1]! + cell;
  const first = new Int32Array(pixels).fill(-1);
  for (let i = 0; i < count; i++) first.fill(i, starts[i]!, starts[i]! + cell);
  return {
    from: 0,
    count,
    ratio,
    pixels,
    first,
    last: first,
    pooled: false,
    start: (index) => starts[index]! / ratio,
    cell: cell / ratio,
    length: pixels / ratio,
  };
}

/** Every pixel of the room is used: cells differ by a pixel in size, or a pixel stands for several. */
function stretched({ start: from, count }: Stretch, pixels: number, ratio: number): Axis {
  const pooled = count > pixels;
  const first = new Int32Array(pixels);
  const last = new Int32Array(pixels);
  for (let p = 0; p < pixels; p++) {
    first[p] = from + Math.floor((p * count) / pixels);
    last[p] = pooled ? Math.max(first[p]!, from + Math.ceil(((p + 1) * count) / pixels) - 1) : first[p]!;
  }
  return {
    from,
    count,
    ratio,
    pixels,
    first,
    last,
    pooled,
    start: (index) => {
      const edge = ((index - from) * pixels) / count;
      return (pooled ? edge : Math.ceil(edge)) / ratio;
    },
    cell: pixels / count / ratio,
    length: pixels / ratio,
  };
}

/** Rows and columns of a picture; alike unless it is zoomed. */
export interface Axes {
  readonly rows: Axis;
  readonly columns: Axis;
}

/** Paints the matrix into the pixels of an ImageData of `rows.pixels` lines of `columns.pixels`. Gaps stay transparent. */
export function paint(
  target: Uint32Array,
  { rows, columns }: Axes,
  heat: Heat,
  position: (value: number) => number,
  ramp: Uint32Array,
): void {
  const width = columns.pixels;
  const { size, data } = heat;
  const [low, high] = [columns.from, columns.from + columns.count];
  const row = new Float64Array(size);
  for (let y = 0; y < rows.pixels; y++) {
    const from = rows.first[y]!;
    if (from < 0) continue;
    const line = y * width;
    if (y > 0 && rows.first[y - 1] === from && rows.last[y - 1] === rows.last[y]) {
      target.copyWithin(line, line - width, line);
      continue;
    }
    row.set(data.subarray(from * size + low, from * size + high), low);
    for (let i = from + 1; i <= rows.last[y]!; i++)
      for (let k = low, at = i * size + low; k < high; k++, at++) if (data[at]! > row[k]!) row[k] = data[at]!;
    for (let x = 0; x < width; x++) {
      const k0 = columns.first[x]!;
      if (k0 < 0) continue;
      if (x > 0 && k0 === columns.first[x - 1] && columns.last[x] === columns.last[x - 1]) {
        target[line + x] = target[line + x - 1]!;
        continue;
      }
      let value = row[k0]!;
      for (let k = k0 + 1; k <= columns.last[x]!; k++) if (row[k]! > value) value = row[k]!;
      target[line + x] = ramp[Math.max(0, Math.min(255, Math.round(position(value) * 255)))]!;
    }
  }
}

const pixelAt = (axis: Axis, offset: number) => {
  let pixel = Math.max(0, Math.min(axis.pixels - 1, Math.floor(offset * axis.ratio)));
  // A gap belongs to the cell before it, as in `layOutStretch` it is cut from it.
  while (pixel > 0 && axis.first[pixel]! < 0) pixel -= 1;
  return pixel;
};

export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** The cell under a point; where a pixel stands for several cells, the one whose value it shows. */
export function cellAt({ rows, columns }: Axes, heat: Heat, x: number, y: number): Cell {
  const [px, py] = [pixelAt(columns, x), pixelAt(rows, y)];
  let best: Cell = { row: rows.first[py]!, column: columns.first[px]! };
  let most = Number.NEGATIVE_INFINITY;
  for (let row = rows.first[py]!; row <= rows.last[py]!; row++)
    for (let column = columns.first[px]!; column <= columns.last[px]!; column++) {
      const value = heat.data[row * heat.size + column]!;
      if (value > most) {
        most = value;
        best = { row, column };
      }
    }
  return best;
}

/** Every value along an axis as the axis shows it: per cell, or per pixel the largest. */
export function alongAxis(
  axis: Axis,
  values: ArrayLike<number>,
): { start: number; length: number; value: number; index: number }[] {
  if (!axis.pooled)
    return Array.from({ length: axis.count }, (_, at) => {
      const index = axis.from + at;
      return { start: axis.start(index), length: axis.cell, value: values[index]!, index };
    });
  return Array.from({ length: axis.pixels }, (_, pixel) => {
    let index = axis.first[pixel]!;
    for (let i = index; i <= axis.last[pixel]!; i++) if (values[i]! > values[index]!) index = i;
    return { start: pixel / axis.ratio, length: 1 / axis.ratio, value: values[index]!, index };
  });
}

/** Moves a cursor by one cell, or to the same place in the next run of ranks. */
export function step(
  index: number,
  direction: -1 | 1,
  jump: boolean,
  runs: readonly Run[],
  count: number,
): number {
  if (!jump) return Math.max(0, Math.min(count - 1, index + direction));
  const at = runs.findIndex((run) => index >= run.start && index < run.start + run.count);
  const next = runs[at + direction];
  if (!next) return index;
  return next.start + Math.min(index - runs[at]!.start, next.count - 1);
}
