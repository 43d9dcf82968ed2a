import type { ModelScenario } from '../../scenario/scenario';
import { NO_PARAMETERS, type SplitParameters } from './split';

/** Weights of one MLP of a given input and width, in elements: `3hf` with a gate (SwiGLU), `2hf` without. */
export function mlpParameters(model: ModelScenario, inputSize: number, width: number): number {
  return model.mlpMatrices * inputSize * width;
}

/** Width in which routed experts work, and in which their rows travel: the latent where there is one (Nemotron-3 Super). */
export const expertInputSize = (model: ModelScenario): number => model.moeLatentSize ?? model.hiddenSize;

/**
 * Weights of one routed expert, in elements: `3hf`, and `2f + h` biases where experts have them (gpt-oss).
 * Source: transformers modeling_mixtral, modeling_gpt_oss, modeling_nemotron_h (two matrices, latent input).
 */
export function expertParameters(model: ModelScenario): number {
  const biases = model.expertBias ? 2 * model.expertIntermediateSize + model.hiddenSize : 0;
  return mlpParameters(model, expertInputSize(model), model.expertIntermediateSize) + biases;
}

/** Weights of the expert for tokens of images that lies beside each routed one, in elements; 0 without (ERNIE 4.5-VL). */
export const visionExpertParameters = (model: ModelScenario): number =>
  mlpParameters(model, model.hiddenSize, model.visionExpertIntermediateSize);

/**
 * Weights of one router, in elements: `Eh`, and `E` each for a bias (gpt-oss) and a score correction bias (`noaux_tc`);
 * zero experts are rows of it too; Gemma 4 has `h` input weights, `E` output scales and one scale of the layer more. Experts for
 * tokens of images have a router of their own, of the same size (transformers modeling_ernie4_5_vl_moe.py).
 * The published total of DeepSeek-R1 with its MTP module, 684,489,845,504, is met only with the correction bias counted.
 */
export function routerParameters(model: ModelScenario, routesByToken = false): number {
  const isCorrected = model.router.correctionBias && !routesByToken;
  const perExpert = model.hiddenSize + (model.expertBias ? 1 : 0) + (isCorrected ? 1 : 0);
  const scales = model.routerScales ? model.hiddenSize + model.routedExperts + 1 : 0;
  const routers = model.visionExpertIntermediateSize > 0 ? 2 : 1;
  return routers * (model.routedExperts + model.zeroExperts) * perExpert + scales;
}

/**
 * Projections into and out of the experts' latent, `2·h·latent`, and a norm of it where there is one, whole on every rank.
 * Source: transformers modeling_nemotron_h.py (fc1_latent_proj, fc2_latent_proj); Kimi-K3's modeling_kimi_linear.py
 * (routed_expert_norm).
 */
function latentParameters(model: ModelScenario): number {
  const { moeLatentSize: latent, moeLatentNorm } = model;
  return latent === null ? 0 : 2 * model.hiddenSize * latent + (moeLatentNorm ? latent : 0);
}

/**
 * What every token passes in one MoE layer beside router and routed experts, in elements: shared experts, split by TP, with
 * their sigmoid gate (Qwen2-MoE) and the latent projections, which are replicated.
 */
export function sharedExpertParameters(model: ModelScenario): SplitParameters {
  const latent = { ...NO_PARAMETERS, replicated: latentParameters(model) };
  if (model.sharedExpertIntermediateSize === 0) return latent;
  return {
    split: mlpParameters(model, model.hiddenSize, model.sharedExpertIntermediateSize),
    replicated: latent.replicated + (model.sharedExpertGate ? model.hiddenSize : 0),
  };
}
