import type { Scenario } from '../../scenario/scenario';

const GIB = 2 ** 30;
/** CUDA context, NCCL buffers and allocator fragmentation of one process: an assumption, not a measurement. */
export const RUNTIME_GIB = 5;

/** Bytes that no tensor of the model may use. vLLM leaves `1 - gpu_memory_utilization` of the memory alone. */
export function runtimeBytes({ workload, cluster }: Scenario): number {
  const { mode, engine, memoryFraction } = workload;
  const reservesShare = mode !== 'train' && engine === 'vllm' && memoryFraction !== null;
  return (reservesShare ? (1 - memoryFraction) * cluster.memoryGiB : RUNTIME_GIB) * GIB;
}

/**
 * Bytes that an engine's cache may take beside its weights and workspace. vLLM: what gpu_memory_utilization leaves of all
 * memory (v1/worker/gpu_worker.py); SGLang: what mem_fraction_static leaves over the weights, workspace living in the rest
 * (srt/model_executor/model_runner.py); TensorRT-LLM: free_gpu_memory_fraction of what is free (llmapi/llm_args.py).
 * Without a fraction: all that is free.
 */
export function cacheBudget(scenario: Scenario, weights: number, workspace: number): number {
  const { engine, memoryFraction } = scenario.workload;
  const capacity = scenario.cluster.memoryGiB * GIB;
  const free = capacity - weights - workspace - runtimeBytes(scenario);
  if (memoryFraction === null) return free;
  if (engine === 'sglang') return memoryFraction * capacity - weights;
  return engine === 'tensorrt-llm' ? memoryFraction * free : free;
}
