import type { ModelScenario, Scenario } from '../../scenario/scenario';
import type { PlacementResult } from '../result';

/**
 * What the tokens of one EP group do in one MoE layer, in token counts.
 *
 * `sources` is 1 when every source rank sends alike (expected values) and the number of ranks otherwise: entry
 * (i, k) of a matrix [sources, n] is `data[(i % sources) * n + k]`.
 */
export interface Routing {
  readonly engine: 'expected' | 'sampled';
  /** Mean over the source ranks. */
  readonly tokensPerRank: number;
  /** [ranks] where source ranks have different numbers of tokens. */
  readonly tokensBySource?: Float64Array;
  readonly ranks: number;
  readonly sources: number;
  /** Node of each rank, numbered from 0 without gaps, and how many there are. */
  readonly nodeOfRank: readonly number[];
  readonly nodes: number;
  /** Scale-up domain of each rank, numbered from 0 without gaps, and how many there are. */
  readonly domainOfRank: readonly number[];
  readonly domains: number;
  /**
   * Rail of each rank: the place of its GPU, and so of its NIC, in the node, numbered from 0 without gaps. There are none
   * where nothing crosses a NIC.
   */
  readonly railOfRank: readonly number[];
  readonly rails: number;
  /** [sources, ranks] token-expert rows of a source to experts on a rank, one per assignment: drops taken out, padding counted. */
  readonly assignments: Float64Array;
  /** [sources, ranks] tokens of a source that use at least one expert on the rank. */
  readonly rankHits: Float64Array;
  /** [sources, domains] tokens of a source that use at least one expert in the scale-up domain. */
  readonly domainHits: Float64Array;
  /** [routedExperts] rows of all sources to each logical expert, counted in the same way. */
  readonly expertLoad: Float64Array;
  /** Assignments dropped by the capacity factor, as a fraction of all. */
  readonly dropped: number;
  /** Rows that carry no token because experts are padded to their capacity, as a fraction of all rows. */
  readonly padding: number;
  /** What the figures rest on. */
  readonly note: string;
}

/**
 * Group-limited routing (DeepSeek-V2 and later): a token may use experts of `limit` of `groups` groups only. Experts
 * belong to groups in index order. One group when the limit cannot bind (a token never meets more groups than it
 * has experts), or when the allowed groups hold fewer experts than a token needs.
 */
export interface ExpertGroups {
  readonly groups: number;
  readonly limit: number;
  readonly groupOfExpert: Uint16Array;
  /** [groups][experts of the group] */
  readonly members: readonly Uint16Array[];
}

/** Those asked for last: all layers of a model have the same. */
let latestGroups: { readonly key: string; readonly groups: ExpertGroups } | null = null;

export function expertGroups(model: Pick<ModelScenario, 'routedExperts' | 'topK' | 'router'>): ExpertGroups {
  const { routedExperts, topK } = model;
  const { groups, topkGroups } = model.router;
  const limited =
    topkGroups < Math.min(groups, topK) && topkGroups * Math.floor(routedExperts / groups) >= topK;
  const count = limited ? groups : 1;
  const limit = limited ? topkGroups : 1;
  const key = `${routedExperts} ${count} ${limit}`;
  if (latestGroups?.key !== key) latestGroups = { key, groups: groupsOf(routedExperts, count, limit) };
  return latestGroups.groups;
}

function groupsOf(routedExperts: number, groups: number, limit: number): ExpertGroups {
  const groupOfExpert = new Uint16Array(routedExperts);
  const members = Array.from({ length: groups }, (): number[] => []);
  for (let expert = 0; expert < routedExperts; expert++) {
    const group = Math.floor((expert * groups) / routedExperts);
    groupOfExpert[expert] = group;
    members[group]!.push(expert);
  }
  return { groups, limit, groupOfExpert, members: members.map((experts) => Uint16Array.from(experts)) };
}

/** One replica of a logical expert: where it is and which share of the expert's assignments it takes. */
export interface Replica {
  readonly expert: number;
  readonly rank: number;
  readonly share: number;
}

/** Replicas of an expert share its assignments equally, as vLLM and SGLang do by hashing token positions. */
export function replicas(placement: PlacementResult): Replica[] {
  const copies = copiesOf(placement.physicalToLogical);
  return placement.physicalToLogical.map((expert, physical) => ({
    expert,
    rank: placement.physicalToRank[physical]!,
    share: 1 / copies[physical]!,
  }));
}

/** How many replicas the expert of each slot has, [physical experts]. */
export function copiesOf(expertOfSlot: readonly number[]): readonly number[] {
  const copies = new Map<number, number>();
  for (const expert of expertOfSlot) copies.set(expert, (copies.get(expert) ?? 0) + 1);
  return expertOfSlot.map((expert) => copies.get(expert)!);
}

/** Where the ranks of the EP group sit. */
export type Seats = Pick<
  Routing,
  'nodeOfRank' | 'nodes' | 'domainOfRank' | 'domains' | 'railOfRank' | 'rails'
>;

/** Nodes and scale-up domains are numbered by their first rank, rails by their place in the node. */
export function seatsOf(
  { cluster }: Scenario,
  { nodeOfRank, domainOfRank, worldRanks }: PlacementResult,
): Seats {
  const places = worldRanks.map((rank) => rank % cluster.gpusPerNode);
  const nodes = numbered(nodeOfRank, [...new Set(nodeOfRank)]);
  const domains = numbered(domainOfRank, [...new Set(domainOfRank)]);
  const rails = numbered(
    places,
    [...new Set(places)].sort((a, b) => a - b),
  );
  return {
    nodeOfRank: nodes.numbers,
    nodes: nodes.count,
    domainOfRank: domains.numbers,
    domains: domains.count,
    railOfRank: rails.numbers,
    rails: domains.count > 1 ? rails.count : 0,
  };
}

/** The place of each value among the distinct ones. */
function numbered(values: readonly number[], distinct: readonly number[]) {
  const index = new Map(distinct.map((value, i) => [value, i]));
  return { numbers: values.map((value) => index.get(value)!), count: distinct.length };
}

/**
 * Tokens that one source rank may send to one expert: ceil(factor · tokens · k / E), counted per source rank before
 * dispatch as Megatron-Core does (`get_capacity` in `megatron/core/transformer/moe/moe_utils.py`); `Infinity` when dropless.
 */
export function expertCapacity(scenario: Scenario): number {
  const { capacityFactor } = scenario.routing;
  if (capacityFactor === null) return Number.POSITIVE_INFINITY;
  const { routedExperts, topK } = scenario.model;
  return Math.ceil((capacityFactor * scenario.workload.tokensPerRank * topK) / routedExperts);
}
