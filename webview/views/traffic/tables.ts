import type { PlacementResult } from '../../../src/sim/result';
import type { Table } from '../../export/table';
import { count, fixed } from '../../format';
import { type Heat, linkBetween, linkBetweenNodes, sendCounts } from '../../model/traffic';
import { text } from '../../strings';
import { text as t } from './strings';

const { columns } = t;

/** Name of the link between two ranks. */
function linkName(placement: PlacementResult, from: number, to: number, scaleUp: string): string {
  return { local: text.link.local, scaleUp, scaleOut: text.link.nic }[linkBetween(placement, from, to)];
}

const megabytes = (value: number) => fixed(value, 2);

/** What one rank hands to MPI_Alltoallv. */
export function sendCountTable(
  heat: Heat,
  placement: PlacementResult,
  rank: number,
  rowBytes: number,
  scaleUp: string,
): Table {
  return {
    caption: t.tableRanks(rank),
    columns: [
      { title: columns.toRank, format: count },
      { title: columns.node, format: count },
      { title: columns.link },
      { title: columns.copies, format: count },
      { title: columns.displacement, format: count },
      { title: columns.megabytes, format: megabytes },
    ],
    rows: sendCounts(heat, rank).map(({ count: copies, displacement }, to) => [
      to,
      placement.nodeOfRank[to]!,
      linkName(placement, rank, to, scaleUp),
      copies,
      displacement,
      (copies * rowBytes) / 1e6,
    ]),
  };
}

/** The same beside the picture, where there is room for it. */
export function shortCountTable(
  heat: Heat,
  placement: PlacementResult,
  rank: number,
  scaleUp: string,
): Table {
  return {
    caption: t.mpiCaption,
    columns: [
      { title: columns.to, format: count },
      { title: columns.link },
      { title: columns.count, format: count },
      { title: columns.displacementShort, format: count },
    ],
    rows: sendCounts(heat, rank).map(({ count: copies, displacement }, to) => [
      to,
      linkName(placement, rank, to, scaleUp),
      copies,
      displacement,
    ]),
  };
}

/** Every pair of nodes. */
export function nodeTable(
  heat: Heat,
  placement: PlacementResult,
  ids: readonly number[],
  rowBytes: number,
  scaleUp: string,
): Table {
  return {
    caption: t.tableNodes,
    columns: [
      { title: columns.fromNode, format: count },
      { title: columns.toNode, format: count },
      { title: columns.link },
      { title: columns.copies, format: count },
      { title: columns.megabytes, format: megabytes },
    ],
    rows: Array.from(heat.data, (copies, at) => {
      const [from, to] = [ids[Math.floor(at / heat.size)]!, ids[at % heat.size]!];
      const link = linkBetweenNodes(placement, from, to) === 'scaleUp' ? scaleUp : text.link.nic;
      return [from, to, link, copies, (copies * rowBytes) / 1e6];
    }),
  };
}

/** The whole matrix for a spreadsheet or a script: one row per source, one column per destination. */
export function matrixTable(heat: Heat, ids: readonly number[] | null): Table {
  const { size, data } = heat;
  const label = (index: number) => ids?.[index] ?? index;
  return {
    caption: t.tableNodes,
    columns: [
      { title: ids ? columns.fromNode : columns.fromRank },
      ...Array.from({ length: size }, (_, k) => ({ title: String(label(k)) })),
    ],
    rows: Array.from({ length: size }, (_, i) => [label(i), ...data.subarray(i * size, (i + 1) * size)]),
  };
}
