import { setting } from '../shared/read-settings';

/** AutoEP's section (deepspeedai/DeepSpeed@edaa7221 and @0067b11e: module_inject/auto_ep_config.py; docs/_pages/config-json.md). */
export const AUTO_EP_KEYS = [
  setting('boolean', 'layout.expertParallelEnabled', 'enabled'),
  setting('integer', 'layout.ep', 'autoep_size'),
  setting('integer', 'layout.etp', 'expert_tensor_parallel_size'),
  setting('string', 'deepspeed.presetModel', 'preset_model'),
  setting('string', 'deepspeed.scoreFunc', 'score_func'),
  setting('string', 'deepspeed.scoreApply', 'score_apply'),
  setting('string', 'deepspeed.combineImpl', 'combine_impl'),
  setting('string', 'deepspeed.rowWeightingImpl', 'row_weighting_impl'),
  setting('string', 'deepspeed.gateUpImpl', 'gate_up_impl'),
  setting('boolean', 'deepspeed.useGroupedMm', 'use_grouped_mm'),
  setting('boolean', 'deepspeed.asyncSplitPlan', 'async_split_plan'),
  setting('string', 'deepspeed.commBackend', 'comm_backend'),
  setting('integer', 'deepspeed.commMaxTokensPerRank', 'comm_max_tokens_per_rank'),
  setting('integer', 'model.router.groups', 'num_expert_groups'),
  setting('integer', 'model.router.topkGroups', 'num_limited_groups'),
  setting('number', 'deepspeed.loadBalanceCoeff', 'load_balance_coeff'),
] as const;

/** The `moe` section of an inference config (inference/config.py, DeepSpeedMoEConfig). */
export const INFERENCE_KEYS = [
  setting('boolean', 'deepspeed.moeEnabled', 'enabled'),
  setting('integer', 'layout.ep', 'ep_size'),
  setting('integers', 'deepspeed.moeExperts', 'moe_experts'),
  setting('integers', 'deepspeed.moeExperts', 'num_experts'),
  setting('string', 'deepspeed.moeType', 'type'),
] as const;

/** The same keys at the top of the file, deprecated (inference/config.py:285-302). */
export const DEPRECATED_INFERENCE_KEYS = [
  setting('integer', 'layout.ep', 'ep_size'),
  setting('integers', 'deepspeed.moeExperts', 'moe_experts'),
  setting('string', 'deepspeed.moeType', 'moe_type'),
] as const;

/** Keys beside them (runtime/constants.py, runtime/zero/config.py, inference/config.py). */
export const JOB_KEYS = [
  setting('integer', 'workload.microBatchSize', 'train_micro_batch_size_per_gpu'),
  setting('integer', 'workload.globalBatchSize', 'train_batch_size'),
  setting('integer', 'deepspeed.gradientAccumulationSteps', 'gradient_accumulation_steps'),
  setting('integer', 'deepspeed.zeroStage', 'zero_optimization.stage'),
  setting('string', 'workload.gradientDtype', 'data_types.grad_accum_dtype'),
  setting('boolean', 'deepspeed.bf16', 'bf16.enabled'),
  setting('boolean', 'deepspeed.fp16', 'fp16.enabled'),
  setting('integer', 'layout.tp', 'tensor_parallel.autotp_size'),
  setting('integer', 'layout.tp', 'tensor_parallel.tp_size'),
  setting('string', 'deepspeed.tensorParallelPresetModel', 'tensor_parallel.preset_model'),
  setting('string', 'deepspeed.offloadOptimizer', 'zero_optimization.offload_optimizer.device'),
  setting('number', 'deepspeed.offloadRatio', 'zero_optimization.offload_optimizer.ratio'),
  setting('string', 'deepspeed.offloadParam', 'zero_optimization.offload_param.device'),
  setting('boolean', 'deepspeed.deepcompile', 'compile.deepcompile'),
  setting('integer', 'deepspeed.sequenceParallelSize', 'sequence_parallel_size'),
  setting('boolean', 'deepspeed.useDataBeforeExpertParallelism', 'use_data_before_expert_parallelism'),
] as const;

/** Keys that an inference config has and other files with a `moe` section (model configs) do not. */
export const INFERENCE_MARKS: ReadonlySet<string> = new Set([
  'replace_with_kernel_inject',
  'kernel_inject',
  'tensor_parallel',
  'tp',
  'mp_size',
  'enable_cuda_graph',
  'max_out_tokens',
  'injection_policy',
  'replace_method',
  'checkpoint',
]);
