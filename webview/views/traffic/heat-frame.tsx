import type { PlacementResult } from '../../../src/sim/result';
import type { Axis } from '../../charts/heatmap';
import { compact } from '../../format';
import { type Heat, type HeatOptions, type Run, runsOf } from '../../model/traffic';
import { text } from '../../strings';
import { text as t } from './strings';

const SMALLEST_OUTLINE = 4;
const MOST_LABELS = 16;

/** Room around the matrix: labels at left and top, sums at right and below. */
interface Margins {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export const marginsFor = (narrow: boolean): Margins =>
  narrow ? { left: 26, top: 22, right: 26, bottom: 38 } : { left: 48, top: 40, right: 54, bottom: 58 };

function spanOf(axis: Axis, run: Run): { start: number; length: number } {
  const start = axis.start(run.start);
  return { start, length: axis.start(run.start + run.count - 1) + axis.cell - start };
}

/** Blocks whose copies stay inside a scale-up domain, as one path. */
function outlines(axis: Axis, domains: readonly Run[]): string {
  const spans = domains.map((run) => ({ ...spanOf(axis, run), id: run.id }));
  const paths: string[] = [];
  for (const a of spans)
    for (const b of spans)
      if (a.id === b.id && a.length >= SMALLEST_OUTLINE && b.length >= SMALLEST_OUTLINE) {
        const [x, y] = [Math.round(b.start) - 0.5, Math.round(a.start) - 0.5];
        const [w, h] = [Math.round(b.length) + 1, Math.round(a.length) + 1];
        paths.push(`M${x} ${y}h${w}v${h}h${-w}z`);
      }
  return paths.join('');
}

interface FrameProps {
  readonly heat: Heat;
  readonly runs: readonly Run[];
  readonly axis: Axis;
  readonly room: Margins;
  readonly narrow: boolean;
  readonly level: HeatOptions['level'];
  readonly phase: HeatOptions['phase'];
  readonly placement: PlacementResult;
  readonly scaleUp: string;
  readonly sums: number;
  readonly barRoom: { readonly right: number; readonly below: number };
  readonly busiest: number | null;
}

/** What stays while the cursor moves: labels, outlines and the mean line. */
export function Frame(props: FrameProps) {
  const { heat, runs, axis, room, narrow, level, phase, placement, scaleUp, sums, barRoom, busiest } = props;
  const size = axis.length;
  const domains =
    level === 'ranks' ? runsOf(placement.domainOfRank) : runs.map((run, at) => ({ ...run, id: -1 - at }));
  const every = Math.max(1, Math.ceil(runs.length / MOST_LABELS));
  const labelled = runs.filter((_, at) => at % every === 0);
  const roomy = size / labelled.length >= 48;
  const label = (run: Run) => (narrow || !roomy ? String(run.id) : text.node(run.id));
  // Where only numbers fit, the first row says of what.
  const rowLabel = (run: Run) => (!narrow && run.start === 0 ? text.node(run.id) : label(run));
  const meanAt = Math.round(room.top + size + 6 + (barRoom.below * heat.mean) / sums) + 0.5;
  const below = room.top + size + 6 + barRoom.below + 14;
  const most = busiest === null ? null : phase === 'dispatch' ? heat.columnSums[busiest]! : null;
  const peak = heat.columnSums.reduce((a, b) => Math.max(a, b), 0);
  const axes = t.from(level === 'ranks' ? 'rank' : 'node', phase === 'combine');
  const described =
    level === 'nodes' ? t.diagonal(axes, scaleUp) : domains.length > 1 ? t.outlined(axes, scaleUp) : axes;
  const peakX = most === null ? 0 : room.left + axis.start(busiest!) + axis.cell / 2;
  // The label stands under its bar unless it would run into the words at the left or out of the picture.
  const showPeak = most !== null && !narrow && most / heat.mean > 1.05 && peakX > room.left + 190;
  return (
    <>
      {!narrow && (
        <>
          <text x={room.left} y={12}>
            {described}
          </text>
          <text x={room.left + size + 6} y={12}>
            {t.sent}
          </text>
          <text x={room.left + size + 6} y={room.top - 10} class="quiet">
            {t.max(compact(heat.rowSums.reduce((a, b) => Math.max(a, b), 0)))}
          </text>
        </>
      )}
      {labelled.map((run) => {
        const { start, length } = spanOf(axis, run);
        return (
          <g key={run.start}>
            <text x={room.left + start + length / 2} y={room.top - 10} text-anchor="middle" class="quiet">
              {label(run)}
            </text>
            <text x={room.left - 7} y={room.top + start + length / 2 + 4} text-anchor="end" class="quiet">
              {rowLabel(run)}
            </text>
          </g>
        );
      })}
      <path class="outline" transform={`translate(${room.left} ${room.top})`} d={outlines(axis, domains)} />
      <line class="axis" x1={room.left} x2={room.left + size} y1={meanAt} y2={meanAt} />
      <text x={room.left} y={below} class="quiet">
        {showPeak || peak / heat.mean < 1.05
          ? t.received(compact(heat.mean))
          : t.receivedMax(compact(heat.mean), compact(peak))}
      </text>
      {showPeak && (
        <text
          x={Math.min(peakX, room.left + size)}
          y={below}
          text-anchor={peakX > room.left + size - 50 ? 'end' : 'middle'}
        >
          {t.rankLabel(busiest!, compact(most))}
        </text>
      )}
    </>
  );
}
