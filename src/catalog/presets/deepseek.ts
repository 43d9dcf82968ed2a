import { FP8, hub, type ModelPreset } from './preset';

/** What models of DeepSeek's architecture have in common. */
export const DEEPSEEK = {
  attention_bias: false,
  kv_lora_rank: 512,
  qk_nope_head_dim: 128,
  qk_rope_head_dim: 64,
  v_head_dim: 128,
  moe_layer_freq: 1,
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
} as const;

const DEEPSEEK_V2 = {
  ...DEEPSEEK,
  model_type: 'deepseek_v2',
  first_k_dense_replace: 1,
  n_shared_experts: 2,
  num_experts_per_tok: 6,
  scoring_func: 'softmax',
  norm_topk_prob: false,
  vocab_size: 102400,
  max_position_embeddings: 163840,
} as const;

/** Layers as DeepSeek-V3 has them. */
export const V3_LAYERS = {
  ...DEEPSEEK,
  hidden_size: 7168,
  intermediate_size: 18432,
  moe_intermediate_size: 2048,
  num_hidden_layers: 61,
  n_shared_experts: 1,
  num_experts_per_tok: 8,
  q_lora_rank: 1536,
  scoring_func: 'sigmoid',
  topk_method: 'noaux_tc',
  norm_topk_prob: true,
  quantization_config: FP8,
} as const;

const DEEPSEEK_V3 = {
  ...V3_LAYERS,
  num_attention_heads: 128,
  num_key_value_heads: 128,
  n_routed_experts: 256,
  first_k_dense_replace: 3,
  n_group: 8,
  topk_group: 4,
  num_nextn_predict_layers: 1,
  vocab_size: 129280,
  max_position_embeddings: 163840,
} as const;

/** What DeepSeek-V4 models have in common. */
const DEEPSEEK_V4 = {
  model_type: 'deepseek_v4',
  attention_bias: false,
  head_dim: 512,
  num_key_value_heads: 1,
  o_lora_rank: 1024,
  index_n_heads: 64,
  index_head_dim: 128,
  hc_mult: 4,
  sliding_window: 128,
  num_hash_layers: 3,
  n_shared_experts: 1,
  num_experts_per_tok: 6,
  scoring_func: 'sqrtsoftplus',
  topk_method: 'noaux_tc',
  num_nextn_predict_layers: 1,
  tie_word_embeddings: false,
  vocab_size: 129280,
  max_position_embeddings: 1048576,
  torch_dtype: 'bfloat16',
  quantization_config: FP8,
  expert_dtype: 'fp4',
} as const;

/** `compress_ratios` of so many layers and the MTP module: the first two alike, then by turns, the module with a window alone. */
const compressRatios = (first: number, layers: number): readonly number[] =>
  Array.from({ length: layers + 1 }, (_, i) => (i === layers ? 0 : i < 2 ? first : i % 2 === 0 ? 4 : 128));

/** Models of DeepSeek. */
export const DEEPSEEK_PRESETS: readonly ModelPreset[] = [
  {
    id: 'deepseek-ai/DeepSeek-V2',
    aliases: ['DeepSeek-V2-0628', 'DeepSeek-V2.5', 'DeepSeek-V2.5-1210', 'DeepSeek-Coder-V2'],
    source: hub('deepseek-ai/DeepSeek-V2'),
    config: {
      ...DEEPSEEK_V2,
      hidden_size: 5120,
      intermediate_size: 12288,
      moe_intermediate_size: 1536,
      num_hidden_layers: 60,
      num_attention_heads: 128,
      num_key_value_heads: 128,
      q_lora_rank: 1536,
      n_routed_experts: 160,
      n_group: 8,
      topk_group: 3,
      topk_method: 'group_limited_greedy',
    },
  },
  {
    id: 'deepseek-ai/DeepSeek-V2-Lite',
    aliases: ['DeepSeek-Coder-V2-Lite'],
    source: hub('deepseek-ai/DeepSeek-V2-Lite'),
    config: {
      ...DEEPSEEK_V2,
      hidden_size: 2048,
      intermediate_size: 10944,
      moe_intermediate_size: 1408,
      num_hidden_layers: 27,
      num_attention_heads: 16,
      num_key_value_heads: 16,
      q_lora_rank: null,
      n_routed_experts: 64,
      n_group: 1,
      topk_group: 1,
      topk_method: 'greedy',
    },
  },
  {
    id: 'deepseek-ai/DeepSeek-V3',
    aliases: [
      'DeepSeek-V3-0324',
      'DeepSeek-V3.1',
      'DeepSeek-V3.1-Terminus',
      'DeepSeek-R1',
      'DeepSeek-R1-0528',
      'DeepSeek-R1-Zero',
    ],
    source: hub('deepseek-ai/DeepSeek-V3'),
    config: { ...DEEPSEEK_V3, model_type: 'deepseek_v3' },
  },
  {
    id: 'deepseek-ai/DeepSeek-V3.2',
    aliases: ['DeepSeek-V3.2-Exp', 'DeepSeek-V3.2-Speciale'],
    source: hub('deepseek-ai/DeepSeek-V3.2'),
    config: {
      ...DEEPSEEK_V3,
      model_type: 'deepseek_v32',
      index_n_heads: 64,
      index_head_dim: 128,
      index_topk: 2048,
    },
  },
  {
    id: 'deepseek-ai/DeepSeek-V4-Flash',
    aliases: [],
    source: hub('deepseek-ai/DeepSeek-V4-Flash'),
    config: {
      ...DEEPSEEK_V4,
      hidden_size: 4096,
      moe_intermediate_size: 2048,
      num_hidden_layers: 43,
      num_attention_heads: 64,
      q_lora_rank: 1024,
      o_groups: 8,
      n_routed_experts: 256,
      index_topk: 512,
      compress_ratios: compressRatios(0, 43),
    },
  },
  {
    id: 'deepseek-ai/DeepSeek-V4-Pro',
    aliases: [],
    source: hub('deepseek-ai/DeepSeek-V4-Pro'),
    config: {
      ...DEEPSEEK_V4,
      hidden_size: 7168,
      moe_intermediate_size: 3072,
      num_hidden_layers: 61,
      num_attention_heads: 128,
      q_lora_rank: 1536,
      o_groups: 16,
      n_routed_experts: 384,
      index_topk: 1024,
      compress_ratios: compressRatios(128, 61),
    },
  },
];
