import { nodesFilled } from './cluster-nodes';
import type { LayoutAndNodes, LayoutSizes } from './layout-sizes';
import { derived, positiveInteger, type Resolver, type Sourced, truth } from './resolver';

/** The two sizes that TP is made of on the expert side, besides clusters. */
interface ExpertGrid {
  readonly ep: number;
  readonly etp: number;
}

/**
 * TensorRT-LLM: `tensor_parallel_size` is the whole engine per pipeline stage, and MoE-TP × MoE-EP × MoE-cluster
 * divides it; with attention DP every rank of it has sequences of its own (NVIDIA/TensorRT-LLM@05ebebb2:
 * tensorrt_llm/mapping.py). The scenario's TP and DP are those of attention: TP × DP are the engine's ranks.
 */
export function servedByTrtllm(r: Resolver, gpusPerNode: number): LayoutAndNodes {
  const one = derived(1, 'not set: 1 is the default');
  const pp = r.take('layout.pp', positiveInteger, one);
  const cp = r.take('layout.cp', positiveInteger, one);
  const attentionDp = r.take(
    'layout.attentionDataParallel',
    truth,
    derived(false, 'not set: off is the default'),
  );
  const ranks = engineRanks(r, attentionDp, pp * cp, gpusPerNode);
  const tp = attentionDp
    ? r.set('layout.tp', derived(1, 'attention data parallelism: attention is not split'))
    : r.set('layout.tp', r.given('layout.tp', positiveInteger) ?? one);
  const dp = r.set(
    'layout.dp',
    attentionDp
      ? derived(ranks, 'attention data parallelism over tensor_parallel_size')
      : derived(1, 'attention data parallelism is off'),
  );
  const cluster = r.given('trtllm.moeClusterParallelSize', positiveInteger)?.value ?? 1;
  const { ep, etp } = expertGrid(r, ranks / cluster);
  if (ep * etp * cluster !== ranks) {
    r.refuse('expert-grid-is-not-tp', { etp, ep, cluster, ranks });
  }
  if (ep > 1 && cp > 1) r.refuse('ep-with-cp', { ep, cp });
  const worldSize = r.set('layout.worldSize', derived(ranks * pp * cp, 'TP × PP × CP of the engine'));
  const nodes = nodesFilled(r, worldSize, gpusPerNode);
  const layout = {
    tp,
    pp,
    cp,
    dp,
    ep,
    etp,
    vpp: 1,
    sequenceParallel: tp > 1,
    expertParallelEnabled: r.set('layout.expertParallelEnabled', derived(ep > 1, 'EP above 1')),
    attentionDataParallel: attentionDp,
    edp: r.set('layout.edp', derived(1, 'one copy of the experts per engine')),
    worldSize,
  };
  return { layout, nodes, gpusPerNode };
}

/** Ranks of one pipeline stage: what the file says, or what a what-if makes of it. */
function engineRanks(r: Resolver, attentionDp: boolean, perStage: number, gpusPerNode: number): number {
  const own = attentionDp ? 'layout.dp' : 'layout.tp';
  const wanted = r.isOverridden(own) ? r.given(own, positiveInteger)?.value : undefined;
  if (attentionDp && (r.isOverridden('layout.tp') ? r.given('layout.tp', positiveInteger)?.value : 1) !== 1) {
    r.refuse('attention-dp-splits-no-heads', undefined);
  }
  if (wanted !== undefined) return wanted;
  const nodes = r.isOverridden('cluster.nodes') ? r.given('cluster.nodes', positiveInteger) : undefined;
  // A search over sizes has none: to take one rank would say that nothing fits.
  if (nodes === undefined) return r.need('layout.tp', positiveInteger, 'The number of ranks of the engine');
  const ranks = (nodes.value * gpusPerNode) / perStage;
  if (!Number.isInteger(ranks)) {
    const gpus = nodes.value * gpusPerNode;
    r.refuse('gpus-do-not-divide', { gpus, of: 'PP × CP', size: perStage, change: 'cluster.nodes' });
  }
  return ranks;
}

/** One size that is given makes the other; when neither is, experts are split by tensor parallelism. */
function expertGrid(r: Resolver, ranks: number): ExpertGrid {
  const changed = ['layout.tp', 'layout.dp', 'layout.ep', 'cluster.nodes'].some((name) =>
    r.isOverridden(name),
  );
  const epGiven = r.given('layout.ep', positiveInteger, false);
  // A what-if on one size moves the other: the file's own pair no longer fits.
  const etpGiven =
    changed && epGiven !== undefined && !r.isOverridden('layout.etp')
      ? undefined
      : r.given('layout.etp', positiveInteger, false);
  const rest = 'TP / (the other size of the expert grid)';
  if (epGiven === undefined && etpGiven === undefined) {
    return {
      ep: r.set('layout.ep', derived(1, 'not set: 1 is the default')),
      etp: r.set('layout.etp', derived(ranks, 'not set: experts are split over TP')),
    };
  }
  const ep = r.set('layout.ep', epGiven ?? derived(ranks / etpGiven!.value, rest));
  return { ep, etp: r.set('layout.etp', etpGiven ?? derived(ranks / ep, rest)) };
}

/** Tokens that a rank routes in one prefill pass: `max_num_tokens` is of each attention rank, and TP shares them. */
export function trtllmPrefillTokens(r: Resolver, { tp }: LayoutSizes): Sourced<number> | undefined {
  const most = r.given('trtllm.maxNumTokens', positiveInteger)?.value;
  return most === undefined ? undefined : derived(most / tp, 'max_num_tokens over the ranks that share them');
}
