import { keys } from '../keys';
import { type Family, NO_BIAS, PLAIN, type SharedFamily, SOFTMAX_ROUTER } from './family';

const SIZES = {
  'model.vocabSize': 151936,
  'model.hiddenSize': 2048,
  'model.layers': 24,
  'model.maxPositionEmbeddings': 32768,
  'model.tieWordEmbeddings': false,
} as const;

const DEFAULTS = { ...SIZES, 'model.moeLayerFrequency': 1 } as const;

/** Keys of Gated DeltaNet. */
const LINEAR_KEYS = [
  ...keys('model.linear.keyHeads', 'count', 'linear_num_key_heads'),
  ...keys('model.linear.valueHeads', 'count', 'linear_num_value_heads'),
  ...keys('model.linear.keyHeadDim', 'count', 'linear_key_head_dim'),
  ...keys('model.linear.valueHeadDim', 'count', 'linear_value_head_dim'),
  ...keys('model.linear.convKernel', 'count', 'linear_conv_kernel_dim'),
];

const QWEN3_NEXT_DEFAULTS = {
  ...SIZES,
  'model.layers': 48,
  'model.attentionHeads': 16,
  'model.kvHeads': 2,
  'model.headDim': 256,
  'model.expertIntermediateSize': 512,
  'model.sharedExpertIntermediateSize': 512,
  'model.topK': 10,
  'model.routedExperts': 512,
  'model.linear.keyHeads': 16,
  'model.linear.valueHeads': 32,
  'model.linear.keyHeadDim': 128,
  'model.linear.valueHeadDim': 128,
  'model.linear.convKernel': 4,
  ...NO_BIAS,
} as const;

const QWEN3_NEXT: SharedFamily = {
  source: 'transformers configuration_qwen3_next.py',
  attention: 'gqa',
  keys: LINEAR_KEYS,
  intermediateIs: 'dense',
  shared: 'gated',
  layers: 'sparse-step',
  mixers: 'linear-layers',
  attentionBias: 'all',
  defaults: { ...QWEN3_NEXT_DEFAULTS, 'model.intermediateSize': 5632, 'model.moeLayerFrequency': 1 },
  implied: {
    ...PLAIN,
    ...SOFTMAX_ROUTER,
    'model.qkNorm': 'per-head',
    'model.attentionGate': 'full-width',
    'model.linear.kind': 'gated-deltanet',
    'model.linear.convBias': false,
    'model.mtp.storedTables': 0,
  },
  implementation: 'transformers modeling_qwen3_next.py',
};

/** Source of every default: huggingface/transformers@008e5743; of the MTP modules: vllm qwen3_next_mtp.py, qwen3_5_mtp.py. */
export const QWEN_FAMILIES: readonly Family[] = [
  {
    id: 'qwen2_moe',
    title: 'Qwen2-MoE',
    modelTypes: ['qwen2_moe'],
    architectures: ['Qwen2MoeForCausalLM'],
    models: 'Qwen1.5-MoE, Qwen2-57B-A14B',
    layersAre: 'a gated shared expert, biases on queries, keys and values',
    source: 'transformers configuration_qwen2_moe.py',
    attention: 'gqa',
    intermediateIs: 'dense',
    shared: 'gated',
    layers: 'sparse-step',
    mixers: 'full',
    attentionBias: 'none',
    defaults: {
      ...DEFAULTS,
      'model.intermediateSize': 5632,
      'model.attentionHeads': 16,
      'model.kvHeads': 16,
      'model.expertIntermediateSize': 1408,
      'model.sharedExpertIntermediateSize': 5632,
      'model.topK': 4,
      'model.routedExperts': 60,
      'model.qkvBias': true,
    },
    implied: { 'model.outputBias': false, ...PLAIN, ...SOFTMAX_ROUTER },
    implementation: 'transformers modeling_qwen2_moe.py',
  },
  {
    id: 'qwen3_moe',
    title: 'Qwen3-MoE',
    modelTypes: ['qwen3_moe', 'qwen3_vl_moe_text', 'qwen3_vl_moe'],
    architectures: ['Qwen3MoeForCausalLM', 'Qwen3VLMoeForConditionalGeneration'],
    models: 'Qwen3, Qwen3-Coder, Qwen3-VL',
    layersAre: 'norms of query and key heads',
    maxtextBlock: 'qwen3_moe',
    source: 'transformers configuration_qwen3_moe.py',
    attention: 'gqa',
    intermediateIs: 'dense',
    shared: 'none',
    layers: 'sparse-step',
    mixers: 'full',
    attentionBias: 'all',
    defaults: {
      ...DEFAULTS,
      'model.intermediateSize': 6144,
      'model.attentionHeads': 32,
      'model.kvHeads': 4,
      'model.expertIntermediateSize': 768,
      'model.topK': 8,
      'model.routedExperts': 128,
      ...NO_BIAS,
    },
    implied: { ...PLAIN, ...SOFTMAX_ROUTER, 'model.qkNorm': 'per-head' },
    implementation: 'transformers modeling_qwen3_moe.py',
  },
  {
    ...QWEN3_NEXT,
    id: 'qwen3_next',
    title: 'Qwen3-Next',
    modelTypes: ['qwen3_next'],
    architectures: ['Qwen3NextForCausalLM'],
    models: 'Qwen3-Next',
    layersAre: 'Gated DeltaNet in three of four layers, gated attention in the others',
  },
  {
    ...QWEN3_NEXT,
    id: 'qwen3_5_moe',
    title: 'Qwen3.5',
    modelTypes: ['qwen3_5_moe', 'qwen3_5_moe_text'],
    architectures: ['Qwen3_5MoeForConditionalGeneration', 'Qwen3_5MoeForCausalLM'],
    models: 'Qwen3.5',
    layersAre: 'as Qwen3-Next',
    source: 'transformers configuration_qwen3_5_moe.py',
    layers: 'all',
    defaults: {
      ...QWEN3_NEXT_DEFAULTS,
      'model.vocabSize': 248320,
      'model.layers': 40,
      'model.routedExperts': 256,
      'model.topK': 8,
    },
    implementation: 'transformers modeling_qwen3_5_moe.py',
  },
];
