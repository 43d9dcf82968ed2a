import { type AcceleratorId, accelerator } from '../../src/catalog/accelerators';
import type {
  BackendId,
  PlacementScenario,
  RoutingScenario,
  Scenario,
  WireDtype,
} from '../../src/scenario/scenario';
import { communicationTime } from '../../src/sim/network/time';
import { placeExperts } from '../../src/sim/placement/placement';
import type { CommunicationTime, TrafficResult } from '../../src/sim/result';
import { expectedRouting } from '../../src/sim/routing/expected';
import { traffic } from '../../src/sim/traffic/traffic';
import { deepseekV3 } from './models';
import { usualWorkload } from './scenarios';

export interface NetworkOptions {
  accelerator?: AcceleratorId;
  backend?: BackendId;
  ep?: number;
  etp?: number;
  tokensPerRank?: number;
  sms?: number;
  hiddenSize?: number;
  routedExperts?: number;
  topK?: number;
  groups?: number;
  topkGroups?: number;
  redundantExperts?: number;
  sigma?: number;
  seed?: number;
  capacityFactor?: number | null;
  dispatchDtype?: WireDtype;
  combineDtype?: WireDtype;
  routing?: Partial<RoutingScenario>;
  placement?: Partial<PlacementScenario>;
}

/** A scenario with the shapes of DeepSeek-V3 without its group limit, as DeepEP's benchmarks run it; options change it. */
export function networkScenario(options: NetworkOptions = {}): Scenario {
  const id = options.accelerator ?? 'h100-sxm';
  const gpu = accelerator(id);
  const ep = options.ep ?? 8;
  const etp = options.etp ?? 1;
  const sigma = options.sigma ?? 0;
  return {
    framework: null,
    model: {
      ...deepseekV3,
      hiddenSize: options.hiddenSize ?? deepseekV3.hiddenSize,
      routedExperts: options.routedExperts ?? deepseekV3.routedExperts,
      topK: options.topK ?? deepseekV3.topK,
      router: {
        ...deepseekV3.router,
        groups: options.groups ?? 1,
        topkGroups: options.topkGroups ?? 1,
      },
    },
    layout: {
      tp: 1,
      pp: 1,
      cp: 1,
      dp: ep * etp,
      ep,
      etp,
      vpp: 1,
      sequenceParallel: false,
      expertParallelEnabled: true,
      attentionDataParallel: true,
      edp: 1,
      worldSize: ep * etp,
      order: 'tp-cp-ep-dp-pp',
    },
    cluster: {
      accelerator: id,
      nodes: Math.ceil((ep * etp) / gpu.gpusPerNode),
      gpusPerNode: gpu.gpusPerNode,
      scaleUpDomain: gpu.scaleUpDomain,
      scaleUpGBps: gpu.scaleUpGBps,
      scaleOutGBps: gpu.nicGBps,
      memoryGiB: gpu.memoryGiB,
    },
    workload: {
      ...usualWorkload,
      mode: 'prefill',
      tokensPerRank: options.tokensPerRank ?? 4096,
      sharding: 'none',
    },
    routing: {
      distribution: sigma > 0 ? 'lognormal' : 'balanced',
      sigma,
      exponent: 0.64,
      seed: options.seed ?? 1,
      layer: 0,
      capacityFactor: options.capacityFactor ?? null,
      dropPolicy: 'probs',
      padToCapacity: false,
      loads: null,
      trace: null,
      ...options.routing,
    },
    placement: {
      strategy: 'linear',
      redundantExperts: options.redundantExperts ?? 0,
      eplb: false,
      drift: 0,
      slots: null,
      ...options.placement,
    },
    communication: {
      backend: options.backend ?? 'nccl-alltoall',
      dispatchDtype: options.dispatchDtype ?? 'fp8',
      combineDtype: options.combineDtype ?? 'bf16',
      sms: options.sms ?? 24,
    },
  };
}

/** Traffic and time of a scenario by the expected engine. */
export function network(options: NetworkOptions): { traffic: TrafficResult; time: CommunicationTime } {
  const scenario = networkScenario(options);
  const result = traffic(scenario, expectedRouting(scenario, placeExperts(scenario)));
  return { traffic: result, time: communicationTime(scenario, result) };
}
