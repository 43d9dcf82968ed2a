import type { EplbPlacement } from './rebalance';

type Loads = readonly (readonly number[])[];

/**
 * Tokens on each GPU when the replicas of an expert share its load equally.
 *
 * @param loads [layers][experts]
 * @returns [layers][gpus]
 */
export function gpuLoads(
  loads: Loads,
  { phy2log, logcnt }: Pick<EplbPlacement, 'phy2log' | 'logcnt'>,
  gpus: number,
): number[][] {
  return phy2log.map((slots, layer) => {
    const onGpu = new Array<number>(gpus).fill(0);
    slots.forEach((expert, slot) => {
      const gpu = Math.floor((slot * gpus) / slots.length);
      onGpu[gpu] = onGpu[gpu]! + loads[layer]![expert]! / logcnt[layer]![expert]!;
    });
    return onGpu;
  });
}

/** The same for experts in index order, one replica each. `gpus` divides the experts. */
export function linearGpuLoads(loads: Loads, gpus: number): number[][] {
  const phy2log = loads.map((layer) => layer.map((_, expert) => expert));
  return gpuLoads(loads, { phy2log, logcnt: loads.map((layer) => layer.map(() => 1)) }, gpus);
}
