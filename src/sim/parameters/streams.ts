import type { ModelScenario } from '../../scenario/scenario';

/**
 * Weights that mix the residual streams around one sub-layer, in elements: with `n` streams `(2 + n)·n` rows over all of
 * them, a bias each, and three scales; 0 with one stream.
 * Source: transformers 5.18.0 modeling_deepseek_v4.py (DeepseekV4HyperConnection).
 */
export function streamParameters({ residualStreams: n, hiddenSize: h }: ModelScenario): number {
  const rows = (2 + n) * n;
  return n === 1 ? 0 : rows * n * h + rows + 3;
}

/** Weights that make one stream of all after the last layer, in elements: `n·nh + n + 1` (DeepseekV4HyperHead). */
export const streamHeadParameters = ({ residualStreams: n, hiddenSize: h }: ModelScenario): number =>
  n === 1 ? 0 : n * n * h + n + 1;
