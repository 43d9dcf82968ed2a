import type { ModelScenario } from '../../scenario/scenario';

/**
 * Weights of one grouped-query attention layer, in elements, by how tensor parallelism splits them.
 * `H·d` query width, `K·d` key and value width; projections `hHd + 2hKd + Hdh`, biases `Hd + 2Kd (+ h)`,
 * query and key norms `2d` per head or `Hd + Kd` over the full width, `H` sinks.
 * Source: transformers modeling_mixtral / qwen2_moe / qwen3_moe / gpt_oss / olmoe.
 */
export function gqaParameters(model: ModelScenario): { split: number; replicated: number } {
  const queryWidth = model.attentionHeads * model.headDim;
  const keyWidth = model.kvHeads * model.headDim;
  const projections = model.hiddenSize * (2 * queryWidth + 2 * keyWidth);
  const qkvBias = model.qkvBias ? queryWidth + 2 * keyWidth : 0;
  const sinks = model.attentionSinks ? model.attentionHeads : 0;
  const outputBias = model.outputBias ? model.hiddenSize : 0;
  const perHeadNorm = model.qkNorm === 'per-head' ? 2 * model.headDim : 0;
  const fullWidthNorm = model.qkNorm === 'full-width' ? queryWidth + keyWidth : 0;
  return {
    split: projections + qkvBias + sinks + fullWidthNorm,
    replicated: outputBias + perHeadNorm,
  };
}
