import { DEEPSEEK, V3_LAYERS } from './deepseek';
import { hub, type ModelPreset } from './preset';

/** Kimi-K2: the layers of DeepSeek-V3 with more experts and fewer heads, without groups and MTP. */
const KIMI_K2 = {
  ...V3_LAYERS,
  model_type: 'kimi_k2',
  num_attention_heads: 64,
  num_key_value_heads: 64,
  n_routed_experts: 384,
  first_k_dense_replace: 1,
  n_group: 1,
  topk_group: 1,
  num_nextn_predict_layers: 0,
  vocab_size: 163840,
} as const;

/** Models of Moonshot AI, all of DeepSeek's architecture. */
export const MOONSHOT_PRESETS: readonly ModelPreset[] = [
  {
    id: 'moonshotai/Kimi-K2-Instruct',
    aliases: ['Kimi-K2', 'Kimi-K2-Instruct-0905'],
    source: hub('moonshotai/Kimi-K2-Instruct'),
    config: {
      ...KIMI_K2,
      max_position_embeddings: 131072,
    },
  },
  {
    id: 'moonshotai/Kimi-K2.5',
    aliases: ['Kimi-K2-Thinking', 'Kimi-K2.5-VL'],
    source: `${hub('moonshotai/Kimi-K2.5')} (text model)`,
    config: {
      ...KIMI_K2,
      max_position_embeddings: 262144,
      quantization_config: { quant_method: 'compressed-tensors', bits: 4 },
    },
  },
  {
    id: 'moonshotai/Moonlight-16B-A3B',
    aliases: ['Moonlight-16B'],
    source: hub('moonshotai/Moonlight-16B-A3B'),
    config: {
      ...DEEPSEEK,
      model_type: 'deepseek_v3',
      hidden_size: 2048,
      intermediate_size: 11264,
      moe_intermediate_size: 1408,
      num_hidden_layers: 27,
      num_attention_heads: 16,
      num_key_value_heads: 16,
      q_lora_rank: null,
      n_routed_experts: 64,
      n_shared_experts: 2,
      num_experts_per_tok: 6,
      first_k_dense_replace: 1,
      n_group: 1,
      topk_group: 1,
      scoring_func: 'sigmoid',
      topk_method: 'noaux_tc',
      norm_topk_prob: true,
      num_nextn_predict_layers: 0,
      vocab_size: 163840,
      max_position_embeddings: 8192,
    },
  },
];
