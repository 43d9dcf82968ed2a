import { setting } from '../shared/read-settings';

/** Keys by table (pytorch/torchtitan: config/job_config.py up to the last version that read TOML). */
export const KEYS = {
  model: [setting('string', 'torchtitan.model', 'name'), setting('string', 'torchtitan.flavor', 'flavor')],
  training: [
    setting('integer', 'workload.microBatchSize', 'local_batch_size'),
    // Spelling of older versions.
    setting('integer', 'workload.microBatchSize', 'batch_size'),
    setting('integer', 'torchtitan.globalBatchSize', 'global_batch_size'),
    setting('integer', 'workload.sequenceLength', 'seq_len'),
    setting('boolean', 'torchtitan.enableCpuOffload', 'enable_cpu_offload'),
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
  ],
  activation_checkpoint: [setting('string', 'torchtitan.activationCheckpoint', 'mode')],
} as const;

/** Flavors that are published models (pytorch/torchtitan@0014ac2c torchtitan/models/deepseek_v3/__init__.py, and qwen3). */
export const FLAVORS: Readonly<Record<string, string>> = {
  'deepseek_v3 16B': 'deepseek-ai/DeepSeek-V2-Lite',
  'deepseek_v3 236B': 'deepseek-ai/DeepSeek-V2',
  'deepseek_v3 671B': 'deepseek-ai/DeepSeek-V3',
  'qwen3 30B-A3B': 'Qwen/Qwen3-30B-A3B',
  'qwen3 235B-A22B': 'Qwen/Qwen3-235B-A22B',
  'gpt_oss 20b': 'openai/gpt-oss-20b',
  'gpt_oss 120b': 'openai/gpt-oss-120b',
  'kimi_k2 1T': 'moonshotai/Kimi-K2-Instruct',
};

/** Models of torchtitan whose every flavor has experts. */
export const MOE_MODELS: ReadonlySet<string> = new Set(['deepseek_v3', 'llama4', 'gpt_oss', 'kimi_k2']);
