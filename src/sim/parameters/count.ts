import type { ModelScenario } from '../../scenario/scenario';
import type { ParameterCount } from '../result';
import { layerParameters, layerTotal, moeLayers, mtpProjectionParameters } from './layers';
import { expertParameters } from './moe';

/**
 * Parameters of a model, to the last digit, in elements.
 * `active` counts routed experts top-k times and leaves nothing else out, the input embedding included.
 * `stored` adds the copies of embedding and head that a checkpoint with MTP modules carries (`2Vh` each).
 */
export function countParameters(model: ModelScenario): ParameterCount {
  const isMoe = moeLayers(model);
  const moe = isMoe.filter(Boolean).length;
  const dense = model.layers - moe;
  const moeLayer = layerParameters(model, true);
  const denseLayer = layerParameters(model, false);
  const vocabulary = model.vocabSize * model.hiddenSize;
  const attention = denseLayer.attention.split + denseLayer.attention.replicated;
  const parts = {
    embeddings: model.tieWordEmbeddings ? vocabulary : 2 * vocabulary,
    attention: model.layers * attention,
    denseMlp: dense * denseLayer.denseMlp,
    router: moe * moeLayer.router,
    sharedExperts: moe * (moeLayer.sharedExperts.split + moeLayer.sharedExperts.replicated),
    routedExperts: moe * moeLayer.routedExperts,
    norms: model.layers * denseLayer.norms + model.hiddenSize,
  };
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const perExpert = expertParameters(model);
  const mtpModule = layerTotal(moeLayer) + mtpProjectionParameters(model);
  const hasMtp = model.mtpLayers > 0;
  return {
    total,
    active: total - moe * (model.routedExperts - model.topK) * perExpert,
    withMtp: hasMtp ? total + model.mtpLayers * mtpModule : null,
    stored: hasMtp ? total + model.mtpLayers * (mtpModule + 2 * vocabulary) : null,
    parts,
    perExpert,
  };
}
