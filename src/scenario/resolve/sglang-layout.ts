import { nodesFilled } from './cluster-nodes';
import type { LayoutAndNodes, LayoutSizes } from './layout-sizes';
import { count, derived, positiveInteger, type Resolver, type Sourced, text, truth } from './resolver';

/** Values of `--moe-a2a-backend` that leave EP as it is written, and the simulator's own name for what they do. */
const KEEPS_EP: ReadonlySet<string> = new Set(['none', 'ascend_tp', 'allgather-reducescatter']);

/** The all-to-all backend that makes EP follow TP, if one is set. */
function forcingBackend(r: Resolver): string | undefined {
  const backend = r.given('communication.backend', text)?.value;
  return backend === undefined || KEEPS_EP.has(backend) ? undefined : backend;
}

/**
 * SGLang: `--tp` is the whole replica per pipeline stage. DP attention divides it (attention TP = TP / DP), plain DP
 * multiplies replicas; EP is a divisor of TP, and TP itself with most all-to-all backends
 * (sgl-project/sglang@001067ff: srt/server_args.py).
 * The scenario's TP and DP are those of attention: a what-if on `layout.tp` means attention TP.
 */
export function servedBySglang(r: Resolver, gpusPerNode: number): LayoutAndNodes {
  const one = derived(1, 'not set: 1 is the default');
  const override = (name: string) =>
    r.isOverridden(name) ? r.given(name, positiveInteger)?.value : undefined;
  const pp = r.take('layout.pp', positiveInteger, one);
  const divides = r.take(
    'layout.attentionDataParallel',
    truth,
    derived(false, 'not set: off is the default'),
  );
  const backend = forcingBackend(r);
  let dp = r.take('layout.dp', positiveInteger, one);
  let replica = r.take('layout.tp', positiveInteger, one);
  if (divides && r.isOverridden('layout.tp')) replica *= dp;

  const wantedEp = override('layout.ep');
  // Where a change says TP too, nodes are what its ranks fill, and need not be full.
  const wantedNodes = r.isOverridden('layout.tp') ? undefined : override('cluster.nodes');
  const keepsReplica = wantedEp !== undefined && backend === undefined && replica % wantedEp === 0;
  const wanted =
    wantedEp !== undefined && !keepsReplica
      ? wantedEp
      : wantedNodes !== undefined
        ? (wantedNodes * gpusPerNode) / (pp * (divides ? 1 : dp))
        : replica;
  if (wanted !== replica) {
    // More ranks are more attention replicas: heads are not split further.
    if (divides && !r.isOverridden('layout.dp')) {
      dp = r.set('layout.dp', derived((wanted * dp) / replica, 'ranks / attention TP'));
      replica = wanted;
    } else {
      replica = r.set('layout.tp', derived(wanted, wantedEp === undefined ? 'GPUs / (PP × DP)' : 'EP'));
    }
  }
  let tp = replica;
  if (divides && dp > 1) {
    tp = r.set('layout.tp', derived(replica / dp, `DP attention divides --tp ${replica} by DP ${dp}`));
  }
  const ep =
    backend === undefined
      ? r.take('layout.ep', positiveInteger, one)
      : r.set('layout.ep', derived(replica, `the ${backend} all-to-all sets EP to TP`));
  const moeDp = r.given('sglang.moeDpSize', positiveInteger)?.value ?? 1;
  const replicas = divides ? 1 : dp;
  if (!Number.isInteger(replica) || !Number.isInteger(dp)) {
    const change = wantedEp === undefined ? 'cluster.nodes' : 'layout.ep';
    const perReplica = Number.isInteger(replica) ? { of: 'attention TP', size: replica / dp } : undefined;
    const size = pp * (divides ? 1 : dp);
    const shared = perReplica ?? { of: 'PP × DP', size };
    r.refuse('gpus-do-not-divide', { gpus: perReplica ? replica : replica * size, ...shared, change });
  } else if (!Number.isInteger(tp)) {
    r.refuse('dp-does-not-divide-tp', { tp: replica, dp });
  } else if (replica % (ep * moeDp) !== 0) {
    r.refuse('ep-does-not-divide-tp', { ep, moeDp, tp: replica });
  }
  const etp = r.set(
    'layout.etp',
    derived(replica / (ep * moeDp), 'TP / EP: experts are split over the rest'),
  );
  const edp = r.set('layout.edp', derived(moeDp * replicas, 'replicas of the expert group'));
  const expertParallelEnabled = r.set('layout.expertParallelEnabled', derived(ep > 1, 'EP above 1'));
  const worldSize = r.set(
    'layout.worldSize',
    derived(replica * pp * replicas, divides ? 'TP × PP' : 'TP × PP × DP'),
  );
  const nodes = nodesFilled(r, worldSize, gpusPerNode);
  const layout = {
    tp,
    pp,
    cp: 1,
    dp,
    ep,
    etp,
    vpp: 1,
    sequenceParallel: tp > 1,
    expertParallelEnabled,
    attentionDataParallel: divides,
    edp,
    worldSize,
  };
  return { layout, nodes, gpusPerNode };
}

/**
 * Tokens that a rank routes in one prefill pass: `--chunked-prefill-size` is of the whole replica under DP attention,
 * otherwise of each data-parallel worker; 0 and below turn chunking off.
 */
export function sglangPrefillTokens(
  r: Resolver,
  { tp, dp, attentionDataParallel }: LayoutSizes,
): Sourced<number> | undefined {
  const chunk = r.given('sglang.chunkedPrefillSize', count)?.value ?? 0;
  if (chunk === 0) return undefined;
  const tokens = chunk / tp / (attentionDataParallel ? dp : 1);
  return derived(tokens, 'chunked prefill size over the attention ranks');
}
