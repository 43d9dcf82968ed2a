import type { ModelScenario } from '../../scenario/scenario';

/** Weights of one gated MLP (gate, up and down projection) of a given width, in elements: `3hf`. */
export function gatedMlpParameters(hiddenSize: number, width: number): number {
  return 3 * hiddenSize * width;
}

/**
 * Weights of one routed expert, in elements: `3hf`, and `2f + h` biases where experts have them (gpt-oss).
 * Source: transformers modeling_mixtral, modeling_gpt_oss.
 */
export function expertParameters(model: ModelScenario): number {
  const biases = model.expertBias ? 2 * model.expertIntermediateSize + model.hiddenSize : 0;
  return gatedMlpParameters(model.hiddenSize, model.expertIntermediateSize) + biases;
}

/**
 * Weights of one router, in elements: `Eh`, and `E` each for a bias (gpt-oss) and a score correction bias (`noaux_tc`).
 * The published total of DeepSeek-R1 with its MTP module, 684,489,845,504, is met only with the correction bias counted.
 */
export function routerParameters(model: ModelScenario): number {
  const perExpert = model.hiddenSize + (model.expertBias ? 1 : 0) + (model.router.correctionBias ? 1 : 0);
  return model.routedExperts * perExpert;
}

/** Weights of the shared experts of one layer, in elements, split by TP; their sigmoid gate (Qwen2-MoE) is replicated. */
export function sharedExpertParameters(model: ModelScenario): { split: number; replicated: number } {
  if (model.sharedExpertIntermediateSize === 0) return { split: 0, replicated: 0 };
  return {
    split: gatedMlpParameters(model.hiddenSize, model.sharedExpertIntermediateSize),
    replicated: model.sharedExpertGate ? model.hiddenSize : 0,
  };
}
