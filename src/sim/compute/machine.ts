import { type AcceleratorId, accelerator } from '../../catalog/accelerators';
import { allReduceBusGBps, nicShare, ringBusGBps } from '../../catalog/collectives';
import type { ClusterScenario } from '../../scenario/scenario';
import { TRAINING } from './constants';

/** Rates that the training model computes with: FLOP/s and bytes/s. */
export interface Machine {
  readonly gemmFlops: Readonly<Record<'bf16' | 'fp8', number>>;
  readonly attentionFlops: number;
  readonly memoryBytes: number;
  /** Dense BF16 peak, FLOP/s, as MFU counts it. */
  readonly peakFlops: number;
  readonly nicBytes: number;
  /** Bus bandwidth of a ring of so many ranks inside one scale-up domain, bytes/s. */
  readonly ringBytes: (ranks: number) => number;
  /** The same of an all-reduce. */
  readonly allReduceBytes: (ranks: number) => number;
  readonly scaleUpDomain: number;
  readonly sms: number;
  /** Part of the shorter of communication and compute that overlap hides. */
  readonly overlap: number;
  /** Seconds of each expert of a rank beside its work, forward and backward, where every expert has kernels of its own. */
  readonly expertSeconds: number;
  /** Weights get gradients; frozen ones do not, which saves one of the two GEMMs backward. */
  readonly weightGradients: boolean;
}

/**
 * Sustained clocks of a part beyond its sibling of equal rating: GB300 may draw 1400 W, GB200 1200 W (NVIDIA data sheets),
 * and dense GEMMs run at the power limit. From the sheets, not fitted; the two differ by 15 to 18 % in measured steps.
 */
const SUSTAINED_OVER_RATED: Readonly<Partial<Record<AcceleratorId, number>>> = { 'gb300-nvl72': 1400 / 1200 };

/** What of the training model was fitted. */
export type FittedConstants = Record<
  'gemmEfficiencyBf16' | 'gemmEfficiencyFp8' | 'overlap' | 'expertSeconds',
  number
>;

const GB = 1e9;
const TFLOP = 1e12;

/** Rates of one GPU of a cluster. FP8 falls back to BF16 where the accelerator has no FP8 units. */
export function machineOf(cluster: ClusterScenario, constants: FittedConstants = TRAINING): Machine {
  const device = accelerator(cluster.accelerator);
  const sustained = SUSTAINED_OVER_RATED[cluster.accelerator] ?? 1;
  const bf16 = device.bf16TFlops * TFLOP;
  const fp8 = device.fp8TFlops === null ? null : device.fp8TFlops * TFLOP;
  return {
    gemmFlops: {
      bf16: sustained * constants.gemmEfficiencyBf16 * bf16,
      fp8:
        sustained * (fp8 === null ? constants.gemmEfficiencyBf16 * bf16 : constants.gemmEfficiencyFp8 * fp8),
    },
    attentionFlops: sustained * TRAINING.attentionEfficiency * bf16,
    memoryBytes: TRAINING.memoryEfficiency * device.hbmTBps * 1e12,
    peakFlops: bf16,
    nicBytes: nicShare(cluster.accelerator) * cluster.scaleOutGBps * GB,
    ringBytes: (ranks) => ringBusGBps(cluster.accelerator, ranks, cluster.scaleUpGBps) * GB,
    allReduceBytes: (ranks) => allReduceBusGBps(cluster.accelerator, ranks, cluster.scaleUpGBps) * GB,
    scaleUpDomain: cluster.scaleUpDomain,
    sms: device.sms,
    overlap: constants.overlap,
    expertSeconds: constants.expertSeconds,
    weightGradients: true,
  };
}
