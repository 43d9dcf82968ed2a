import type { PhaseTime, SimulationResult } from '../../src/sim/result';
import { bytes, compact, count, significant, time, timeIn, timeText } from '../format';
import { type Heat, type HeatOptions, heatOf, type Phase, phasesOf, weighted } from './heat';
import { hopRows } from './hops';
import { nodeIds } from './nodes';

export type Unit = 'copies' | 'bytes' | 'time';

/** How values of a matrix are written. */
export interface Quantity {
  readonly unit: Unit;
  /** What the colour scale counts in: `copies`, `MB`, `µs`. */
  readonly name: string;
  /** A value in a list or a readout. */
  readonly text: (value: number) => string;
  /** A value beside the picture. */
  readonly brief: (value: number) => string;
  /** A number in `name`, for cells and the ends of the colour scale. */
  readonly number: (value: number) => string;
}

/** A matrix in the unit that is asked for. */
export interface Measured {
  readonly heat: Heat;
  /** Bytes of a cell: of the copies from a source to a destination, or where time is shown of what the link between them carries. */
  readonly bytesAt: (row: number, column: number) => number;
}

export interface Choice {
  readonly phase: HeatOptions['phase'];
  readonly level: HeatOptions['level'];
  readonly unit: Unit;
}

/** Weights of a matrix of dispatch rows and of its transpose: combine sends back what dispatch brought. */
function weightsOf(phase: HeatOptions['phase'], of: (phase: Phase) => number): readonly [number, number] {
  const weight = (one: Phase) => (phasesOf(phase).includes(one) ? of(one) : 0);
  return [weight('dispatch'), weight('combine')];
}

/** What is shown of a job's traffic. In bytes and copies a cell is a pair of source and destination, in time it is a link. */
export function measured(result: SimulationResult, { phase, level, unit }: Choice): Measured {
  const { traffic } = result;
  if (unit === 'time') return timed(result, phase, level);
  const matrix = level === 'ranks' ? traffic.rows : traffic.nodeRows;
  const inBytes = weightsOf(phase, (one) => traffic[one].rowBytes);
  const heat = heatOf(matrix.size, weighted(matrix, unit === 'bytes' ? inBytes : weightsOf(phase, () => 1)));
  const at = (row: number, column: number) => matrix.data[row * matrix.size + column]!;
  return {
    heat,
    bytesAt: (row, column) => inBytes[0] * at(row, column) + inBytes[1] * at(column, row),
  };
}

/** How values are written, the largest of which is `high`. */
export function quantityOf(unit: Unit, high: number): Quantity {
  return unit === 'copies' ? copiesQuantity : unit === 'bytes' ? bytesQuantity(high) : timeQuantity(high);
}

const copiesQuantity: Quantity = {
  unit: 'copies',
  name: 'copies',
  text: count,
  brief: compact,
  number: compact,
};

function bytesQuantity(largest: number): Quantity {
  const [, name = 'B'] = bytes(largest).split(' ');
  const scale = Number(`1e${3 * ['B', 'KB', 'MB', 'GB', 'TB', 'PB'].indexOf(name)}`);
  return {
    unit: 'bytes',
    name,
    text: bytes,
    brief: bytes,
    number: (value) => significant(value / scale),
  };
}

function timeQuantity(largestMicroseconds: number): Quantity {
  const { unit: name } = time(largestMicroseconds * 1e-6);
  const text = (microseconds: number) => timeText(microseconds * 1e-6);
  return {
    unit: 'time',
    name,
    text,
    brief: text,
    number: (microseconds) => timeIn(microseconds * 1e-6, name),
  };
}

/** (Σ x^p)^(1/p), as src/sim/network/time.ts joins link classes; p is large where they work beside each other. */
function norm(p: number, one: number, other: number): number {
  const largest = Math.max(one, other);
  return largest === 0 ? 0 : largest * ((one / largest) ** p + (other / largest) ** p) ** (1 / p);
}

/** Microseconds of one phase: of each link between two ranks, and of each rank sending and receiving. */
interface LinkTimes {
  readonly cells: Float64Array;
  readonly sent: Float64Array;
  readonly received: Float64Array;
}

/**
 * How long links are busy in one phase, each link at the rate that the backend reaches on it (calibrated, src/sim/network).
 * A rank's time is that of its NIC and of its scale-up link together, joined as the model joins them; on a mesh no less than that of
 * its busiest single link. Left out is what the model adds: launch and synchronisation, and copying by SMs.
 */
function linkTimes(
  hops: Float64Array,
  size: number,
  domainOfRank: readonly number[],
  phase: Phase,
  rowBytes: number,
  { reached, overlapExponent }: PhaseTime,
): LinkTimes {
  const cells = new Float64Array(size * size);
  const classes = () => ({
    scaleUp: new Float64Array(size),
    pair: new Float64Array(size),
    scaleOut: new Float64Array(size),
  });
  const [sent, received] = [classes(), classes()];
  // GB/s are thousands of bytes per microsecond.
  const perRow = (rate: number) => rowBytes / rate / 1e3;
  const [up, far] = [perRow(reached.scaleUpGBps), perRow(reached.scaleOutGBps)];
  const pair = Math.max(up, perRow(reached.scaleUpPairGBps));
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) {
      const rows = hops[phase === 'dispatch' ? i * size + k : k * size + i]!;
      if (rows === 0) continue;
      const isNear = domainOfRank[i] === domainOfRank[k];
      const microseconds = rows * (isNear ? pair : far);
      cells[i * size + k] = microseconds;
      for (const [sums, rank] of [
        [sent, i],
        [received, k],
      ] as const)
        if (isNear) {
          sums.scaleUp[rank]! += rows * up;
          sums.pair[rank] = Math.max(sums.pair[rank]!, microseconds);
        } else sums.scaleOut[rank]! += microseconds;
    }
  const joined = ({ scaleUp, pair: longest, scaleOut }: typeof sent) =>
    scaleOut.map((nic, rank) => norm(overlapExponent, nic, Math.max(scaleUp[rank]!, longest[rank]!)));
  return { cells, sent: joined(sent), received: joined(received) };
}

const added = (one: Float64Array, other: Float64Array | undefined): Float64Array =>
  other ? one.map((value, at) => value + other[at]!) : one;

/** Time on links: of ranks, or the mean over the ranks of each node. */
function timed(result: SimulationResult, phase: HeatOptions['phase'], level: HeatOptions['level']): Measured {
  const { traffic, placement, time: times } = result;
  const { size } = traffic.rows;
  const hops = hopRows(result);
  const [first, second] = phasesOf(phase).map((one) =>
    linkTimes(hops, size, placement.domainOfRank, one, traffic[one].rowBytes, times[one]),
  ) as [LinkTimes, LinkTimes?];
  const ranks: LinkTimes = {
    cells: added(first.cells, second?.cells),
    sent: added(first.sent, second?.sent),
    received: added(first.received, second?.received),
  };
  const [out, back] = weightsOf(phase, (one) => traffic[one].rowBytes);
  const hopBytes = weighted({ size, data: hops }, [out, back]);
  const nodes = level === 'nodes' ? membership(result) : null;
  const shown = nodes ? meansOfNodes(ranks, nodes) : ranks;
  const side = nodes ? nodes.ranksOf.length : size;
  const carried = nodes ? sumsOfNodes(hopBytes, nodes) : hopBytes;
  const mean = shown.received.reduce((a, b) => a + b, 0) / side;
  const heat = { ...heatOf(side, shown.cells), rowSums: shown.sent, columnSums: shown.received, mean };
  return {
    heat,
    bytesAt: (row, column) => carried[row * side + column]!,
  };
}

interface Membership {
  readonly nodeOf: Int32Array;
  /** Ranks of each node. */
  readonly ranksOf: readonly number[];
}

function membership({ placement }: SimulationResult): Membership {
  const place = new Map(nodeIds(placement).map((id, at) => [id, at]));
  const nodeOf = Int32Array.from(placement.nodeOfRank, (id) => place.get(id)!);
  const ranksOf = [...place.values()].map((at) => nodeOf.reduce((n, node) => n + Number(node === at), 0));
  return { nodeOf, ranksOf };
}

function sumsOfNodes(cells: Heat['data'], { nodeOf, ranksOf }: Membership): Float64Array {
  const [size, side] = [nodeOf.length, ranksOf.length];
  const sums = new Float64Array(side * side);
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) sums[nodeOf[i]! * side + nodeOf[k]!]! += cells[i * size + k]!;
  return sums;
}

/** A node's links work at the same time: what counts is how long each of its ranks is busy, in the mean. */
function meansOfNodes({ cells, sent, received }: LinkTimes, nodes: Membership): LinkTimes {
  const { nodeOf, ranksOf } = nodes;
  const side = ranksOf.length;
  const meanOf = (values: Float64Array) => {
    const sums = new Float64Array(side);
    values.forEach((value, rank) => {
      sums[nodeOf[rank]!]! += value / ranksOf[nodeOf[rank]!]!;
    });
    return sums;
  };
  return {
    cells: sumsOfNodes(cells, nodes).map((sum, at) => sum / ranksOf[Math.floor(at / side)]!),
    sent: meanOf(sent),
    received: meanOf(received),
  };
}
