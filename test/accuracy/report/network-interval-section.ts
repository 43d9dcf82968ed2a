import {
  backendCalibration,
  clusterIntervals,
  OTHER_CLUSTERS,
  type TimeInterval,
} from '../../../src/catalog/backends';
import { intervalAround } from '../../../src/sim/network/error';
import { blindNetworkTables } from '../tables/blind-network';
import { hybridEpTables } from '../tables/hybrid-ep';
import { leftOutTables } from '../tables/left-out';
import { moriTables } from '../tables/mori';
import { ncclTables } from '../tables/nccl';
import { grid } from './markdown';
import { type AccuracyRow, type AccuracyTable, notFitted } from './table';

/** Rows of one kernel on one kind of network, with the interval that results there state. */
export interface NetworkCase {
  readonly name: string;
  readonly interval: TimeInterval;
  readonly rows: readonly AccuracyRow[];
}

const isOneNode = ({ label }: AccuracyRow): boolean => /\bEP[48]\b/.test(label);
const isRack = ({ label }: AccuracyRow): boolean => /^GB/.test(label);

/** Every kernel that states an interval, by network; rows that were not fitted. */
export function networkCases(): readonly NetworkCase[] {
  const tables = [
    ...leftOutTables(),
    ...hybridEpTables(),
    ...moriTables(),
    ...ncclTables(),
    ...blindNetworkTables(),
  ];
  const rowsOf = (...titles: readonly string[]): readonly AccuracyRow[] =>
    titles.flatMap((title) => notFitted(titled(tables, title).rows));
  const low = clusterIntervals['deepep-low-latency']!;
  const high = clusterIntervals['deepep-high-throughput']!;
  const hybrid = clusterIntervals['hybrid-ep']!;
  const mori = clusterIntervals.mori!;
  const lowRows = rowsOf(
    'Left out: DeepEP low latency, 2 to 8 nodes',
    'Held out: DeepEP low latency over ConnectX-7',
  );
  const heldHigh = rowsOf('Held out: DeepEP high throughput');
  const leftHigh = rowsOf('Left out: DeepEP high throughput, 2 and 4 nodes');
  const hybridRows = rowsOf(
    'HybridEP, H100, 2 to 8 nodes',
    'HybridEP, Blackwell, one NVLink domain',
    'Held out: HybridEP as others measured it',
  );
  const moriRows = rowsOf('MoRI, MI300X', 'MoRI, MI355X');
  const efa = rowsOf('Held out: Elastic Fabric Adapter').filter((row) => !isOneNode(row));
  const isLow = ({ label }: AccuracyRow): boolean => label.includes('low latency');
  const isNccl = ({ label }: AccuracyRow): boolean => label.startsWith('NCCL');
  const isHybridDomain = (row: AccuracyRow): boolean => isOneNode(row) || isRack(row);
  const isOfHopper = ({ label }: AccuracyRow): boolean => label.startsWith('H');
  return [
    {
      name: 'DeepEP low latency, across nodes',
      interval: low.several,
      rows: lowRows.filter((row) => !isOneNode(row)),
    },
    {
      name: 'DeepEP high throughput, one node',
      interval: high.one,
      rows: heldHigh.filter((row) => isOneNode(row) && !isRack(row)),
    },
    { name: 'DeepEP high throughput, a rack', interval: high.rack!, rows: heldHigh.filter(isRack) },
    {
      name: 'DeepEP high throughput, across nodes',
      interval: high.several,
      rows: [...leftHigh, ...heldHigh.filter((row) => isOfHopper(row) && !isOneNode(row))],
    },
    { name: 'HybridEP, one NVLink domain', interval: hybrid.one, rows: hybridRows.filter(isHybridDomain) },
    {
      name: 'HybridEP, across nodes',
      interval: hybrid.several,
      rows: hybridRows.filter((row) => !isHybridDomain(row)),
    },
    { name: 'MoRI, one node', interval: mori.one, rows: moriRows.filter(isOneNode) },
    { name: 'MoRI, across nodes', interval: mori.several, rows: moriRows.filter((row) => !isOneNode(row)) },
    {
      name: 'One-sided NVLink, a rack',
      interval: intervalAround(
        backendCalibration('nvlink-one-sided', 'gb200-nvl72').calibration.expectedError,
      ),
      rows: rowsOf('Left out: one-sided NVLink'),
    },
    {
      name: 'NCCL all-to-all, across nodes',
      interval: OTHER_CLUSTERS.several,
      rows: [
        ...rowsOf('NCCL all-to-all, H100, 1 to 8 nodes').filter((row) => !isOneNode(row)),
        ...rowsOf('Held out: Elastic Fabric Adapter').filter(isNccl),
      ],
    },
    {
      name: 'DeepEP and UCCL-EP low latency over Elastic Fabric Adapter',
      interval: low.several,
      rows: efa.filter(isLow),
    },
    {
      name: 'DeepEP and UCCL-EP high throughput over Elastic Fabric Adapter',
      interval: high.several,
      rows: efa.filter((row) => !isLow(row) && !isNccl(row)),
    },
  ];
}

function titled(tables: readonly AccuracyTable[], title: string): AccuracyTable {
  const table = tables.find((candidate) => candidate.title === title);
  if (!table) throw new Error(`There is no table ${title}.`);
  return table;
}

/** Rows whose measured time lies in the interval around the predicted one. */
export const insideOf = ({ rows, interval }: NetworkCase): number =>
  rows.filter(({ measured, predicted }) => {
    const over = measured / predicted - 1;
    return over >= interval.low && over <= interval.high;
  }).length;

const factor = (value: number): string => (1 + value).toFixed(2);

const cells = (one: NetworkCase): string[] => {
  const inside = insideOf(one);
  return [
    one.name,
    `${factor(one.interval.low)} to ${factor(one.interval.high)}`,
    `${inside} of ${one.rows.length}`,
    `${Math.round((100 * inside) / one.rows.length)} %`,
  ];
};

/** How many rows that were not fitted lie in the interval that a communication time states. */
export const networkIntervalSection = (): string => `## What the interval of a communication time is worth

Between what nine of ten measured times lie, over the predicted one: of rows that constants were refitted without, of configurations and publications that no constant was fitted on. The intervals were drawn from these rows, where there are few by hand. A kernel that nobody else measured has that of a normal distribution with its mean error within one NVLink domain, and across nodes that of the other kernels together. No configuration says that its network is AWS’s Elastic Fabric Adapter, where the interval of ConnectX-7 does not hold for low latency: the note of such a result says so.

${grid(['kernel and network', 'nine of ten take, times predicted', 'inside', ''], networkCases().map(cells))}`;
