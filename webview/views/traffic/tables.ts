import type { PlacementResult } from '../../../src/sim/result';
import type { Table } from '../../export/table';
import { count, fixed } from '../../format';
import { type Heat, heatAt, toHeat } from '../../model/heat';
import { linkBetween, linkBetweenNodes } from '../../model/nodes';
import { sendCounts } from '../../model/traffic';
import { text } from '../../strings';
import type { Drawn, Shown } from './drawn';
import { text as t } from './strings';

const { columns } = t;

/** Name of the link between two ranks. */
function linkName(placement: PlacementResult, from: number, to: number, scaleUp: string): string {
  return { local: text.link.local, scaleUp, scaleOut: text.link.nic }[linkBetween(placement, from, to)];
}

const megabytes = (value: number) => fixed(value, 2);
const microseconds = (value: number) => fixed(value, 1);

/** What one rank hands to MPI_Alltoallv. */
function sendCountTable(
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

/** Every destination of the selected rank, or every pair of nodes, in the unit on show. */
export function pairTable(drawn: Drawn, shown: Shown, rank: number): Table {
  const { result, ids } = drawn;
  const { phase, level, unit } = shown;
  const { placement, traffic } = result;
  const scaleUp = text.link.scaleUp(result.scenario.cluster.accelerator);
  if (unit !== 'time' && phase !== 'both') {
    const { rowBytes } = traffic[phase];
    return level === 'ranks'
      ? sendCountTable(toHeat(traffic.rows, phase), placement, rank, rowBytes, scaleUp)
      : nodeTable(toHeat(traffic.nodeRows, phase), placement, ids, rowBytes, scaleUp);
  }
  const { heat, bytesAt } = drawn;
  const isTime = unit === 'time';
  const inMegabytes = (row: number, column: number) => bytesAt(row, column) / 1e6;
  const amount = isTime ? [{ title: columns.microseconds, format: microseconds }] : [];
  const values = (row: number, column: number) => [
    inMegabytes(row, column),
    ...(isTime ? [heatAt(heat, row, column)] : []),
  ];
  const all = Array.from({ length: heat.size }, (_, index) => index);
  if (level === 'ranks')
    return {
      caption: isTime ? t.time.tableRanks(rank) : t.tableBoth(rank),
      columns: [
        { title: columns.toRank, format: count },
        { title: columns.node, format: count },
        { title: columns.link },
        { title: columns.megabytes, format: megabytes },
        ...amount,
      ],
      rows: all.map((to) => [
        to,
        placement.nodeOfRank[to]!,
        linkName(placement, rank, to, scaleUp),
        ...values(rank, to),
      ]),
    };
  return {
    caption: isTime ? t.time.tableNodes : t.tableNodesBoth,
    columns: [
      { title: columns.fromNode, format: count },
      { title: columns.toNode, format: count },
      { title: columns.link },
      { title: columns.megabytes, format: megabytes },
      ...amount,
    ],
    rows: all.flatMap((row) =>
      all.map((column) => {
        const [from, to] = [ids[row]!, ids[column]!];
        const link = linkBetweenNodes(placement, from, to) === 'scaleUp' ? scaleUp : text.link.nic;
        return [from, to, link, ...values(row, column)];
      }),
    ),
  };
}

/** The whole matrix for a spreadsheet or a script: one row per source, one column per destination, in copies, bytes or microseconds. */
export function matrixTable({ heat, ids }: Drawn, { level, phase, unit }: Shown): Table {
  const { size, data } = heat;
  const isNodes = level === 'nodes';
  const label = (index: number) => (isNodes ? ids[index]! : index);
  return {
    caption: t.tableMatrix[unit](t.phaseName[phase]),
    columns: [
      { title: columns.from[unit](isNodes ? columns.fromNode : columns.fromRank) },
      ...Array.from({ length: size }, (_, k) => ({ title: String(label(k)) })),
    ],
    rows: Array.from({ length: size }, (_, i) => [label(i), ...data.subarray(i * size, (i + 1) * size)]),
  };
}
