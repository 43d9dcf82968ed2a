import type { Scenario } from '../../scenario/scenario';
import { expertInputSize } from '../parameters/moe';
import type { Matrix, TrafficResult } from '../result';

/** Header of one low-latency dispatch message, bytes (DeepEP csrc/config.hpp, LowLatencyLayout: one int4). */
const LOW_LATENCY_HEADER_BYTES = 16;
/** Smallest and largest value of each block of 128 in a combine message, BF16 each (the same source). */
const LOW_LATENCY_RANGE_BYTES = 4;

/** What of a layer's traffic decides the size of buffers. */
export type BufferedTraffic = Pick<TrafficResult, 'backend' | 'tokensPerRank'> &
  Readonly<Record<'dispatch' | 'combine', { readonly rowBytes: number }>>;

/**
 * Bytes of send and receive buffers of each rank, reused by every MoE layer.
 *
 * @param rowOf rows that a rank sends to each
 */
export function dispatchBufferBytes(
  scenario: Scenario,
  traffic: BufferedTraffic,
  ranks: number,
  rowOf: (rank: number) => Matrix['data'],
): Float64Array {
  if (scenario.layout.ep === 1) return new Float64Array(ranks);
  return traffic.backend === 'deepep-low-latency'
    ? new Float64Array(ranks).fill(lowLatencyBytes(scenario, traffic))
    : rowBufferBytes(traffic, ranks, rowOf);
}

/**
 * DeepEP low latency: a slot for every token of every rank in every local expert, and the staged sends, twice.
 * Source: deepseek-ai/DeepEP csrc/config.hpp, get_low_latency_rdma_size_hint (signals, a few KB, left out).
 */
function lowLatencyBytes({ model }: Scenario, traffic: BufferedTraffic): number {
  const width = expertInputSize(model);
  const blocks = width / 128;
  const dispatchMessage = LOW_LATENCY_HEADER_BYTES + Math.max(2 * width, width + 4 * blocks);
  const combineMessage = 2 * width + LOW_LATENCY_RANGE_BYTES * blocks;
  // The kernels' limit of tokens is that of the fullest rank.
  const tokens = Math.ceil(traffic.tokensPerRank);
  const slots = model.routedExperts * tokens;
  const send = Math.max(tokens * dispatchMessage, slots * combineMessage);
  const receive = slots * Math.max(dispatchMessage, combineMessage);
  return 2 * (send + receive);
}

/** Others: the rows that a rank sends and receives in one layer, at the wider of the two row sizes. */
function rowBufferBytes(
  { dispatch, combine }: BufferedTraffic,
  ranks: number,
  rowOf: (rank: number) => Matrix['data'],
): Float64Array {
  const first = rowOf(0);
  const toAll = sentBy(first);
  const rows = new Float64Array(ranks);
  let alike = 0;
  for (let rank = 0; rank < ranks; rank++) {
    const toRank = rowOf(rank);
    if (isSame(toRank, first)) {
      rows[rank]! += toAll;
      alike++;
      continue;
    }
    rows[rank]! += sentBy(toRank);
    for (let peer = 0; peer < ranks; peer++) rows[peer]! += toRank[peer]!;
  }
  const bytes = Math.max(dispatch.rowBytes, combine.rowBytes);
  for (let rank = 0; rank < ranks; rank++) rows[rank] = (rows[rank]! + alike * first[rank]!) * bytes;
  return rows;
}

function sentBy(row: Matrix['data']): number {
  let sent = 0;
  for (let peer = 0; peer < row.length; peer++) sent += row[peer]!;
  return sent;
}

/** In expectation all ranks send alike: what each receives is then a product, where a sum would take the square of the ranks. */
function isSame(row: Matrix['data'], other: Matrix['data']): boolean {
  if (row.buffer === other.buffer && row.byteOffset === other.byteOffset) return true;
  for (let peer = 0; peer < row.length; peer++) if (row[peer] !== other[peer]) return false;
  return true;
}
