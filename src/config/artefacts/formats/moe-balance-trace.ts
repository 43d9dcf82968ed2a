import { traceFormat } from '../trace';

/** Records `{layer, batch_id, origin_rows, topk_experts}` of a request and layer, as moe-balance's converter writes them. */
export const moeBalanceTrace = traceFormat({
  id: 'moe-balance-trace',
  title: 'routing trace (layer, batch_id, topk_experts)',
  indices: 'topk_experts',
  layer: 'layer',
  step: 'batch_id',
  required: ['batch_id'],
});
