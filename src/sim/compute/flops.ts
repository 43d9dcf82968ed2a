import type { ModelScenario } from '../../scenario/scenario';
import { countParameters } from '../parameters/count';
import { mtpKind, subLayers } from '../parameters/kinds';
import { layerParameters, layerTotal } from '../parameters/layers';
import { causalMixerFlops, causalModelFlops } from './mixer-flops';

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
  const main = 2 * activeMatmulParameters(model) + causalModelFlops(model, sequenceLength);
  if (model.mtpLayers === 0) return 3 * main;
  const kind = mtpKind(model);
  const { mixers, isMoe } = subLayers(model, kind);
  const layer = layerParameters(model, kind);
  const unused = isMoe ? (model.routedExperts - model.topK) * layer.perExpert : 0;
  const head = model.vocabSize * model.hiddenSize;
  const module = layerTotal(layer) - unused - layer.norms + 2 * model.hiddenSize ** 2 + head;
  const attention = mixers * causalMixerFlops(model, kind, sequenceLength);
  return 3 * (main + model.mtpLayers * (2 * module + attention));
}
