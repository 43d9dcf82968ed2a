import type { WorkloadScenario } from '../../scenario/scenario';
import type { TrainingRecipe } from '../compute/recipe';

/** Bytes per parameter that one rank keeps between microbatches. */
export interface StateBytes {
  readonly weights: number;
  readonly gradients: number;
  readonly optimizer: number;
}

/**
 * Optimizer state per parameter: FP32 master weight with two FP32 moments (Adam), with two BF16 moments, or with one
 * FP32 momentum (SGD). Source: Megatron-Core optimizer; arXiv 2502.07846 for the BF16 moments.
 */
const OPTIMIZER_BYTES: Readonly<Record<WorkloadScenario['optimizer'], number>> = {
  adam: 12,
  'adam-bf16-moments': 8,
  sgd: 8,
};

const WEIGHT_BYTES = 2;

/**
 * Bytes per parameter on one rank of a data-parallel group of `ranks`: 2 + 4 + 12 for BF16 weights, FP32 gradients and Adam,
 * of which ZeRO-1, 2 and 3 divide the optimizer, also the gradients, also the weights by the group.
 * Source: Megatron-LM theoretical_memory_usage.py (18, or 6 + 12/DP); Rajbhandari et al., arXiv 1910.02054.
 */
export function stateBytes(workload: WorkloadScenario, recipe: TrainingRecipe, ranks: number): StateBytes {
  const { sharding } = workload;
  const share = (isSharded: boolean): number => (isSharded ? 1 / Math.max(1, ranks) : 1);
  return {
    weights: WEIGHT_BYTES * share(sharding === 'parameters'),
    gradients: recipe.gradientBytes * share(sharding === 'parameters' || sharding === 'gradients'),
    optimizer: OPTIMIZER_BYTES[workload.optimizer] * share(sharding !== 'none'),
  };
}
