import { accelerator } from '../catalog/accelerators';
import { outOfRange } from './fields/range';
import { moeLayerCount } from './moe-layers';
import { type Refusal, refusal } from './refusals/refusal';
import { runsAllToAll } from './resolve/vllm-communication';
import type { Scenario } from './scenario';
import { tableChecks } from './table-checks';

/** What is wrong with a complete scenario in one respect; `undefined` when nothing is. */
type Check = (scenario: Scenario) => Refusal | undefined;

/** What is left of one token when a mean over ranks is multiplied by them again. */
const ROUNDING = 1e-6;

/** A mean of less than one token leaves ranks idle; less than one token among all that share the experts is no pass. */
const tokens: Check = ({ workload: { tokensPerRank }, layout: { ep, etp } }) =>
  tokensPerRank * ep * etp < 1 - ROUNDING
    ? refusal('no-tokens', { tokens: tokensPerRank, ranks: ep * etp })
    : undefined;

const topK: Check = ({ model }) =>
  model.topK > model.routedExperts
    ? refusal('top-k-exceeds-experts', { topK: model.topK, experts: model.routedExperts })
    : undefined;

const groupsDivide: Check = ({ model: { routedExperts: experts, router } }) =>
  router.groups > 1 && experts % router.groups !== 0
    ? refusal('experts-over-groups', { experts, groups: router.groups })
    : undefined;

/** Group-limited routing that cannot give every token its experts. */
const groupsReach: Check = ({ model }) => {
  const { groups, topkGroups } = model.router;
  if (groups <= 1) return undefined;
  if (topkGroups > groups) return refusal('more-groups-than-there-are', { topkGroups, groups });
  const reachable = (topkGroups * model.routedExperts) / groups;
  return reachable < model.topK
    ? refusal('top-k-exceeds-groups', { topK: model.topK, reachable, topkGroups })
    : undefined;
};

const patternLength: Check = ({ model: { layers, moeLayerFrequency } }) =>
  typeof moeLayerFrequency !== 'number' && moeLayerFrequency.length < layers
    ? refusal('layer-pattern-too-short', { entries: moeLayerFrequency.length, layers })
    : undefined;

const someExperts: Check = ({ model }) =>
  moeLayerCount(model) === 0 ? refusal('no-moe-layer', { layers: model.layers }) : undefined;

const stages: Check = ({ layout: { pp, vpp }, model: { layers } }) =>
  pp * vpp > layers ? refusal('stage-without-layer', { pp, vpp, layers }) : undefined;

/** A layout that leaves ranks without experts, or that the framework refuses, has no meaningful traffic. */
const experts: Check = ({ framework, model, layout: { ep }, placement }) => {
  const physical = model.routedExperts + placement.redundantExperts;
  if (physical < ep) return refusal('rank-without-expert', { ep, experts: model.routedExperts });
  const { strategy } = placement;
  const mayBeUneven = framework === 'vllm' && strategy !== 'eplb' && strategy !== 'explicit';
  return physical % ep !== 0 && !mayBeUneven
    ? refusal('experts-do-not-divide', { physical, ep, redundant: placement.redundantExperts })
    : undefined;
};

/** vLLM's order has no EP dimension: its EP group runs through the others. */
const order: Check = ({ layout: { order: wanted, tp, cp, dp, ep } }) =>
  wanted === 'tp-cp-pp-dp' && ep > 1 && ep !== tp * cp * dp
    ? refusal('order-of-other-grid', { order: wanted, ep, product: tp * cp * dp })
    : undefined;

const nvlinkReach: Check = ({ layout, cluster, communication }) => {
  const ranks = layout.ep * layout.etp;
  if (communication.backend !== 'nvlink-one-sided' || ranks <= cluster.scaleUpDomain) return undefined;
  const gpu = accelerator(cluster.accelerator).name;
  return refusal('beyond-nvlink-domain', { ranks, ep: layout.ep, gpu, domain: cluster.scaleUpDomain });
};

const allToAll: Check = ({ framework, layout, communication: { backend } }) =>
  framework === 'vllm' && layout.ep > 1 && !runsAllToAll(layout) && backend !== 'allgather-reducescatter'
    ? refusal('all-to-all-without-dp', { backend })
    : undefined;

const overlapMode: Check = ({ workload: { overlap, mode } }) =>
  overlap === (mode === 'train' ? 'two-batch' : 'expert-parallel')
    ? refusal('overlap-of-other-mode', { overlap, mode })
    : undefined;

const batch: Check = ({ workload, layout: { dp } }) => {
  const { mode, globalBatchSize: globalBatch, microBatchSize: microBatch } = workload;
  return mode === 'train' && globalBatch % (microBatch * dp) !== 0
    ? refusal('batch-does-not-divide', { globalBatch, microBatch, dp })
    : undefined;
};

/** Each looks at a scenario whose numbers are in range. */
const checks: readonly Check[] = [
  topK,
  groupsDivide,
  groupsReach,
  patternLength,
  someExperts,
  stages,
  experts,
  order,
  nvlinkReach,
  allToAll,
  overlapMode,
  batch,
  tokens,
];

/** Names of the files that a scenario's tables were read from. */
export interface TableFiles {
  readonly loads?: string | undefined;
  readonly trace?: string | undefined;
  readonly placement?: string | undefined;
}

/** Why a scenario cannot be simulated; empty when it can. */
export function refusalsOf(scenario: Scenario, files: TableFiles = {}): readonly Refusal[] {
  // Outside its range, a number has no meaning that others could be held against.
  const illegal = outOfRange(scenario).map((one) => refusal('illegal-value', one));
  if (illegal.length > 0) return illegal;
  const wrong = checks.flatMap((check) => check(scenario) ?? []);
  return wrong.length > 0 ? wrong : tableChecks(scenario, files);
}
