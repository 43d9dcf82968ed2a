import type { ModelScenario } from '../../../scenario/scenario';
import { modelKinds, subLayers, sumKinds } from '../../parameters/kinds';
import { type LayerParameters, layerParameters } from '../../parameters/layers';
import { rankShare } from '../../parameters/split';

/** Layers of a model, and weights of one rank outside the experts, in elements, all layers. */
export interface ServedWeights {
  readonly moeLayers: number;
  /** Sub-layers of the model, two in a plain layer: each ends with an all-reduce over TP, and has half of a layer's launches. */
  readonly subLayers: number;
  readonly attention: number;
  readonly mlp: number;
  readonly router: number;
  readonly head: number;
}

const known = new WeakMap<ModelScenario, Map<number, ServedWeights>>();

/** Counted once per model and attention TP: a step asks for them many times. */
export function servedWeights(model: ModelScenario, attentionTp: number): ServedWeights {
  const ofModel = known.get(model) ?? new Map<number, ServedWeights>();
  known.set(model, ofModel);
  const weights = ofModel.get(attentionTp) ?? count(model, attentionTp);
  ofModel.set(attentionTp, weights);
  return weights;
}

function count(model: ModelScenario, attentionTp: number): ServedWeights {
  const kinds = modelKinds(model);
  const of = (figure: (layer: LayerParameters) => number): number =>
    sumKinds(kinds, (kind) => figure(layerParameters(model, kind)));
  return {
    moeLayers: sumKinds(kinds, ({ feedForward }) => Number(feedForward === 'moe')),
    subLayers: sumKinds(kinds, (kind) => subLayers(model, kind).total),
    attention: of((layer) => rankShare(layer.attention, attentionTp)),
    mlp: of((layer) => rankShare(layer.sharedExperts, attentionTp) + layer.denseMlp / attentionTp),
    router: of((layer) => layer.router),
    head: (model.vocabSize * model.hiddenSize) / attentionTp,
  };
}
