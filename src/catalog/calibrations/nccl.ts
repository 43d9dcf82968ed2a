import { type AcceleratorId, accelerator } from '../accelerators';
import { type BusBandwidth, measuredCollectives } from '../collectives';
import type { BackendCalibration, PhaseConstants } from './calibration';

const NCCL_TESTS =
  'ai-dynamo/aiconfigurator@095f58a5 nccl_perf (nccl-tests, 512 MiB per rank; NCCL 2.27 and 2.29)';
const MEGATRON_TABLE_7 = 'Megatron-Core MoE paper Table 7';

/**
 * Share of the rated NIC bandwidth in NCCL all-to-all: 45.7 and 48.0 of 50 GB/s on H100, EP64, 4096 BF16
 * tokens.
 */
const ALLTOALL_NIC_SHARE = { dispatch: 0.914, combine: 0.96 };
/** The same for its rings: 46 to 49 of 50 GB/s (nccl-tests issue 267). */
const RING_NIC_SHARE = 0.95;

export const nccl: readonly BackendCalibration[] = [
  ncclAlltoall('h100-sxm', { floorMicroseconds: 7.4, ep: [2, 64], fitted: 'EP64' }),
  ncclAlltoall('h200-sxm', { floorMicroseconds: 11.6, ep: [2, 8] }),
  ncclAlltoall('a100-sxm-80gb', { floorMicroseconds: 15.8, ep: [2, 8] }),
  ncclAlltoall('b200-sxm', { floorMicroseconds: 10.7, ep: [2, 8] }),
  ncclAlltoall('b300-sxm', { floorMicroseconds: 11.2, ep: [2, 8] }),
  // Four GPUs of a tray reach 488 GB/s; eight across trays 556 by Megatron's Table 7, which is the size that EP has.
  ncclAlltoall('gb200-nvl72', { floorMicroseconds: 10.7, ep: [2, 8], scaleUpGBps: 556 }),
  ncclAlltoall('gb300-nvl72', { floorMicroseconds: 10.4, ep: [2, 8], scaleUpGBps: 556 }),
  ncclGather('h100-sxm', 10.2),
  ncclGather('h200-sxm', 12.4),
  ncclGather('a100-sxm-80gb', 15.6),
  ncclGather('b200-sxm', 16.1),
  ncclGather('b300-sxm', 15.8),
  ncclGather('gb200-nvl72', 11.7),
  ncclGather('gb300-nvl72', 11.2),
];

/**
 * NCCL all-to-all (grouped send and receive). Its rounds over NVLink and over the NIC take turns: with exponent 1
 * the two middle rows of Megatron's Table 7 come within 2 %, with the slowest link alone 11 % too fast.
 */
function ncclAlltoall(
  id: AcceleratorId,
  measured: {
    floorMicroseconds: number;
    ep: readonly [number, number];
    scaleUpGBps?: number;
    fitted?: string;
  },
): BackendCalibration {
  const { scaleUpGBps, nicGBps } = accelerator(id);
  const [two, four, eight] = measuredCollectives[id]!.busGBps.allToAll;
  const phase = (nicShare: number) =>
    ncclPhase(
      measured.floorMicroseconds,
      [two, four, measured.scaleUpGBps ?? eight ?? four],
      nicShare * nicGBps,
    );
  return {
    backend: 'nccl-alltoall',
    accelerators: [id],
    ratedScaleUpGBps: scaleUpGBps,
    ratedScaleOutGBps: nicGBps,
    overlapExponent: 1,
    dispatch: phase(ALLTOALL_NIC_SHARE.dispatch),
    combine: phase(ALLTOALL_NIC_SHARE.combine),
    range: { tokensPerRank: [2048, 65536], ep: measured.ep, sms: null },
    expectedError: 0.04,
    fittedOn: measured.fitted
      ? `bus bandwidth within one node at 512 MiB; scale-out: ${measured.fitted} at 4096 BF16 tokens`
      : 'bus bandwidth within one node at 512 MiB; scale-out efficiency from H100',
    source: measured.fitted ? `${NCCL_TESTS}; ${MEGATRON_TABLE_7}` : NCCL_TESTS,
  };
}

/** NCCL all-gather (dispatch) and reduce-scatter (combine), by their bus bandwidths at 512 MiB. */
function ncclGather(id: AcceleratorId, floorMicroseconds: number): BackendCalibration {
  const { scaleUpGBps, nicGBps } = accelerator(id);
  const { allGather, reduceScatter } = measuredCollectives[id]!.busGBps;
  const largest = allGather[2] === null ? 4 : 8;
  const phase = ([two, four, eight]: BusBandwidth) =>
    ncclPhase(floorMicroseconds, [two, four, eight ?? four], RING_NIC_SHARE * nicGBps);
  return {
    backend: 'allgather-reducescatter',
    accelerators: [id],
    ratedScaleUpGBps: scaleUpGBps,
    ratedScaleOutGBps: nicGBps,
    overlapExponent: 6,
    dispatch: phase(allGather),
    combine: phase(reduceScatter),
    range: { tokensPerRank: [2048, 65536], ep: [2, largest], sms: null },
    expectedError: 0.04,
    fittedOn: 'bus bandwidth within one node at 512 MiB',
    source: NCCL_TESTS,
  };
}

/**
 * Latency: the time of 512 bytes in nccl-tests. NCCL's channels are not limited by the SMs set aside for
 * DeepEP.
 */
function ncclPhase(
  floorMicroseconds: number,
  [two, four, eight]: readonly [number, number, number],
  scaleOutGBps: number,
): PhaseConstants {
  return {
    latencyMicroseconds: floorMicroseconds,
    interDomainLatencyMicroseconds: floorMicroseconds,
    microsecondsPerRemoteExpert: 0,
    scaleUpGBps: eight,
    smallGroupScaleUpGBps: { two, four },
    scaleOutGBps,
    smGBps: null,
    interDomainSmGBps: null,
  };
}
