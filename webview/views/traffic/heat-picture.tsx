import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { PlacementResult } from '../../../src/sim/result';
import { alongAxis, type Cell, cellAt, layOut, paint, step } from '../../charts/heatmap';
import { compact, count } from '../../format';
import { type Heat, type HeatOptions, normalise, type Run } from '../../model/traffic';
import { ink, resolveColour, type Theme } from '../../theme';
import { Frame, marginsFor } from './heat-frame';
import { text as t } from './strings';

const NARROW = 560;
const LARGEST = 720;
const LARGEST_OF_NODES = 560;
const SMALLEST_TEXT_CELL = 34;
const THICKEST_SUM = 14;

interface Props {
  readonly heat: Heat;
  readonly runs: readonly Run[];
  readonly width: number;
  readonly ratio: number;
  readonly level: HeatOptions['level'];
  readonly phase: HeatOptions['phase'];
  readonly scale: HeatOptions['scale'];
  readonly theme: Theme;
  readonly placement: PlacementResult;
  readonly scaleUp: string;
  readonly cell: Cell;
  readonly selected: number;
  /** Rank whose bar in the margin is emphasised; `null` for none. */
  readonly busiest: number | null;
  readonly onCell: (cell: Cell) => void;
  readonly onSelect: (row: number | null) => void;
}

/** The matrix with its margins: a canvas for what is many, an SVG for what is written and outlined. */
export function HeatPicture(props: Props) {
  const { heat, runs, width, ratio, level, phase, scale, theme, placement } = props;
  const matrix = useRef<HTMLCanvasElement>(null);
  const margins = useRef<HTMLCanvasElement>(null);
  const narrow = width < NARROW;
  const room = marginsFor(narrow);
  const axis = useMemo(() => {
    const available = Math.min(
      width - room.left - room.right,
      level === 'nodes' ? LARGEST_OF_NODES : LARGEST,
    );
    return layOut(heat.size, runs, Math.max(64, available), ratio);
  }, [heat.size, runs, width, ratio, level, room.left, room.right]);
  const size = axis.length;
  const height = room.top + size + room.bottom;
  const total = room.left + size + room.right;
  const sums = useMemo(
    () =>
      Math.max(
        heat.rowSums.reduce((a, b) => Math.max(a, b), 0),
        heat.columnSums.reduce((a, b) => Math.max(a, b), 0),
        1,
      ),
    [heat],
  );
  const barRoom = { right: room.right - 12, below: room.bottom - 24 };

  useLayoutEffect(() => {
    const canvas = matrix.current!;
    canvas.width = axis.pixels;
    canvas.height = axis.pixels;
    const context = canvas.getContext('2d')!;
    const image = context.createImageData(axis.pixels, axis.pixels);
    const position = normalise(heat, scale);
    paint(new Uint32Array(image.data.buffer), axis, heat, position, theme.pixels);
    context.putImageData(image, 0, 0);
    if (axis.cell < SMALLEST_TEXT_CELL) return;
    context.scale(ratio, ratio);
    context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    for (let i = 0; i < heat.size; i++)
      for (let k = 0; k < heat.size; k++) {
        const value = heat.data[i * heat.size + k]!;
        context.fillStyle = ink(theme.ramp[Math.round(position(value) * 255)]!);
        context.fillText(compact(value), axis.start(k) + axis.cell / 2, axis.start(i) + axis.cell / 2);
      }
  }, [heat, axis, scale, theme, ratio]);

  useLayoutEffect(() => {
    const canvas = margins.current!;
    canvas.width = Math.round(total * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext('2d')!;
    context.scale(ratio, ratio);
    const [plain, strong] = [resolveColour('var(--n3)'), resolveColour('var(--blue)')];
    const [busyRow, busyColumn] = phase === 'dispatch' ? [null, props.busiest] : [props.busiest, null];
    const extent = ({ start, length }: { start: number; length: number }) => {
      const thick = length >= 4 ? Math.min(length - 1, THICKEST_SUM) : length;
      return [length > THICKEST_SUM ? start + (length - thick) / 2 : start, thick] as const;
    };
    for (const bar of alongAxis(axis, heat.rowSums)) {
      context.fillStyle = bar.index === busyRow ? strong : plain;
      const [start, thick] = extent(bar);
      context.fillRect(room.left + size + 6, room.top + start, (barRoom.right * bar.value) / sums, thick);
    }
    for (const bar of alongAxis(axis, heat.columnSums)) {
      context.fillStyle = bar.index === busyColumn ? strong : plain;
      const [start, thick] = extent(bar);
      context.fillRect(room.left + start, room.top + size + 6, thick, (barRoom.below * bar.value) / sums);
    }
  }, [
    heat,
    axis,
    theme,
    phase,
    props.busiest,
    sums,
    ratio,
    height,
    total,
    size,
    room.left,
    room.top,
    barRoom.right,
    barRoom.below,
  ]);

  const frame = useMemo(
    () => (
      <Frame
        {...{ heat, runs, axis, room, narrow, level, phase, placement, sums, barRoom }}
        busiest={props.busiest}
        scaleUp={props.scaleUp}
      />
    ),
    [heat, runs, axis, narrow, level, phase, placement, props.busiest, props.scaleUp],
  );

  const at = (event: MouseEvent) => {
    const box = matrix.current!.getBoundingClientRect();
    return cellAt(axis, heat, event.clientX - box.left, event.clientY - box.top);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = ({ ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] } as const)[
      event.key as 'ArrowRight'
    ] as readonly [-1 | 0 | 1, -1 | 0 | 1] | undefined;
    if (move) {
      event.preventDefault();
      const to = (index: number, direction: -1 | 0 | 1) =>
        direction === 0 ? index : step(index, direction, event.shiftKey, runs, heat.size);
      props.onCell({ row: to(props.cell.row, move[0]), column: to(props.cell.column, move[1]) });
    } else if (event.key === 'Enter') props.onSelect(props.cell.row);
    else if (event.key === 'Escape') props.onSelect(null);
  };

  const mark = (index: number) => Math.round(axis.start(index));
  const box = Math.max(2, Math.round(axis.cell));
  return (
    <div class="heat" style={{ width: `${total}px`, height: `${height}px` }}>
      <canvas ref={margins} style={{ width: `${total}px`, height: `${height}px` }} />
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a canvas has no meaning of its own */}
      <canvas
        ref={matrix}
        class="matrix"
        tabIndex={0}
        role="application"
        aria-label={t.matrix(heat.size, level)}
        aria-describedby="cell-readout"
        data-cells={heat.size}
        style={{
          left: `${room.left}px`,
          top: `${room.top}px`,
          width: `${size}px`,
          height: `${size}px`,
        }}
        onMouseMove={(event) => {
          const cell = at(event);
          if (cell.row !== props.cell.row || cell.column !== props.cell.column) props.onCell(cell);
        }}
        onClick={(event) => props.onSelect(at(event).row)}
        onKeyDown={onKeyDown}
      />
      <svg width={total} height={height} aria-hidden="true">
        {frame}
        <g transform={`translate(${room.left} ${room.top})`} class="marks">
          <rect class="row-mark" x={-2.5} y={mark(props.selected) - 1.5} width={size + 5} height={box + 3} />
          <rect
            class="cell-halo"
            x={mark(props.cell.column) - 2}
            y={mark(props.cell.row) - 2}
            width={box + 4}
            height={box + 4}
          />
          <rect
            class="cell-mark"
            x={mark(props.cell.column) - 4}
            y={mark(props.cell.row) - 4}
            width={box + 8}
            height={box + 8}
          />
        </g>
      </svg>
      {axis.pooled && (
        <p class="quiet pooled" style={{ marginLeft: `${room.left}px` }}>
          {t.pooled(count((heat.size / axis.pixels) ** 2))}
        </p>
      )}
    </div>
  );
}
