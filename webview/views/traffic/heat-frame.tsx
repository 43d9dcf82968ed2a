import type { PlacementResult } from '../../../src/sim/result';
import type { Axes, Axis } from '../../charts/heatmap';
import type { Heat, HeatOptions } from '../../model/heat';
import type { Quantity } from '../../model/measure';
import { type Run, runsOf } from '../../model/nodes';
import { text } from '../../strings';
import { paceIsSent } from './drawn';
import { text as t } from './strings';

const SMALLEST_OUTLINE = 4;
const MOST_LABELS = 16;
/** A node that is cut off by the edge has its number, or nothing. */
const SMALLEST_NAMED = 48;
const SMALLEST_LABELLED = 14;

/** Room around the matrix: labels at left and top, sums at right and below. */
export interface Margins {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export const marginsFor = (narrow: boolean): Margins =>
  narrow ? { left: 26, top: 22, right: 26, bottom: 38 } : { left: 48, top: 40, right: 54, bottom: 58 };

interface Span {
  readonly start: number;
  readonly length: number;
}

/** Where a run lies along an axis, as far as it is shown; `null` where it is not. */
function spanOf(axis: Axis, run: Run): Span | null {
  const first = Math.max(run.start, axis.from);
  const last = Math.min(run.start + run.count, axis.from + axis.count) - 1;
  if (last < first) return null;
  const start = axis.start(first);
  return { start, length: axis.start(last) + axis.cell - start };
}

/** Blocks whose copies stay inside a scale-up domain, as one path. */
function outlines({ rows, columns }: Axes, domains: readonly Run[]): string {
  const large = (span: Span | null): span is Span => span !== null && span.length >= SMALLEST_OUTLINE;
  const spans = domains.map((run) => ({
    id: run.id,
    across: spanOf(columns, run),
    down: spanOf(rows, run),
  }));
  const paths: string[] = [];
  for (const { id, down } of spans)
    for (const { id: other, across } of spans)
      if (id === other && large(down) && large(across)) {
        const [x, y] = [Math.round(across.start) - 0.5, Math.round(down.start) - 0.5];
        const [w, h] = [Math.round(across.length) + 1, Math.round(down.length) + 1];
        paths.push(`M${x} ${y}h${w}v${h}h${-w}z`);
      }
  return paths.join('');
}

/** Runs that are labelled along an axis, so that labels do not run into each other. */
function labelled(axis: Axis, runs: readonly Run[]): { run: Run; span: Span }[] {
  const shown = runs.flatMap((run) => {
    const span = spanOf(axis, run);
    return span ? { run, span } : [];
  });
  const every = Math.max(1, Math.ceil(shown.length / MOST_LABELS));
  return shown.filter(({ span }, at) => at % every === 0 && (every > 1 || span.length >= SMALLEST_LABELLED));
}

interface FrameProps {
  readonly heat: Heat;
  readonly quantity: Quantity;
  readonly runs: readonly Run[];
  readonly axes: Axes;
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
  const { heat, quantity, runs, axes, room, narrow, level, phase } = props;
  const { placement, scaleUp, sums, barRoom, busiest } = props;
  const { rows, columns } = axes;
  const size = columns.length;
  const domains =
    level === 'ranks' ? runsOf(placement.domainOfRank) : runs.map((run, at) => ({ ...run, id: -1 - at }));
  const [along, down] = [labelled(columns, runs), labelled(rows, runs)];
  const roomy = size / along.length >= SMALLEST_NAMED;
  const label = (run: Run, length = SMALLEST_NAMED) =>
    narrow || !roomy || length < SMALLEST_NAMED ? String(run.id) : text.node(run.id);
  // Where only numbers fit, the first row says of what.
  const rowLabel = (run: Run) => (!narrow && run === down[0]?.run ? text.node(run.id) : label(run));
  const meanAt = Math.round(room.top + rows.length + 6 + (barRoom.below * heat.mean) / sums) + 0.5;
  const below = room.top + rows.length + 6 + barRoom.below + 14;
  const most = busiest === null || paceIsSent(phase) ? null : heat.columnSums[busiest]!;
  const peak = heat.columnSums.reduce((a, b) => Math.max(a, b), 0);
  const named = t.from(level === 'ranks' ? 'rank' : 'node', phase);
  const described =
    level === 'nodes' ? t.diagonal(named, scaleUp) : domains.length > 1 ? t.outlined(named, scaleUp) : named;
  const isShown = most !== null && busiest! >= columns.from && busiest! < columns.from + columns.count;
  const peakX = isShown ? room.left + columns.start(busiest!) + columns.cell / 2 : 0;
  // The label stands under its bar unless it would run into the words at the left or out of the picture.
  const showPeak = isShown && !narrow && most / heat.mean > 1.05 && peakX > room.left + 190;
  return (
    <>
      {!narrow && (
        <>
          <text x={room.left} y={12}>
            {described}
          </text>
          <text x={room.left + size + 6} y={12}>
            {t.sentMax}
          </text>
          <text x={room.left + size + 6} y={room.top - 10} class="quiet">
            {quantity.brief(heat.rowSums.reduce((a, b) => Math.max(a, b), 0))}
          </text>
        </>
      )}
      {along.map(({ run, span }) => (
        <text
          key={run.start}
          x={room.left + span.start + span.length / 2}
          y={room.top - 10}
          text-anchor="middle"
          class="quiet"
        >
          {label(run, columns.count < heat.size ? span.length : SMALLEST_NAMED)}
        </text>
      ))}
      {down.map(({ run, span }) => (
        <text
          key={run.start}
          x={room.left - 7}
          y={room.top + span.start + span.length / 2 + 4}
          text-anchor="end"
          class="quiet"
        >
          {rowLabel(run)}
        </text>
      ))}
      <path class="outline" transform={`translate(${room.left} ${room.top})`} d={outlines(axes, domains)} />
      <line class="axis" x1={room.left} x2={room.left + size} y1={meanAt} y2={meanAt} />
      <text x={room.left} y={below} class="quiet">
        {showPeak || peak / heat.mean < 1.05
          ? t.received(quantity.brief(heat.mean))
          : t.receivedMax(quantity.brief(heat.mean), quantity.brief(peak))}
      </text>
      {showPeak && (
        <text
          x={Math.min(peakX, room.left + size)}
          y={below}
          text-anchor={peakX > room.left + size - 50 ? 'end' : 'middle'}
        >
          {t.rankLabel(busiest!, quantity.brief(most!))}
        </text>
      )}
    </>
  );
}
