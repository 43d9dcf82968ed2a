import type { LayerContext } from './context';
import { type ForwardBackward, gemm, pointwise, sum } from './gemm';

/** Bytes per logit that cross-entropy moves, forward and again backward. */
const CROSS_ENTROPY_BYTES = 9;

/** Output head and cross-entropy, split over the vocabulary. */
export function headTime({ model, machine, groupTokens: T, tp }: LayerContext): ForwardBackward {
  const vocabulary = model.vocabSize / tp;
  return sum([
    gemm(machine, 'bf16', T, vocabulary, model.hiddenSize),
    pointwise(machine, CROSS_ENTROPY_BYTES * T * vocabulary, 1),
  ]);
}
