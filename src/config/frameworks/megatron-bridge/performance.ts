import type { ModelReference } from '../../fact';
import type { ShellWord } from '../../syntax/shell';
import { addStatedRules } from '../megatron/implied';
import { deriveAdapters } from '../shared/adapters';
import { deriveByMeaning, type Meanings } from '../shared/by-meaning';
import type { CommandFacts } from '../shared/command-facts';
import { flag, type OptionSpec, type OptionUse, optionTable } from '../shared/options';

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
  flag('string', 'megatronBridge.computeDtype', '-c', '--compute_dtype'),
  flag('string', 'megatronBridge.task', '--task'),
  flag('string', 'megatronBridge.flexBackend', '--moe_flex_dispatcher_backend'),
  flag('switch', 'megatron.overlapMoeExpertParallelComm', '--moe_a2a_overlap'),
  flag('switch', 'megatron.useMegatronFsdp', '--use_megatron_fsdp'),
  flag('string', 'megatron.recomputeModules', '--recompute_modules'),
  flag('integer', 'megatron.recomputeNumLayers', '-rl', '--recompute_num_layers'),
];

/** Options that take `true` or `false` as a word of their own (`type=bool_arg`). */
const BOOLEANS: ReadonlySet<string> = new Set(['--moe_a2a_overlap', '--use_megatron_fsdp']);

/** The options of a launch, of which switches have their value beside them. */
export const performanceUses = (uses: readonly OptionUse[]): readonly OptionUse[] =>
  uses.map((use) => (BOOLEANS.has(use.flag) ? { ...use, assigned: true } : use));

/** Without a backend of its own the flexible dispatcher is not used. */
const FLEX_BACKENDS: Meanings = { deepep: 'deepep', hybridep: 'hybridep', None: 'alltoall' };

/** `--compute_dtype`, whose FP8 scales tensors (cs), blocks (sc), or groups of 32 elements (mx). */
const PRECISIONS: Meanings = { bf16: 'bf16', fp8_cs: 'fp8', fp8_sc: 'fp8-blockwise', fp8_mx: 'mxfp8' };

const SOURCE = 'NVIDIA-NeMo/Megatron-Bridge@00538e26: scripts/performance/utils/overrides.py';

/** What follows from the launcher's options, whose recipe says the rest. */
export function addPerformanceRules(facts: CommandFacts): void {
  deriveByMeaning(facts, 'workload.precision', 'megatronBridge.computeDtype', PRECISIONS);
  deriveByMeaning(facts, 'communication.backend', 'megatronBridge.flexBackend', FLEX_BACKENDS);
  const fsdp = facts.get('megatron.useMegatronFsdp');
  if (fsdp !== undefined) facts.derive('workload.sharding', 'parameters', fsdp, fsdp.key, SOURCE);
  const modules = facts.get('megatron.recomputeModules');
  if (modules !== undefined)
    facts.derive('megatron.recomputeGranularity', 'selective', modules, modules.key, SOURCE);
  const layers = facts.get('megatron.recomputeNumLayers');
  if (layers !== undefined) {
    facts.derive('megatron.recomputeGranularity', 'full', layers, layers.key, SOURCE);
    facts.derive('megatron.recomputeMethod', 'block', layers, layers.key, SOURCE);
  }
  addStatedRules(facts);
  const task = facts.get('megatronBridge.task');
  if (task?.value === 'lora') deriveAdapters(facts, { by: task, rank: undefined, targets: undefined });
}

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
