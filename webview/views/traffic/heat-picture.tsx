import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { PlacementResult } from '../../../src/sim/result';
import { type Axes, type Cell, cellAt, layOut, layOutStretch } from '../../charts/heatmap';
import { useSideId } from '../../components/sides';
import { count } from '../../format';
import type { Heat, HeatOptions } from '../../model/heat';
import type { Run } from '../../model/nodes';
import type { ZoomWindow } from '../../model/zoom';
import { paceIsSent } from './drawn';
import { Frame, marginsFor } from './heat-frame';
import { pressed, useDrag, useWheelZoom } from './heat-input';
import { Marks } from './heat-marks';
import type { MatrixView } from './matrix-view';
import { paintMargins, paintMatrix } from './paint-heat';
import { text as t } from './strings';

const NARROW = 560;
const LARGEST = 720;
const LARGEST_OF_NODES = 560;

interface Props extends MatrixView {
  readonly runs: readonly Run[];
  readonly width: number;
  readonly phase: HeatOptions['phase'];
  readonly placement: PlacementResult;
  readonly scaleUp: string;
  /** Total that fills a bar in the margin. */
  readonly sums: number;
  readonly selected: number;
  /** Rank whose bar in the margin is emphasised; `null` for none. */
  readonly busiest: number | null;
  readonly onCell: (cell: Cell) => void;
  readonly onSelect: (row: number | null) => void;
}

function axesOf(heat: Heat, runs: readonly Run[], available: number, ratio: number, shown: ZoomWindow): Axes {
  const all = layOut(heat.size, runs, available, ratio);
  if (shown.span === heat.size) return { rows: all, columns: all };
  const part = (start: number) => layOutStretch({ start, count: shown.span }, runs, all.length, ratio);
  return { rows: part(shown.row), columns: part(shown.column) };
}

/** The matrix with its margins: a canvas for what is many, an SVG for what is written and outlined. */
export function HeatPicture(props: Props) {
  const { heat, quantity, runs, width, ratio, level, phase, scale, theme, placement } = props;
  const { sums, window: shown } = props;
  const readout = useSideId('cell-readout');
  const matrix = useRef<HTMLCanvasElement>(null);
  const margins = useRef<HTMLCanvasElement>(null);
  const narrow = width < NARROW;
  const room = marginsFor(narrow);
  const largest = level === 'nodes' ? LARGEST_OF_NODES : LARGEST;
  const available = Math.max(64, Math.min(width - room.left - room.right, largest));
  const axes = useMemo(
    () => axesOf(heat, runs, available, ratio, shown),
    [heat, runs, available, ratio, shown.row, shown.column, shown.span],
  );
  const { rows, columns } = axes;
  const height = room.top + rows.length + room.bottom;
  const total = room.left + columns.length + room.right;
  const barRoom = { right: room.right - 12, below: room.bottom - 24 };

  useLayoutEffect(() => {
    paintMatrix(matrix.current!, axes, heat, quantity, scale, theme);
  }, [heat, quantity, axes, scale, theme]);

  useLayoutEffect(() => {
    const [strongRow, strongColumn] = paceIsSent(phase) ? [props.busiest, null] : [null, props.busiest];
    const size = { width: total, height };
    paintMargins(margins.current!, {
      ...size,
      ...{ axes, heat, room, sums, barRoom, strongRow, strongColumn },
    });
  }, [heat, axes, theme, phase, props.busiest, sums, height, total, room.left, room.top]);

  const frame = useMemo(
    () => (
      <Frame
        {...{ heat, quantity, runs, axes, room, narrow, level, phase, placement, sums, barRoom }}
        busiest={props.busiest}
        scaleUp={props.scaleUp}
      />
    ),
    [heat, quantity, sums, runs, axes, narrow, level, phase, placement, props.busiest, props.scaleUp],
  );

  const zoom = { window: shown, size: heat.size, onWindow: props.onWindow };
  useWheelZoom(matrix, axes, zoom);
  const drag = useDrag(axes, zoom);
  const at = (event: MouseEvent) => {
    const box = matrix.current!.getBoundingClientRect();
    return cellAt(axes, heat, event.clientX - box.left, event.clientY - box.top);
  };
  const { cell, onCell, onSelect } = props;

  return (
    <div class="heat" style={{ width: `${total}px`, height: `${height}px` }}>
      <canvas ref={margins} style={{ width: `${total}px`, height: `${height}px` }} />
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a canvas has no meaning of its own */}
      <canvas
        ref={matrix}
        class={`matrix${shown.span < heat.size ? ' zoomed' : ''}`}
        tabIndex={0}
        role="application"
        aria-label={t.matrix(heat.size, level, t.unitName[quantity.unit])}
        aria-describedby={readout}
        data-cells={heat.size}
        data-window={`${shown.row} ${shown.column} ${shown.span}`}
        style={{
          left: `${room.left}px`,
          top: `${room.top}px`,
          width: `${columns.length}px`,
          height: `${rows.length}px`,
        }}
        onPointerDown={drag.onPointerDown}
        onPointerMove={drag.onPointerMove}
        onMouseMove={(event) => {
          if (drag.dragged() && event.buttons !== 0) return;
          const under = at(event);
          if (under.row !== cell.row || under.column !== cell.column) onCell(under);
        }}
        onClick={(event) => {
          if (!drag.dragged()) onSelect(at(event).row);
        }}
        onKeyDown={(event) => {
          if (pressed(event, { ...zoom, cell, runs, onCell, onSelect })) event.preventDefault();
        }}
      />
      <svg width={total} height={height} aria-hidden="true">
        {frame}
        <g transform={`translate(${room.left} ${room.top})`} class="marks">
          <Marks axes={axes} selected={props.selected} cell={cell} />
        </g>
      </svg>
      {rows.pooled && (
        <p class="quiet pooled" style={{ marginLeft: `${room.left}px` }}>
          {t.pooled(count((rows.count / rows.pixels) ** 2))}
        </p>
      )}
    </div>
  );
}
