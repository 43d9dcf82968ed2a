import type { Family } from './fault';
import { blockQuantised, loadsOf8 } from './models';
import { composeDialects } from './operators';
import { type EngineForms, servingDialects } from './serving';

const rows = (...experts: number[]): string => JSON.stringify({ physical_to_logical_map: [experts] });

const sglang: EngineForms = {
  name: 'sglang',
  framework: 'sglang',
  head: (model) => ['python3', '-m', 'sglang.launch_server', '--model-path', model],
  flag: (option) => `--${option}`,
  modelKey: 'model-path',
  recipeKey: 'sglang_config',
};

/** SGLang, as commands, manifests and files of options start it. */
export const sglangFamily: Family = {
  name: 'SGLang',
  bases: {
    wide: { model: 'deepseek-ai/DeepSeek-V3', 'tp-size': 16, nnodes: 2, 'ep-size': 16 },
    attention: {
      model: 'deepseek-ai/DeepSeek-V3',
      'tp-size': 16,
      'dp-size': 16,
      nnodes: 2,
      'enable-dp-attention': true,
      'moe-a2a-backend': 'deepep',
    },
    small: { model: 'mistralai/Mixtral-8x7B-v0.1', 'tp-size': 8, 'ep-size': 8 },
    nodes: { model: 'deepseek-ai/DeepSeek-V3', nodes: 2, gpus: 8, 'tp-size': 16, nnodes: 2, 'ep-size': 16 },
  },
  dialects: [...servingDialects(sglang), ...composeDialects(sglang)],
  faults: [
    { rule: 'SG001', set: { 'ep-size': 8, 'moe-a2a-backend': 'deepep' }, at: 'ep-size' },
    { rule: 'SG002', set: { 'dp-size': 6 }, at: 'dp-size', base: 'attention' },
    { rule: 'SG003', set: { 'ep-size': 4, 'moe-dp-size': 2, 'attn-cp-size': 2 } },
    { rule: 'SG004', set: { nnodes: 3 }, at: 'nnodes' },
    { rule: 'SG005', set: { 'ep-num-redundant-experts': 8 }, at: 'ep-num-redundant-experts' },
    { rule: 'SG006', set: { 'ep-size': 1, 'enable-eplb': true }, at: 'enable-eplb' },
    { rule: 'SG007', set: { 'moe-dense-tp-size': 4 }, at: 'moe-dense-tp-size' },
    { rule: 'SG008', set: { 'ep-size': 4, 'moe-runner-backend': 'flashinfer_cutlass' } },
    { rule: 'GN018', set: { 'moe-a2a-backend': 'depep' }, at: 'moe-a2a-backend' },
    { rule: 'GN018', set: { 'ep-dispatch-algorithm': 'dynamik' }, at: 'ep-dispatch-algorithm' },
    { rule: 'GN018', set: { 'eplb-algorithm': 'deepsek' }, at: 'eplb-algorithm' },
    { rule: 'GN018', set: { 'attention-backend': 'flashmlla' }, at: 'attention-backend' },
    { rule: 'GN019', set: { 'ep-num-redundant-experts': -16 }, at: 'ep-num-redundant-experts' },
    {
      rule: 'SG018',
      set: { 'tp-size': 48, 'ep-size': 16 },
      at: 'tp-size',
    },
    {
      rule: 'SG019',
      set: { 'flashinfer-a2a-dispatch-type': 'nvfp4' },
      at: 'flashinfer-a2a-dispatch-type',
      base: 'attention',
    },
    {
      rule: 'SG020',
      set: { quantization: 'awq', 'moe-runner-backend': 'flashinfer_trtllm' },
      at: 'moe-runner-backend',
    },
    { rule: 'SG021', set: { 'enable-two-batch-overlap': true }, at: 'enable-two-batch-overlap' },
    { rule: 'SG022', set: { 'dcp-size': 3 }, at: 'dcp-size' },
    {
      rule: 'SG023',
      set: { 'elastic-ep-backend': 'mooncake', 'enable-eplb': true, 'eplb-algorithm': 'deepseek' },
      at: 'eplb-algorithm',
    },
    { rule: 'SG024', set: { 'attn-cp-size': 3 }, at: 'attn-cp-size' },
    { rule: 'SG024', set: { 'ep-size': 8, 'moe-dp-size': 2 }, at: 'moe-dp-size' },
    { rule: 'SG025', set: { 'attention-backend': 'flashmla', 'page-size': 1 }, at: 'page-size' },
    {
      rule: 'SG026',
      set: { 'page-size': 64, 'chunked-prefill-size': 1000 },
      at: 'chunked-prefill-size',
    },
    { rule: 'SG027', set: { 'enable-dp-attention': true }, at: 'enable-dp-attention' },
    { rule: 'SG017', set: { 'ep-size': 32 }, at: 'ep-size' },
    { rule: 'GN018', set: { 'moe-runner-backend': 'deep_gem' }, at: 'moe-runner-backend' },
    {
      rule: 'SG015',
      set: { 'moe-a2a-backend': 'deepep_v2', 'moe-runner-backend': 'triton' },
      at: 'moe-runner-backend',
      base: 'attention',
    },
    {
      rule: 'SG015',
      set: { 'moe-runner-backend': 'flashinfer_cutedsl', 'moe-a2a-backend': 'mori' },
      at: 'moe-runner-backend',
      base: 'attention',
    },
    {
      rule: 'SG016',
      set: { 'moe-a2a-backend': 'deepep_v2', 'enable-single-batch-overlap': true },
      at: 'enable-single-batch-overlap',
      base: 'attention',
    },
    { rule: 'SG004', set: { 'tp-size': 12, nnodes: 8, 'ep-size': 12 }, at: 'nnodes' },
    { rule: 'SG010', set: { 'moe-a2a-backend': 'flashinfer_megamoe', 'dp-size': 8 }, base: 'attention' },
    {
      rule: 'SG008',
      set: { 'moe-runner-backend': 'cutlass', quantization: 'fp8' },
    },
    { rule: 'SG005', set: { 'ep-num-redundant-experts': 24 }, at: 'ep-num-redundant-experts' },
    { rule: 'SG009', set: { 'deepep-mode': 'normal' }, at: 'deepep-mode', base: 'attention' },
    { rule: 'SG010', set: { 'moe-a2a-backend': 'flashinfer', 'dp-size': 4 }, base: 'attention' },
    { rule: 'SG011', set: { 'ep-dispatch-algorithm': 'static' }, at: 'ep-dispatch-algorithm' },
    { rule: 'SG012', set: { 'dp-size': 2 }, at: 'dp-size' },
    { rule: 'SG013', set: { 'chunked-prefill-size': 8192 }, at: 'chunked-prefill-size', base: 'attention' },
    {
      rule: 'SG014',
      set: { 'init-expert-location': rows(0, 1, 2, 3, 4, 5, 6, 6) },
      at: 'init-expert-location',
      base: 'small',
    },
    { rule: 'AF001', set: { 'init-expert-location': 'elsewhere.json' }, at: 'init-expert-location' },
    {
      rule: 'AF002',
      set: { 'init-expert-location': 'loads.json' },
      at: 'init-expert-location',
      files: loadsOf8,
    },
    { rule: 'GN004', set: { 'tp-size': 12, 'ep-size': 12, 'ep-num-redundant-experts': 8 }, base: 'nodes' },
    {
      rule: 'HF019',
      set: { model: './model', 'tp-size': 8, nnodes: 1, 'ep-size': 1 },
      files: blockQuantised,
    },
    { rule: 'GN002', set: { 'tp-size': '$1' }, at: 'tp-size' },
  ],
  exceptions: [
    { in: 'sglang manifest', rules: ['GN004'], why: 'a pod may have some of the GPUs of a node' },
    { in: 'sglang Helm template', rules: ['GN004'], why: 'the same' },
    { in: 'sglang Compose', rules: ['GN004'], why: 'a Compose file says nothing of machines here' },
    { in: 'sglang options', rules: ['GN004'], why: 'a file of options has no machines' },
    { in: 'sglang server_args', rules: ['GN004'], why: 'the same' },
  ],
};
