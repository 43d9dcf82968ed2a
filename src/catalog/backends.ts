import { type AcceleratorId, accelerator } from './accelerators';
import { type BusBandwidth, measuredCollectives } from './collectives';

type Backend = 'nccl-alltoall' | 'allgather-reducescatter' | 'deepep-high-throughput' | 'deepep-low-latency';

/**
 * What one phase of one backend achieves on one fabric. Bandwidths are per GPU, one direction, GB/s (1e9), as
 * achieved on the wire, not as rated.
 */
export interface PhaseConstants {
  /** Launch and synchronisation, within one scale-up domain and across several. */
  readonly latencyMicroseconds: number;
  readonly interDomainLatencyMicroseconds: number;
  /**
   * Added across domains for each expert outside the own one: low-latency dispatch sends it a token count
   * as a message of its own (DeepEP `csrc/kernels/internode_ll.cu`).
   */
  readonly microsecondsPerRemoteExpert: number;
  readonly scaleUpGBps: number;
  /** Scale-up bandwidth where only two or three, or four to seven, ranks of the group share a domain, if measured. */
  readonly smallGroupScaleUpGBps?: { readonly two: number; readonly four: number };
  readonly scaleOutGBps: number;
  /**
   * Bytes that one SM copies per second, in the kernel for one domain and in the one for several (they are
   * different kernels, DeepEP `intranode.cu` and `internode.cu`); `null` where SMs do not limit.
   */
  readonly smGBps: number | null;
  readonly interDomainSmGBps: number | null;
}

/** Constants of a backend on a fabric, with the rows that they were fitted on. */
export interface BackendCalibration {
  readonly backend: Backend;
  readonly accelerators: readonly AcceleratorId[];
  /** Rated bandwidths of the machine that was measured; other clusters scale by the ratio. */
  readonly ratedScaleUpGBps: number;
  readonly ratedScaleOutGBps: number;
  /**
   * p of T = latency + (T_nic^p + T_nvlink^p + T_sm^p)^(1/p): 6 where the link classes work at the same time
   * and the slowest rules, 1 where they take turns.
   */
  readonly overlapExponent: number;
  readonly dispatch: PhaseConstants;
  readonly combine: PhaseConstants;
  /** Where the constants were checked against measurements; outside it a time is the model's extrapolation. */
  readonly range: {
    readonly tokensPerRank: readonly [number, number];
    readonly ep: readonly [number, number];
    readonly sms: readonly [number, number] | null;
  };
  /** Mean error inside the range, as a fraction. */
  readonly expectedError: number;
  readonly fittedOn: string;
  readonly source: string;
}

const AICONFIGURATOR = 'ai-dynamo/aiconfigurator@095f58a5 systems data (sglang 0.5.6.post2 and 0.5.12)';
const DEEPEP_README = 'deepseek-ai/DeepEP@3b1045d README, later docs/legacy.md';
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

/**
 * Fitted by least squares on relative errors; `test/accuracy/network.test.ts` prints predicted beside measured.
 * What the multi-domain constants of single-domain measurements (Blackwell) hold is H100's, and a time from
 * them says `model`.
 */
export const backendCalibrations: readonly BackendCalibration[] = [
  {
    backend: 'deepep-low-latency',
    accelerators: ['h100-sxm', 'h200-sxm'],
    ratedScaleUpGBps: 450,
    ratedScaleOutGBps: 50,
    overlapExponent: 6,
    dispatch: {
      latencyMicroseconds: 14,
      interDomainLatencyMicroseconds: 10.4,
      microsecondsPerRemoteExpert: 0.073,
      scaleUpGBps: 273,
      scaleOutGBps: 48.1,
      smGBps: null,
      interDomainSmGBps: null,
    },
    combine: {
      latencyMicroseconds: 11.6,
      interDomainLatencyMicroseconds: 25.3,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 221,
      scaleOutGBps: 47,
      smGBps: null,
      interDomainSmGBps: null,
    },
    range: { tokensPerRank: [1, 512], ep: [8, 64], sms: null },
    expectedError: 0.03,
    fittedOn:
      'EP8 x {1, 16, 64, 256} tokens, EP16 and EP64 x {16, 64, 256}; rows under 64 tokens at half weight',
    source: AICONFIGURATOR,
  },
  {
    backend: 'deepep-low-latency',
    accelerators: ['h800-sxm'],
    ratedScaleUpGBps: 200,
    ratedScaleOutGBps: 50,
    overlapExponent: 6,
    dispatch: {
      latencyMicroseconds: 39.7,
      interDomainLatencyMicroseconds: 39.7,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 178,
      scaleOutGBps: 48.6,
      smGBps: null,
      interDomainSmGBps: null,
    },
    combine: {
      latencyMicroseconds: 25.7,
      interDomainLatencyMicroseconds: 25.7,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 145.5,
      scaleOutGBps: 43.5,
      smGBps: null,
      interDomainSmGBps: null,
    },
    range: { tokensPerRank: [128, 128], ep: [8, 256], sms: null },
    expectedError: 0.04,
    fittedOn: 'EP8, EP16, EP64 and EP256 at 128 tokens (June 2025 kernels)',
    source: DEEPEP_README,
  },
  {
    backend: 'deepep-low-latency',
    accelerators: ['b200-sxm', 'b300-sxm'],
    ratedScaleUpGBps: 900,
    ratedScaleOutGBps: 50,
    overlapExponent: 6,
    dispatch: {
      latencyMicroseconds: 21.5,
      interDomainLatencyMicroseconds: 10.4,
      microsecondsPerRemoteExpert: 0.073,
      scaleUpGBps: 565,
      scaleOutGBps: 48.1,
      smGBps: null,
      interDomainSmGBps: null,
    },
    combine: {
      latencyMicroseconds: 21.2,
      interDomainLatencyMicroseconds: 25.3,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 620,
      scaleOutGBps: 47,
      smGBps: null,
      interDomainSmGBps: null,
    },
    range: { tokensPerRank: [1, 256], ep: [8, 8], sms: null },
    expectedError: 0.05,
    fittedOn: 'EP8 x {16, 128} tokens on B200 and B300',
    source: AICONFIGURATOR,
  },
  {
    backend: 'deepep-low-latency',
    accelerators: ['gb200-nvl72', 'gb300-nvl72'],
    ratedScaleUpGBps: 900,
    ratedScaleOutGBps: 50,
    overlapExponent: 6,
    dispatch: {
      latencyMicroseconds: 16.7,
      interDomainLatencyMicroseconds: 10.4,
      microsecondsPerRemoteExpert: 0.073,
      scaleUpGBps: 560,
      scaleOutGBps: 48.1,
      smGBps: null,
      interDomainSmGBps: null,
    },
    combine: {
      latencyMicroseconds: 16.1,
      interDomainLatencyMicroseconds: 25.3,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 547,
      scaleOutGBps: 47,
      smGBps: null,
      interDomainSmGBps: null,
    },
    range: { tokensPerRank: [1, 256], ep: [4, 4], sms: null },
    expectedError: 0.05,
    fittedOn: 'EP4 (one GB200 tray) x {16, 128} tokens',
    source: AICONFIGURATOR,
  },
  {
    backend: 'deepep-high-throughput',
    accelerators: ['h100-sxm', 'h200-sxm'],
    ratedScaleUpGBps: 450,
    ratedScaleOutGBps: 50,
    overlapExponent: 6,
    dispatch: {
      latencyMicroseconds: 40.9,
      interDomainLatencyMicroseconds: 61.5,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 309.5,
      scaleOutGBps: 48,
      smGBps: 23.9,
      interDomainSmGBps: 16.95,
    },
    combine: {
      latencyMicroseconds: 84,
      interDomainLatencyMicroseconds: 144,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 317.4,
      scaleOutGBps: 48.7,
      smGBps: 23.9,
      interDomainSmGBps: 13.43,
    },
    range: { tokensPerRank: [512, 16384], ep: [8, 32], sms: [8, 24] },
    expectedError: 0.03,
    fittedOn: 'EP8 x {1024, 8192} tokens x {20, 24} SMs, EP16 and EP32 x {1024, 8192} x {8, 20} SMs',
    source: AICONFIGURATOR,
  },
  {
    backend: 'deepep-high-throughput',
    accelerators: ['h800-sxm'],
    ratedScaleUpGBps: 200,
    ratedScaleOutGBps: 50,
    overlapExponent: 6,
    dispatch: {
      latencyMicroseconds: 40.9,
      interDomainLatencyMicroseconds: 61.5,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 134.7,
      scaleOutGBps: 46.3,
      smGBps: 23.9,
      interDomainSmGBps: 16.95,
    },
    combine: {
      latencyMicroseconds: 84,
      interDomainLatencyMicroseconds: 144,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 138.8,
      scaleOutGBps: 45.6,
      smGBps: 23.9,
      interDomainSmGBps: 13.43,
    },
    range: { tokensPerRank: [4096, 4096], ep: [8, 64], sms: [24, 24] },
    expectedError: 0.04,
    fittedOn:
      'bandwidths on EP8, EP16 and EP64 at 4096 tokens, SM count taken as the test default 24; latency and SM rate from H100',
    source: DEEPEP_README,
  },
  {
    backend: 'deepep-high-throughput',
    accelerators: ['b200-sxm', 'b300-sxm'],
    ratedScaleUpGBps: 900,
    ratedScaleOutGBps: 50,
    overlapExponent: 6,
    dispatch: {
      latencyMicroseconds: 58.4,
      interDomainLatencyMicroseconds: 61.5,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 650,
      scaleOutGBps: 48,
      smGBps: 17.7,
      interDomainSmGBps: 16.95,
    },
    combine: {
      latencyMicroseconds: 103,
      interDomainLatencyMicroseconds: 144,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 690,
      scaleOutGBps: 48.7,
      smGBps: 20.45,
      interDomainSmGBps: 13.43,
    },
    range: { tokensPerRank: [512, 16384], ep: [8, 8], sms: [20, 24] },
    expectedError: 0.03,
    fittedOn:
      'EP8 x {1024, 8192} tokens x {20, 24} SMs on B200 and B300; the scale-up bandwidth hardly shows there',
    source: AICONFIGURATOR,
  },
  {
    backend: 'deepep-high-throughput',
    accelerators: ['gb200-nvl72', 'gb300-nvl72'],
    ratedScaleUpGBps: 900,
    ratedScaleOutGBps: 50,
    overlapExponent: 6,
    dispatch: {
      latencyMicroseconds: 42.8,
      interDomainLatencyMicroseconds: 61.5,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 650,
      scaleOutGBps: 48,
      smGBps: 14.55,
      interDomainSmGBps: 16.95,
    },
    combine: {
      latencyMicroseconds: 65.3,
      interDomainLatencyMicroseconds: 144,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 690,
      scaleOutGBps: 48.7,
      smGBps: 16.84,
      interDomainSmGBps: 13.43,
    },
    range: { tokensPerRank: [512, 16384], ep: [4, 4], sms: [20, 24] },
    expectedError: 0.03,
    fittedOn: 'EP4 (one GB200 tray) x {1024, 8192} tokens x {20, 24} SMs',
    source: AICONFIGURATOR,
  },
  {
    backend: 'deepep-high-throughput',
    accelerators: ['mi300x'],
    ratedScaleUpGBps: 448,
    ratedScaleOutGBps: 50,
    overlapExponent: 6,
    dispatch: {
      latencyMicroseconds: 50,
      interDomainLatencyMicroseconds: 100,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 259,
      scaleOutGBps: 47.5,
      smGBps: null,
      interDomainSmGBps: null,
    },
    combine: {
      latencyMicroseconds: 50,
      interDomainLatencyMicroseconds: 100,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 280,
      scaleOutGBps: 45.6,
      smGBps: null,
      interDomainSmGBps: null,
    },
    range: { tokensPerRank: [4096, 4096], ep: [8, 64], sms: null },
    expectedError: 0.05,
    fittedOn: 'bandwidths on EP8 and EP64 at 4096 tokens; latency assumed near H100',
    source: 'uccl-project/uccl UCCL-EP README (MI300X with ConnectX-7)',
  },
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
    expectedError: 0.05,
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
    expectedError: 0.05,
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

/**
 * The calibration of a backend on an accelerator; where nobody measured it, H100's, to be scaled by rated
 * bandwidths. `exact` says which.
 */
export function backendCalibration(
  backend: Backend,
  accelerator: AcceleratorId,
): { calibration: BackendCalibration; exact: boolean } {
  const ofBackend = backendCalibrations.filter((entry) => entry.backend === backend);
  const exact = ofBackend.find((entry) => entry.accelerators.includes(accelerator));
  const reference = ofBackend.find((entry) => entry.accelerators.includes('h100-sxm'))!;
  return { calibration: exact ?? reference, exact: exact !== undefined };
}
