import type { FrameworkId } from '../../config/fact';
import { rankOrders } from '../choices';
import type { RankOrder } from '../scenario';
import { derived, oneOf, type Resolver } from './resolver';

/**
 * The order in which each framework numbers its ranks.
 * Megatron-Core: `RankGenerator` with `tp-cp-ep-dp-pp`, or `tp-cp-ep-pp-dp` by `--use-tp-pp-dp-mapping`
 * (megatron/core/parallel_state.py).
 * vLLM: `all_ranks.reshape(-1, DP, PP, PCP, TP)`; the EP group takes DP, PCP and TP of one stage, so that with PP it skips
 * the ranks of the other stages (vllm/distributed/parallel_state.py, initialize_model_parallel).
 * TensorRT-LLM: inside a stage, EP runs faster than MoE-TP (tensorrt_llm/mapping.py, moe_ep_group).
 * SGLang: MoE-TP runs faster than EP (sgl-project/sglang: srt/distributed/parallel_state.py).
 */
const orders: Partial<Record<FrameworkId, { readonly order: RankOrder; readonly rule: string }>> = {
  vllm: { order: 'tp-cp-pp-dp', rule: 'vLLM numbers ranks by TP, PCP, PP, DP' },
  trtllm: { order: 'ep-tp-cp-pp', rule: 'TensorRT-LLM numbers ranks by EP, then MoE-TP' },
  sglang: { order: 'tp-cp-ep-dp-pp', rule: 'SGLang numbers ranks by MoE-TP, then EP' },
};

const usual = { order: 'tp-cp-ep-dp-pp', rule: "Megatron-Core's default order" } as const;

export function resolveOrder(r: Resolver, framework: FrameworkId | null): RankOrder {
  const { order, rule } = (framework === null ? undefined : orders[framework]) ?? usual;
  return r.take('layout.order', oneOf(...rankOrders), derived<RankOrder>(order, rule));
}
