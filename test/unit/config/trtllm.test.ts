import { describe, expect, test } from 'vitest';
import { linkJobs } from '../../../src/config/link';
import { read } from '../../../src/config/read';
import { factOf, mustRead, textOf, valuesOf } from './facts';

const OPTIONS = `max_batch_size: 1024
tensor_parallel_size: 8
moe_expert_parallel_size: 4
enable_attention_dp: true
moe_config:
  backend: WIDEEP
  load_balancer:
    num_slots: 288
`;

describe('TensorRT-LLM options', () => {
  test('state one engine', () => {
    const document = mustRead('config.yaml', OPTIONS);
    expect(document).toMatchObject({ framework: 'trtllm', kind: 'launch', problems: [] });
    const ep = factOf(document, 'layout.ep');
    expect([ep.value, ep.state, textOf(OPTIONS, ep)]).toEqual([4, 'literal', '4']);
    expect(ep.role).toBeUndefined();
    expect(valuesOf(document.facts)).toMatchObject({
      'layout.tp': 8,
      'layout.pp': 1,
      'layout.attentionDataParallel': true,
      'trtllm.moeBackend': 'WIDEEP',
      'trtllm.numSlots': 288,
      'placement.eplb': true,
      'workload.engine': 'tensorrt-llm',
      'layout.worldSize': 8,
    });
  });

  test('MoE-TP is what EP leaves of TP', () => {
    const etp = factOf(mustRead('c.yaml', OPTIONS), 'layout.etp');
    expect(etp).toMatchObject({
      value: 2,
      state: 'derived',
      origin: expect.stringContaining('MoE-TP × MoE-EP'),
    });
  });

  test.each([
    ['moe_expert_parallel_size: -1', { 'layout.ep': 1, 'layout.etp': 8 }],
    ['moe_tensor_parallel_size: 2', { 'layout.ep': 4, 'layout.etp': 2 }],
    ['moe_tensor_parallel_size: 1\nmoe_cluster_parallel_size: 8', { 'layout.ep': 1, 'layout.etp': 1 }],
  ])('%s gives the other sizes', (line, sizes) => {
    const text = OPTIONS.replace('moe_expert_parallel_size: 4', line);
    expect(valuesOf(mustRead('c.yaml', text).facts)).toMatchObject(sizes);
  });

  test('a template leaves what follows from it open', () => {
    const document = mustRead('c.yaml', OPTIONS.replace('size: 8', 'size: {{ tp }}'));
    expect(factOf(document, 'layout.tp')).toMatchObject({ state: 'unresolved' });
    expect(factOf(document, 'layout.etp')).toMatchObject({ state: 'unresolved' });
  });

  test('a half-typed key costs only itself', () => {
    const document = mustRead('c.yaml', `${OPTIONS}pipeline_parallel_si`);
    expect(valuesOf(document.facts)).toMatchObject({ 'layout.tp': 8, 'layout.ep': 4 });
  });
});

const DISAGGREGATED = `hardware:
  gpus_per_node: 4
environment:
  model_path: "<model_path>"
worker_config:
  gen:
    tensor_parallel_size: 32
    moe_expert_parallel_size: 32
    enable_attention_dp: true
  ctx:
    tensor_parallel_size: 4
`;

test('generation and context servers are jobs of their own', () => {
  const document = mustRead('config.yaml', DISAGGREGATED);
  const jobs = linkJobs([document]);
  expect(jobs.map((job) => [job.role, valuesOf(job.facts)])).toEqual([
    [
      'worker_config.gen',
      expect.objectContaining({ 'layout.ep': 32, 'workload.mode': 'decode', 'cluster.gpusPerNode': 4 }),
    ],
    [
      'worker_config.ctx',
      expect.objectContaining({ 'layout.tp': 4, 'layout.ep': 1, 'workload.mode': 'prefill' }),
    ],
  ]);
  expect(document.models).toEqual([]);
});

test('a recipe of srt-slurm has the engines of its roles', () => {
  const text = `resources: { gpu_type: gb200, gpus_per_node: 4 }
backend:
  trtllm_config:
    prefill: { tensor_parallel_size: 4, moe_expert_parallel_size: 4 }
    decode: { tensor_parallel_size: 8, moe_expert_parallel_size: 8 }
`;
  const jobs = linkJobs([mustRead('recipe.yaml', text)]);
  expect(jobs.map((job) => valuesOf(job.facts))).toMatchObject([
    { 'layout.ep': 4, 'layout.etp': 1, 'cluster.accelerator': 'gb200-nvl72' },
    { 'layout.ep': 8, 'layout.worldSize': 8 },
  ]);
});

const EXPERIMENTS = `exps: [one, two]
one:
  serving_mode: agg
  system_name: gb200
  model_path: deepseek-ai/DeepSeek-V3
  isl: 4000
  enable_eplb: true
  wideep_num_slots: 288
  moe_quant_mode: nvfp4
  agg_moe_tp_candidates: [1]
  agg_moe_ep_candidates: [2, 4]
  agg_num_gpu_candidates: [2, 4]
two:
  serving_mode: disagg
  decode_enable_eplb: true
  decode_moe_ep_candidates: [8]
`;

test('experiments of aiconfigurator state what they hold fixed', () => {
  const document = mustRead('exps.yaml', EXPERIMENTS);
  expect(document.framework).toBe('trtllm');
  const one = document.facts.filter((fact) => fact.role === 'one');
  expect(valuesOf(one)).toMatchObject({
    'placement.eplb': true,
    'trtllm.numSlots': 288,
    'cluster.accelerator': 'gb200-nvl72',
    'model.weightDtype': 'nvfp4',
    'layout.etp': 1,
    'workload.inputLength': 4000,
  });
  expect(one.find((fact) => fact.name === 'layout.ep')).toMatchObject({
    state: 'unresolved',
    expression: 'one of 2, 4',
  });
  const decode = document.facts.filter((fact) => fact.role === 'two.decode');
  expect(valuesOf(decode)).toMatchObject({
    'layout.ep': 8,
    'placement.eplb': true,
    'workload.mode': 'decode',
  });
  expect(linkJobs([document]).map((job) => job.role)).toEqual(['one', 'two.prefill', 'two.decode']);
});

test.each([
  ['options of another engine', 'tensor_parallel_size: 8\nenable_expert_parallel: true\n'],
  ['a load balancer of something else', 'service:\n  load_balancer:\n    port: 80\n'],
  ['experiments over another backend', EXPERIMENTS.replace('isl: 4000', 'backend_name: sglang')],
])('leaves %s alone', (_, text) => {
  expect(read({ file: 'x.yaml', text })?.framework).not.toBe('trtllm');
});

describe('a command', () => {
  const script = `#!/bin/bash
#SBATCH --nodes=2
TP=\${TP:-16}
cat > ./extra.yml <<EOF
enable_attention_dp: true
moe_config:
  load_balancer:
    num_slots: 288
EOF
mpirun -n 16 trtllm-llmapi-launch trtllm-serve deepseek-ai/DeepSeek-R1 \\
  --tp_size $TP --ep_size 8 --max_num_tokens 1160 --extra_llm_api_options extra.yml
`;

  test('has the file that the script writes itself', () => {
    const document = mustRead('run.sh', script);
    expect(document).toMatchObject({ framework: 'trtllm', title: 'TensorRT-LLM script', problems: [] });
    expect(valuesOf(document.facts)).toMatchObject({
      'layout.tp': 16,
      'layout.ep': 8,
      'layout.etp': 2,
      'layout.worldSize': 16,
      'layout.attentionDataParallel': true,
      'trtllm.numSlots': 288,
      'cluster.nodes': 2,
    });
    const slots = factOf(document, 'trtllm.numSlots');
    expect([textOf(script, slots), slots.state]).toEqual(['288', 'literal']);
    expect(document.models.map(({ value }) => value)).toEqual(['deepseek-ai/DeepSeek-R1']);
  });

  test.each([['trtllm-serve disaggregated -c disagg.yaml'], ['python3 -m dynamo.frontend --http-port 8000']])(
    '%s is no engine',
    (command) => {
      expect(read({ file: 'run.sh', text: `${command}\n` })).toBeNull();
    },
  );

  test.each([
    ['trtllm-serve serve m --tp_size 4 --ep_size 2', { 'layout.tp': 4, 'layout.ep': 2, 'layout.etp': 2 }],
    ['trtllm-bench --model m throughput --tp 8 --ep 8 --pp 2', { 'layout.ep': 8, 'layout.worldSize': 16 }],
    [
      'python3 -m dynamo.trtllm --model-path m --tensor-parallel-size 8 --disaggregation-mode prefill',
      { 'layout.tp': 8, 'workload.mode': 'prefill' },
    ],
  ])('%s', (command, values) => {
    expect(valuesOf(mustRead('run.sh', `${command}\n`).facts)).toMatchObject(values);
  });
});

test('a load balancer in a file of its own is part of a job and none by itself', () => {
  const text = 'initial_global_assignments:\n  0: [0, 1, 2, 1]\nlayer_updates_per_iter: 0\nnum_slots: 4\n';
  const document = mustRead('lb.yaml', text);
  expect(document).toMatchObject({ framework: 'trtllm', isPart: true });
  expect(factOf(document, 'trtllm.numSlots')).toMatchObject({ value: 4, state: 'literal' });
  expect(linkJobs([document])).toEqual([]);
  expect(read({ file: 'x.yaml', text: 'num_slots: 4\nname: parking\n' })).toBeNull();
});

test('the launcher of aggregated serving', () => {
  const text = `hardware:
  gpus_per_node: 4
server:
  model_path: deepseek-ai/DeepSeek-R1
  tp_size: 8
  ep_size: 4
  extra_llm_api_options: extra.yaml
`;
  const document = mustRead('config.yaml', text);
  expect(factOf(document, 'layout.tp')).toMatchObject({ value: 8, key: 'tp_size', role: 'server' });
  expect(valuesOf(document.facts)).toMatchObject({ 'layout.ep': 4, 'cluster.gpusPerNode': 4 });
  expect(document.facts.some((fact) => fact.state === 'default')).toBe(false);
});

test('a file of options whose name a variable holds is read, what a variable fills in stays open', () => {
  const text = `TP=8
CONFIG="dsr1.yml"
cat > $CONFIG <<EOF
enable_attention_dp: $DP_ATTENTION
moe_config:
  backend: $MOE_BACKEND
kv_cache_config:
  dtype: fp8
EOF
trtllm-serve deepseek-ai/DeepSeek-R1 --tp_size $TP --ep_size $TP --extra_llm_api_options $CONFIG
`;
  const document = mustRead('serve.sh', text);
  expect(document.problems).toEqual([]);
  expect(factOf(document, 'trtllm.kvCacheDtype').value).toBe('fp8');
  expect(factOf(document, 'trtllm.moeBackend')).toMatchObject({
    state: 'unresolved',
    expression: '$MOE_BACKEND',
  });
  expect(factOf(document, 'layout.attentionDataParallel').state).toBe('unresolved');
  expect(factOf(document, 'layout.etp').value).toBe(1);
});
