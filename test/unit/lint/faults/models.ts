import type { Workspace } from '../fixtures';

const qwen3 = {
  model_type: 'qwen3_moe',
  hidden_size: 4096,
  num_hidden_layers: 94,
  num_attention_heads: 64,
  num_key_value_heads: 4,
  head_dim: 128,
  num_experts: 128,
  num_experts_per_tok: 8,
  moe_intermediate_size: 1536,
  intermediate_size: 12288,
  decoder_sparse_step: 1,
  norm_topk_prob: true,
  vocab_size: 151936,
} as const;

const config = (content: object): Workspace => ({ 'model/config.json': JSON.stringify(content, null, 2) });

/** A model beside the script that runs it, quantised in blocks of 128 × 128. */
export const blockQuantised = config({
  ...qwen3,
  quantization_config: { quant_method: 'fp8', weight_block_size: [128, 128] },
});

/** A checkpoint whose every other layer is a MoE layer. */
export const everyOther = config({ ...qwen3, decoder_sparse_step: 2 });

/** Loads of a model with 8 experts. */
export const loadsOf8: Workspace = {
  'loads.json': JSON.stringify({ logical_count: [[8, 7, 6, 5, 4, 3, 2, 1]] }),
};
