import { setting } from '../shared/read-settings';

/** Keys by table (pytorch/torchtitan@000204a4: torchtitan/config/job_config.py, of the versions that read TOML). */
export const KEYS = {
  model: [
    setting('string', 'torchtitan.model', 'name'),
    setting('string', 'torchtitan.flavor', 'flavor'),
    setting('string', 'torchtitan.assetsPath', 'hf_assets_path'),
    // Spelling of older versions.
    setting('string', 'torchtitan.assetsPath', 'tokenizer_path'),
    // An empty list is read; of a list of words only the text is.
    setting('integers', 'torchtitan.converters', 'converters'),
  ],
  optimizer: [setting('string', 'torchtitan.optimizer', 'name')],
  training: [
    setting('integer', 'workload.microBatchSize', 'local_batch_size'),
    // Spelling of older versions.
    setting('integer', 'workload.microBatchSize', 'batch_size'),
    setting('integer', 'torchtitan.globalBatchSize', 'global_batch_size'),
    setting('integer', 'workload.sequenceLength', 'seq_len'),
    setting('boolean', 'torchtitan.enableCpuOffload', 'enable_cpu_offload'),
    setting('string', 'torchtitan.dtype', 'dtype'),
    setting('string', 'torchtitan.mixedPrecisionParam', 'mixed_precision_param'),
  ],
  parallelism: [
    setting('integer', 'torchtitan.dataParallelReplicateDegree', 'data_parallel_replicate_degree'),
    setting('integer', 'torchtitan.dataParallelShardDegree', 'data_parallel_shard_degree'),
    setting('integer', 'layout.tp', 'tensor_parallel_degree'),
    setting('integer', 'layout.pp', 'pipeline_parallel_degree'),
    setting('integer', 'layout.cp', 'context_parallel_degree'),
    setting('integer', 'layout.ep', 'expert_parallel_degree'),
    setting('integer', 'layout.etp', 'expert_tensor_parallel_degree'),
    setting('string', 'communication.backend', 'expert_parallel_comm_backend'),
    setting('string', 'torchtitan.pipelineSchedule', 'pipeline_parallel_schedule'),
    setting('integer', 'torchtitan.layersPerStage', 'pipeline_parallel_layers_per_stage'),
    setting('integer', 'torchtitan.firstStageLessLayers', 'pipeline_parallel_first_stage_less_layers'),
    setting('integer', 'torchtitan.lastStageLessLayers', 'pipeline_parallel_last_stage_less_layers'),
    setting('integer', 'torchtitan.pipelineMicrobatchSize', 'pipeline_parallel_microbatch_size'),
  ],
  activation_checkpoint: [
    setting('string', 'torchtitan.activationCheckpoint', 'mode'),
    setting('string', 'torchtitan.selectiveOption', 'selective_ac_option'),
  ],
} as const;

/**
 * Flavors that are published models, in lower case: `deepseek_v3` of pytorch/torchtitan@0014ac2c, `qwen3` of @0310b491,
 * `gpt_oss` of @004616c3, each torchtitan/models/NAME/__init__.py.
 */
export const FLAVORS: Readonly<Record<string, string>> = {
  'deepseek_v3 16b': 'deepseek-ai/DeepSeek-V2-Lite',
  'deepseek_v3 236b': 'deepseek-ai/DeepSeek-V2',
  'deepseek_v3 671b': 'deepseek-ai/DeepSeek-V3',
  'qwen3 30b-a3b': 'Qwen/Qwen3-30B-A3B',
  'qwen3 235b-a22b': 'Qwen/Qwen3-235B-A22B',
  'gpt_oss 20b': 'openai/gpt-oss-20b',
  'gpt_oss 120b': 'openai/gpt-oss-120b',
};

/** Models of torchtitan whose every flavor has experts. */
export const MOE_MODELS: ReadonlySet<string> = new Set(['deepseek_v3', 'llama4', 'gpt_oss', 'kimi_k2']);
