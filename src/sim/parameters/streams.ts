import type { ModelScenario } from '../../scenario/scenario';

/**
 * Weights that mix the residual streams around one sub-layer, in elements: with `n` streams `(2 + n)·n` rows over all of
 * them, a bias each, and three scales; 0 with one stream.
 * Source: transformers 5.18.0 modeling_deepseek_v4.py (DeepseekV4HyperConnection).
 */
export function streamParameters(model: ModelScenario): number {
  const { residualStreams: n, hiddenSize: h } = model;
  const rows = (2 + n) * n;
  return (n === 1 ? 0 : rows * n * h + rows + 3) + residualAttention(model);
}

/**
 * Weights that choose what a sub-layer, or the head, reads of what blocks of layers before it have added, in elements: a query
 * and a norm, `2h`. Source: Kimi-K3's modeling_kimi_linear.py (self_attention_res_proj, mlp_res_proj, output_attn_res_proj).
 */
const residualAttention = ({ attentionResiduals, hiddenSize }: ModelScenario): number =>
  attentionResiduals ? 2 * hiddenSize : 0;

/** Weights that make one stream of all after the last layer, in elements: `n·nh + n + 1` (DeepseekV4HyperHead). */
export function streamHeadParameters(model: ModelScenario): number {
  const { residualStreams: n, hiddenSize: h } = model;
  return (n === 1 ? 0 : n * n * h + n + 1) + residualAttention(model);
}
