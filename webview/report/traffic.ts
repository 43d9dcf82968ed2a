import type { PanelSide } from '../../src/panel/protocol';
import type { Table } from '../export/table';
import { bytes, count } from '../format';
import { toHeat } from '../model/heat';
import { nodeIds } from '../model/nodes';
import { hotPairs } from '../model/pairs';
import { text as shared } from '../strings';
import { headingOfRanks } from '../views/traffic/heading';
import { text as traffic } from '../views/traffic/strings';
import { nodeTable } from '../views/traffic/tables';
import { paragraph, sectionHtml, tableHtml } from './html';
import { heatPicture } from './pictures';
import { text as t } from './strings';

const MOST_PAIRS = 12;

/** Who sends how much to whom in dispatch: the matrix, the heaviest pairs, and node by node. */
export function trafficSection({ result }: PanelSide): string {
  const { rows, nodeRows, dispatch } = result.traffic;
  if (rows.size <= 1)
    return sectionHtml('traffic', traffic.title, traffic.nothing, [paragraph(traffic.nothingDetail)]);
  const heat = toHeat(rows, 'dispatch');
  const ids = nodeIds(result.placement);
  const { pair, copies, bytes: amount } = t.pairColumns;
  const pairs: Table = {
    caption: t.pairs,
    columns: [
      { title: pair },
      { title: copies, format: count },
      { title: amount, format: (value) => bytes(value) },
    ],
    rows: hotPairs(heat, MOST_PAIRS).map((one) => [
      traffic.pair(one.from, one.to, 'ranks'),
      one.amount,
      one.amount * dispatch.rowBytes,
    ]),
  };
  const scaleUp = shared.link.scaleUp(result.scenario.cluster.accelerator);
  return sectionHtml('traffic', traffic.title, headingOfRanks(result, heat, 'dispatch'), [
    heatPicture(heat, t.rank, null),
    tableHtml(pairs),
    ids.length > 1
      ? tableHtml(nodeTable(toHeat(nodeRows, 'dispatch'), result.placement, ids, dispatch.rowBytes, scaleUp))
      : null,
  ]);
}
