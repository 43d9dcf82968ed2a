import { nodesFilled } from './cluster-nodes';
import type { LayoutAndNodes } from './layout-sizes';
import { derived, positiveInteger, type Resolver, truth } from './resolver';

/**
 * vLLM: EP = TP × PCP × DP when expert parallelism is on, otherwise experts are tensor-parallel over the same
 * ranks; one engine per DP rank, GPUs = PP × TP × DP (vllm/config/parallel.py, fused_moe/config.py).
 */
export function servedByVllm(r: Resolver, gpusPerNode: number): LayoutAndNodes {
  const one = derived(1, 'not set: 1 is the default');
  const tp = r.take('layout.tp', positiveInteger, one);
  const pp = r.take('layout.pp', positiveInteger, one);
  const cp = r.set('layout.cp', r.given('vllm.prefillContextParallelSize', positiveInteger) ?? one);
  const wantedEp = r.isOverridden('layout.ep') ? r.given('layout.ep', positiveInteger)?.value : undefined;
  const wantedNodes = r.isOverridden('cluster.nodes')
    ? r.given('cluster.nodes', positiveInteger)?.value
    : undefined;
  const enabled =
    wantedEp !== undefined
      ? wantedEp > 1
      : r.take('layout.expertParallelEnabled', truth, derived(false, 'not set: off is the default'));
  let dp: number;
  if (wantedEp !== undefined && wantedEp > 1 && !r.isOverridden('layout.dp')) {
    dp = r.set('layout.dp', derived(wantedEp / (tp * cp), 'EP / TP'));
    if (!Number.isInteger(dp)) r.refuse('ep-is-tp-times-dp', { ep: wantedEp, tp: tp * cp });
  } else if (wantedNodes !== undefined && !r.isOverridden('layout.dp')) {
    const engine = tp * cp * pp;
    dp = r.set('layout.dp', derived((wantedNodes * gpusPerNode) / engine, 'GPUs / (TP × PP)'));
    if (!Number.isInteger(dp)) {
      const gpus = wantedNodes * gpusPerNode;
      r.refuse('gpus-do-not-divide', { gpus, of: 'TP × PP', size: engine, change: 'cluster.nodes' });
    }
  } else {
    dp = r.take('layout.dp', positiveInteger, one);
  }
  const experts = tp * cp * dp;
  const of = cp > 1 ? 'TP × PCP × DP' : 'TP × DP';
  const ep = r.set('layout.ep', derived(enabled ? experts : 1, enabled ? of : 'expert parallelism is off'));
  const etp = r.set(
    'layout.etp',
    derived(enabled ? 1 : experts, enabled ? 'experts stay whole' : `experts are split over ${of}`),
  );
  r.set(
    'layout.expertParallelEnabled',
    r.given('layout.expertParallelEnabled', truth) ?? derived(enabled, 'EP above 1'),
  );
  const world = r.set('layout.worldSize', derived(tp * cp * pp * dp, `${of}, times PP`));
  const nodes = nodesFilled(r, world, gpusPerNode);
  return {
    layout: {
      tp,
      pp,
      cp,
      dp,
      ep,
      etp,
      vpp: 1,
      sequenceParallel: tp > 1,
      expertParallelEnabled: enabled,
      attentionDataParallel: dp > 1,
      edp: 1,
      worldSize: world,
    },
    nodes,
    gpusPerNode,
  };
}
