import type { AcceleratorId } from '../accelerators';

/** Backends whose times were measured. */
export type CalibratedBackend =
  | 'nccl-alltoall'
  | 'allgather-reducescatter'
  | 'deepep-high-throughput'
  | 'deepep-low-latency'
  | 'nvlink-one-sided'
  | 'hybrid-ep'
  | 'mori';

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
  /**
   * Least time of a phase whatever it carries, plus some for each rank of the group, whose flag is set and awaited:
   * T = (floor^p + (latency + transfer)^p)^(1/p). None where it is left out.
   */
  readonly floorMicroseconds?: { readonly base: number; readonly perRank: number };
  readonly scaleUpGBps: number;
  /** g where the scale-up bandwidth of a group of N ranks is `scaleUpGBps` × (N / 8)^-g: more peers, less of it. */
  readonly scaleUpFalloff?: number;
  /** Scale-up bandwidth where only two or three, or four to seven, ranks of the group share a domain, if measured. */
  readonly smallGroupScaleUpGBps?: { readonly two: number; readonly four: number };
  readonly scaleOutGBps: number;
  /**
   * Bytes that one SM copies per second, in the kernel for one domain and in the one for several (they are
   * different kernels, DeepEP `intranode.cu` and `internode.cu`); `null` where SMs do not limit.
   */
  readonly smGBps: number | null;
  readonly interDomainSmGBps: number | null;
  /** By what the rates of an SM are multiplied for BF16 rows, which bring no scales along; 1 where that was not measured. */
  readonly smBf16Factor?: number;
  readonly interDomainSmBf16Factor?: number;
}

/** Constants of a backend on a fabric, with the rows that they were fitted on. */
export interface BackendCalibration {
  readonly backend: CalibratedBackend;
  readonly accelerators: readonly AcceleratorId[];
  /** Rated bandwidths of the machine that was measured; other clusters scale by the ratio. */
  readonly ratedScaleUpGBps: number;
  readonly ratedScaleOutGBps: number;
  /**
   * p of T = latency + (T_nic^p + T_nvlink^p + T_sm^p)^(1/p): 6 or 8 where the link classes work at the same time
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
    /** Formats of dispatched rows that the error is of; all where it is left out. */
    readonly dispatchDtypes?: readonly ('bf16' | 'fp8' | 'fp4')[];
  };
  /** Mean error inside the range on rows that were not fitted, as a fraction. */
  readonly expectedError: number;
  readonly fittedOn: string;
  readonly source: string;
}

/** Measured tables that several backends rest on. */
export const AICONFIGURATOR =
  'ai-dynamo/aiconfigurator@095f58a5 systems data (sglang 0.5.6.post2 and 0.5.12)';
export const DEEPEP_README = 'deepseek-ai/DeepEP@3b1045d README, later docs/legacy.md';
