import { accelerator } from '../../../catalog/accelerators';
import type { ClusterScenario, WeightDtype } from '../../../scenario/scenario';
import type { ServingConstants } from './constants';

/** Rates and weight widths that the serving model computes with: bytes/s, FLOP/s, bytes per weight. */
export interface ServingRates {
  readonly memoryBytes: number;
  readonly scaleUpBytes: number;
  readonly linearFlops: number;
  readonly expertFlops: number;
  readonly attentionFlops: number;
  readonly linearBytes: number;
  readonly expertBytes: number;
}

type Compute = 'bf16' | 'fp8' | 'fp4';

/** How each storage format is computed with, and its bytes per weight. */
const formats: Readonly<
  Record<WeightDtype, { linear: Compute; expert: Compute; linearBytes: number; expertBytes: number }>
> = {
  bf16: { linear: 'bf16', expert: 'bf16', linearBytes: 2, expertBytes: 2 },
  fp16: { linear: 'bf16', expert: 'bf16', linearBytes: 2, expertBytes: 2 },
  fp8: { linear: 'fp8', expert: 'fp8', linearBytes: 1, expertBytes: 1 },
  mxfp4: { linear: 'bf16', expert: 'fp4', linearBytes: 2, expertBytes: 0.5625 },
  'mxfp4-fp8': { linear: 'fp8', expert: 'fp4', linearBytes: 1, expertBytes: 0.5625 },
  nvfp4: { linear: 'bf16', expert: 'fp4', linearBytes: 2, expertBytes: 0.5625 },
  int4: { linear: 'bf16', expert: 'bf16', linearBytes: 2, expertBytes: 0.5625 },
  'int4-linear': { linear: 'bf16', expert: 'bf16', linearBytes: 0.5195, expertBytes: 0.5195 },
  int8: { linear: 'bf16', expert: 'bf16', linearBytes: 1, expertBytes: 1 },
};

/** Rates of one GPU for weights of one format; formats without units of their own compute in BF16. */
export function servingRates(
  cluster: ClusterScenario,
  dtype: WeightDtype,
  constants: ServingConstants,
): ServingRates {
  const device = accelerator(cluster.accelerator);
  const format = formats[dtype];
  const peaks: Record<Compute, number | null> = {
    bf16: device.bf16TFlops,
    fp8: device.fp8TFlops,
    fp4: device.fp4TFlops,
  };
  const flops = (compute: Compute): number =>
    constants.computeEfficiency * (peaks[compute] ?? device.bf16TFlops) * 1e12;
  return {
    memoryBytes: constants.memoryEfficiency * device.hbmTBps * 1e12,
    scaleUpBytes: constants.scaleUpEfficiency * cluster.scaleUpGBps * 1e9,
    linearFlops: flops(format.linear),
    expertFlops: flops(format.expert),
    attentionFlops: flops('bf16'),
    linearBytes: format.linearBytes,
    expertBytes: format.expertBytes,
  };
}
