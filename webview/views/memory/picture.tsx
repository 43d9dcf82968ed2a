import { useMemo, useRef } from 'preact/hooks';
import type { RankMemory } from '../../../src/sim/result';
import { count, GIB, gibCapacity, gibShort } from '../../format';
import { niceStep } from '../../model/axis';
import { type Bar, type MemoryPart, PART_COLOURS } from '../../model/memory';
import { text } from '../../strings';
import { XLabels } from './labels';
import { LEFT, placeBars } from './place-bars';
import { text as t } from './strings';

const TOP = 36;
const BOTTOM = 22;
/** Narrower bars have no seam of their own in high contrast: it would be half of them. */
const SEAM = 6;

interface PictureProps {
  readonly bars: readonly Bar[];
  readonly parts: readonly MemoryPart[];
  /** Bytes that the axis reaches to at least, so that two layouts stand on one scale. */
  readonly top: number;
  readonly width: number;
  readonly group: 'ranks' | 'nodes';
  readonly order: 'rank' | 'total';
  readonly device: string;
  readonly fullest: RankMemory;
  readonly shown: RankMemory;
  readonly onHover: (rank: number | null) => void;
  readonly onSelect: (rank: number | null) => void;
}

/** Stacked bars against the capacity. */
export function MemoryPicture(props: PictureProps) {
  const { bars, parts, width, group, order, fullest, shown } = props;
  const svg = useRef<SVGSVGElement>(null);
  const height = Math.round(Math.min(360, Math.max(250, width * 0.48)));
  const { capacity } = fullest;
  const top = props.top * 1.06;
  const scale = (height - TOP - BOTTOM) / top;
  const y = (value: number) => height - BOTTOM - value * scale;
  const placed = useMemo(() => placeBars(bars, width, group, order), [bars, width, group, order]);
  const { starts, bar } = placed;
  const capacityText = gibCapacity(capacity);

  const shownAt = Math.max(
    0,
    bars.findIndex((entry) => entry.rank.rank === shown.rank),
  );
  const nodeOfShown = group === 'nodes' ? bars.findIndex((entry) => entry.rank === shown) : shownAt;
  const cursor = nodeOfShown >= 0 ? nodeOfShown : shownAt;

  const stack = useMemo(
    () =>
      bars.map((entry, index) => {
        let base = 0;
        return (
          <g key={entry.rank.rank}>
            {parts.map((part) => {
              const value = entry.rank[part];
              const from = y(base + value);
              const tall = y(base) - from;
              base += value;
              return value > 0 ? (
                <rect
                  key={part}
                  class={bar < SEAM ? 'bar thin' : 'bar'}
                  x={starts[index]!.toFixed(2)}
                  y={from.toFixed(2)}
                  width={bar.toFixed(2)}
                  height={Math.max(0.5, tall).toFixed(2)}
                  fill={PART_COLOURS[part]}
                />
              ) : null;
            })}
            {entry.emptiest !== null && (
              <line
                class="tick"
                x1={starts[index]! - Math.min(4, bar / 4)}
                x2={starts[index]! + bar + Math.min(4, bar / 4)}
                y1={y(entry.emptiest)}
                y2={y(entry.emptiest)}
              />
            )}
          </g>
        );
      }),
    [bars, parts, placed, height, top],
  );

  const at = (event: MouseEvent) => {
    const x = event.clientX - svg.current!.getBoundingClientRect().left - bar / 2;
    return starts.reduce(
      (best, start, index) => (Math.abs(start - x) < Math.abs(starts[best]! - x) ? index : best),
      0,
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const last = bars.length - 1;
    const to = { ArrowRight: cursor + 1, ArrowLeft: cursor - 1, Home: 0, End: last }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      props.onHover(bars[Math.max(0, Math.min(last, to))]!.rank.rank);
    } else if (event.key === 'Enter') props.onSelect(shown.rank);
    else if (event.key === 'Escape') props.onSelect(null);
  };
  const tick = niceStep(top / GIB) * GIB;
  const ticks = Array.from({ length: Math.floor(top / tick) + 1 }, (_, index) => index * tick).filter(
    // A tick that touches the capacity's own label would be read as it.
    (value) => Math.abs(y(value) - y(capacity)) > 12,
  );
  const fullestAt = bars.findIndex((entry) => entry.rank.rank === fullest.rank);
  const fullestX = (starts[fullestAt] ?? LEFT) + bar / 2;
  const above = y(fullest.total) - 7;
  // The capacity line must not run through the label.
  const crossed = Math.abs(above - 4 - y(capacity)) < 10 && fullest.total <= capacity;
  const labelY = crossed ? y(capacity) - 7 : above;
  const anchor = fullestX > width - 60 ? 'end' : fullestX < LEFT + 50 ? 'start' : 'middle';

  return (
    <svg
      ref={svg}
      class="memory"
      width={width}
      height={height}
      tabindex={0}
      role="application"
      aria-label={t.picture(bars.length, capacityText)}
      onMouseMove={(event) => props.onHover(bars[at(event)]!.rank.rank)}
      onMouseLeave={() => props.onHover(null)}
      onClick={(event) => props.onSelect(bars[at(event)]!.rank.rank)}
      onKeyDown={onKeyDown}
    >
      <text class="quiet" x="0" y="11">
        {t.axis(capacityText, props.device)}
      </text>
      {ticks.map((value) => (
        <g key={value}>
          <line
            class={value === 0 ? 'axis' : 'grid'}
            x1={LEFT}
            x2={width}
            y1={Math.round(y(value)) + 0.5}
            y2={Math.round(y(value)) + 0.5}
          />
          <text class="quiet" x={LEFT - 6} y={y(value) + 4} text-anchor="end">
            {count(value / GIB)}
          </text>
        </g>
      ))}
      {stack}
      <line class="capacity" x1={LEFT} x2={width} y1={Math.round(y(capacity))} y2={Math.round(y(capacity))} />
      <text class="strong" x={LEFT - 6} y={y(capacity) + 4} text-anchor="end">
        {capacityText}
      </text>
      <text class="strong halo" x={fullestX} y={labelY} text-anchor={anchor}>
        {text.rank(fullest.rank)}: {gibShort(fullest.total)}
      </text>
      <rect
        class="bar-mark"
        x={starts[cursor]! - 1.5}
        width={bar + 3}
        y={y(bars[cursor]!.rank.total) - 1.5}
        height={y(0) - y(bars[cursor]!.rank.total) + 3}
      />
      <XLabels {...{ bars, placed, group, order, width, height }} />
    </svg>
  );
}
