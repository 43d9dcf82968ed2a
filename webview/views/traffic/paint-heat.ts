import { type Axes, alongAxis, paint } from '../../charts/heatmap';
import { type Heat, type HeatOptions, heatAt, normalise } from '../../model/heat';
import type { Quantity } from '../../model/measure';
import { ink } from '../../ramp';
import { resolveColour, type Theme } from '../../theme';
import type { Margins } from './heat-frame';

const SMALLEST_TEXT_CELL = 34;
const THICKEST_SUM = 14;

/** The cells, each in the colour of its value, with the value written in it where there is room. */
export function paintMatrix(
  canvas: HTMLCanvasElement,
  axes: Axes,
  heat: Heat,
  quantity: Quantity,
  scale: HeatOptions['scale'],
  theme: Theme,
): void {
  const { rows, columns } = axes;
  canvas.width = columns.pixels;
  canvas.height = rows.pixels;
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(columns.pixels, rows.pixels);
  const position = normalise(heat, scale);
  paint(new Uint32Array(image.data.buffer), axes, heat, position, theme.pixels);
  context.putImageData(image, 0, 0);
  if (columns.cell < SMALLEST_TEXT_CELL) return;
  context.scale(columns.ratio, columns.ratio);
  context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (let i = rows.from; i < rows.from + rows.count; i++)
    for (let k = columns.from; k < columns.from + columns.count; k++) {
      const value = heatAt(heat, i, k);
      context.fillStyle = ink(theme.ramp[Math.round(position(value) * 255)]!);
      context.fillText(
        quantity.number(value),
        columns.start(k) + columns.cell / 2,
        rows.start(i) + rows.cell / 2,
      );
    }
}

export interface MarginBars {
  readonly axes: Axes;
  readonly heat: Heat;
  readonly room: Margins;
  /** Size of the canvas, CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Largest sum, which fills the room of a bar. */
  readonly sums: number;
  readonly barRoom: { readonly right: number; readonly below: number };
  readonly strongRow: number | null;
  readonly strongColumn: number | null;
}

function extent({ start, length }: { readonly start: number; readonly length: number }) {
  const thick = length >= 4 ? Math.min(length - 1, THICKEST_SUM) : length;
  return [length > THICKEST_SUM ? start + (length - thick) / 2 : start, thick] as const;
}

/** What each row sends at the right, what each column receives below. */
export function paintMargins(canvas: HTMLCanvasElement, bars: MarginBars): void {
  const { axes, heat, room, width, height, sums, barRoom, strongRow, strongColumn } = bars;
  const { rows, columns } = axes;
  const { ratio } = rows;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d')!;
  context.scale(ratio, ratio);
  const [plain, strong] = [resolveColour('var(--n3)'), resolveColour('var(--blue)')];
  for (const bar of alongAxis(rows, heat.rowSums)) {
    context.fillStyle = bar.index === strongRow ? strong : plain;
    const [start, thick] = extent(bar);
    const length = (barRoom.right * bar.value) / sums;
    context.fillRect(room.left + columns.length + 6, room.top + start, length, thick);
  }
  for (const bar of alongAxis(columns, heat.columnSums)) {
    context.fillStyle = bar.index === strongColumn ? strong : plain;
    const [start, thick] = extent(bar);
    const length = (barRoom.below * bar.value) / sums;
    context.fillRect(room.left + start, room.top + rows.length + 6, thick, length);
  }
}
