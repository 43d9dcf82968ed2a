import type { ModelScenario } from '../../scenario/scenario';
import { type LayerKind, subLayers } from './kinds';
import { mixerParameters } from './mixers';
import {
  expertParameters,
  mlpParameters,
  routerParameters,
  sharedExpertParameters,
  visionExpertParameters,
} from './moe';
import { NO_PARAMETERS, plus, type SplitParameters, wholeOf } from './split';
import { streamHeadParameters, streamParameters } from './streams';

/** Weights of one layer, in elements, by what they belong to. `attention` and `sharedExperts` as TP splits them. */
export interface LayerParameters {
  /** Attention or recurrent mixers, with their own norms and indexers. */
  readonly attention: SplitParameters;
  /** The norms in front of the sub-layers, and those behind them where a model has some, and what mixes residual streams. */
  readonly norms: number;
  readonly denseMlp: number;
  readonly router: number;
  /** Shared experts with their gate, and projections into the latent of routed experts. */
  readonly sharedExperts: SplitParameters;
  /** All routed experts of the layer, those for tokens of images too, and one of those that text reaches. */
  readonly routedExperts: number;
  readonly perExpert: number;
}

/** Weights of one norm over hidden states, in elements. */
export const normParameters = (model: ModelScenario): number => (model.normBias ? 2 : 1) * model.hiddenSize;

/** Norms of one layer: one per mixer, one per MLP or for the experts, which read what a dense MLP beside them reads. */
function normsOf(model: ModelScenario, kind: LayerKind): number {
  const { mixers, denseMlps, isMoe } = subLayers(model, kind);
  const feedForward = Math.max(denseMlps, Number(isMoe));
  const extra = (feedForward > 0 ? model.extraNorms : 0) + (isMoe ? model.extraMoeNorms : 0);
  return (model.parallelSubLayers ? Math.max(mixers, feedForward) : mixers + feedForward) + extra;
}

/**
 * Weights of one layer, in elements. A gate on a norm is `2hr` of rank `r`: in front of mixers and of experts, not of dense MLPs.
 * Source: transformers modular_axk2.py (AXK2GatedRMSNorm, AXK2DecoderLayer).
 */
export function layerParameters(model: ModelScenario, kind: LayerKind): LayerParameters {
  const { mixers, denseMlps, isMoe, total } = subLayers(model, kind);
  const perExpert = expertParameters(model);
  return {
    attention: plus(mixerParameters(model, kind), NO_PARAMETERS, mixers),
    norms:
      normsOf(model, kind) * normParameters(model) +
      (mixers + Number(isMoe)) * 2 * model.hiddenSize * model.gatedNormRank +
      total * streamParameters(model),
    denseMlp: denseMlps * mlpParameters(model, model.hiddenSize, model.intermediateSize),
    router: isMoe ? routerParameters(model, kind.routesByToken) : 0,
    sharedExperts: isMoe ? sharedExpertParameters(model) : NO_PARAMETERS,
    routedExperts: isMoe ? model.routedExperts * (perExpert + visionExpertParameters(model)) : 0,
    perExpert,
  };
}

/** Sum of all weights of a layer, in elements. */
export function layerTotal(layer: LayerParameters): number {
  return (
    wholeOf(layer.attention) +
    layer.norms +
    layer.denseMlp +
    layer.router +
    wholeOf(layer.sharedExperts) +
    layer.routedExperts
  );
}

/**
 * Weights of one multi-token-prediction module beside its transformer layer, in elements: three norms and the
 * projection of the concatenated pair, `3h + 2h²`; ERNIE 4.5 has two norms, and DeepSeek-V4 makes one stream
 * of all in each module, and projects the pair one by one.
 * Source: DeepSeek-V3 checkpoint (enorm, hnorm, shared_head.norm, eh_proj); vllm ernie_mtp.py, models/deepseek_v4/nvidia/mtp.py.
 */
export function mtpProjectionParameters(model: ModelScenario): number {
  return model.mtp.norms * normParameters(model) + 2 * model.hiddenSize ** 2 + streamHeadParameters(model);
}
