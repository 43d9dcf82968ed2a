import { balancedPacking } from './packing';
import { replicateExperts } from './replication';

/** The shape of an EPLB placement, in the reference's terms. */
export interface EplbShape {
  /** Physical experts of a layer, redundant ones included. */
  readonly replicas: number;
  /** Expert groups of group-limited routing. */
  readonly groups: number;
  readonly nodes: number;
  readonly gpus: number;
}

/** What EPLB returns. Slot s is on GPU floor(s · gpus / replicas). */
export interface EplbPlacement {
  /** [layers][replicas] logical expert of each slot. */
  readonly phy2log: number[][];
  /** [layers][experts][most replicas of any expert] slots of each expert, then -1. */
  readonly log2phy: number[][][];
  /** [layers][experts] replicas of each expert. */
  readonly logcnt: number[][];
}

/** Slots of one layer before they are written down: logical expert and replica number of each, replicas per expert. */
interface Layer {
  readonly expert: Uint32Array;
  readonly replica: Uint32Array;
  readonly count: Uint32Array;
}

/** EPLB keeps groups on nodes where the nodes divide the groups, and else ignores both. */
export function isHierarchical({ groups, nodes }: EplbShape): boolean {
  return groups % nodes === 0;
}

/**
 * Why EPLB has no placement of that shape, one sentence each; empty when it has.
 *
 * @param experts logical experts of a layer
 */
export function eplbProblems(experts: number, shape: EplbShape): string[] {
  const { replicas, groups, nodes, gpus } = shape;
  const problems: string[] = [];
  if (replicas < experts) {
    problems.push(`${replicas} replicas cannot hold ${experts} experts: every expert needs one.`);
  }
  if (replicas % gpus !== 0) {
    problems.push(`${replicas} replicas do not divide over ${gpus} GPUs: EPLB gives every GPU equally many.`);
  }
  if (isHierarchical(shape)) {
    if (experts % groups !== 0) problems.push(`${experts} experts do not divide into ${groups} groups.`);
    if (gpus % nodes !== 0) problems.push(`${gpus} GPUs do not divide over ${nodes} nodes.`);
  }
  return problems;
}

/**
 * The Expert Parallelism Load Balancer of DeepSeek (deepseek-ai/EPLB@d52c72d, eplb.py, `rebalance_experts`): groups are
 * packed onto nodes, experts replicated within each node, replicas packed onto the node's GPUs. Where nodes do not
 * divide groups there is one group and one node. O(layers · replicas · log replicas).
 *
 * @param loads [layers][experts] tokens that each logical expert got
 * @param shape one that `eplbProblems` finds nothing against
 */
export function rebalanceExperts(loads: readonly (readonly number[])[], shape: EplbShape): EplbPlacement {
  const policy = isHierarchical(shape) ? shape : { ...shape, groups: 1, nodes: 1 };
  const layers = loads.map((load) => rebalanceLayer(singlePrecision(load), policy));
  const most = layers.reduce((max, { count }) => Math.max(max, ...count), 0);
  return {
    phy2log: layers.map(({ expert }) => Array.from(expert)),
    log2phy: layers.map((layer) => slotsOfExperts(layer, most)),
    logcnt: layers.map(({ count }) => Array.from(count)),
  };
}

function rebalanceLayer(load: Float32Array, { replicas, groups, nodes, gpus }: EplbShape): Layer {
  const expertsPerNode = load.length / nodes;
  const slotsPerNode = replicas / nodes;
  const slotsPerGpu = replicas / gpus;
  const byNode = expertsByNode(load, groups, nodes);
  const layer = {
    expert: new Uint32Array(replicas),
    replica: new Uint32Array(replicas),
    count: new Uint32Array(load.length),
  };
  const weights = new Float32Array(expertsPerNode);
  const perReplica = new Float32Array(slotsPerNode);
  for (let node = 0; node < nodes; node++) {
    const experts = byNode.subarray(node * expertsPerNode, (node + 1) * expertsPerNode);
    for (let own = 0; own < expertsPerNode; own++) weights[own] = load[experts[own]!]!;
    const { expert, replica, count } = replicateExperts(weights, slotsPerNode);
    for (let i = 0; i < slotsPerNode; i++) perReplica[i] = weights[expert[i]!]! / count[expert[i]!]!;
    const { pack, place } = balancedPacking(perReplica, gpus / nodes);
    for (let i = 0; i < slotsPerNode; i++) {
      const slot = node * slotsPerNode + pack[i]! * slotsPerGpu + place[i]!;
      layer.expert[slot] = experts[expert[i]!]!;
      layer.replica[slot] = replica[i]!;
    }
    for (let own = 0; own < expertsPerNode; own++) layer.count[experts[own]!] = count[own]!;
  }
  return layer;
}

/** Loads as the reference holds them; a zero never negative, as its bits would sort it first. */
function singlePrecision(loads: readonly number[]): Float32Array {
  const result = new Float32Array(loads.length);
  for (let i = 0; i < loads.length; i++) result[i] = loads[i]! + 0;
  return result;
}

/** Logical experts in the order in which their groups lie on the nodes. */
function expertsByNode(load: Float32Array, groups: number, nodes: number): Uint32Array {
  const groupSize = load.length / groups;
  const groupsPerNode = groups / nodes;
  const groupLoads = new Float32Array(groups);
  for (let group = 0; group < groups; group++) {
    let sum = 0;
    for (let i = 0; i < groupSize; i++) sum += load[group * groupSize + i]!;
    groupLoads[group] = sum;
  }
  const { pack, place } = balancedPacking(groupLoads, nodes);
  const order = new Uint32Array(load.length);
  for (let group = 0; group < groups; group++) {
    const start = (pack[group]! * groupsPerNode + place[group]!) * groupSize;
    for (let i = 0; i < groupSize; i++) order[start + i] = group * groupSize + i;
  }
  return order;
}

function slotsOfExperts({ expert, replica, count }: Layer, most: number): number[][] {
  const slots: number[][] = [];
  for (let own = 0; own < count.length; own++) slots.push(new Array<number>(most).fill(-1));
  for (let slot = 0; slot < expert.length; slot++) slots[expert[slot]!]![replica[slot]!] = slot;
  return slots;
}
