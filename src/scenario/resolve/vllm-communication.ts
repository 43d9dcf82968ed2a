import type { BackendId, LayoutScenario } from '../scenario';
import { derived, type Resolver, type Sourced } from './resolver';

/** What an all-reduce is made of: its two halves are what the counted backend sends. */
const ALL_REDUCE: BackendId = 'allgather-reducescatter';

/**
 * Whether vLLM runs all-to-all kernels: only where ranks have tokens of their own, by data or by prefill context
 * parallelism (vllm-project/vllm@002d6073: model_executor/layers/fused_moe/config.py, use_all2all_kernels; its third
 * condition, sequence parallelism, needs data parallelism itself: config/parallel.py, use_sequence_parallel_moe).
 */
export const runsAllToAll = ({ dp, cp }: Pick<LayoutScenario, 'dp' | 'cp'>): boolean => dp > 1 || cp > 1;

/** The all-reduce over TP of a job without all-to-all, whatever backend its options name. */
export function vllmAllReduce(r: Resolver): Sourced<BackendId> {
  const [named] = r.facts('communication.backend').filter(({ state }) => state !== 'default');
  const whatever = named ? `, whatever ${named.key} ${String(named.value)} says` : '';
  return derived(
    ALL_REDUCE,
    `vLLM runs no all-to-all with DP 1: TP all-reduces the results${whatever}`,
    named,
  );
}
