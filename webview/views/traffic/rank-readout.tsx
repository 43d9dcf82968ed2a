import { useMemo } from 'preact/hooks';
import type { PlacementResult } from '../../../src/sim/result';
import { useSideId } from '../../components/sides';
import { bytes } from '../../format';
import type { Heat } from '../../model/heat';
import { linkBetweenNodes, sharesByNode } from '../../model/nodes';
import { text } from '../../strings';
import type { Drawn, Shown } from './drawn';
import { text as t } from './strings';

interface RankProps {
  readonly drawn: Drawn;
  readonly shown: Shown;
  readonly rank: number;
  /** Row of the selected rank's node in the node matrix. */
  readonly node: number;
  readonly scaleUp: string;
}

function sharesOfNode(heat: Heat, placement: PlacementResult, node: number, ids: readonly number[]) {
  return ids.map((id, column) => ({
    node: id,
    others: 0,
    amount: heat.data[node * heat.size + column]!,
    link: linkBetweenNodes(placement, ids[node]!, id),
  }));
}

const MOST_NODE_BARS = 16;

/** Bytes that a rank or node sends; a node those to other nodes only. */
function sentBytes({ heat, bytesAt }: Drawn, row: number, level: 'ranks' | 'nodes'): number {
  let sum = 0;
  for (let column = 0; column < heat.size; column++)
    if (level === 'ranks' || column !== row) sum += bytesAt(row, column);
  return sum;
}

/** Where the selected rank's (or node's) copies go, node by node. */
export function RankReadout(props: RankProps) {
  const { drawn, shown, rank, node, scaleUp } = props;
  const { result, heat, ids } = drawn;
  const { level, phase, unit, quantity } = shown;
  const shares = useMemo(
    () =>
      level === 'ranks'
        ? sharesByNode(heat, result.placement, rank)
        : sharesOfNode(heat, result.placement, node, ids)
            .sort((a, b) => (ids.length > MOST_NODE_BARS ? b.amount - a.amount : 0))
            .slice(0, MOST_NODE_BARS),
    [heat, result, rank, node, level, ids],
  );
  // The rest has no bar: it would dwarf the nodes that it is the rest of.
  const most = Math.max(...shares.map((share) => (share.node === null ? 0 : share.amount)), 1);
  const amount =
    unit === 'time'
      ? quantity.text(heat.rowSums[level === 'ranks' ? rank : node]!)
      : bytes(sentBytes(drawn, level === 'ranks' ? rank : node, level));
  const heading =
    unit === 'time'
      ? t.time.sends(level === 'ranks' ? rank : ids[node]!, level, amount)
      : level === 'nodes'
        ? t.nodeSends(ids[node]!, amount)
        : phase === 'combine'
          ? t.returns(rank, amount)
          : t.sends(rank, amount);
  return (
    <section id={useSideId('rank-readout')}>
      <h3>{heading}</h3>
      <div class="bars">
        {shares.map((share) => [
          <span key={`${share.node} name`}>
            {share.node === null ? t.restOfNodes(share.others) : text.node(share.node)}
          </span>,
          <i
            key={`${share.node} bar`}
            class={share.link}
            style={{ width: `${share.node === null ? 0 : (share.amount / most) * 100}%` }}
          />,
          <span key={`${share.node} rows`}>{quantity.text(share.amount)}</span>,
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
