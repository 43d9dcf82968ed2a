import type { Family } from './fault';
import { blockQuantised, loadsOf8 } from './models';
import { composeDialects, operatorDialects } from './operators';
import { type EngineForms, servingDialects } from './serving';

const json = (value: object): string => JSON.stringify(value);
const CONFIG = 'eplb-config';

const vllm: EngineForms = {
  name: 'vllm',
  framework: 'vllm',
  head: (model) => ['vllm', 'serve', model],
  flag: (option) => `--${option}`,
  modelKey: 'model',
  recipeKey: 'vllm_config',
};

/** vLLM, as commands, manifests and files of options start it. */
export const vllmFamily: Family = {
  name: 'vLLM',
  bases: {
    wide: {
      model: 'Qwen/Qwen3-235B-A22B',
      'tensor-parallel-size': 4,
      'data-parallel-size': 2,
      'enable-expert-parallel': true,
    },
    balanced: {
      model: 'deepseek-ai/DeepSeek-V3',
      'data-parallel-size': 16,
      'enable-expert-parallel': true,
      'enable-eplb': true,
      [CONFIG]: json({ num_redundant_experts: 32 }),
    },
    node: {
      nodes: 1,
      gpus: 8,
      model: 'Qwen/Qwen3-235B-A22B',
      'tensor-parallel-size': 4,
      'data-parallel-size': 2,
      'enable-expert-parallel': true,
    },
  },
  dialects: [...servingDialects(vllm), ...composeDialects(vllm), ...operatorDialects(vllm)],
  faults: [
    {
      rule: 'AF001',
      set: { 'additional-config': json({ eplb_config: { expert_map_path: 'elsewhere.json' } }) },
      at: 'additional-config.eplb_config.expert_map_path',
    },
    {
      rule: 'AF002',
      set: { 'additional-config': json({ eplb_config: { expert_map_path: 'loads.json' } }) },
      at: 'additional-config.eplb_config.expert_map_path',
      files: loadsOf8,
    },
    { rule: 'VL001', set: { 'enable-expert-parallel': null }, at: 'enable-eplb', base: 'balanced' },
    { rule: 'VL002', set: { 'data-parallel-size': 1 }, at: 'enable-eplb', base: 'balanced' },
    { rule: 'VL003', set: { 'enable-eplb': null }, at: `${CONFIG}.num_redundant_experts`, base: 'balanced' },
    {
      rule: 'VL004',
      set: { [CONFIG]: json({ num_redundant_experts: 30 }) },
      at: `${CONFIG}.num_redundant_experts`,
      base: 'balanced',
    },
    {
      rule: 'VL005',
      set: { [CONFIG]: json({ num_redundant_experts: 2048 }) },
      at: `${CONFIG}.num_redundant_experts`,
      base: 'balanced',
    },
    {
      rule: 'VL006',
      set: { 'expert-placement-strategy': 'round_robin' },
      at: 'expert-placement-strategy',
      base: 'balanced',
    },
    { rule: 'GN018', set: { 'all2all-backend': 'deepep_low_latncy' }, at: 'all2all-backend' },
    {
      rule: 'GN018',
      set: { 'expert-placement-strategy': 'liner' },
      at: 'expert-placement-strategy',
    },
    { rule: 'GN018', set: { 'moe-backend': 'cutlas' }, at: 'moe-backend' },
    { rule: 'VL023', set: { 'data-parallel-rank': 64 }, at: 'data-parallel-rank' },
    { rule: 'VL023', set: { 'data-parallel-start-rank': 2 }, at: 'data-parallel-start-rank' },
    {
      rule: 'VL011',
      set: { 'data-parallel-start-rank': 0, 'data-parallel-rank': 0 },
      at: 'data-parallel-start-rank',
    },
    {
      rule: 'VL025',
      set: { 'data-parallel-size-local': 2, 'data-parallel-hybrid-lb': true },
      at: 'data-parallel-hybrid-lb',
    },
    { rule: 'VL026', set: { nnodes: 3 }, at: 'nnodes' },
    { rule: 'VL026', set: { nnodes: 2, 'distributed-executor-backend': 'ray' }, at: 'nnodes' },
    {
      rule: 'VL027',
      set: { [CONFIG]: json({ step_interval: 0 }) },
      at: `${CONFIG}.step_interval`,
      base: 'balanced',
    },
    { rule: 'VL024', set: { 'dcp-comm-backend': 'a2a' }, at: 'dcp-comm-backend' },
    { rule: 'VL007', set: { 'all2all-backend': 'pplx' }, at: 'all2all-backend' },
    {
      rule: 'VL008',
      set: { 'enable-dbo': true, 'all2all-backend': 'allgather_reducescatter' },
      at: 'enable-dbo',
    },
    { rule: 'VL009', set: { 'tensor-parallel-size': 6 }, at: 'tensor-parallel-size' },
    {
      rule: 'VL010',
      set: { 'tensor-parallel-size': 8, 'decode-context-parallel-size': 3 },
      at: 'decode-context-parallel-size',
    },
    {
      rule: 'VL022',
      set: { 'prefill-context-parallel-size': 2 },
      at: 'prefill-context-parallel-size',
    },
    { rule: 'VL011', set: { 'data-parallel-size-local': 16 }, at: 'data-parallel-size-local' },
    {
      rule: 'VL013',
      set: {
        model: 'openai/gpt-oss-120b',
        'enable-expert-parallel': null,
        'tensor-parallel-size': 1,
        'data-parallel-size': 128,
      },
      at: 'data-parallel-size',
    },
    { rule: 'VL014', set: { 'tensor-parallel-size': 1, 'data-parallel-size': 24 } },
    {
      rule: 'VL015',
      set: { [CONFIG]: null, 'num-redundant-experts': 32 },
      at: 'num-redundant-experts',
      base: 'balanced',
    },
    {
      rule: 'VL016',
      set: { [CONFIG]: json({ num_redundant_experts: '32' }) },
      at: `${CONFIG}.num_redundant_experts`,
      base: 'balanced',
    },
    {
      rule: 'VL017',
      set: { [CONFIG]: json({ num_redundant_experts: 32, use_async: true, communicator: 'pynccl' }) },
      base: 'balanced',
    },
    {
      rule: 'VL021',
      set: { [CONFIG]: json({ num_redundent_experts: 32 }) },
      at: CONFIG,
      base: 'balanced',
    },
    {
      rule: 'VL018',
      set: { model: 'openai/gpt-oss-120b', 'tensor-parallel-size': 1, 'all2all-backend': 'nixl_ep' },
      at: 'all2all-backend',
    },
    {
      rule: 'VL019',
      set: { 'enable-expert-parallel': null, 'all2all-backend': 'deepep_low_latency' },
      at: 'all2all-backend',
    },
    { rule: 'VL020', set: { 'enable-elastic-ep': true }, at: 'enable-elastic-ep' },
    { rule: 'GN005', set: { 'tensor-parallel-size': 8 }, base: 'node' },
    {
      rule: 'HF019',
      set: {
        model: './model',
        'enable-expert-parallel': null,
        'tensor-parallel-size': 8,
        'data-parallel-size': 1,
      },
      files: blockQuantised,
    },
    { rule: 'GN002', set: { 'tensor-parallel-size': '$1' }, at: 'tensor-parallel-size' },
  ],
  exceptions: [
    {
      in: 'vllm manifest, arguments',
      rules: ['VL016'],
      why: 'JSON inside a quoted text: its escapes hide where a letter stands',
    },
    { in: 'vllm Helm template', rules: ['VL016'], why: 'the same' },
    { in: 'vllm Helm template', rules: ['GN005'], why: 'a pod may be one of several that share the ranks' },
    { in: 'vllm Compose list', rules: ['VL016'], why: 'the same' },
    { in: 'vllm InferenceService', rules: ['VL016'], why: 'the same' },
    { in: 'vllm LLMInferenceService', rules: ['VL016'], why: 'the same' },
    { in: 'vllm production-stack', rules: ['VL016'], why: 'the same' },
    { in: 'vllm llm-d', rules: ['VL016'], why: 'the same' },
    { in: 'vllm options, quoted', rules: ['VL016'], why: 'the same' },
    { in: 'vllm recipe, quoted', rules: ['VL016'], why: 'the same' },
    { in: 'vllm Ray', rules: ['VL021'], why: 'its map of options has no text of its own to look into' },
    { in: 'vllm manifest', rules: ['GN005'], why: 'a pod may be one of several that share the ranks' },
    ...['Compose', 'InferenceService', 'LLMInferenceService', 'Ray', 'production-stack', 'llm-d'].map(
      (name) => ({ in: `vllm ${name}`, rules: ['GN005'], why: 'says nothing of machines here' }),
    ),
    { in: 'vllm options', rules: ['GN005'], why: 'a file of options has no machines' },
    { in: 'vllm server_args', rules: ['GN005'], why: 'the same' },
  ],
};
