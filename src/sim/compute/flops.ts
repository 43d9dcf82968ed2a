import type { ModelScenario, Scenario } from '../../scenario/scenario';
import { layerAdapters } from '../parameters/adapters';
import { countParameters } from '../parameters/count';
import { modelKinds, mtpKind, subLayers, sumKinds } from '../parameters/kinds';
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
  const { weights, attention } = forwardFlops(model, sequenceLength);
  return 3 * (weights + attention);
}

/**
 * The same of a job whose adapters alone are trained: frozen weights have no gradient, `2·2·weights + 3·attention`, and the
 * adapters that a token meets `6` per element.
 */
export function trainedFlopsPerToken({ model, workload }: Pick<Scenario, 'model' | 'workload'>): number {
  const { sequenceLength, adapterRank } = workload;
  if (adapterRank === 0) return trainingFlopsPerToken(model, sequenceLength);
  const { weights, attention } = forwardFlops(model, sequenceLength);
  const adapters = sumKinds(modelKinds(model), (kind) => {
    const { dense, perExpert } = layerAdapters(model, kind, workload, { tp: 1, etp: 1 });
    return dense + model.topK * perExpert;
  });
  return 2 * weights + 3 * attention + 6 * adapters;
}

/** FLOP of one token forward: of products with weights, MTP modules with their heads included, and of attention. */
function forwardFlops(model: ModelScenario, sequenceLength: number) {
  const main = {
    weights: 2 * activeMatmulParameters(model),
    attention: causalModelFlops(model, sequenceLength),
  };
  if (model.mtpLayers === 0) return main;
  const kind = mtpKind(model);
  const { mixers, isMoe } = subLayers(model, kind);
  const layer = layerParameters(model, kind);
  const unused = isMoe ? (model.routedExperts - model.topK) * layer.perExpert : 0;
  const head = model.vocabSize * model.hiddenSize;
  const module = layerTotal(layer) - unused - layer.norms + 2 * model.hiddenSize ** 2 + head;
  return {
    weights: main.weights + model.mtpLayers * 2 * module,
    attention: main.attention + model.mtpLayers * mixers * causalMixerFlops(model, kind, sequenceLength),
  };
}
