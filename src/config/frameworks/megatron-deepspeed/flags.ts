import { flag, type OptionSpec, optionTable } from '../shared/options';

/** Megatron-DeepSpeed's options (deepspeedai/Megatron-DeepSpeed@4efb479d: megatron/arguments.py), and its launcher's. */
const SPECS: readonly OptionSpec[] = [
  flag('integer', 'model.layers', '--num-layers'),
  flag('integer', 'model.hiddenSize', '--hidden-size'),
  flag('integer', 'model.intermediateSize', '--ffn-hidden-size'),
  flag('integer', 'model.attentionHeads', '--num-attention-heads'),
  flag('integer', 'model.kvHeads', '--num-key-value-heads'),
  flag('integer', 'model.maxPositionEmbeddings', '--max-position-embeddings'),
  flag('integer', 'model.topK', '--topk'),
  flag('integer', 'deepspeed.expertInterval', '--expert-interval'),
  flag('string', 'deepspeed.mlpType', '--mlp-type'),
  flag('integer', 'layout.tp', '--tensor-model-parallel-size'),
  flag('integer', 'layout.pp', '--pipeline-model-parallel-size'),
  flag('integer', 'layout.ep', '--moe-expert-parallel-size'),
  flag('switch', 'deepspeed.enableExpertTensorParallelism', '--enable-expert-tensor-parallelism'),
  flag('integer', 'workload.sequenceLength', '--seq-length'),
  flag('integer', 'workload.microBatchSize', '--micro-batch-size'),
  flag('integer', 'workload.globalBatchSize', '--global-batch-size'),
  flag('number', 'routing.capacityFactor', '--moe-train-capacity-factor'),
  flag('switch', 'deepspeed.disableMoeTokenDropping', '--disable-moe-token-dropping'),
  flag('integer', 'deepspeed.zeroStage', '--zero-stage'),
  flag('string', 'deepspeed.config', '--deepspeed_config', '--deepspeed-config'),
  flag(
    'switch',
    'deepspeed.checkpointActivations',
    '--checkpoint-activations',
    '--deepspeed-activation-checkpointing',
  ),
  flag('switch', 'deepspeed.halfPrecision', '--bf16', '--fp16'),
  flag('size', 'cluster.nodes', '--num_nodes'),
  flag('size', 'cluster.gpusPerNode', '--num_gpus'),
];

/** One number of experts for all MoE layers; several make a pyramid (PR-MoE), which no single number describes. */
export const EXPERT_COUNTS = { one: 'model.routedExperts', pyramid: 'deepspeed.numExperts' } as const;

export const DEEPSPEED_OPTIONS = optionTable(SPECS);
