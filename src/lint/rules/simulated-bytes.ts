import type { WorkloadScenario } from '../../scenario/scenario';
import { stateBytes } from '../../sim/memory/states';
import type { RankMemory, SimulationResult } from '../../sim/result';
import type { SimulatedContext } from '../rule';
import { isStated } from './simulated-shared';

/** What saved tensors may be less than counted: kernels that fuse or recompute on their own keep fewer. */
const ACTIVATION_MARGIN = 0.25;

/** Options by which a job holds less than its model and layout say: offloading, adapters, a model that is changed. */
const HOLDS_LESS =
  /offload|\b(q?lora|peft|adapters?)\b|(hf|model)[-_]overrides?|json[-_]model[-_]override|freeze/i;

/** Whether a job's own file has options that the memory model does not know. */
export function mayHoldLess({ job, text, fact }: SimulatedContext): boolean {
  const written = job.launch === null ? undefined : text(job.launch.file);
  const quantization = fact('vllm.quantization') ?? fact('sglang.quantization');
  const isUnread = quantization !== undefined && quantization.value !== 'fp8';
  return isUnread || (written !== undefined && HOLDS_LESS.test(written));
}

/** The rank that needs most. */
export function fullestRank({ memory }: SimulationResult): RankMemory {
  return memory.perRank.find(({ rank }) => rank === memory.fullestRank)!;
}

/**
 * Bytes that the fullest rank holds for certain: parts that only stated fields decide, activations with a margin, no
 * buffers, no cache, no CUDA context. What vLLM is told to leave alone is not there for it either.
 */
export function certainBytes(context: SimulatedContext, result: SimulationResult): number {
  const rank = fullestRank(result);
  return result.scenario.workload.mode === 'train'
    ? Math.max(0, trainingBytes(context, result, rank))
    : servingBytes(context, result, rank);
}

function trainingBytes(context: SimulatedContext, { scenario }: SimulationResult, rank: RankMemory): number {
  const { workload, model, layout } = scenario;
  const isSharded = workload.sharding !== 'none';
  if (isSharded && !isStated(context, ['workload.sharding', 'layout.dp', 'layout.edp'])) return 0;
  const states = {
    weights: rank.weights,
    gradients: isStated(context, ['workload.gradientDtype']) ? rank.gradients : rank.gradients / 2,
    optimizer: isStated(context, ['workload.optimizer', 'workload.masterDtype', 'workload.momentDtype'])
      ? rank.optimizer
      : 0,
  };
  const batch = ['workload.microBatchSize', 'workload.sequenceLength', 'workload.recompute'];
  const activations = isStated(context, [...batch, 'workload.precision', 'model.attentionHeads'])
    ? (1 - ACTIVATION_MARGIN) * rank.activations
    : 0;
  const tables = isStated(context, ['model.vocabSize'])
    ? 0
    : ((2 * model.vocabSize * model.hiddenSize) / layout.tp) * bytesPerParameter(workload);
  return states.weights + states.gradients + states.optimizer + activations - tables;
}

function bytesPerParameter(workload: WorkloadScenario): number {
  const { weights, gradients, optimizer } = stateBytes({ ...workload, sharding: 'none' }, 1);
  return weights + gradients + optimizer;
}

function servingBytes(context: SimulatedContext, { scenario }: SimulationResult, rank: RankMemory): number {
  if (!isStated(context, ['model.weightDtype', 'model.vocabSize'])) return 0;
  const { engine, memoryFraction } = scenario.workload;
  return rank.weights + (engine === 'vllm' && memoryFraction !== null ? rank.runtime : 0);
}
