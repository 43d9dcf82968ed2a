import type { Scenario } from '../../scenario/scenario';

const GIB = 2 ** 30;
/** CUDA context, NCCL buffers and allocator fragmentation of one process: an assumption, not a measurement. */
export const RUNTIME_GIB = 5;
/** Share of the memory that vLLM leaves alone: 1 - gpu_memory_utilization (0.9 by default, vllm/config/cache.py). */
const VLLM_RESERVED_SHARE = 0.1;

/** Bytes that no tensor of the model may use. */
export function runtimeBytes({ workload, cluster }: Scenario): number {
  const reservesShare = workload.mode !== 'train' && workload.engine === 'vllm';
  return (reservesShare ? VLLM_RESERVED_SHARE * cluster.memoryGiB : RUNTIME_GIB) * GIB;
}
