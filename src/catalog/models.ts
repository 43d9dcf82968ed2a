type JsonScalar = string | number | boolean | null;
/** The keys of a Hugging Face `config.json` that describe the architecture, spelled as there. */
export type PresetConfig = Readonly<
  Record<string, JsonScalar | readonly JsonScalar[] | Readonly<Record<string, JsonScalar>>>
>;

/** A published model by the facts of its config. */
export interface ModelPreset {
  /** Name on the Hugging Face Hub. */
  readonly id: string;
  /** Other Hub names of the same architecture, without the owner. */
  readonly aliases: readonly string[];
  /** Where the facts come from. */
  readonly source: string;
  readonly config: PresetConfig;
}

const FP8 = { quant_method: 'fp8' } as const;

const MIXTRAL = {
  model_type: 'mixtral',
  num_key_value_heads: 8,
  num_local_experts: 8,
  num_experts_per_tok: 2,
  sliding_window: null,
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
} as const;

const QWEN3_MOE = {
  model_type: 'qwen3_moe',
  attention_bias: false,
  head_dim: 128,
  num_key_value_heads: 4,
  num_experts: 128,
  num_experts_per_tok: 8,
  norm_topk_prob: true,
  decoder_sparse_step: 1,
  mlp_only_layers: [],
  vocab_size: 151936,
  max_position_embeddings: 40960,
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
} as const;

const QWEN2_MOE = {
  model_type: 'qwen2_moe',
  decoder_sparse_step: 1,
  vocab_size: 151936,
  tie_word_embeddings: false,
  norm_topk_prob: false,
  torch_dtype: 'bfloat16',
} as const;

const DEEPSEEK = {
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

const DEEPSEEK_V3 = {
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

const GPT_OSS = {
  model_type: 'gpt_oss',
  attention_bias: true,
  head_dim: 64,
  hidden_size: 2880,
  intermediate_size: 2880,
  num_attention_heads: 64,
  num_key_value_heads: 8,
  num_experts_per_tok: 4,
  sliding_window: 128,
  vocab_size: 201088,
  max_position_embeddings: 131072,
  tie_word_embeddings: false,
  quantization_config: { quant_method: 'mxfp4' },
} as const;

const hub = (id: string) => `config.json of ${id} on the Hugging Face Hub`;

/** Published models by Hub name. Their parameter counts are checked against the published ones. */
export const MODEL_PRESETS: readonly ModelPreset[] = [
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
    id: 'Qwen/Qwen3-30B-A3B',
    aliases: [],
    source: hub('Qwen/Qwen3-30B-A3B'),
    config: {
      ...QWEN3_MOE,
      hidden_size: 2048,
      intermediate_size: 6144,
      moe_intermediate_size: 768,
      num_hidden_layers: 48,
      num_attention_heads: 32,
    },
  },
  {
    id: 'Qwen/Qwen3-235B-A22B',
    aliases: [],
    source: hub('Qwen/Qwen3-235B-A22B'),
    config: {
      ...QWEN3_MOE,
      hidden_size: 4096,
      intermediate_size: 12288,
      moe_intermediate_size: 1536,
      num_hidden_layers: 94,
      num_attention_heads: 64,
    },
  },
  {
    id: 'Qwen/Qwen2-57B-A14B',
    aliases: [],
    source: hub('Qwen/Qwen2-57B-A14B'),
    config: {
      ...QWEN2_MOE,
      hidden_size: 3584,
      intermediate_size: 18944,
      moe_intermediate_size: 2560,
      shared_expert_intermediate_size: 20480,
      num_hidden_layers: 28,
      num_attention_heads: 28,
      num_key_value_heads: 4,
      num_experts: 64,
      num_experts_per_tok: 8,
      max_position_embeddings: 131072,
    },
  },
  {
    id: 'Qwen/Qwen1.5-MoE-A2.7B',
    aliases: [],
    source: `${hub('Qwen/Qwen1.5-MoE-A2.7B')}; transformers configuration_qwen2_moe.py takes its defaults from it`,
    config: {
      ...QWEN2_MOE,
      hidden_size: 2048,
      intermediate_size: 5632,
      moe_intermediate_size: 1408,
      shared_expert_intermediate_size: 5632,
      num_hidden_layers: 24,
      num_attention_heads: 16,
      num_key_value_heads: 16,
      num_experts: 60,
      num_experts_per_tok: 4,
      max_position_embeddings: 8192,
    },
  },
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
    config: {
      ...DEEPSEEK_V3,
      model_type: 'deepseek_v3',
      num_attention_heads: 128,
      num_key_value_heads: 128,
      n_routed_experts: 256,
      first_k_dense_replace: 3,
      n_group: 8,
      topk_group: 4,
      num_nextn_predict_layers: 1,
      vocab_size: 129280,
      max_position_embeddings: 163840,
    },
  },
  {
    id: 'moonshotai/Kimi-K2-Instruct',
    aliases: ['Kimi-K2', 'Kimi-K2-Instruct-0905'],
    source: hub('moonshotai/Kimi-K2-Instruct'),
    config: {
      ...DEEPSEEK_V3,
      model_type: 'kimi_k2',
      num_attention_heads: 64,
      num_key_value_heads: 64,
      n_routed_experts: 384,
      first_k_dense_replace: 1,
      n_group: 1,
      topk_group: 1,
      num_nextn_predict_layers: 0,
      vocab_size: 163840,
      max_position_embeddings: 131072,
    },
  },
  {
    id: 'openai/gpt-oss-120b',
    aliases: [],
    source: hub('openai/gpt-oss-120b'),
    config: { ...GPT_OSS, num_hidden_layers: 36, num_local_experts: 128 },
  },
  {
    id: 'openai/gpt-oss-20b',
    aliases: [],
    source: hub('openai/gpt-oss-20b'),
    config: { ...GPT_OSS, num_hidden_layers: 24, num_local_experts: 32 },
  },
];

/** Ends of names that change how the weights are stored, and nothing else. */
const FORMATS: readonly {
  readonly pattern: RegExp;
  readonly quantisation: PresetConfig[string] | undefined;
}[] = [
  { pattern: /-fp8(-dynamic|-block)?$/, quantisation: FP8 },
  { pattern: /-(nv)?fp4$/, quantisation: { quant_method: 'modelopt', quant_algo: 'NVFP4' } },
  { pattern: /-(awq|gptq|gptq-int4|int4|w4a16)$/, quantisation: { quant_method: 'awq', bits: 4 } },
  { pattern: /-bf16$/, quantisation: undefined },
];

/** Ends of names that change the weights' values and nothing else. */
const TUNINGS = /-(instruct|thinking|chat|base|preview|2507)$/;

/** The model's own name in a Hub id, a path, or the folder name of the Hub's local cache. */
function lastPart(name: string): string {
  const cached = /models--[^/\\]+--([^/\\]+)/.exec(name)?.[1];
  const parts = name.split(/[/\\]/).filter((part) => part !== '');
  return (cached ?? parts.at(-1) ?? '').toLowerCase();
}

function byPlainName(name: string): ModelPreset | undefined {
  return MODEL_PRESETS.find((preset) =>
    [preset.id, ...preset.aliases].some((candidate) => lastPart(candidate) === name),
  );
}

function stored(
  preset: ModelPreset,
  name: string,
  quantisation: PresetConfig[string] | undefined,
): ModelPreset {
  const { quantization_config: _, ...plain } = preset.config;
  const config = quantisation === undefined ? plain : { ...plain, quantization_config: quantisation };
  return { ...preset, id: name, config };
}

/**
 * The preset of a Hub id, a local path, or a bare name, whatever its case.
 * `-FP8`, `-AWQ` and the like change its storage format, `-Instruct` and the like nothing.
 */
export function findPreset(name: string): ModelPreset | undefined {
  let rest = lastPart(name);
  let format: (typeof FORMATS)[number] | undefined;
  for (let cut = 0; cut < 5; cut++) {
    const preset = byPlainName(rest);
    if (preset !== undefined) {
      return format === undefined ? preset : stored(preset, name, format.quantisation);
    }
    const ending = format === undefined ? FORMATS.find(({ pattern }) => pattern.test(rest)) : undefined;
    if (ending !== undefined) {
      format = ending;
      rest = rest.replace(ending.pattern, '');
    } else if (TUNINGS.test(rest)) rest = rest.replace(TUNINGS, '');
    else return undefined;
  }
  return undefined;
}
