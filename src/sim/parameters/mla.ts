import type { MlaDimensions } from '../../scenario/mixers';
import type { ModelScenario } from '../../scenario/scenario';
import type { SplitParameters } from './split';

/**
 * Weights of one multi-head latent attention layer, in elements, by how tensor parallelism splits them.
 * With `c` = kvLoraRank, `r` = qkRopeHeadDim, `n` = qkNopeHeadDim, `v` = vHeadDim, `q` = qLoraRank:
 * `h(c+r) + c + cH(n+v) + Hvh + hq + q + qH(n+r)`; without a query down-projection `hH(n+r)` replaces the last three.
 * Biases, where there are some, on the down-projections of queries and of keys and values, `q + c + r`, and on the output, `h`.
 * A gate on the output is `hHv` more (Kimi-K3); where queries and gate come from the latent with and without its norm, both
 * together are `2qH(n+r+v)` (A.X-K2).
 * The down-projections and the norms of the latents are replicated on every rank of the TP group.
 * Source: transformers modeling_deepseek_v3; Kimi-K3's modeling_kimi_linear.py (KimiMLAAttention), modular_axk2.py (AXK2Attention); Megatron-Core multi_latent_attention.py (duplicated down-projections).
 */
export function mlaParameters(model: ModelScenario, mla: MlaDimensions): SplitParameters {
  const { hiddenSize: h, attentionHeads: heads } = model;
  const queryWidth = heads * (mla.qkNopeHeadDim + mla.qkRopeHeadDim);
  const keyValueUp = mla.kvLoraRank * heads * (mla.qkNopeHeadDim + mla.vHeadDim);
  const output = heads * mla.vHeadDim * h;
  const keyValueDown = h * (mla.kvLoraRank + mla.qkRopeHeadDim) + mla.kvLoraRank;
  const q = mla.qLoraRank;
  const gate = { none: 0, 'per-head': heads, 'full-width': heads * mla.vHeadDim }[model.attentionGate];
  const input = q ?? h;
  const queries = mla.jointGate ? 2 * input * (queryWidth + gate) : input * queryWidth + h * gate;
  const biases =
    (model.qkvBias ? (q ?? 0) + mla.kvLoraRank + mla.qkRopeHeadDim : 0) + (model.outputBias ? h : 0);
  return {
    split: keyValueUp + output + queries,
    replicated: keyValueDown + (q === null ? 0 : h * q + q) + biases,
  };
}
