import type { Scenario } from '../../scenario/scenario';
import { expertInputSize } from '../parameters/moe';
import type { TrafficResult } from '../result';

/** Header of one low-latency dispatch message, bytes (DeepEP csrc/config.hpp, LowLatencyLayout: one int4). */
const LOW_LATENCY_HEADER_BYTES = 16;
/** Smallest and largest value of each block of 128 in a combine message, BF16 each (the same source). */
const LOW_LATENCY_RANGE_BYTES = 4;

/** Bytes of send and receive buffers of one rank, reused by every MoE layer. */
export function dispatchBufferBytes(scenario: Scenario, traffic: TrafficResult, rank: number): number {
  if (scenario.layout.ep === 1) return 0;
  return traffic.backend === 'deepep-low-latency'
    ? lowLatencyBytes(scenario, traffic)
    : rowBufferBytes(traffic, rank);
}

/**
 * DeepEP low latency: a slot for every token of every rank in every local expert, and the staged sends, twice.
 * Source: deepseek-ai/DeepEP csrc/config.hpp, get_low_latency_rdma_size_hint (signals, a few KB, left out).
 */
function lowLatencyBytes({ model }: Scenario, traffic: TrafficResult): number {
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

/** Others: the rows that the rank sends and receives in one layer, at the wider of the two row sizes. */
function rowBufferBytes(traffic: TrafficResult, rank: number): number {
  const { size, data } = traffic.rows;
  let rows = 0;
  for (let peer = 0; peer < size; peer++) {
    rows += data[rank * size + peer]! + data[peer * size + rank]!;
  }
  return rows * Math.max(traffic.dispatch.rowBytes, traffic.combine.rowBytes);
}
