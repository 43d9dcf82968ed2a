import { flag, type OptionSpec, optionTable } from '../shared/options';

/**
 * Options of `trtllm-serve` (NVIDIA/TensorRT-LLM@00209af1: tensorrt_llm/commands/serve.py), `trtllm-bench` and the
 * worker of NVIDIA Dynamo (`dynamo.trtllm`), which spells them with dashes.
 */
const SPECS: readonly OptionSpec[] = [
  flag('integer', 'layout.tp', '--tensor_parallel_size', '--tp_size', '--tensor-parallel-size', '--tp'),
  flag('integer', 'layout.pp', '--pipeline_parallel_size', '--pp_size', '--pipeline-parallel-size', '--pp'),
  flag('integer', 'layout.cp', '--context_parallel_size', '--cp_size'),
  flag('integer', 'layout.ep', '--moe_expert_parallel_size', '--ep_size', '--expert-parallel-size', '--ep'),
  flag(
    'integer',
    'trtllm.moeClusterParallelSize',
    '--moe_cluster_parallel_size',
    '--cluster_size',
    '--cluster-size',
  ),
  flag('switch', 'layout.attentionDataParallel', '--enable_attention_dp', '--enable-attention-dp'),
  flag('integer', 'cluster.gpusPerNode', '--gpus_per_node', '--gpus-per-node'),
  flag('integer', 'workload.concurrency', '--max_batch_size', '--max-batch-size'),
  flag('integer', 'trtllm.maxNumTokens', '--max_num_tokens', '--max-num-tokens'),
  flag('integer', 'trtllm.maxSeqLen', '--max_seq_len', '--max-seq-len'),
  flag('string', 'trtllm.disaggregationMode', '--disaggregation-mode', '--server_role'),
  flag(
    'string',
    'trtllm.config',
    '--config',
    '--extra_llm_api_options',
    '--extra-llm-api-options',
    '--extra-engine-args',
  ),
];

export const TRTLLM_OPTIONS = optionTable(SPECS);
