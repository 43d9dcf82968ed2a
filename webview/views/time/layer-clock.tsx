import { useRef } from 'preact/hooks';
import type { LayerTimeline, TimelineSegment } from '../../../src/sim/result';
import { time, timeIn, timeText, trimmed } from '../../format';
import { useWidth } from '../../hooks';
import { PART_FILLS } from '../../model/step';
import { inkOn } from '../../theme';
import { endOf, isTransfer } from './model';
import { text as t } from './strings';

const BAR = 20;
const LANE = 24;
const GAP = 20;
const AXIS = 20;
/** Mean width of a letter at 11 px, and what stays free beside a label. */
const LETTER = 6;
const INSET = 6;
const TICKS = 6;

const fillOf = ({ what }: TimelineSegment): string =>
  what === 'dispatch' || what === 'combine' ? PART_FILLS.alltoall : PART_FILLS[what];

/** Distance between ticks: 1, 2 or 5 times a power of ten, at most `TICKS` of them. */
function tickStep(longest: number): number {
  const power = 10 ** Math.floor(Math.log10(longest / TICKS));
  return [1, 2, 5, 10].map((times) => times * power).find((step) => longest / step <= TICKS)!;
}

/** Seconds of the longer of forward and backward. */
export const longestDirection = ({ forward, backward }: LayerTimeline): number =>
  Math.max(endOf(forward), backward === null ? 0 : endOf(backward));

/** One MoE layer on the clock: what computes above, what travels below. */
export function LayerClock({
  layer,
  longest,
  training,
}: {
  readonly layer: LayerTimeline;
  /** Seconds that the whole width stands for. */
  readonly longest: number;
  readonly training: boolean;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const rows: readonly Direction[] = [
    { name: t.forward, segments: layer.forward },
    ...(layer.backward === null ? [] : [{ name: t.backward, segments: layer.backward }]),
  ];
  if (longest === 0) return null;
  const left = width < 560 ? 0 : 76;
  const head = left === 0 ? 18 : 0;
  const scale = (width - left - 24) / longest;
  const rowHeight = head + 2 * LANE + GAP;
  const bottom = rows.length * rowHeight;
  const every = tickStep(longest);
  const { unit } = time(longest);
  const ticks = Array.from({ length: Math.floor(longest / every) + 1 }, (_, index) => index * every);
  const overlaps = rows.some(({ segments }) => segments.some(({ hiddenSeconds }) => hiddenSeconds > 0));
  return (
    <div ref={frame} class="clock">
      <h3>{t.layerHead(training)}</h3>
      {width > 0 && (
        <svg width={width} height={bottom + AXIS} role="img" aria-label={rows.map(said).join('. ')}>
          {ticks.map((seconds) => {
            const x = left + seconds * scale;
            return (
              <g key={seconds}>
                <line class="grid" x1={x} x2={x} y1="0" y2={bottom - 8} />
                <text class="quiet" x={x} y={bottom + 8} text-anchor={seconds === 0 ? 'start' : 'middle'}>
                  {trimmed(timeIn(seconds, unit))}
                  {seconds === ticks.at(-1) ? ` ${unit}` : ''}
                </text>
              </g>
            );
          })}
          {rows.map(({ name, segments }, index) => (
            <Row
              key={name}
              name={name}
              segments={segments}
              place={{ top: index * rowHeight, left, head, scale }}
            />
          ))}
        </svg>
      )}
      <p class="quiet">
        {t.lanes} {overlaps && t.overlapped}
      </p>
    </div>
  );
}

interface Direction {
  readonly name: string;
  readonly segments: readonly TimelineSegment[];
}

function said({ name, segments }: Direction): string {
  const each = segments.map(({ what, startSeconds, seconds }) =>
    t.segment(t.segments[what], timeText(startSeconds), timeText(seconds)),
  );
  return t.timeline(name, timeText(endOf(segments)), each.join('; '));
}

interface RowProps extends Direction {
  /** Pixels, and pixels per second. */
  readonly place: {
    readonly top: number;
    readonly left: number;
    readonly head: number;
    readonly scale: number;
  };
}

function Row({ name, segments, place: { top, left, head, scale } }: RowProps) {
  const all = timeText(endOf(segments));
  return (
    <g>
      <text class="strong halo" x="0" y={top + 14}>
        {name}
      </text>
      <text class="quiet halo" x={left === 0 ? 72 : 0} y={top + (left === 0 ? 14 : 14 + LANE)}>
        {all}
      </text>
      {segments.map((each) => {
        const label = t.segments[each.what];
        const long = each.seconds * scale;
        const x = left + each.startSeconds * scale;
        const y = top + head + (isTransfer(each) ? LANE : 0);
        return (
          <g key={each.what}>
            <rect
              class="bar"
              x={x.toFixed(1)}
              y={y}
              width={Math.max(0.5, long - 1).toFixed(1)}
              height={BAR}
              fill={fillOf(each)}
            />
            {long > label.length * LETTER + 2 * INSET && (
              <text style={{ fill: inkOn(fillOf(each)) }} x={x + INSET} y={y + 14}>
                {label}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}
