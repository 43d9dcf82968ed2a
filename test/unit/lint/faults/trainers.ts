import type { Dialect, Family } from './fault';
import { scriptForms } from './script-forms';
import { jsonForms, tomlForms, yamlForms } from './tree-forms';
import { treeDialects } from './trees';

const underscored = (option: string): string => option.replaceAll('_', '-');

/** Megatron-DeepSpeed's command. */
const megatronDeepSpeed: readonly Dialect[] = Object.entries(scriptForms).map(([name, form]) => ({
  name: `megatron-deepspeed script, ${name}`,
  framework: 'deepspeed',
  key: (option) =>
    option === 'nodes' ? '--num_nodes' : option === 'gpus' ? '--num_gpus' : `--${underscored(option)}`,
  write: ({ nodes, gpus, ...options }) => {
    const words = Object.entries(options).map(([option, value]) => ({
      key: `--${underscored(option)}`,
      value: value === true ? null : String(value),
      joint: ' ' as const,
    }));
    const text = form(
      `deepspeed --num_nodes ${nodes} --num_gpus ${gpus} pretrain_gpt.py --deepspeed`,
      words,
      '',
    );
    return text === null ? null : { 'train.sh': text };
  },
}));

export const megatronDeepSpeedFamily: Family = {
  name: 'Megatron-DeepSpeed',
  bases: {
    training: {
      nodes: 2,
      gpus: 8,
      num_layers: 24,
      hidden_size: 1024,
      num_attention_heads: 16,
      num_experts: 64,
      moe_expert_parallel_size: 8,
      tensor_model_parallel_size: 1,
    },
  },
  dialects: megatronDeepSpeed,
  faults: [
    { rule: 'DS001', set: { nodes: 3, moe_expert_parallel_size: 24 }, at: 'moe_expert_parallel_size' },
    { rule: 'DS002', set: { tensor_model_parallel_size: 4 }, at: 'moe_expert_parallel_size' },
  ],
  exceptions: [],
};

export const deepSpeedFamily: Family = {
  name: 'DeepSpeed AutoEP',
  bases: {
    autoEp: {
      'zero_optimization.stage': 2,
      'expert_parallel.enabled': true,
      'expert_parallel.autoep_size': 4,
      'expert_parallel.preset_model': 'mixtral',
      'expert_parallel.num_expert_groups': 8,
      'expert_parallel.num_limited_groups': 4,
    },
  },
  dialects: treeDialects({
    name: 'deepspeed config',
    framework: 'deepspeed',
    file: 'ds_config.json',
    forms: jsonForms,
  }),
  faults: [
    {
      rule: 'DS003',
      set: { 'expert_parallel.expert_tensor_parallel_size': 2 },
      at: 'expert_tensor_parallel_size',
    },
    { rule: 'DS004', set: { 'expert_parallel.preset_model': 'qwen3moe' }, at: 'preset_model' },
    { rule: 'DS005', set: { 'expert_parallel.num_limited_groups': 16 }, at: 'num_limited_groups' },
    { rule: 'DS006', set: { 'expert_parallel.load_balance_coeff': 0.001 }, at: 'load_balance_coeff' },
    {
      rule: 'DS007',
      set: { 'tensor_parallel.autotp_size': 2, 'zero_optimization.stage': 3 },
      at: 'zero_optimization.stage',
    },
    {
      rule: 'DS011',
      set: { 'expert_parallel.gate_up_impl': 'fused', 'expert_parallel.use_grouped_mm': false },
      at: 'gate_up_impl',
    },
    { rule: 'DS011', set: { 'expert_parallel.row_weighting_impl': 'fused' }, at: 'row_weighting_impl' },
    {
      rule: 'DS011',
      set: { 'tensor_parallel.autotp_size': 2, 'expert_parallel.combine_impl': 'fused_weighted_sum' },
      at: 'combine_impl',
    },
    { rule: 'DS012', set: { 'expert_parallel.comm_backend': 'deepep' }, at: 'comm_backend' },
    { rule: 'DS004', set: { 'expert_parallel.comm_backend': 'nccl' }, at: 'comm_backend' },
    { rule: 'DS010', set: { 'tensor_parallel.preset_model': 'qwen3_moe' } },
  ],
  exceptions: [],
};

export const deepSpeedInferenceFamily: Family = {
  name: 'DeepSpeed inference',
  bases: {
    inference: {
      replace_with_kernel_inject: true,
      'moe.enabled': true,
      'moe.ep_size': 8,
      'moe.moe_experts': [64],
    },
  },
  dialects: treeDialects({
    name: 'deepspeed inference',
    framework: 'deepspeed',
    file: 'ds_config.json',
    forms: jsonForms,
  }),
  faults: [
    { rule: 'DS001', set: { 'moe.ep_size': 3 }, at: 'ep_size' },
    {
      rule: 'DS008',
      set: {
        'moe.enabled': null,
        'moe.ep_size': null,
        'moe.moe_experts': null,
        ep_size: 8,
        moe_experts: [64],
      },
      at: 'ep_size',
    },
  ],
  exceptions: [],
};

export const torchtitanFamily: Family = {
  name: 'torchtitan',
  bases: {
    deepseek: {
      'model.name': 'deepseek_v3',
      'model.flavor': '16B',
      'parallelism.data_parallel_shard_degree': 8,
      'parallelism.tensor_parallel_degree': 2,
      'parallelism.expert_parallel_degree': 8,
    },
    qwen: {
      'model.name': 'qwen3',
      'model.flavor': '30B-A3B',
      'parallelism.data_parallel_shard_degree': 8,
      'parallelism.tensor_parallel_degree': 4,
      'parallelism.expert_parallel_degree': 8,
    },
  },
  dialects: treeDialects({
    name: 'torchtitan config',
    framework: 'torchtitan',
    file: 'train.toml',
    forms: tomlForms,
  }),
  faults: [
    {
      rule: 'TT001',
      set: { 'parallelism.expert_parallel_degree': 32 },
      at: 'parallelism.expert_parallel_degree',
    },
    {
      rule: 'TT002',
      set: { 'parallelism.data_parallel_shard_degree': 48, 'parallelism.expert_parallel_degree': 24 },
      at: 'parallelism.expert_parallel_degree',
    },
    {
      rule: 'TT003',
      set: { 'parallelism.expert_tensor_parallel_degree': 4 },
      at: 'parallelism.expert_tensor_parallel_degree',
    },
    {
      rule: 'TT004',
      set: { 'parallelism.tensor_parallel_degree': 8 },
      at: 'parallelism.tensor_parallel_degree',
      base: 'qwen',
    },
    {
      rule: 'TT001',
      set: { 'parallelism.context_parallel_degree': 8, 'parallelism.expert_parallel_degree': 8 },
      at: 'parallelism.expert_parallel_degree',
    },
    { rule: 'TT005', set: { 'training.seq_len': 4098 }, at: 'training.seq_len' },
    {
      rule: 'TT006',
      set: {
        'training.local_batch_size': 8,
        'parallelism.pipeline_parallel_degree': 2,
        'parallelism.pipeline_parallel_microbatch_size': 3,
      },
      at: 'parallelism.pipeline_parallel_microbatch_size',
    },
    {
      rule: 'TT007',
      set: {
        'parallelism.pipeline_parallel_degree': 2,
        'parallelism.pipeline_parallel_layers_per_stage': 10,
      },
      at: 'parallelism.pipeline_parallel_layers_per_stage',
    },
  ],
  exceptions: [],
};

const mixtral = {
  base_emb_dim: 4096,
  base_num_query_heads: 32,
  base_num_kv_heads: 8,
  base_num_decoder_layers: 32,
  vocab_size: 32000,
  base_mlp_dim: 14336,
  base_moe_mlp_dim: 14336,
  num_experts: 8,
  num_experts_per_tok: 2,
  decoder_block: 'mixtral',
} as const;

const maxtextScripts: readonly Dialect[] = Object.entries(scriptForms)
  .filter(([name]) => name !== 'equals')
  .map(([name, form]) => ({
    name: `maxtext script, ${name}`,
    framework: 'maxtext',
    key: (option) => option,
    write: (options) => {
      const words = Object.entries({ ...options, ici_expert_parallelism: 8 }).map(([key, value]) => ({
        key,
        value: String(value),
        joint: '=' as const,
      }));
      const text = form('python3 -m MaxText.train MaxText/configs/base.yml', words, '');
      return text === null ? null : { 'train.sh': text };
    },
  }));

export const maxtextFamily: Family = {
  name: 'MaxText',
  bases: {
    mixtral,
    llama4: {
      ...mixtral,
      base_mlp_dim: 16384,
      base_moe_mlp_dim: 8192,
      num_experts: 16,
      num_experts_per_tok: 1,
      interleave_moe_layer_step: 2,
      decoder_block: 'llama4',
    },
    gptOss: {
      ...mixtral,
      base_mlp_dim: 2880,
      base_moe_mlp_dim: 2880,
      num_experts: 32,
      num_experts_per_tok: 4,
      sparse_matmul: true,
      decoder_block: 'gpt_oss',
    },
  },
  dialects: [
    ...treeDialects({ name: 'maxtext model', framework: 'maxtext', file: 'model.yml', forms: yamlForms }),
    ...maxtextScripts,
  ],
  faults: [
    { rule: 'GN006', set: { num_experts_per_tok: 9 }, at: 'num_experts_per_tok' },
    { rule: 'MX001', set: { base_moe_mlp_dim: -1 }, at: 'base_moe_mlp_dim' },
    { rule: 'MX002', set: { base_mlp_dim: 16384 }, at: 'base_mlp_dim' },
    { rule: 'MX003', set: { num_experts_per_tok: 2 }, at: 'num_experts_per_tok', base: 'llama4' },
    {
      rule: 'MX004',
      set: { routed_bias: true, routed_bias_update_rate: 0.001 },
      at: 'routed_bias_update_rate',
    },
    {
      rule: 'MX005',
      set: { sparse_matmul: false, capacity_factor: 1.25 },
      at: 'capacity_factor',
      base: 'gptOss',
    },
    {
      rule: 'MX006',
      set: { quantization: 'fp8', gradient_accumulation_steps: 4 },
      at: 'gradient_accumulation_steps',
    },
    {
      rule: 'MX007',
      set: { ici_pipeline_parallelism: 4, num_pipeline_microbatches: 6 },
      at: 'num_pipeline_microbatches',
    },
  ],
  exceptions: [],
};

export const axolotlFamily: Family = {
  name: 'axolotl',
  bases: {
    training: {
      base_model: 'Qwen/Qwen3-30B-A3B',
      expert_parallel_size: 8,
      dp_shard_size: 2,
      'fsdp_config.state_dict_type': 'FULL_STATE_DICT',
    },
  },
  dialects: treeDialects({
    name: 'axolotl config',
    framework: 'axolotl',
    file: 'train.yaml',
    forms: yamlForms,
  }),
  faults: [
    { rule: 'AX001', set: { expert_parallel_size: 3 }, at: 'expert_parallel_size' },
    { rule: 'AX002', set: { tensor_parallel_size: 2 }, at: 'tensor_parallel_size' },
    {
      rule: 'AX003',
      set: { 'fsdp_config.state_dict_type': 'SHARDED_STATE_DICT' },
      at: 'fsdp_config.state_dict_type',
    },
  ],
  exceptions: [],
};
