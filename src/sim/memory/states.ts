import type { WorkloadScenario } from '../../scenario/scenario';
import { frozenBytes, gradientBytes, parameterBytes, stateDtypeBytes } from '../parameters/dtypes';

/** Bytes per parameter that one rank keeps between microbatches. */
export interface StateBytes {
  readonly weights: number;
  readonly gradients: number;
  readonly optimizer: number;
}

/**
 * Bytes per parameter on one rank of a data-parallel group of `ranks`: 2 + 4 + 12 for BF16 weights, FP32 gradients and Adam
 * (master weight and two moments, each in its own format),
 * of which ZeRO-1, 2 and 3 divide the optimizer, also the gradients, also the weights by the group.
 * Source: Megatron-LM theoretical_memory_usage.py (18, or 6 + 12/DP); Rajbhandari et al., arXiv 1910.02054.
 * PyTorch's mixed precision keeps one FP32 weight and casts it into the buffer of the all-gather, which leaves 4 + 4 + 8
 * (pytorch/pytorch@010ae4a8 torch/distributed/fsdp/_fully_shard/_fsdp_collectives.py, _get_param_all_gather_inputs; FSDP1 frees
 * its 16-bit shard after the gather, @01caf79e torch/distributed/fsdp/_flat_param.py, post_unshard).
 * Offloaded parameters have master weight and moments on the host, and their gradients on the GPU all the same (Megatron-LM
 * core/optimizer/cpu_offloading/hybrid_optimizer.py@0d41ecd8). ZeRO-Offload and FSDP's CPU offloading take sharded gradients
 * to the host as well, and, where asked, sharded weights; what is not sharded stays (Ren et al., arXiv 2101.06840;
 * pytorch/pytorch torch/distributed/fsdp/_fully_shard/_fsdp_api.py, CPUOffloadPolicy).
 */
export function stateBytes(workload: WorkloadScenario, ranks: number): StateBytes {
  const { masterDtype, momentDtype, secondMomentDtype, optimizerOffload } = workload;
  const shards = shardsOf(workload);
  const onHost = shardsOnHost(workload);
  const optimizerBytes =
    stateDtypeBytes[masterDtype] + stateDtypeBytes[momentDtype] + stateDtypeBytes[secondMomentDtype];
  const share = (isSharded: boolean): number => (isSharded ? 1 / Math.max(1, ranks) : 1);
  return {
    weights: onHost.weights ? 0 : parameterBytes(workload) * share(shards.weights),
    gradients: onHost.gradients ? 0 : gradientBytes(workload) * share(shards.gradients),
    optimizer: optimizerBytes * (1 - optimizerOffload) * share(shards.optimizer),
  };
}

/** What ranks share out: ZeRO-1 the optimizer's states, 2 the gradients too, 3 the weights too. */
export const shardsOf = ({ sharding }: Pick<WorkloadScenario, 'sharding'>) => ({
  weights: sharding === 'parameters',
  gradients: sharding === 'parameters' || sharding === 'gradients',
  optimizer: sharding !== 'none',
});

/** Whether shards lie in host memory: what is not sharded stays, whatever is asked for. */
export function shardsOnHost(workload: WorkloadScenario) {
  const { weights, gradients } = shardsOf(workload);
  return {
    weights: weights && workload.parameterOffload,
    gradients: gradients && workload.gradientOffload,
  };
}

/** Bytes per frozen weight on one rank of a data-parallel group of `ranks`: no gradient, no state. */
export function frozenShare(workload: WorkloadScenario, ranks: number): number {
  if (shardsOnHost(workload).weights) return 0;
  return frozenBytes[workload.frozenDtype] / (shardsOf(workload).weights ? Math.max(1, ranks) : 1);
}
