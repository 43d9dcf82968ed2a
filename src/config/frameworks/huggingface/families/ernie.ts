import { keys } from '../keys';
import { type Family, NO_BIAS, PLAIN, type SharedFamily } from './family';

const ERNIE: SharedFamily = {
  source: 'transformers configuration_ernie4_5_moe.py',
  attention: 'gqa',
  keys: [...keys('model.topK', 'count', 'moe_k')],
  intermediateIs: 'dense',
  shared: 'counted',
  layers: 'interval',
  mixers: 'full',
  attentionBias: 'none',
  unknownVariants: { use_bias: 'biases on all projections' },
  defaults: {
    'model.vocabSize': 103424,
    'model.hiddenSize': 2560,
    'model.intermediateSize': 12288,
    'model.expertIntermediateSize': 1536,
    'model.layers': 28,
    'model.attentionHeads': 20,
    'model.kvHeads': 4,
    'model.topK': 6,
    'model.routedExperts': 64,
    'model.sharedExperts': 2,
    'model.maxPositionEmbeddings': 131072,
    'model.tieWordEmbeddings': true,
  },
  implied: {
    ...NO_BIAS,
    ...PLAIN,
    'model.router.scoreFunction': 'softmax',
    'model.router.correctionBias': true,
    'model.mtp.feedForward': 'dense',
    'model.mtp.norms': 2,
    'model.mtp.storedTables': 0,
  },
  implementation: 'transformers modeling_ernie4_5_moe.py; vllm ernie_mtp.py',
};

/** Source of every default: huggingface/transformers@008e5743. */
export const ERNIE_FAMILIES: readonly Family[] = [
  {
    ...ERNIE,
    id: 'ernie4_5_moe',
    title: 'ERNIE 4.5',
    modelTypes: ['ernie4_5_moe'],
    architectures: ['Ernie4_5_MoeForCausalLM'],
    models: 'ERNIE 4.5',
    layersAre: 'experts from one layer to another',
  },
  {
    ...ERNIE,
    id: 'ernie4_5_vl_moe',
    title: 'ERNIE 4.5-VL',
    modelTypes: ['ernie4_5_vl_moe', 'ernie4_5_vl_moe_text', 'ernie4_5_moe_vl'],
    architectures: ['Ernie4_5_VLMoeForConditionalGeneration', 'Ernie4_5_VLMoeForCausalLM'],
    models: 'ERNIE 4.5-VL (text)',
    layersAre: 'as ERNIE 4.5, with a second set of experts and a router for tokens of images',
    source: 'transformers configuration_ernie4_5_vl_moe.py',
    keys: [
      ...keys('model.topK', 'count', 'moe_k'),
      ...keys('model.routedExperts', 'uniform-count', 'moe_num_experts'),
      ...keys('model.expertIntermediateSize', 'first-count', 'moe_intermediate_size'),
      ...keys('model.visionExpertIntermediateSize', 'second-count', 'moe_intermediate_size'),
    ],
    defaults: { ...ERNIE.defaults, 'model.visionExpertIntermediateSize': 512 },
    implementation: 'transformers modeling_ernie4_5_vl_moe.py; vllm ernie45_vl_moe.py',
  },
];
