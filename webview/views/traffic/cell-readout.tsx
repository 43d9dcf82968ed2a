import type { BackendId } from '../../../src/scenario/scenario';
import type { PlacementResult } from '../../../src/sim/result';
import type { Cell } from '../../charts/heatmap';
import { Ramp } from '../../components/ramp';
import { useSideId } from '../../components/sides';
import { bytes, count, fixed, percent, times } from '../../format';
import { arrivals } from '../../model/alltoall';
import { type Heat, type HeatOptions, heatAt, normalise, phasesOf } from '../../model/heat';
import type { Quantity } from '../../model/measure';
import { linkBetween, linkBetweenNodes } from '../../model/nodes';
import { text } from '../../strings';
import type { Theme } from '../../theme';
import type { Drawn, Shown } from './drawn';
import { text as t } from './strings';

/** Kernels that hand a copy on inside the domain that it arrived at. */
const HANDING_ON: ReadonlySet<BackendId> = new Set(['deepep-high-throughput', 'hybrid-ep', 'mori']);

interface ScaleProps {
  readonly theme: Theme;
  readonly heat: Heat;
  readonly quantity: Quantity;
  readonly scale: HeatOptions['scale'];
  readonly value: number;
}

function Scale({ theme, heat, quantity, scale, value }: ScaleProps) {
  const at = Math.max(0, Math.min(1, normalise(heat, scale)(value)));
  const least = scale === 'log' ? heat.lowPositive : heat.low;
  const end = quantity.unit === 'copies' ? quantity.text : quantity.number;
  return (
    <div class="ramp-box">
      <Ramp theme={theme} />
      <svg class="ramp-mark" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect x={Math.min(98.8, at * 100)} width="1.2" height="6" fill="var(--fg)" />
      </svg>
      <div class="ramp-ends">
        <span>{end(least)}</span>
        <span class="quiet">{t.ramp(quantity.name, scale)}</span>
        <span>{end(heat.high)}</span>
      </div>
    </div>
  );
}

function linkSentence(
  placement: PlacementResult,
  backend: BackendId,
  { row, column }: Cell,
  level: 'ranks' | 'nodes',
  ids: readonly number[],
  scaleUp: string,
): string {
  if (level === 'nodes') {
    if (row === column) return text.link.withinNode;
    const isScaleUp = linkBetweenNodes(placement, ids[row]!, ids[column]!) === 'scaleUp';
    return isScaleUp ? scaleUp : text.link.nicTo(ids[column]!);
  }
  const kind = linkBetween(placement, row, column);
  if (kind === 'local') return text.link.localDetail;
  if (kind === 'scaleUp') return scaleUp;
  const arrival = HANDING_ON.has(backend) ? arrivals(placement.domainOfRank)(row, column) : column;
  const node = placement.nodeOfRank[arrival]!;
  return arrival === column ? text.link.nicTo(node) : text.link.nicThen(node, scaleUp);
}

interface CellProps {
  readonly drawn: Drawn;
  readonly shown: Shown;
  readonly cell: Cell;
  readonly theme: Theme;
  readonly scaleUp: string;
}

/** The exact values of the cell under the cursor, always at the same place. */
export function CellReadout({ drawn, shown, cell, theme, scaleUp }: CellProps) {
  const { result, heat, ids } = drawn;
  const { level, unit, quantity, scale } = shown;
  const value = heatAt(heat, cell.row, cell.column);
  const [from, to] = level === 'nodes' ? [ids[cell.row]!, ids[cell.column]!] : [cell.row, cell.column];
  return (
    <section aria-live="polite" id={useSideId('cell-readout')}>
      <h3>{t.cell(from, to, level)}</h3>
      <dl class="pairs">
        {unit === 'time' ? (
          <TimeRows drawn={drawn} shown={shown} cell={cell} />
        ) : (
          <AmountRows drawn={drawn} shown={shown} cell={cell} />
        )}
        <dt>{t.rowTotal(t.one(from, level), unit)}</dt>
        <dd>{quantity.text(heat.rowSums[cell.row]!)}</dd>
        <dt>{t.columnTotal(t.one(to, level), unit)}</dt>
        <dd>{quantity.text(heat.columnSums[cell.column]!)}</dd>
      </dl>
      <div class="quiet">
        {unit === 'time'
          ? hopSentence(result.placement, cell, level, ids, scaleUp)
          : linkSentence(result.placement, result.traffic.backend, cell, level, ids, scaleUp)}
      </div>
      <Scale theme={theme} heat={heat} quantity={quantity} scale={scale} value={value} />
    </section>
  );
}

type RowProps = Pick<CellProps, 'drawn' | 'shown' | 'cell'>;

/** Copies and bytes from a source to a destination, the unit on show against the others. */
function AmountRows({ drawn, shown, cell }: RowProps) {
  const { result, heat, bytesAt } = drawn;
  const { level, phase } = shown;
  const { traffic, scenario } = result;
  const { size, data } = level === 'ranks' ? traffic.rows : traffic.nodeRows;
  const at = (row: number, column: number) => data[row * size + column]!;
  const copies = {
    dispatch: at(cell.row, cell.column),
    combine: at(cell.column, cell.row),
    both: at(cell.row, cell.column) + at(cell.column, cell.row),
  }[phase];
  const value = heatAt(heat, cell.row, cell.column);
  const meanCell = heat.mean / heat.size;
  const rowSum = heat.rowSums[cell.row]!;
  const { dispatchDtype, combineDtype } = scenario.communication;
  return (
    <>
      <dt>{t.copies}</dt>
      <dd>{count(copies)}</dd>
      <dt>{phase === 'both' ? t.bothBytes : t.dtype[phase === 'dispatch' ? dispatchDtype : combineDtype]}</dt>
      <dd>{fixed(bytesAt(cell.row, cell.column) / 1e6, 2)} MB</dd>
      <dt>{t.againstMean}</dt>
      <dd>{meanCell > 0 ? times(value / meanCell) : '\u2013'}</dd>
      <dt>{t.shareOfRow}</dt>
      <dd>{rowSum > 0 ? percent(value / rowSum, 1) : '\u2013'}</dd>
    </>
  );
}

/** How long the link between two ranks is busy, with what, and how much of the phase that is. */
function TimeRows({ drawn, shown, cell }: RowProps) {
  const { result, heat, bytesAt } = drawn;
  const { quantity, phase } = shown;
  const value = heatAt(heat, cell.row, cell.column);
  const phaseMicroseconds = phasesOf(phase).reduce((sum, one) => sum + result.time[one].microseconds, 0);
  return (
    <>
      <dt>{t.time.busy}</dt>
      <dd>{quantity.text(value)}</dd>
      <dt>{t.time.carries}</dt>
      <dd>{bytes(bytesAt(cell.row, cell.column))}</dd>
      <dt>{t.time.share(t.phaseName[phase])}</dt>
      <dd>{phaseMicroseconds > 0 ? percent(value / phaseMicroseconds, 1) : '\u2013'}</dd>
    </>
  );
}

/** Which link lies between two ranks or nodes, where a cell is a link. */
function hopSentence(
  placement: PlacementResult,
  { row, column }: Cell,
  level: 'ranks' | 'nodes',
  ids: readonly number[],
  scaleUp: string,
): string {
  if (level === 'nodes')
    return linkBetweenNodes(placement, ids[row]!, ids[column]!) === 'scaleUp' ? scaleUp : text.link.nic;
  return {
    local: t.time.local,
    scaleUp,
    scaleOut: text.link.nicTo(placement.nodeOfRank[column]!),
  }[linkBetween(placement, row, column)];
}
