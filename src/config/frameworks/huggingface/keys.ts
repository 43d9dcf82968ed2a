/**
 * What a key's value must be. `null` is as good as an absent key for an `optional-count`, and says
 * "there is none" for a `count-or-none`. A `uniform-count` may be a list that says the same for every layer,
 * a `first-count` is the first entry of a list or the number itself, a `second-count` the second of a list,
 * and a `count-or-word` a word such as `auto`, which is as good as an absent key.
 */
export type KeyKind =
  | 'count'
  | 'optional-count'
  | 'count-or-none'
  | 'count-or-word'
  | 'number'
  | 'boolean'
  | 'string'
  | 'counts'
  | 'uniform-count'
  | 'first-count'
  | 'second-count'
  | 'frequency';

export interface KeySpec {
  readonly key: string;
  readonly name: string;
  readonly kind: KeyKind;
}

/** Specs of one fact in the order in which its spellings count. */
export const keys = (name: string, kind: KeyKind, ...spellings: readonly string[]): KeySpec[] =>
  spellings.map((key) => ({ key, name, kind }));

/** Spellings of the number of routed experts in the order in which vLLM looks them up (model_arch_config_convertor.py). */
export const EXPERT_KEYS = [
  'num_experts',
  'moe_num_experts',
  'n_routed_experts',
  'num_local_experts',
  'ffn_config.moe_num_experts',
] as const;

/** Keys that mean the same in every family. For one name the first key that is present counts. */
export const COMMON_KEYS: readonly KeySpec[] = [
  ...keys('model.hiddenSize', 'count', 'hidden_size'),
  ...keys('model.layers', 'count', 'num_hidden_layers'),
  ...keys('model.vocabSize', 'count', 'vocab_size'),
  ...keys('model.intermediateSize', 'count', 'intermediate_size', 'intermediate_size_mlp'),
  ...keys('model.attentionHeads', 'count', 'num_attention_heads'),
  ...keys('model.kvHeads', 'optional-count', 'num_key_value_heads'),
  ...keys('model.headDim', 'optional-count', 'head_dim'),
  ...keys('model.mla.qLoraRank', 'count-or-none', 'q_lora_rank'),
  ...keys('model.mla.kvLoraRank', 'count', 'kv_lora_rank'),
  ...keys('model.mla.qkNopeHeadDim', 'count', 'qk_nope_head_dim'),
  ...keys('model.mla.qkRopeHeadDim', 'count', 'qk_rope_head_dim'),
  ...keys('model.mla.vHeadDim', 'count', 'v_head_dim'),
  ...keys('model.routedExperts', 'count', ...EXPERT_KEYS),
  ...keys(
    'model.topK',
    'count',
    'num_experts_per_tok',
    'num_experts_per_token',
    'experts_per_token',
    'moe_topk',
    'moe_k',
    'moe_top_k',
    'top_k_experts',
  ),
  ...keys('model.expertIntermediateSize', 'count', 'moe_intermediate_size'),
  ...keys(
    'model.sharedExperts',
    'optional-count',
    'n_shared_experts',
    'num_shared_experts',
    'moe_num_shared_experts',
    'num_shared_expert',
  ),
  ...keys(
    'model.sharedExpertIntermediateSize',
    'count',
    'shared_expert_intermediate_size',
    'moe_shared_expert_intermediate_size',
  ),
  ...keys(
    'model.moeLayerFrequency',
    'frequency',
    'moe_layer_freq',
    'decoder_sparse_step',
    'interleave_moe_layer_step',
  ),
  ...keys('model.firstDenseLayers', 'count', 'first_k_dense_replace'),
  ...keys('model.denseLayers', 'counts', 'mlp_only_layers'),
  ...keys('model.mtpLayers', 'optional-count', 'num_nextn_predict_layers', 'mtp_num_hidden_layers'),
  ...keys('model.router.groups', 'optional-count', 'n_group', 'num_expert_group'),
  ...keys('model.router.topkGroups', 'optional-count', 'topk_group'),
  ...keys('model.router.scoreFunction', 'string', 'scoring_func'),
  ...keys('model.tieWordEmbeddings', 'boolean', 'tie_word_embeddings'),
  ...keys('model.maxPositionEmbeddings', 'count', 'max_position_embeddings'),
  ...keys('model.qkvBias', 'boolean', 'qkv_bias'),
  // Not parallelism: a left-over of the remote-code modelling files, reported only so that a rule can say so.
  ...keys('huggingface.epSize', 'number', 'ep_size'),
  ...keys('huggingface.normTopkProb', 'boolean', 'norm_topk_prob'),
  ...keys('huggingface.topkMethod', 'string', 'topk_method'),
  ...keys('huggingface.expertLayerPeriod', 'count', 'expert_layer_period'),
  ...keys('huggingface.expertLayerOffset', 'count', 'expert_layer_offset'),
  ...keys('huggingface.attentionLayerPeriod', 'count', 'attn_layer_period'),
  ...keys('huggingface.attentionLayerOffset', 'count', 'attn_layer_offset'),
  ...keys('huggingface.hybridPattern', 'string', 'hybrid_override_pattern'),
  ...keys('huggingface.routerDtype', 'string', 'router_dtype'),
  ...keys('huggingface.declaredType', 'string', 'model_type'),
  ...keys('huggingface.weightBlockSize', 'counts', 'quantization_config.weight_block_size'),
];

/** Keys of a vision tower beside the text model: they describe no MoE layer. */
export const TOWER_KEYS: readonly KeySpec[] = [
  ...keys('model.hiddenSize', 'count', 'hidden_size'),
  ...keys('model.intermediateSize', 'count', 'intermediate_size'),
  ...keys('model.layers', 'count', 'num_hidden_layers'),
];
