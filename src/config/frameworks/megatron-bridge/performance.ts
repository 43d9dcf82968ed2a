import type { ModelReference } from '../../fact';
import type { ShellWord } from '../../syntax/shell';
import { type OptionSpec, type OptionType, type OptionUse, optionTable } from '../shared/options';

const flag = (type: OptionType, name: string, ...flags: readonly string[]): OptionSpec => ({
  flags,
  name,
  type,
});

/**
 * Options of Megatron-Bridge's performance launcher
 * (NVIDIA-NeMo/Megatron-Bridge@00110641: scripts/performance/argument_parser.py).
 */
const SPECS: readonly OptionSpec[] = [
  flag('integer', 'layout.tp', '-tp', '--tensor_model_parallel_size'),
  flag('integer', 'layout.pp', '-pp', '--pipeline_model_parallel_size'),
  flag('integer', 'layout.cp', '-cp', '--context_parallel_size'),
  flag('integer', 'layout.ep', '-ep', '--expert_model_parallel_size'),
  flag('integer', 'layout.etp', '-et', '--expert_tensor_parallel_size'),
  flag('size', 'layout.vpp', '-vp', '--virtual_pipeline_model_parallel_size'),
  flag('integer', 'layout.worldSize', '-ng', '--num_gpus'),
  flag('integer', 'cluster.gpusPerNode', '-gn', '--gpus_per_node'),
  flag('integer', 'workload.globalBatchSize', '-gb', '--global_batch_size'),
  flag('integer', 'workload.microBatchSize', '-mb', '--micro_batch_size'),
  flag('integer', 'workload.sequenceLength', '-sl', '--seq_length'),
  flag('integer', 'model.hiddenSize', '--hidden_size'),
  flag('integer', 'model.layers', '--num_layers'),
  flag('integer', 'model.firstDenseLayers', '--first_k_dense_replace'),
  flag('string', 'megatron.pipelineModelParallelLayout', '--pipeline_model_parallel_layout'),
  flag('string', 'megatronBridge.gpu', '-g', '--gpu'),
];

export const PERFORMANCE_OPTIONS = optionTable(SPECS);

/** Options that only a job with experts is given. */
export const EXPERT_OPTIONS: ReadonlySet<string> = new Set([
  '-ep',
  '--expert_model_parallel_size',
  '-et',
  '--expert_tensor_parallel_size',
]);

export const MODEL_OPTIONS: ReadonlySet<string> = new Set(['-mr', '--model_recipe_name']);

export function isPerformanceLaunch(words: readonly ShellWord[]): boolean {
  return words.some((word) => /(^|[./])setup_experiment(\.py)?$/.test(word.text ?? ''));
}

/** The model that the launcher's recipe is made for: `qwen3_30b_a3b`. */
export function performanceModel(uses: readonly OptionUse[], command: number | undefined): ModelReference[] {
  const word = uses.find(({ flag: name }) => MODEL_OPTIONS.has(name))?.values[0];
  if (!word?.text) return [];
  const value = word.text.replaceAll('_', '-');
  return [{ value, range: word.range, ...(command === undefined ? {} : { command }) }];
}
