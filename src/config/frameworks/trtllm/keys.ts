import { setting } from '../shared/read-settings';

/** Arguments of one engine (NVIDIA/TensorRT-LLM@00043967: tensorrt_llm/llmapi/llm_args.py). */
export const ENGINE_KEYS = [
  setting('integer', 'layout.tp', 'tensor_parallel_size'),
  setting('integer', 'layout.pp', 'pipeline_parallel_size'),
  // What the launcher of aggregated serving passes on as options (examples/aggregated/slurm@2d972b91).
  setting('integer', 'layout.tp', 'tp_size'),
  setting('integer', 'layout.pp', 'pp_size'),
  setting('integer', 'layout.ep', 'ep_size'),
  setting('string', 'trtllm.config', 'extra_llm_api_options'),
  setting('integer', 'layout.cp', 'context_parallel_size'),
  setting('integer', 'layout.ep', 'moe_expert_parallel_size'),
  setting('integer', 'layout.etp', 'moe_tensor_parallel_size'),
  setting('integer', 'trtllm.moeClusterParallelSize', 'moe_cluster_parallel_size'),
  setting('boolean', 'layout.attentionDataParallel', 'enable_attention_dp'),
  setting('string', 'trtllm.moeBackend', 'moe_config.backend'),
  // Older versions had it at the top.
  setting('string', 'trtllm.moeBackend', 'moe_backend'),
  setting('integer', 'trtllm.moeMaxNumTokens', 'moe_config.max_num_tokens'),
  setting('boolean', 'trtllm.useLowPrecisionMoeCombine', 'moe_config.use_low_precision_moe_combine'),
  setting('string', 'trtllm.loadBalancer', 'moe_config.load_balancer'),
  setting('integer', 'trtllm.numSlots', 'moe_config.load_balancer.num_slots'),
  setting('integer', 'trtllm.layerUpdatesPerIter', 'moe_config.load_balancer.layer_updates_per_iter'),
  setting('integers', 'trtllm.cudaGraphBatchSizes', 'cuda_graph_config.batch_sizes'),
  setting('integer', 'trtllm.cudaGraphMaxBatchSize', 'cuda_graph_config.max_batch_size'),
  setting('integer', 'workload.concurrency', 'max_batch_size'),
  setting('integer', 'trtllm.maxNumTokens', 'max_num_tokens'),
  setting('integer', 'trtllm.maxSeqLen', 'max_seq_len'),
  setting('string', 'trtllm.kvCacheDtype', 'kv_cache_config.dtype'),
  setting('number', 'workload.memoryFraction', 'kv_cache_config.free_gpu_memory_fraction'),
] as const;

/** Keys that no other engine's arguments have. */
export const ENGINE_MARKS = [
  'moe_expert_parallel_size',
  'moe_tensor_parallel_size',
  'moe_cluster_parallel_size',
  'enable_attention_dp',
  'moe_config.load_balancer',
  'moe_config.load_balancer.num_slots',
  'extra_llm_api_options',
] as const;

/** What stands around the engines in the launcher of TensorRT-LLM's examples (examples/disaggregated/slurm). */
export const AROUND = [
  { section: 'hardware', keys: [setting('integer', 'cluster.gpusPerNode', 'gpus_per_node')] },
  {
    section: 'benchmark',
    keys: [
      setting('integer', 'workload.inputLength', 'input_length'),
      setting('integer', 'workload.outputLength', 'output_length'),
    ],
  },
] as const;

/** Places that name the model. */
export const MODEL_PATHS = ['model', 'model_path', 'server.model_path', 'environment.model_path'] as const;
