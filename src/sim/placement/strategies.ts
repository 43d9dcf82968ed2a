import type { PlacementScenario, Scenario } from '../../scenario/scenario';
import { moeLayers } from '../parameters/kinds';
import { loadStatistics } from '../routing/popularity';
import type { EpGroup } from './ep-group';
import { type EplbShape, rebalanceExperts } from './eplb/rebalance';

/** Which slot is on which rank, the same for all layers, and which expert is in which slot of each layer. */
export interface Slots {
  /** [physical experts] */
  readonly rankOfSlot: readonly number[];
  /** [layers or 1][physical experts]; one row stands for all layers. */
  readonly expertOfSlot: readonly (readonly number[])[];
}

type Strategy = (scenario: Scenario, group: EpGroup, layers: number) => Slots;

/**
 * - `linear`: physical experts in index order, the routed ones and then the redundant ones.
 * - `round-robin`: expert e on rank e mod EP (`determine_expert_map` in vLLM's fused_moe/expert_map_manager.py).
 * - `eplb`: by the loads of each layer, as the engines do it: hierarchical where the nodes divide the router's groups,
 *   unless the engine knows no groups.
 * - `explicit`: as the file says.
 */
export const strategies: Readonly<Record<PlacementScenario['strategy'], Strategy>> = {
  linear: (scenario, group) => {
    const slots = physicalExperts(scenario);
    return { rankOfSlot: evenRuns(slots, group.worldRanks.length), expertOfSlot: [initialExperts(scenario)] };
  },
  'round-robin': (scenario, group) => {
    const ranks = group.worldRanks.length;
    const slots = physicalExperts(scenario);
    const inOrder = initialExperts(scenario);
    const dealt = Array.from({ length: ranks }, (_, rank) =>
      inOrder.filter((_e, slot) => slot % ranks === rank),
    );
    return { rankOfSlot: evenRuns(slots, ranks), expertOfSlot: [dealt.flat()] };
  },
  eplb: (scenario, group, layers) => {
    const loads = Array.from({ length: layers }, (_, layer) => loadStatistics(scenario, layer));
    const shape = eplbShape(scenario, group);
    return {
      rankOfSlot: evenRuns(shape.replicas, shape.gpus),
      expertOfSlot: rebalanceExperts(loads, shape).phy2log,
    };
  },
  explicit: (scenario, group, layers) => {
    const expertOfSlot = moeRows(scenario, layers);
    return {
      rankOfSlot: evenRuns(expertOfSlot[0]?.length ?? 0, group.worldRanks.length),
      expertOfSlot,
    };
  },
};

/** Slots of the MoE layers: SGLang's maps have a row for every layer of the model, others one for each MTP module too. */
function moeRows({ model, placement }: Scenario, layers: number): Slots['expertOfSlot'] {
  const rows = placement.slots ?? [];
  const isMoe = moeLayers(model);
  if (rows.length === model.layers) return rows.filter((_, layer) => isMoe[layer]);
  return rows.slice(0, Math.max(layers, isMoe.filter(Boolean).length));
}

/**
 * Engines whose balancer spreads replicas over all ranks alike, whatever the router's groups
 * (TensorRT-LLM: runtime/moeLoadBalancer/moeLoadBalancer.cpp, doReplication and doPlacement).
 */
const GLOBAL_BALANCERS: ReadonlySet<Scenario['workload']['engine']> = new Set(['tensorrt-llm'] as const);

/** The shape that the engines give EPLB: nodes that do not share the group's ranks evenly count as one. */
export function eplbShape({ model, placement, workload }: Scenario, { nodeOfRank }: EpGroup): EplbShape {
  const gpus = nodeOfRank.length;
  const nodes = new Set(nodeOfRank).size;
  const first = nodeOfRank[0] ?? 0;
  const isEven =
    gpus % nodes === 0 &&
    nodeOfRank.every((node, rank) => node - first === Math.floor((rank * nodes) / gpus));
  return {
    replicas: model.routedExperts + placement.redundantExperts,
    groups: GLOBAL_BALANCERS.has(workload.engine) ? 1 : model.router.groups,
    nodes: isEven ? nodes : 1,
    gpus,
  };
}

const physicalExperts = ({ model, placement }: Scenario): number =>
  model.routedExperts + placement.redundantExperts;

/**
 * Redundant slot E + i replicates logical expert i mod E: the initial mapping of vLLM (`vllm/distributed/eplb/eplb_state.py`)
 * and SGLang (`srt/eplb/expert_location.py`, init_trivial) before any load was seen.
 */
function initialExperts(scenario: Scenario): number[] {
  return Array.from({ length: physicalExperts(scenario) }, (_, slot) => slot % scenario.model.routedExperts);
}

/**
 * Slots in runs over the ranks. Where P slots do not divide over EP ranks, each rank holds floor(P / EP) and the first
 * P mod EP ranks one more (`determine_expert_map` in vLLM's fused_moe/expert_map_manager.py).
 */
function evenRuns(slots: number, ranks: number): number[] {
  const each = Math.floor(slots / ranks);
  const withOneMore = slots % ranks;
  return Array.from({ length: ranks }, (_, rank) =>
    new Array<number>(each + (rank < withOneMore ? 1 : 0)).fill(rank),
  ).flat();
}
