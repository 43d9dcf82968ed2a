import { traceFormat } from '../trace';

/**
 * `router_trace_rank{r}.jsonl` of `--moe-routing-trace-path`: one record per step, block and layer of that rank's tokens
 * (NVIDIA/Megatron-LM@059f0f5c: megatron/core/transformer/moe/router_trace.py).
 */
export const megatronRouterTrace = traceFormat({
  id: 'megatron-router-trace',
  title: 'Megatron-LM router trace',
  indices: 'top_indices',
  layer: 'layer',
  step: 'step',
  tokens: 'num_tokens',
  topK: 'topk',
  mtp: 'mtp_idx',
  required: ['num_tokens', 'topk'],
});
