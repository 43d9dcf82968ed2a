import { accelerator } from '../../catalog/accelerators';
import { nicShare, ringBusGBps } from '../../catalog/collectives';
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
  readonly scaleUpDomain: number;
}

const GB = 1e9;
const TFLOP = 1e12;

/** Rates of one GPU of a cluster. FP8 falls back to BF16 where the accelerator has no FP8 units. */
export function machineOf(cluster: ClusterScenario): Machine {
  const device = accelerator(cluster.accelerator);
  const bf16 = device.bf16TFlops * TFLOP;
  const fp8 = device.fp8TFlops === null ? null : device.fp8TFlops * TFLOP;
  return {
    gemmFlops: {
      bf16: TRAINING.gemmEfficiencyBf16 * bf16,
      fp8: fp8 === null ? TRAINING.gemmEfficiencyBf16 * bf16 : TRAINING.gemmEfficiencyFp8 * fp8,
    },
    attentionFlops: TRAINING.attentionEfficiency * bf16,
    memoryBytes: TRAINING.memoryEfficiency * device.hbmTBps * 1e12,
    peakFlops: bf16,
    nicBytes: nicShare(cluster.accelerator) * cluster.scaleOutGBps * GB,
    ringBytes: (ranks) => ringBusGBps(cluster.accelerator, ranks, cluster.scaleUpGBps) * GB,
    scaleUpDomain: cluster.scaleUpDomain,
  };
}
