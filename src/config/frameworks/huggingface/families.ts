import type { FactValue } from '../../fact';

/** A Hugging Face family that the simulator knows. Everything special about a family stands in its entry. */
export interface Family {
  /** `model_type` that the family's own class has. */
  readonly id: string;
  readonly title: string;
  readonly modelTypes: readonly string[];
  /** For configs whose `model_type` is another name for the same class. */
  readonly architectures: readonly string[];
  /** Where the defaults below come from. */
  readonly source: string;
  readonly attention: 'gqa' | 'mla';
  /** What `intermediate_size` is the width of. */
  readonly intermediateIs: 'dense' | 'expert';
  /** Shared experts: none, one of its own width behind a gate, or a number of experts of the routed width. */
  readonly shared: 'none' | 'gated' | 'counted';
  /**
   * Which layers are MoE, by the key that says it: `(i + 1) % step = 0` (Qwen's `decoder_sparse_step`),
   * `i >= first && i % frequency = 0` (DeepSeek), or every layer.
   */
  readonly layers: 'all' | 'sparse-step' | 'first-dense';
  /** Layers that look back over `sliding_window` tokens only: none, all when it is set, or as `layer_types` says. */
  readonly sliding: 'none' | 'all' | 'layer-types';
  /** True where `attention_bias` puts biases on all projections of attention. */
  readonly attentionBias: boolean;
  /** Values of keys that are absent, by fact name. */
  readonly defaults: Readonly<Record<string, FactValue>>;
  /** What the modelling code does whatever the file says, by fact name; `implementation` names the code. */
  readonly implied: Readonly<Record<string, FactValue>>;
  readonly implementation: string;
}

const QWEN_DEFAULTS = {
  'model.vocabSize': 151936,
  'model.hiddenSize': 2048,
  'model.layers': 24,
  'model.maxPositionEmbeddings': 32768,
  'model.tieWordEmbeddings': false,
  'model.moeLayerFrequency': 1,
} as const;

const DEEPSEEK_MLA_DEFAULTS = {
  'model.mla.qLoraRank': 1536,
  'model.mla.kvLoraRank': 512,
  'model.mla.qkNopeHeadDim': 128,
  'model.mla.qkRopeHeadDim': 64,
  'model.mla.vHeadDim': 128,
} as const;

const DEEPSEEK_V3: Omit<Family, 'id' | 'title' | 'modelTypes' | 'architectures'> = {
  source: 'transformers configuration_deepseek_v3.py',
  attention: 'mla',
  intermediateIs: 'dense',
  shared: 'counted',
  layers: 'first-dense',
  sliding: 'none',
  attentionBias: true,
  defaults: {
    ...DEEPSEEK_MLA_DEFAULTS,
    'model.vocabSize': 129280,
    'model.hiddenSize': 7168,
    'model.intermediateSize': 18432,
    'model.expertIntermediateSize': 2048,
    'model.layers': 61,
    'model.attentionHeads': 128,
    'model.kvHeads': 128,
    'model.sharedExperts': 1,
    'model.routedExperts': 256,
    'model.topK': 8,
    'model.router.groups': 8,
    'model.router.topkGroups': 4,
    'model.router.scoreFunction': 'sigmoid',
    'model.firstDenseLayers': 3,
    'model.moeLayerFrequency': 1,
    'model.qkvBias': false,
    'model.outputBias': false,
    'model.tieWordEmbeddings': false,
    'model.maxPositionEmbeddings': 4096,
  },
  implied: { 'model.qkNorm': 'none', 'model.attentionSinks': false, 'model.expertBias': false },
  implementation: 'transformers modeling_deepseek_v3.py',
};

/** Source of every default: huggingface/transformers@008e5743 (deepseek_v3 @001f85b3, gpt_oss @02b8f42b). */
export const FAMILIES: readonly Family[] = [
  {
    id: 'mixtral',
    title: 'Mixtral',
    modelTypes: ['mixtral'],
    architectures: ['MixtralForCausalLM'],
    source: 'transformers configuration_mixtral.py',
    attention: 'gqa',
    intermediateIs: 'expert',
    shared: 'none',
    layers: 'all',
    sliding: 'all',
    attentionBias: false,
    defaults: {
      'model.vocabSize': 32000,
      'model.hiddenSize': 4096,
      'model.intermediateSize': 14336,
      'model.layers': 32,
      'model.attentionHeads': 32,
      'model.kvHeads': 8,
      'model.topK': 2,
      'model.routedExperts': 8,
      'model.tieWordEmbeddings': false,
      'model.maxPositionEmbeddings': 131072,
    },
    implied: {
      'model.qkvBias': false,
      'model.outputBias': false,
      'model.qkNorm': 'none',
      'model.attentionSinks': false,
      'model.expertBias': false,
      'model.router.scoreFunction': 'softmax',
      'model.router.correctionBias': false,
    },
    implementation: 'transformers modeling_mixtral.py',
  },
  {
    id: 'qwen2_moe',
    title: 'Qwen2-MoE',
    modelTypes: ['qwen2_moe'],
    architectures: ['Qwen2MoeForCausalLM'],
    source: 'transformers configuration_qwen2_moe.py',
    attention: 'gqa',
    intermediateIs: 'dense',
    shared: 'gated',
    layers: 'sparse-step',
    sliding: 'none',
    attentionBias: false,
    defaults: {
      ...QWEN_DEFAULTS,
      'model.intermediateSize': 5632,
      'model.attentionHeads': 16,
      'model.kvHeads': 16,
      'model.expertIntermediateSize': 1408,
      'model.sharedExpertIntermediateSize': 5632,
      'model.topK': 4,
      'model.routedExperts': 60,
      'model.qkvBias': true,
    },
    implied: {
      'model.outputBias': false,
      'model.qkNorm': 'none',
      'model.attentionSinks': false,
      'model.expertBias': false,
      'model.router.scoreFunction': 'softmax',
      'model.router.correctionBias': false,
    },
    implementation: 'transformers modeling_qwen2_moe.py',
  },
  {
    id: 'qwen3_moe',
    title: 'Qwen3-MoE',
    modelTypes: ['qwen3_moe', 'qwen3_vl_moe_text', 'qwen3_vl_moe'],
    architectures: ['Qwen3MoeForCausalLM', 'Qwen3VLMoeForConditionalGeneration'],
    source: 'transformers configuration_qwen3_moe.py',
    attention: 'gqa',
    intermediateIs: 'dense',
    shared: 'none',
    layers: 'sparse-step',
    sliding: 'none',
    attentionBias: true,
    defaults: {
      ...QWEN_DEFAULTS,
      'model.intermediateSize': 6144,
      'model.attentionHeads': 32,
      'model.kvHeads': 4,
      'model.expertIntermediateSize': 768,
      'model.topK': 8,
      'model.routedExperts': 128,
      'model.qkvBias': false,
      'model.outputBias': false,
    },
    implied: {
      'model.qkNorm': 'per-head',
      'model.attentionSinks': false,
      'model.expertBias': false,
      'model.router.scoreFunction': 'softmax',
      'model.router.correctionBias': false,
    },
    implementation: 'transformers modeling_qwen3_moe.py',
  },
  {
    id: 'deepseek_v2',
    title: 'DeepSeek-V2',
    modelTypes: ['deepseek_v2'],
    architectures: ['DeepseekV2ForCausalLM'],
    source: 'transformers configuration_deepseek_v2.py',
    attention: 'mla',
    intermediateIs: 'dense',
    shared: 'counted',
    layers: 'first-dense',
    sliding: 'none',
    attentionBias: true,
    // num_experts_per_tok has no default in this family: without it the file does not say k.
    defaults: {
      ...DEEPSEEK_MLA_DEFAULTS,
      'model.vocabSize': 32000,
      'model.hiddenSize': 4096,
      'model.intermediateSize': 11008,
      'model.layers': 32,
      'model.attentionHeads': 32,
      'model.expertIntermediateSize': 1407,
      'model.sharedExperts': 2,
      'model.routedExperts': 64,
      'model.router.groups': 1,
      'model.router.topkGroups': 1,
      'model.router.scoreFunction': 'softmax',
      'model.firstDenseLayers': 0,
      'model.moeLayerFrequency': 1,
      'model.qkvBias': false,
      'model.outputBias': false,
      'model.tieWordEmbeddings': false,
      'model.maxPositionEmbeddings': 2048,
    },
    implied: { 'model.qkNorm': 'none', 'model.attentionSinks': false, 'model.expertBias': false },
    implementation: 'transformers modeling_deepseek_v2.py',
  },
  {
    ...DEEPSEEK_V3,
    id: 'deepseek_v3',
    title: 'DeepSeek-V3',
    modelTypes: ['deepseek_v3'],
    architectures: ['DeepseekV3ForCausalLM'],
  },
  {
    ...DEEPSEEK_V3,
    id: 'kimi_k2',
    title: 'Kimi-K2',
    modelTypes: ['kimi_k2'],
    architectures: [],
  },
  {
    id: 'gpt_oss',
    title: 'gpt-oss',
    modelTypes: ['gpt_oss'],
    architectures: ['GptOssForCausalLM'],
    source: 'transformers configuration_gpt_oss.py',
    attention: 'gqa',
    intermediateIs: 'expert',
    shared: 'none',
    layers: 'all',
    sliding: 'layer-types',
    attentionBias: true,
    defaults: {
      'model.vocabSize': 201088,
      'model.hiddenSize': 2880,
      'model.intermediateSize': 2880,
      'model.layers': 36,
      'model.attentionHeads': 64,
      'model.kvHeads': 8,
      'model.headDim': 64,
      'model.topK': 4,
      'model.routedExperts': 128,
      'model.qkvBias': true,
      'model.outputBias': true,
      'model.slidingWindow': 128,
      'model.tieWordEmbeddings': false,
      'model.maxPositionEmbeddings': 131072,
    },
    implied: {
      'model.qkNorm': 'none',
      'model.attentionSinks': true,
      'model.expertBias': true,
      'model.router.scoreFunction': 'softmax',
      'model.router.correctionBias': false,
    },
    implementation: 'transformers modeling_gpt_oss.py',
  },
];

/** The family of a `model_type`, or else of an architecture (what vLLM goes by); `null` when neither is known here. */
export function familyOf(modelType: string | null, architectures: readonly string[]): Family | null {
  return (
    FAMILIES.find((family) => modelType !== null && family.modelTypes.includes(modelType)) ??
    FAMILIES.find((family) => family.architectures.some((name) => architectures.includes(name))) ??
    null
  );
}
