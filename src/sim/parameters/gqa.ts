import type { ModelScenario } from '../../scenario/scenario';
import { attentionHeads } from './heads';
import type { AttentionKind } from './kinds';
import type { SplitParameters } from './split';

/**
 * Weights of one grouped-query attention layer, in elements, by how tensor parallelism splits them.
 * `H·d` query width, `K·d` key and `K·v` value width; projections `hHd + hKd + hKv + Hvh`, an output gate `hHv` or `hH`,
 * biases `Hd + K(d+v) (+ h)`, query and key norms `2d` per head or `Hd + Kd` over the full width, `H` sinks.
 * Source: transformers modeling_mixtral / qwen2_moe / qwen3_moe / gpt_oss / olmoe / qwen3_next (gate) / mimo_v2_flash
 * (value heads, sinks of sliding layers) / gemma4 (keys as values); vllm step3p5.py (gate per head).
 */
export function gqaParameters(model: ModelScenario, mixer: AttentionKind): SplitParameters {
  const { hiddenSize: h, qkNorm } = model;
  const { queryHeads, kvHeads, queryDim, valueDim } = attentionHeads(model, mixer);
  const queryWidth = queryHeads * queryDim;
  const keyWidth = kvHeads * queryDim;
  const valueWidth = model.valuesAreKeys && mixer !== 'sliding' ? 0 : kvHeads * valueDim;
  const outputWidth = queryHeads * valueDim;
  const gate = { none: 0, 'per-head': queryHeads, 'full-width': outputWidth }[model.attentionGate];
  const hasSinks =
    mixer === 'sliding' && model.slidingAttention !== null
      ? model.slidingAttention.sinks
      : model.attentionSinks;
  return {
    split:
      h * (queryWidth + keyWidth + valueWidth + outputWidth + gate) +
      (model.qkvBias ? queryWidth + keyWidth + valueWidth : 0) +
      (hasSinks ? queryHeads : 0) +
      (qkNorm === 'full-width' ? queryWidth + keyWidth : 0),
    replicated: (model.outputBias ? h : 0) + (qkNorm === 'per-head' ? 2 * queryDim : 0),
  };
}
