import type { ModelScenario } from '../../scenario/scenario';
import type { ParameterCount } from '../result';
import { modelKinds, moeLayerCount, mtpKind, sumKinds } from './kinds';
import { layerParameters, layerTotal, mtpProjectionParameters, normParameters } from './layers';
import { expertParameters, visionExpertParameters } from './moe';
import { wholeOf } from './split';
import { streamHeadParameters } from './streams';

/**
 * Parameters of a model, to the last digit, in elements.
 * `active` counts routed experts top-k times and leaves nothing else out, the input embedding included; of a token of text
 * where tokens of images have experts of their own.
 * `stored` adds the copies of embedding and head that a checkpoint with MTP modules carries (`Vh` each).
 */
export function countParameters(model: ModelScenario): ParameterCount {
  const kinds = modelKinds(model);
  const moe = moeLayerCount(model);
  const vocabulary = model.vocabSize * model.hiddenSize;
  const headBias = model.headBias ? model.vocabSize : 0;
  const parts = {
    embeddings: (model.tieWordEmbeddings ? vocabulary : 2 * vocabulary) + headBias,
    attention: sumKinds(kinds, (kind) => wholeOf(layerParameters(model, kind).attention)),
    denseMlp: sumKinds(kinds, (kind) => layerParameters(model, kind).denseMlp),
    router: sumKinds(kinds, (kind) => layerParameters(model, kind).router),
    sharedExperts: sumKinds(kinds, (kind) => wholeOf(layerParameters(model, kind).sharedExperts)),
    routedExperts: sumKinds(kinds, (kind) => layerParameters(model, kind).routedExperts),
    norms:
      sumKinds(kinds, (kind) => layerParameters(model, kind).norms) +
      normParameters(model) +
      streamHeadParameters(model),
  };
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const perExpert = expertParameters(model);
  const unreached = model.routedExperts * visionExpertParameters(model);
  const mtpModule = layerTotal(layerParameters(model, mtpKind(model))) + mtpProjectionParameters(model);
  const hasMtp = model.mtpLayers > 0;
  return {
    total,
    active: total - moe * ((model.routedExperts - model.topK) * perExpert + unreached),
    withMtp: hasMtp ? total + model.mtpLayers * mtpModule : null,
    stored: hasMtp ? total + model.mtpLayers * (mtpModule + model.mtp.storedTables * vocabulary) : null,
    parts,
    perExpert,
  };
}
