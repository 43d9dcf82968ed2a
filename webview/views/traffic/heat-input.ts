import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type Axes, type Cell, step } from '../../charts/heatmap';
import type { Run } from '../../model/nodes';
import { type Place, placeOf, revealing, whole, within, type ZoomWindow, zoomed } from '../../model/zoom';

/** How much the keys and buttons zoom. */
export const ZOOM_STEP = 2;
/** A mouse's notch of 100 pixels zooms by about a quarter. */
const WHEEL_RATE = 0.0025;
/** A pointer that moves less presses. */
const DRAG_PIXELS = 4;

export interface Zoomable {
  readonly window: ZoomWindow;
  readonly size: number;
  readonly onWindow: (window: ZoomWindow) => void;
}

/** The place under a point of the picture, in cells. */
function placeAt({ rows, columns }: Axes, x: number, y: number): Place {
  return { row: rows.from + y / rows.cell, column: columns.from + x / columns.cell };
}

/** Zooms by the wheel with Ctrl (or a pinch, which browsers report so), about the pointer. */
export function useWheelZoom(canvas: RefObject<HTMLCanvasElement | null>, axes: Axes, zoom: Zoomable): void {
  const latest = useRef({ axes, zoom });
  latest.current = { axes, zoom };
  useEffect(() => {
    const target = canvas.current!;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { axes: now, zoom: on } = latest.current;
      const box = target.getBoundingClientRect();
      const at = placeAt(now, event.clientX - box.left, event.clientY - box.top);
      const factor = Math.exp(-event.deltaY * WHEEL_RATE);
      if (factor !== 1) on.onWindow(zoomed(on.window, on.size, factor, at));
    };
    target.addEventListener('wheel', onWheel, { passive: false });
    return () => target.removeEventListener('wheel', onWheel);
  }, [canvas]);
}

/** Drags the window over the matrix. `dragged` says of the last press whether it did; a click that ends one selects nothing. */
export function useDrag(axes: Axes, { window, size, onWindow }: Zoomable) {
  const from = useRef<{ x: number; y: number; window: ZoomWindow; dragged: boolean } | null>(null);
  return {
    dragged: () => from.current?.dragged ?? false,
    onPointerDown: (event: PointerEvent) => {
      if (event.button === 0) from.current = { x: event.clientX, y: event.clientY, window, dragged: false };
    },
    onPointerMove: (event: PointerEvent) => {
      const start = from.current;
      if (!start || (event.buttons & 1) === 0 || window.span === size) return;
      const [dx, dy] = [event.clientX - start.x, event.clientY - start.y];
      if (!start.dragged && Math.hypot(dx, dy) < DRAG_PIXELS) return;
      if (!start.dragged) (event.currentTarget as Element).setPointerCapture(event.pointerId);
      start.dragged = true;
      const { rows, columns } = axes;
      const moved = {
        ...start.window,
        row: start.window.row - dy / rows.cell,
        column: start.window.column - dx / columns.cell,
      };
      onWindow(within(moved, size));
    },
  };
}

const MOVES: Readonly<Record<string, readonly [-1 | 0 | 1, -1 | 0 | 1]>> = {
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
};

interface Keys extends Zoomable {
  readonly cell: Cell;
  readonly runs: readonly Run[];
  readonly onCell: (cell: Cell) => void;
  readonly onSelect: (row: number | null) => void;
}

/** What a key does on the picture; `false` for one that does nothing. */
export function pressed(event: KeyboardEvent, keys: Keys): boolean {
  const { window, size, onWindow, cell, runs } = keys;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const move = MOVES[event.key];
  if (move) {
    const to = (index: number, direction: -1 | 0 | 1) =>
      direction === 0 ? index : step(index, direction, event.shiftKey, runs, size);
    const next = { row: to(cell.row, move[0]), column: to(cell.column, move[1]) };
    keys.onCell(next);
    const seen = revealing(window, size, next);
    if (seen.row !== window.row || seen.column !== window.column) onWindow(seen);
    return true;
  }
  switch (event.key) {
    case '+':
    case '=':
      onWindow(zoomed(window, size, ZOOM_STEP, placeOf(cell, window)));
      return true;
    case '-':
      onWindow(zoomed(window, size, 1 / ZOOM_STEP, placeOf(cell, window)));
      return true;
    case '0':
      onWindow(whole(size));
      return true;
    case 'Enter':
      keys.onSelect(cell.row);
      return true;
    case 'Escape':
      keys.onSelect(null);
      return true;
    default:
      return false;
  }
}
