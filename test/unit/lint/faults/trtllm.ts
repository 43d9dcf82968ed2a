import type { Dialect, Family } from './fault';
import { blockQuantised, loadsOf8 } from './models';
import { servingDialects } from './serving';
import { yamlForms } from './tree-forms';
import { treeDialects } from './trees';

/** Options that `trtllm-serve` takes beside its file. */
const FLAGS: Readonly<Record<string, string>> = {
  model: 'model',
  tensor_parallel_size: '--tp_size',
  moe_expert_parallel_size: '--ep_size',
  context_parallel_size: '--cp_size',
  moe_cluster_parallel_size: '--cluster_size',
  max_batch_size: '--max_batch_size',
  nodes: '--nodes',
  gpus: '--gpus-per-node',
};

/** `trtllm-serve` in scripts; what has no flag stands in the file of options only. */
const commands: readonly Dialect[] = servingDialects({
  name: 'trtllm',
  framework: 'trtllm',
  head: (model) => ['trtllm-serve', model],
  flag: (option) => FLAGS[option] ?? option,
  modelKey: 'model',
  recipeKey: 'trtllm_config',
})
  .filter(({ name }) => name.startsWith('trtllm script') || name.startsWith('trtllm manifest'))
  .map((dialect) => ({
    ...dialect,
    key: (option) => (option in FLAGS ? dialect.key(option) : null),
    write: (options) =>
      Object.keys(options).every((option) => option in FLAGS) ? dialect.write(options) : null,
  }));

/** TensorRT-LLM's engine arguments, in YAML and on the command line. */
export const trtllmFamily: Family = {
  name: 'TensorRT-LLM',
  bases: {
    engine: { model: 'deepseek-ai/DeepSeek-V3', tensor_parallel_size: 8, moe_expert_parallel_size: 8 },
    wide: {
      model: 'deepseek-ai/DeepSeek-V3',
      tensor_parallel_size: 32,
      moe_expert_parallel_size: 32,
      enable_attention_dp: true,
      'moe_config.backend': 'WIDEEP',
      'moe_config.load_balancer.num_slots': 288,
    },
    nodes: {
      model: 'deepseek-ai/DeepSeek-V3',
      nodes: 4,
      gpus: 8,
      tensor_parallel_size: 32,
      moe_expert_parallel_size: 32,
    },
  },
  dialects: [
    ...commands,
    ...treeDialects({
      name: 'trtllm options',
      framework: 'trtllm',
      file: 'options.yaml',
      forms: yamlForms,
      has: (option) => option !== 'gpus' && option !== 'nodes',
    }),
  ],
  faults: [
    { rule: 'TR001', set: { moe_expert_parallel_size: 3 }, at: 'moe_expert_parallel_size' },
    { rule: 'TR002', set: { context_parallel_size: 2 }, at: 'context_parallel_size' },
    {
      rule: 'TR003',
      set: { tensor_parallel_size: 24, moe_expert_parallel_size: 24 },
      at: 'moe_expert_parallel_size',
    },
    {
      rule: 'TR004',
      set: { 'moe_config.load_balancer.num_slots': 272 },
      at: 'moe_config.load_balancer.num_slots',
      base: 'wide',
    },
    {
      rule: 'AF001',
      set: { 'moe_config.load_balancer': 'elsewhere.json' },
      at: 'moe_config.load_balancer',
    },
    {
      rule: 'AF002',
      set: { 'moe_config.load_balancer': 'loads.json' },
      at: 'moe_config.load_balancer',
      files: loadsOf8,
    },
    { rule: 'TR006', set: { 'moe_config.max_num_token': 8192 }, base: 'wide' },
    { rule: 'GN018', set: { 'moe_config.backend': 'CUTLAS' }, at: 'moe_config.backend' },
    { rule: 'TR007', set: { moe_backend: 'WIDEEP' }, at: 'moe_backend' },
    {
      rule: 'TR009',
      set: { max_batch_size: 128, 'cuda_graph_config.batch_sizes': [64, 128, 256] },
      at: 'cuda_graph_config.batch_sizes',
    },
    {
      rule: 'TR010',
      set: { 'cuda_graph_config.batch_sizes': [64, 128], 'cuda_graph_config.max_batch_size': 256 },
      at: 'cuda_graph_config.max_batch_size',
    },
    {
      rule: 'GN004',
      set: { tensor_parallel_size: 12, moe_expert_parallel_size: 12, nodes: 2 },
      base: 'nodes',
    },
    {
      rule: 'TR008',
      set: { model: './model', 'moe_config.use_low_precision_moe_combine': true },
      at: 'moe_config.use_low_precision_moe_combine',
      files: blockQuantised,
    },
    { rule: 'GN002', set: { tensor_parallel_size: '$TP' }, at: 'tensor_parallel_size' },
  ],
  exceptions: [],
};

/** The file of a load balancer that an engine's options name. */
export const loadBalancerFamily: Family = {
  name: "TensorRT-LLM's load balancer",
  bases: {
    slots: {
      num_slots: 4,
      layer_updates_per_iter: 0,
      'initial_global_assignments.3': [0, 1, 2, 0],
      'initial_global_assignments.4': [0, 1, 2, 2],
    },
  },
  dialects: treeDialects({
    name: 'trtllm load balancer',
    framework: 'trtllm',
    file: 'moe_load_balancer.yaml',
    forms: yamlForms,
  }),
  faults: [{ rule: 'TR005', set: { 'initial_global_assignments.3': [0, 1, 3, 3] } }],
  exceptions: [],
};
