import type { ModelScenario } from '../../scenario/scenario';
import { countParameters } from '../parameters/count';
import { layerParameters, layerTotal } from '../parameters/layers';

/** FLOP of causal attention's two products over one sequence, per token and layer, forward: `2·(s/2)·H·(d_qk + d_v)`. */
export function attentionFlopsPerToken(model: ModelScenario, sequenceLength: number): number {
  const { mla } = model;
  const queryDim = mla ? mla.qkNopeHeadDim + mla.qkRopeHeadDim : model.headDim;
  const valueDim = mla ? mla.vHeadDim : model.headDim;
  return sequenceLength * model.attentionHeads * (queryDim + valueDim);
}

/** Weights that one token is multiplied with: active parameters less the embedding table (a lookup) and the norms. */
function activeMatmulParameters(model: ModelScenario): number {
  const { active, parts } = countParameters(model);
  const table = model.tieWordEmbeddings ? 0 : model.vocabSize * model.hiddenSize;
  return active - table - parts.norms;
}

/**
 * Model FLOP of one trained token, forward and backward, attention counted causal, MTP modules with their heads included:
 * `3·(2·weights + attention)`. DeepSeek-V3 at 4096: 260.6 G (arXiv 2603.07685 implies 260.7).
 */
export function trainingFlopsPerToken(model: ModelScenario, sequenceLength: number): number {
  const attention = attentionFlopsPerToken(model, sequenceLength);
  const main = 2 * activeMatmulParameters(model) + model.layers * attention;
  if (model.mtpLayers === 0) return 3 * main;
  const moe = layerParameters(model, true);
  const unused = (model.routedExperts - model.topK) * moe.perExpert;
  const head = model.vocabSize * model.hiddenSize;
  const module = layerTotal(moe) - unused - moe.norms + 2 * model.hiddenSize ** 2 + head;
  return 3 * (main + model.mtpLayers * (2 * module + attention));
}
