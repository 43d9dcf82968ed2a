import { flag, type OptionSpec, optionTable } from '../shared/options';
import { TORCHRUN_SPECS } from '../shared/torchrun';
import { SLIME_OPTIONS } from './slime';

const turnsOff = (name: string, ...flags: readonly string[]): OptionSpec => ({
  flags,
  name,
  type: 'switch',
  value: false,
});

/** Options by which a command is known to be a Megatron-LM training command. */
export const MEGATRON_MARKS = [
  '--num-experts',
  '--expert-model-parallel-size',
  '--tensor-model-parallel-size',
  '--pipeline-model-parallel-size',
  '--moe-router-topk',
  '--moe-token-dispatcher-type',
  '--moe-ffn-hidden-size',
] as const;

/** Options of Megatron-DeepSpeed, whose MoE options mean other things. */
export const DEEPSPEED_MARKS = [
  '--moe-expert-parallel-size',
  '--deepspeed',
  '--deepspeed_config',
  '--ds-config',
] as const;

/**
 * Megatron-LM options and the facts that they state (NVIDIA/Megatron-LM@d98e8a64: transformer_config.py,
 * model_parallel_config.py, training/arguments.py), those that Pai-Megatron-Patch calls otherwise
 * (alibaba/Pai-Megatron-Patch@11cf2493: megatron_patch/arguments.py and its core_transformer_config_from_args), and torchrun's own.
 */
const SPECS: readonly OptionSpec[] = [
  flag('integer', 'model.layers', '--num-layers'),
  flag('integer', 'model.hiddenSize', '--hidden-size'),
  flag('integer', 'model.intermediateSize', '--ffn-hidden-size'),
  flag('integer', 'model.attentionHeads', '--num-attention-heads'),
  flag('integer', 'model.kvHeads', '--num-query-groups'),
  flag('integer', 'model.headDim', '--kv-channels'),
  flag('integer', 'model.vocabSize', '--vocab-size', '--padded-vocab-size'),
  flag('integer', 'model.maxPositionEmbeddings', '--max-position-embeddings'),
  flag('integer', 'model.routedExperts', '--num-experts'),
  flag('integer', 'model.topK', '--moe-router-topk'),
  flag('integer', 'model.expertIntermediateSize', '--moe-ffn-hidden-size'),
  flag('integer', 'model.sharedExpertIntermediateSize', '--moe-shared-expert-intermediate-size'),
  flag('integer', 'model.moeLatentSize', '--moe-latent-size'),
  flag('switch', 'model.sharedExpertGate', '--moe-shared-expert-gate'),
  flag('scalar', 'model.moeLayerFrequency', '--moe-layer-freq'),
  flag('integer', 'model.router.groups', '--moe-router-num-groups'),
  flag('integer', 'model.router.topkGroups', '--moe-router-group-topk'),
  flag('string', 'model.router.scoreFunction', '--moe-router-score-function'),
  flag('switch', 'model.router.correctionBias', '--moe-router-enable-expert-bias'),
  flag('integer', 'model.mla.qLoraRank', '--q-lora-rank'),
  flag('integer', 'model.mla.kvLoraRank', '--kv-lora-rank'),
  flag('integer', 'model.mla.qkNopeHeadDim', '--qk-head-dim', '--qk-nope-head-dim'),
  flag('integer', 'model.mla.qkRopeHeadDim', '--qk-pos-emb-head-dim', '--qk-rope-head-dim'),
  flag('integer', 'model.mla.vHeadDim', '--v-head-dim'),
  flag('integer', 'model.mtpLayers', '--mtp-num-layers', '--num-mtp-predictor'),
  flag('switch', 'model.qkvBias', '--add-qkv-bias'),
  turnsOff('model.tieWordEmbeddings', '--untie-embeddings-and-output-weights'),

  flag('integer', 'layout.tp', '--tensor-model-parallel-size'),
  flag('integer', 'layout.pp', '--pipeline-model-parallel-size'),
  flag('integer', 'layout.cp', '--context-parallel-size'),
  flag('integer', 'layout.ep', '--expert-model-parallel-size'),
  flag('integer', 'layout.etp', '--expert-tensor-parallel-size'),
  flag('integer', 'layout.vpp', '--num-virtual-stages-per-pipeline-rank'),
  flag('switch', 'layout.sequenceParallel', '--sequence-parallel'),
  { flags: ['--use-tp-pp-dp-mapping'], name: 'layout.order', type: 'switch', value: 'tp-cp-ep-pp-dp' },

  ...TORCHRUN_SPECS,
  // slime starts Megatron-LM through Ray (THUDM/slime: slime/utils/arguments.py).
  ...SLIME_OPTIONS,

  flag('integer', 'workload.sequenceLength', '--seq-length'),
  flag('integer', 'workload.microBatchSize', '--micro-batch-size'),
  flag('integer', 'workload.globalBatchSize', '--global-batch-size'),

  flag('number', 'routing.capacityFactor', '--moe-expert-capacity-factor'),
  flag('string', 'routing.dropPolicy', '--moe-token-drop-policy'),
  // Random logits in place of the router's: every expert is as likely as any other (transformer/moe/moe_utils.py).
  {
    flags: ['--moe-router-force-load-balancing'],
    name: 'routing.distribution',
    type: 'switch',
    value: 'balanced',
  },
  flag('string', 'communication.backend', '--moe-token-dispatcher-type'),

  // Read for rules and for what is derived from them; their names are the options' own.
  flag('string', 'megatron.moeTokenDispatcherType', '--moe-token-dispatcher-type'),
  flag('string', 'megatron.moeFlexDispatcherBackend', '--moe-flex-dispatcher-backend'),
  flag('switch', 'megatron.sharedExpertOverlap', '--moe-shared-expert-overlap'),
  flag('switch', 'megatron.groupQueryAttention', '--group-query-attention'),
  flag('switch', 'megatron.multiLatentAttention', '--multi-latent-attention'),
  flag('switch', 'megatron.disableBiasLinear', '--disable-bias-linear'),
  flag('switch', 'megatron.qkLayernorm', '--qk-layernorm'),
  flag('switch', 'megatron.swiglu', '--swiglu'),
  flag('switch', 'megatron.quickGeglu', '--quick-geglu'),
  flag('string', 'megatron.moeRoutingTracePath', '--moe-routing-trace-path'),
  flag('switch', 'megatron.useCheckpointArgs', '--use-checkpoint-args'),
  flag('string', 'megatron.yamlCfg', '--yaml-cfg'),
  flag('integer', 'megatron.makeVocabSizeDivisibleBy', '--make-vocab-size-divisible-by'),
  flag('integer', 'megatron.numLayersPerVirtualPipelineStage', '--num-layers-per-virtual-pipeline-stage'),
  flag('string', 'megatron.pipelineModelParallelLayout', '--pipeline-model-parallel-layout'),
  flag('integer', 'megatron.decoderFirstPipelineNumLayers', '--decoder-first-pipeline-num-layers'),
  flag('integer', 'megatron.decoderLastPipelineNumLayers', '--decoder-last-pipeline-num-layers'),
  flag('switch', 'megatron.accountForEmbeddingInPipelineSplit', '--account-for-embedding-in-pipeline-split'),
  flag('switch', 'megatron.accountForLossInPipelineSplit', '--account-for-loss-in-pipeline-split'),
  flag('switch', 'megatron.overlapMoeExpertParallelComm', '--overlap-moe-expert-parallel-comm'),
  flag('switch', 'megatron.delayWgradCompute', '--delay-wgrad-compute'),
  flag(
    'switch',
    'megatron.overlapDispatchBackwardWithExpertsWgrad',
    '--overlap-dispatch-backward-with-experts-wgrad',
  ),
  flag('string', 'megatron.cudaGraphImpl', '--cuda-graph-impl'),
  flag('words', 'megatron.cudaGraphModules', '--cuda-graph-modules', '--cuda-graph-scope'),
  flag('words', 'megatron.offloadModules', '--offload-modules'),
  flag('string', 'megatron.recomputeGranularity', '--recompute-granularity'),
  flag('words', 'megatron.recomputeModules', '--recompute-modules'),
  flag('string', 'megatron.recomputeMethod', '--recompute-method'),
  flag('integer', 'megatron.recomputeNumLayers', '--recompute-num-layers'),
  flag('switch', 'megatron.recomputeActivations', '--recompute-activations'),
  flag('switch', 'megatron.useDistributedOptimizer', '--use-distributed-optimizer'),
  flag('switch', 'megatron.useTorchFsdp2', '--use-torch-fsdp2'),
  flag('switch', 'megatron.useMegatronFsdp', '--use-megatron-fsdp', '--use-custom-fsdp'),
  flag('integer', 'megatron.megatronFsdpVersion', '--megatron-fsdp-version'),
  flag('string', 'megatron.dataParallelShardingStrategy', '--data-parallel-sharding-strategy'),
  flag('string', 'megatron.hybridLayerPattern', '--hybrid-override-pattern', '--hybrid-layer-pattern'),
  flag('words', 'megatron.rampupBatchSize', '--rampup-batch-size'),
  flag('string', 'megatron.optimizer', '--optimizer'),
  flag('switch', 'megatron.usePrecisionAwareOptimizer', '--use-precision-aware-optimizer'),
  flag('string', 'megatron.mainParamsDtype', '--main-params-dtype'),
  flag('string', 'megatron.mainGradsDtype', '--main-grads-dtype'),
  flag('string', 'megatron.expAvgDtype', '--exp-avg-dtype'),
  flag('string', 'megatron.expAvgSqDtype', '--exp-avg-sq-dtype'),
  flag('switch', 'megatron.gradReduceInBf16', '--grad-reduce-in-bf16'),
  flag('switch', 'megatron.optimizerCpuOffload', '--optimizer-cpu-offload'),
  flag('number', 'megatron.optimizerOffloadFraction', '--optimizer-offload-fraction'),
  flag('switch', 'megatron.bf16', '--bf16'),
  flag('switch', 'megatron.fp16', '--fp16'),
  flag('string', 'megatron.fp8Format', '--fp8-format'),
  flag('string', 'megatron.fp8Recipe', '--fp8-recipe'),
  flag('string', 'megatron.fp4Format', '--fp4-format'),
  flag('string', 'megatron.transformerImpl', '--transformer-impl'),
  flag('switch', 'megatron.moeGroupedGemm', '--moe-grouped-gemm'),
  flag('switch', 'megatron.moePagedStash', '--moe-paged-stash'),
  flag('integer', 'megatron.cpuOffloadingNumLayers', '--cpu-offloading-num-layers'),
  flag('words', 'megatron.moeRouterLoadBalancingType', '--moe-router-load-balancing-type'),
  flag('string', 'megatron.moeTokenDropPolicy', '--moe-token-drop-policy'),
  flag('words', 'megatron.moeAuxLossCoeff', '--moe-aux-loss-coeff'),
];

export const MEGATRON_OPTIONS = optionTable(SPECS);
