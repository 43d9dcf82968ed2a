import type { AcceleratorId } from './accelerators';
import type { BackendCalibration, CalibratedBackend } from './calibrations/calibration';
import { deepEpHighThroughput } from './calibrations/deepep-high-throughput';
import { deepEpLowLatency } from './calibrations/deepep-low-latency';
import { hybridEp } from './calibrations/hybrid-ep';
import { mori } from './calibrations/mori';
import { nccl } from './calibrations/nccl';
import { nvlinkOneSided } from './calibrations/nvlink-one-sided';

/** Fitted by least squares on relative errors; docs/accuracy.md has every row, predicted beside measured. */
export const backendCalibrations: readonly BackendCalibration[] = [
  ...deepEpLowLatency,
  ...deepEpHighThroughput,
  ...nvlinkOneSided,
  ...hybridEp,
  ...mori,
  ...nccl,
];

/**
 * Mean errors, as fractions, where the model goes beyond what a calibration was fitted on: on EP sizes and token counts that were left
 * out of the fit, and on accelerators whose times were predicted by another one's constants. docs/accuracy.md has the
 * rows. `null`: there are none, and `OTHER_ACCELERATOR` speaks.
 */
export const extrapolationErrors: Readonly<
  Record<CalibratedBackend, { readonly otherSizes: number; readonly otherAccelerators: number | null }>
> = {
  'deepep-low-latency': { otherSizes: 0.05, otherAccelerators: 0.21 },
  'deepep-high-throughput': { otherSizes: 0.05, otherAccelerators: 0.22 },
  'nvlink-one-sided': { otherSizes: 0.05, otherAccelerators: null },
  'nccl-alltoall': { otherSizes: 0.04, otherAccelerators: 0.08 },
  'allgather-reducescatter': { otherSizes: 0.04, otherAccelerators: 0.08 },
  'hybrid-ep': { otherSizes: 0.19, otherAccelerators: null },
  mori: { otherSizes: 0.08, otherAccelerators: null },
};

/** Of measured over predicted time, less one. */
export interface TimeInterval {
  readonly low: number;
  readonly high: number;
}

/** What clusters of others have shown of a backend. */
interface ClusterIntervals {
  /** Within one node of eight, and over racks of one NVLink domain; none where nobody else measured that. */
  readonly one: TimeInterval;
  readonly rack?: TimeInterval;
  /** Across nodes, with the mean error there. */
  readonly several: TimeInterval;
  readonly severalError: number;
  /** Networks that took much longer than any that the interval is of. */
  readonly slower?: string;
}

const EFA = "AWS's Elastic Fabric Adapter 1.1 to 7 times as long";

/**
 * Between what nine of ten rows lie that were left out of the fit or, where that is wider, that were measured on clusters of others.
 * Of DeepEP over ConnectX-7 and RoCE; AWS's Elastic Fabric Adapter is told apart by no configuration and is not in them
 * (docs/accuracy.md, held out). Of a rack they are of kernels that NVIDIA never published, of which combine over 24 ranks lies outside.
 * Across nodes HybridEP has the upper end of DeepEP high throughput: its own rows there are of one network, and of one that was broken.
 */
export const clusterIntervals: Readonly<Partial<Record<CalibratedBackend, ClusterIntervals>>> = {
  'deepep-low-latency': {
    one: { low: -0.03, high: 0.12 },
    several: { low: -0.04, high: 0.21 },
    severalError: 0.04,
    slower: EFA,
  },
  'deepep-high-throughput': {
    one: { low: -0.05, high: 0.06 },
    rack: { low: -0.38, high: 0.11 },
    several: { low: -0.06, high: 1.56 },
    severalError: 0.09,
    slower: EFA,
  },
  'hybrid-ep': {
    one: { low: -0.09, high: 0.03 },
    rack: { low: -0.09, high: 0.03 },
    several: { low: -0.18, high: 1.56 },
    severalError: 0.13,
  },
  mori: { one: { low: -0.1, high: 0.17 }, several: { low: -0.1, high: 0.2 }, severalError: 0.09 },
};

/** An error with between what nine of ten rows lie. */
export interface NetworkError {
  readonly expectedError: number;
  readonly interval: TimeInterval;
}

/** Across nodes, of a kernel that nobody measured on clusters of others: what the others have shown together. */
export const OTHER_CLUSTERS: Pick<ClusterIntervals, 'several' | 'severalError' | 'slower'> = {
  several: { low: -0.18, high: 1.56 },
  severalError: 0.09,
};

/**
 * Of a kernel on an accelerator where nobody measured it nor on any other than its constants are of: what H100's constants, scaled by
 * rated bandwidths (MI300X's where there are none of H100), have shown of all other kernels on all other accelerators.
 */
export const OTHER_ACCELERATOR: NetworkError = { expectedError: 0.13, interval: { low: -0.33, high: 0.68 } };

/**
 * Of token counts, EP sizes and SM counts that are further than twice from every measured one, by how many times they are: what
 * constants of all kernels have shown that were fitted on rows as far away.
 */
export const FAR_SIZES: readonly (NetworkError & { readonly upTo: number })[] = [
  { upTo: 4, expectedError: 0.1, interval: { low: -0.31, high: 0.42 } },
  { upTo: 16, expectedError: 0.2, interval: { low: -0.57, high: 1.25 } },
  { upTo: Number.POSITIVE_INFINITY, expectedError: 0.6, interval: { low: -0.87, high: 5.79 } },
];

/**
 * By how much the load of the fullest rank was off, as a fraction, where it could be compared: DeepSeek-R1 on 32 GPUs
 * (NVIDIA/TensorRT-LLM tech blog 4, Table 1) against the skew that is assumed for serving.
 */
export const SKEWED_LOAD_ERROR = 0.09;

/**
 * Share of a phase for which a kernel holds all SMs to send and to receive, before and after the NIC works alone: 0.06 of the 0.17 ms
 * that a low-latency dispatch of 128 tokens takes beside the other half batch, and combine taken alike (LMSYS, "Deploying DeepSeek
 * with PD Disaggregation and Large-scale Expert Parallelism on 96 H100 GPUs", lm-sys/lm-sys.github.io@2db4e404). Other kernels
 * hold the SMs that they are given from first to last.
 */
export const HELD_SHARE: Readonly<Partial<Record<CalibratedBackend, number>>> = {
  'deepep-low-latency': 0.35,
};

/**
 * The calibration of a backend on an accelerator; where nobody measured it, H100's (the first one where H100 was not
 * measured either), to be scaled by rated bandwidths. `exact` says which.
 */
export function backendCalibration(
  backend: CalibratedBackend,
  accelerator: AcceleratorId,
): { calibration: BackendCalibration; exact: boolean } {
  const ofBackend = backendCalibrations.filter((entry) => entry.backend === backend);
  const measuredOn = (id: AcceleratorId) => ofBackend.find(({ accelerators }) => accelerators.includes(id));
  const exact = measuredOn(accelerator);
  const reference = measuredOn('h100-sxm') ?? ofBackend[0]!;
  return { calibration: exact ?? reference, exact: exact !== undefined };
}
