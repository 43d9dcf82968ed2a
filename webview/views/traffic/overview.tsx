import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { layOut } from '../../charts/heatmap';
import type { Heat, HeatOptions } from '../../model/heat';
import type { Quantity } from '../../model/measure';
import { centredOn, type ZoomWindow } from '../../model/zoom';
import type { Theme } from '../../theme';
import { paintMatrix } from './paint-heat';
import { text as t } from './strings';

const SIDE = 96;

interface Props {
  readonly heat: Heat;
  readonly quantity: Quantity;
  readonly window: ZoomWindow;
  readonly scale: HeatOptions['scale'];
  readonly theme: Theme;
  readonly ratio: number;
  readonly onWindow: (window: ZoomWindow) => void;
}

/** The whole matrix in small, with the part that is shown outlined. A press brings another part; keys do that in the picture. */
export function Overview({ heat, quantity, window, scale, theme, ratio, onWindow }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { size } = heat;
  const axis = useMemo(() => layOut(size, [{ id: 0, start: 0, count: size }], SIDE, ratio), [size, ratio]);
  useLayoutEffect(() => {
    paintMatrix(canvas.current!, { rows: axis, columns: axis }, heat, quantity, scale, theme);
  }, [heat, quantity, axis, scale, theme]);
  const go = (event: PointerEvent) => {
    if ((event.buttons & 1) === 0) return;
    const box = canvas.current!.getBoundingClientRect();
    const at = (offset: number) => (offset / box.width) * size;
    const place = { row: at(event.clientY - box.top), column: at(event.clientX - box.left) };
    onWindow(centredOn(window, size, place));
  };
  const scaled = (index: number) => (index / size) * axis.length;
  return (
    <div class="overview" style={{ width: `${axis.length}px`, height: `${axis.length}px` }}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={t.overview}
        style={{ width: `${axis.length}px`, height: `${axis.length}px` }}
        onPointerDown={go}
        onPointerMove={go}
      />
      <svg width={axis.length} height={axis.length} aria-hidden="true">
        {['cell-halo', 'cell-mark'].map((kind) => (
          <rect
            key={kind}
            class={kind}
            x={scaled(window.column)}
            y={scaled(window.row)}
            width={scaled(window.span)}
            height={scaled(window.span)}
          />
        ))}
      </svg>
    </div>
  );
}
