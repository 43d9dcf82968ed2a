import { type AcceleratorId, accelerator } from '../../src/catalog/accelerators';
import type { LayoutScenario, ModelScenario, Scenario, WorkloadScenario } from '../../src/scenario/scenario';

/** The parallel sizes that a paper prints; the rest follows. */
export interface Mapping {
  gpus: number;
  tp?: number;
  pp?: number;
  cp?: number;
  ep?: number;
  etp?: number;
  vpp?: number;
}

export function layoutOf({
  gpus,
  tp = 1,
  pp = 1,
  cp = 1,
  ep = 1,
  etp = 1,
  vpp = 1,
}: Mapping): LayoutScenario {
  return {
    tp,
    pp,
    cp,
    dp: gpus / (tp * pp * cp),
    ep,
    etp,
    vpp,
    sequenceParallel: tp > 1,
    expertParallelEnabled: ep > 1,
    attentionDataParallel: false,
    edp: gpus / (etp * ep * pp),
    worldSize: gpus,
    order: 'tp-cp-ep-dp-pp',
  };
}

/** What the resolver takes a training job to be where nothing is said, with ZeRO-1. */
export const usualWorkload: WorkloadScenario = {
  mode: 'train',
  engine: null,
  sequenceLength: 4096,
  microBatchSize: 1,
  globalBatchSize: 256,
  tokensPerRank: 4096,
  inputLength: 1024,
  outputLength: 1024,
  contextLength: 4096,
  concurrency: 1,
  receiveInterval: 1,
  recompute: 'none',
  recomputeMethod: 'uniform',
  recomputeLayers: 1,
  precision: 'bf16',
  parameterDtype: 'bf16',
  adapterRank: 0,
  adapterTargets: 'all',
  frozenDtype: 'bf16',
  gradientDtype: 'fp32',
  masterDtype: 'fp32',
  momentDtype: 'fp32',
  secondMomentDtype: 'fp32',
  overlap: 'none',
  kvCacheDtype: 'bf16',
  memoryFraction: null,
  optimizer: 'adam',
  optimizerOffload: 0,
  gradientOffload: false,
  parameterOffload: false,
  sharding: 'optimizer',
};

/** A training or serving job on a cluster of usual nodes. */
export function scenarioOf(
  model: ModelScenario,
  acceleratorId: AcceleratorId,
  layout: LayoutScenario,
  workload: Partial<WorkloadScenario>,
): Scenario {
  const device = accelerator(acceleratorId);
  const { microBatchSize = 1, sequenceLength = 4096 } = workload;
  return {
    framework: null,
    model,
    layout,
    cluster: {
      accelerator: acceleratorId,
      nodes: Math.ceil(layout.worldSize / device.gpusPerNode),
      gpusPerNode: device.gpusPerNode,
      scaleUpDomain: device.scaleUpDomain,
      scaleUpGBps: device.scaleUpGBps,
      scaleOutGBps: device.nicGBps,
      memoryGiB: device.memoryGiB,
    },
    workload: {
      ...usualWorkload,
      sequenceLength,
      microBatchSize,
      tokensPerRank: (microBatchSize * sequenceLength) / (layout.cp * layout.tp),
      ...workload,
    },
    routing: {
      distribution: 'balanced',
      sigma: 0,
      exponent: 0,
      seed: 1,
      layer: null,
      capacityFactor: null,
      dropPolicy: 'probs',
      padToCapacity: false,
      loads: null,
      trace: null,
    },
    placement: { strategy: 'linear', redundantExperts: 0, eplb: false, drift: 0, slots: null },
    communication: { backend: 'nccl-alltoall', dispatchDtype: 'bf16', combineDtype: 'bf16', sms: 24 },
  };
}
