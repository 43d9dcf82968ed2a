import { hub, type ModelPreset } from './preset';

const MIXTRAL = {
  model_type: 'mixtral',
  num_key_value_heads: 8,
  num_local_experts: 8,
  num_experts_per_tok: 2,
  sliding_window: null,
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
} as const;

/** Models of Mistral AI. */
export const MISTRAL_PRESETS: readonly ModelPreset[] = [
  {
    id: 'mistralai/Mixtral-8x7B-v0.1',
    aliases: ['Mixtral-8x7B', 'Mixtral-8x7B-Instruct-v0.1'],
    source: hub('mistralai/Mixtral-8x7B-v0.1'),
    config: {
      ...MIXTRAL,
      hidden_size: 4096,
      intermediate_size: 14336,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      vocab_size: 32000,
      max_position_embeddings: 32768,
    },
  },
  {
    id: 'mistralai/Mixtral-8x22B-v0.1',
    aliases: ['Mixtral-8x22B'],
    source: hub('mistralai/Mixtral-8x22B-v0.1'),
    config: {
      ...MIXTRAL,
      hidden_size: 6144,
      intermediate_size: 16384,
      num_hidden_layers: 56,
      num_attention_heads: 48,
      vocab_size: 32000,
      max_position_embeddings: 65536,
    },
  },
  {
    id: 'mistralai/Mixtral-8x22B-v0.3',
    aliases: [],
    source: hub('mistralai/Mixtral-8x22B-v0.3'),
    config: {
      ...MIXTRAL,
      hidden_size: 6144,
      intermediate_size: 16384,
      num_hidden_layers: 56,
      num_attention_heads: 48,
      vocab_size: 32768,
      max_position_embeddings: 65536,
    },
  },
];
