import type { OptionSpec, OptionType } from '../shared/options';
import { type SettingSpec, type SettingType, setting } from '../shared/read-settings';
import { camelCase, MESH_KEYS } from './mesh';

/** Keys of a model or job (AI-Hypercomputer/maxtext@e591f30c: configs/base.yml, configs/types.py). */
export const KEYS: readonly SettingSpec[] = [
  setting('integer', 'model.hiddenSize', 'base_emb_dim'),
  setting('integer', 'model.intermediateSize', 'base_mlp_dim'),
  setting('integer', 'model.expertIntermediateSize', 'base_moe_mlp_dim'),
  setting('integer', 'model.layers', 'base_num_decoder_layers'),
  setting('integer', 'model.attentionHeads', 'base_num_query_heads'),
  setting('integer', 'model.kvHeads', 'base_num_kv_heads'),
  setting('integer', 'model.headDim', 'head_dim'),
  setting('integer', 'model.vocabSize', 'vocab_size'),
  setting('integer', 'model.routedExperts', 'num_experts'),
  setting('integer', 'model.topK', 'num_experts_per_tok'),
  setting('integer', 'model.sharedExperts', 'shared_experts'),
  setting('integer', 'model.firstDenseLayers', 'first_num_dense_layers'),
  setting('integer', 'model.moeLayerFrequency', 'interleave_moe_layer_step'),
  setting('integer', 'model.router.groups', 'n_routing_groups'),
  setting('integer', 'model.router.topkGroups', 'topk_routing_group'),
  setting('boolean', 'model.tieWordEmbeddings', 'logits_via_embedding'),
  setting('integer', 'model.mtpLayers', 'mtp_num_layers'),
  setting('number', 'routing.capacityFactor', 'capacity_factor'),
  setting('integer', 'workload.sequenceLength', 'max_target_length'),
  setting('number', 'maxtext.perDeviceBatchSize', 'per_device_batch_size'),
  setting('integer', 'maxtext.globalParameterScale', 'global_parameter_scale'),
  setting('string', 'maxtext.modelName', 'model_name'),
  setting('string', 'maxtext.decoderBlock', 'decoder_block'),
  setting('string', 'maxtext.attentionType', 'attention_type'),
  setting('string', 'maxtext.routedScoreFunc', 'routed_score_func'),
  setting('boolean', 'maxtext.routedBias', 'routed_bias'),
  setting('number', 'maxtext.routedBiasUpdateRate', 'routed_bias_update_rate'),
  setting('integer', 'maxtext.layerCycle', 'inhomogeneous_layer_cycle_interval'),
  setting('boolean', 'maxtext.attentionBias', 'attention_bias'),
  setting('boolean', 'maxtext.useQkNorm', 'use_qk_norm'),
  setting('boolean', 'maxtext.megablox', 'megablox'),
  setting('boolean', 'maxtext.sparseMatmul', 'sparse_matmul'),
  setting('string', 'maxtext.quantization', 'quantization'),
  setting('integer', 'maxtext.gradientAccumulationSteps', 'gradient_accumulation_steps'),
  setting('integer', 'maxtext.numPipelineMicrobatches', 'num_pipeline_microbatches'),
  setting('integer', 'maxtext.qLoraRank', 'q_lora_rank'),
  setting('integer', 'maxtext.kvLoraRank', 'kv_lora_rank'),
  setting('integer', 'maxtext.qkNopeHeadDim', 'qk_nope_head_dim'),
  setting('integer', 'maxtext.qkRopeHeadDim', 'qk_rope_head_dim'),
  setting('integer', 'maxtext.vHeadDim', 'v_head_dim'),
  setting('boolean', 'maxtext.useIndexer', 'use_indexer'),
  setting('integer', 'maxtext.indexerHeads', 'indexer_n_heads'),
  setting('integer', 'maxtext.indexerHeadDim', 'indexer_head_dim'),
  setting('integer', 'maxtext.indexerTopk', 'indexer_topk'),
  setting('boolean', 'maxtext.useIndexShare', 'use_index_share'),
  setting('string', 'maxtext.indexSharePattern', 'index_share_pattern'),
  setting('integers', 'maxtext.compressRatios', 'compress_ratios'),
  setting('integer', 'maxtext.oGroups', 'o_groups'),
  setting('integer', 'maxtext.oLoraRank', 'o_lora_rank'),
  setting('integer', 'maxtext.mhcExpansionRate', 'mhc_expansion_rate'),
  setting('integer', 'maxtext.firstNumHashLayers', 'first_num_hash_layers'),
  setting('integer', 'maxtext.slidingWindowSize', 'sliding_window_size'),
  setting('string', 'maxtext.rematPolicy', 'remat_policy'),
  ...MESH_KEYS.map((key) => setting('integer', `maxtext.${camelCase(key)}`, key)),
];

const OPTION_TYPES: Readonly<Record<SettingType, OptionType>> = {
  integer: 'integer',
  number: 'number',
  string: 'string',
  'switch-or-word': 'string',
  boolean: 'string',
  integers: 'string',
};

/** The same keys as words of a command line: `num_experts=8`. */
export const OPTIONS: ReadonlyMap<string, readonly OptionSpec[]> = new Map(
  KEYS.map(({ path, name, type }) => [path, [{ flags: [path], name, type: OPTION_TYPES[type] }]]),
);

/** Names of `model_name` that are published models (AI-Hypercomputer/maxtext@e591f30c: src/maxtext/configs/models/). */
export const MODEL_NAMES: Readonly<Record<string, string>> = {
  'mixtral-8x7b': 'mistralai/Mixtral-8x7B-v0.1',
  'mixtral-8x22b': 'mistralai/Mixtral-8x22B-v0.1',
  'deepseek2-16b': 'deepseek-ai/DeepSeek-V2-Lite',
  'deepseek2-236b': 'deepseek-ai/DeepSeek-V2',
  'deepseek3-671b': 'deepseek-ai/DeepSeek-V3',
  'deepseek3.2-671b': 'deepseek-ai/DeepSeek-V3.2',
  'deepseek4-284b': 'deepseek-ai/DeepSeek-V4-Flash',
  'deepseek4-1600b': 'deepseek-ai/DeepSeek-V4-Pro',
  'glm5.2-744b': 'zai-org/GLM-5.2',
  'kimi-k2-1t': 'moonshotai/Kimi-K2-Instruct',
  'qwen3-30b-a3b': 'Qwen/Qwen3-30B-A3B',
  'qwen3-235b-a22b': 'Qwen/Qwen3-235B-A22B',
  'gpt-oss-20b': 'openai/gpt-oss-20b',
  'gpt-oss-120b': 'openai/gpt-oss-120b',
};
