import { useMemo } from 'preact/hooks';
import type { BackendId } from '../../../src/scenario/scenario';
import type { PlacementResult, SimulationResult } from '../../../src/sim/result';
import type { Cell } from '../../charts/heatmap';
import { DataTable } from '../../components/data-table';
import { Ramp } from '../../components/ramp';
import { bytes, count, fixed, percent, times } from '../../format';
import { arrivals } from '../../model/alltoall';
import {
  type Heat,
  type HeatOptions,
  linkBetween,
  linkBetweenNodes,
  normalise,
  sharesByNode,
} from '../../model/traffic';
import { text } from '../../strings';
import type { Theme } from '../../theme';
import { text as t } from './strings';
import { shortCountTable } from './tables';

function Scale({
  theme,
  heat,
  scale,
  value,
}: {
  theme: Theme;
  heat: Heat;
  scale: HeatOptions['scale'];
  value: number;
}) {
  const at = Math.max(0, Math.min(1, normalise(heat, scale)(value)));
  const least = scale === 'log' ? heat.lowPositive : heat.low;
  return (
    <div class="ramp-box">
      <Ramp theme={theme} />
      <svg class="ramp-mark" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect x={Math.min(98.8, at * 100)} width="1.2" height="6" fill="var(--fg)" />
      </svg>
      <div class="ramp-ends">
        <span>{count(least)}</span>
        <span class="quiet">{t.ramp(scale)}</span>
        <span>{count(heat.high)}</span>
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
  // Only the high-throughput kernels hand a copy on inside the domain that it arrived at.
  const arrival =
    backend === 'deepep-high-throughput' ? arrivals(placement.domainOfRank)(row, column) : column;
  const node = placement.nodeOfRank[arrival]!;
  return arrival === column ? text.link.nicTo(node) : text.link.nicThen(node, scaleUp);
}

interface CellProps {
  readonly heat: Heat;
  readonly cell: Cell;
  readonly level: 'ranks' | 'nodes';
  readonly scale: HeatOptions['scale'];
  readonly theme: Theme;
  readonly placement: PlacementResult;
  readonly ids: readonly number[];
  readonly backend: BackendId;
  readonly scaleUp: string;
  readonly dtype: string;
  readonly rowBytes: number;
}

/** The exact values of the cell under the cursor, always at the same place. */
export function CellReadout(props: CellProps) {
  const { heat, cell, level, ids } = props;
  const value = heat.data[cell.row * heat.size + cell.column]!;
  const meanCell = heat.mean / heat.size;
  const rowSum = heat.rowSums[cell.row]!;
  const [from, to] = level === 'nodes' ? [ids[cell.row]!, ids[cell.column]!] : [cell.row, cell.column];
  return (
    <section aria-live="polite" id="cell-readout">
      <h3>{t.cell(from, to, level)}</h3>
      <dl class="pairs">
        <dt>{t.copies}</dt>
        <dd>{count(value)}</dd>
        <dt>{props.dtype}</dt>
        <dd>{fixed((value * props.rowBytes) / 1e6, 2)} MB</dd>
        <dt>{t.againstMean}</dt>
        <dd>{meanCell > 0 ? times(value / meanCell) : '\u2013'}</dd>
        <dt>{t.shareOfRow}</dt>
        <dd>{rowSum > 0 ? percent(value / rowSum, 1) : '\u2013'}</dd>
        <dt>{t.rowTotal(t.one(from, level))}</dt>
        <dd>{count(rowSum)}</dd>
        <dt>{t.columnTotal(t.one(to, level))}</dt>
        <dd>{count(heat.columnSums[cell.column]!)}</dd>
      </dl>
      <div class="quiet">{linkSentence(props.placement, props.backend, cell, level, ids, props.scaleUp)}</div>
      <Scale theme={props.theme} heat={heat} scale={props.scale} value={value} />
    </section>
  );
}

interface RankProps {
  readonly result: SimulationResult;
  readonly heat: Heat;
  readonly level: 'ranks' | 'nodes';
  readonly phase: HeatOptions['phase'];
  readonly rank: number;
  /** Row of the selected rank's node in the node matrix. */
  readonly node: number;
  readonly ids: readonly number[];
  readonly rowBytes: number;
  readonly scaleUp: string;
}

function sharesOfNode(heat: Heat, placement: PlacementResult, node: number, ids: readonly number[]) {
  return ids.map((id, column) => ({
    node: id,
    others: 0,
    rows: heat.data[node * heat.size + column]!,
    link: linkBetweenNodes(placement, ids[node]!, id),
  }));
}

const MOST_NODE_BARS = 16;

/** Where the selected rank's (or node's) copies go, node by node. */
export function RankReadout(props: RankProps) {
  const { result, heat, level, phase, rank, node, ids, rowBytes, scaleUp } = props;
  const shares = useMemo(
    () =>
      level === 'ranks'
        ? sharesByNode(heat, result.placement, rank)
        : sharesOfNode(heat, result.placement, node, ids)

            .sort((a, b) => (ids.length > MOST_NODE_BARS ? b.rows - a.rows : 0))
            .slice(0, MOST_NODE_BARS),
    [heat, result, rank, node, level, ids],
  );
  // The rest has no bar: it would dwarf the nodes that it is the rest of.
  const most = Math.max(...shares.map((share) => (share.node === null ? 0 : share.rows)), 1);
  const total =
    level === 'ranks' ? heat.rowSums[rank]! : heat.rowSums[node]! - heat.data[node * heat.size + node]!;
  const amount = bytes(total * rowBytes);
  const heading =
    level === 'nodes'
      ? t.nodeSends(ids[node]!, amount)
      : phase === 'dispatch'
        ? t.sends(rank, amount)
        : t.returns(rank, amount);
  return (
    <section id="rank-readout">
      <h3>{heading}</h3>
      <div class="bars">
        {shares.map((share) => [
          <span key={`${share.node} name`}>
            {share.node === null ? t.restOfNodes(share.others) : text.node(share.node)}
          </span>,
          <i
            key={`${share.node} bar`}
            class={share.link}
            style={{ width: `${share.node === null ? 0 : (share.rows / most) * 100}%` }}
          />,
          <span key={`${share.node} rows`}>{count(share.rows)}</span>,
        ])}
      </div>
      <div class="legend">
        <span>
          <i class="scaleUp" />
          {scaleUp}
        </span>
        {result.placement.nodes > 1 && (
          <span>
            <i class="scaleOut" />
            {text.link.nic}
          </span>
        )}
      </div>
    </section>
  );
}

/** The send counts beside the picture, for a panel that is wide enough. */
export function CountsTable(props: {
  readonly heat: Heat;
  readonly placement: PlacementResult;
  readonly rank: number;
  readonly scaleUp: string;
}) {
  const { heat, placement, rank, scaleUp } = props;
  // The table is long and the cursor moves often: only a new rank or matrix builds it again.
  const table = useMemo(
    () => <DataTable table={shortCountTable(heat, placement, rank, scaleUp)} quietCaption />,
    [heat, placement, rank, scaleUp],
  );
  return (
    <section class="counts">
      <h3>{t.mpiOf(rank)}</h3>
      <p class="quiet">{t.mpiCaption}</p>
      {table}
    </section>
  );
}
