import type { ModelScenario } from '../../scenario/scenario';
import { gqaParameters } from './gqa';
import { mlaParameters } from './mla';
import { expertParameters, gatedMlpParameters, routerParameters, sharedExpertParameters } from './moe';

/** For each layer, whether it is a MoE layer. Shape: [layers]. */
export function moeLayers(model: ModelScenario): readonly boolean[] {
  const { moeLayerFrequency: frequency, moeLayerOffset: offset, firstDenseLayers, denseLayers } = model;
  const dense = new Set(denseLayers);
  return Array.from({ length: model.layers }, (_, layer) => {
    if (model.routedExperts === 0 || layer < firstDenseLayers || dense.has(layer)) return false;
    if (typeof frequency !== 'number') return frequency[layer] === 1;
    return (((layer - offset) % frequency) + frequency) % frequency === 0;
  });
}

/** Number of MoE layers of the main model. */
export function moeLayerCount(model: ModelScenario): number {
  return moeLayers(model).filter(Boolean).length;
}

/** Weights of one layer, in elements, by what they belong to. `attention` and `sharedExperts` as TP splits them. */
export interface LayerParameters {
  readonly attention: { readonly split: number; readonly replicated: number };
  /** The two norms in front of attention and MLP. */
  readonly norms: number;
  readonly denseMlp: number;
  readonly router: number;
  readonly sharedExperts: { readonly split: number; readonly replicated: number };
  /** All routed experts of the layer, and one of them. */
  readonly routedExperts: number;
  readonly perExpert: number;
}

const NONE = { split: 0, replicated: 0 } as const;

/** Weights of one dense or MoE layer, in elements. */
export function layerParameters(model: ModelScenario, isMoe: boolean): LayerParameters {
  const perExpert = expertParameters(model);
  return {
    attention: model.mla === null ? gqaParameters(model) : mlaParameters(model, model.mla),
    norms: 2 * model.hiddenSize,
    denseMlp: isMoe ? 0 : gatedMlpParameters(model.hiddenSize, model.intermediateSize),
    router: isMoe ? routerParameters(model) : 0,
    sharedExperts: isMoe ? sharedExpertParameters(model) : NONE,
    routedExperts: isMoe ? model.routedExperts * perExpert : 0,
    perExpert,
  };
}

/** Sum of all weights of a layer, in elements. */
export function layerTotal(layer: LayerParameters): number {
  return (
    layer.attention.split +
    layer.attention.replicated +
    layer.norms +
    layer.denseMlp +
    layer.router +
    layer.sharedExperts.split +
    layer.sharedExperts.replicated +
    layer.routedExperts
  );
}

/**
 * Weights of one multi-token-prediction module beside its transformer layer, in elements: three norms and the
 * projection of the concatenated pair, `3h + 2h²`. Source: DeepSeek-V3 checkpoint (enorm, hnorm, shared_head.norm, eh_proj).
 */
export function mtpProjectionParameters(model: ModelScenario): number {
  return 3 * model.hiddenSize + 2 * model.hiddenSize ** 2;
}
