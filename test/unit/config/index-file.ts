import type { Fact } from '../../../src/config/fact';
import { LineIndex } from '../../../src/config/lines';

/** One thing that the corpus index says a correct reader extracts. */
export interface IndexItem {
  readonly raw: string;
  readonly role: string | null;
  readonly name: string;
  readonly value: string;
  /** Line from 1 on which the value is used. */
  readonly line: number;
  /** The value depends on something that the file does not say, or on a choice: it may stay unresolved. */
  readonly open: 'no' | 'must' | 'may';
}

/** Names of the index and the facts that they stand for. */
const NAMES: Readonly<Record<string, string>> = {
  hidden: 'model.hiddenSize',
  intermediate: 'model.intermediateSize',
  moe_intermediate: 'model.expertIntermediateSize',
  num_experts: 'model.routedExperts',
  top_k: 'model.topK',
  layers: 'model.layers',
  shared_experts: 'model.sharedExperts',
  shared_intermediate: 'model.sharedExpertIntermediateSize',
  moe_freq: 'model.moeLayerFrequency',
  dense_first: 'model.firstDenseLayers',
  n_group: 'model.router.groups',
  topk_group: 'model.router.topkGroups',
  HF_ep_size_NOT_PARALLELISM: 'huggingface.epSize',
  tp: 'layout.tp',
  pp: 'layout.pp',
  cp: 'layout.cp',
  dp: 'layout.dp',
  ep: 'layout.ep',
  etp: 'layout.etp',
  nodes: 'cluster.nodes',
  gpus_per_node: 'cluster.gpusPerNode',
  a2a: 'communication.backend',
  enable_ep: 'layout.expertParallelEnabled',
  dp_local: 'layout.dpLocal',
  dp_attention: 'layout.attentionDataParallel',
  moe_dense_tp: 'sglang.moeDenseTpSize',
  redundant: 'placement.redundantExperts',
  lws_size: 'kubernetes.groupSize',
  gpus_per_pod: 'kubernetes.gpusPerPod',
  eplb: 'placement.eplb',
  eplb_config: 'placement.eplbConfig',
  capacity_factor: 'routing.capacityFactor',
  num_slots: 'trtllm.numSlots',
  vpp: 'layout.vpp',
  gbs: 'workload.globalBatchSize',
};

/** Keys that the index calls by a size of which they are only a part. */
const NAMES_BY_KEY: Readonly<Record<string, string>> = {
  data_parallel_replicate_degree: 'torchtitan.dataParallelReplicateDegree',
  data_parallel_shard_degree: 'torchtitan.dataParallelShardDegree',
  dp_shard_size: 'axolotl.dpShardSize',
  ici_fsdp_parallelism: 'maxtext.iciFsdpParallelism',
};

const ITEM =
  /(?:^|; )(?:(?<role>[\w.@-]+)\.)?(?<name>[A-Za-z_0-9]+)=(?<value>.*?)@L(?<line>\d+)\[(?<key>.*?)\](?=; |$)/g;

/** verl's sections belong to a worker: `actor_rollout_ref.actor.megatron` is the actor's. */
function ownRole(role: string | undefined): string | null {
  return /^actor_rollout_ref\.(\w+)/.exec(role ?? '')?.[1] ?? role ?? null;
}

/** Reads the `expected` column. */
export function parseExpected(expected: string): IndexItem[] {
  return [...expected.matchAll(ITEM)].map((match) => {
    const { role, name, value, line, key } = match.groups as Record<string, string>;
    const unresolved = /^((UNRESOLVED|EXPR)\(|\$\{?\w+\}?$)/.test(value ?? '') || value?.startsWith('`');
    const several = /assigned \d+ different values/.test(key ?? '');
    return {
      raw: match[0].replace(/^; /, ''),
      role: ownRole(role),
      name: NAMES_BY_KEY[key ?? ''] ?? NAMES[name ?? ''] ?? name ?? '',
      value: value ?? '',
      line: Number(line),
      open: several ? 'may' : unresolved ? 'must' : 'no',
    };
  });
}

function sameValue(fact: Fact, expected: string): boolean {
  // `${5:-2}` stands for its default, long values are cut with dots, long lists are given by their first items.
  const fallback = /^\$\{\w+:?-(.*)\}$/.exec(expected)?.[1];
  const list = /^\[(\d+) items\] (.*)$/.exec(expected);
  if (list !== null) {
    return (
      Array.isArray(fact.value) &&
      fact.value.length === Number(list[1]) &&
      fact.value.join(',').startsWith(list[2] ?? '')
    );
  }
  const wanted = (fallback ?? expected).replace(/\.\.\.$/, '');
  const value = String(fact.value);
  return (
    value === wanted ||
    (expected.endsWith('...') && value.startsWith(wanted)) ||
    Number(value) === Number(wanted)
  );
}

/** A fact belongs to its engine or table; the index may name a section inside that. */
function sameRole(fact: Fact, role: string | null): boolean {
  return (
    (fact.role ?? null) === role || (fact.role !== undefined && role?.startsWith(`${fact.role}.`) === true)
  );
}

/**
 * How a reading compares with an item: `right`; `wrong` value or line; `missing`; or `overread`, resolved where the file
 * does not say the value.
 */
export interface Comparison {
  readonly kind: 'right' | 'wrong' | 'missing' | 'overread';
  /** What was read instead. */
  readonly detail: string;
}

/** Compares one item with the facts of its file. The value counts on the line where it is used. */
export function compare(item: IndexItem, facts: readonly Fact[], text: string): Comparison {
  const lines = new LineIndex(text);
  const lineOf = (offset: number) => lines.at(offset).line + 1;
  const stated = facts.filter(({ state }) => state !== 'default' && state !== 'derived');
  const named = stated.filter((fact) => fact.name === item.name && sameRole(fact, item.role));
  if (named.length === 0) return { kind: 'missing', detail: 'not read' };
  const placed = named.filter((fact) => lineOf(fact.range.start) === item.line);
  if (placed.length === 0) {
    return { kind: 'wrong', detail: `read elsewhere: ${named.map(show).join(', ')}` };
  }
  const detail = `read as ${placed.map(show).join(', ')}`;
  const resolved = placed.some(({ state }) => state !== 'unresolved');
  if (item.open === 'must') return { kind: resolved ? 'overread' : 'right', detail };
  const agrees = placed.some((fact) =>
    fact.state === 'unresolved' ? item.open === 'may' : item.open === 'may' || sameValue(fact, item.value),
  );
  return { kind: agrees ? 'right' : 'wrong', detail };
}

function show(fact: Fact): string {
  return fact.state === 'unresolved'
    ? `unresolved ${fact.expression}`
    : `${String(fact.value)} (${fact.state})`;
}
