import { describe, expect, test } from 'vitest';
import { linkJobs } from '../../../src/config/link';
import { read } from '../../../src/config/read';
import { factOf, mustRead, textOf, valuesOf } from './facts';

const JOB = `base_model: Qwen/Qwen3-30B-A3B
plugins:
  - axolotl.integrations.expert_parallel.ExpertParallelPlugin
expert_parallel_size: 4
expert_parallel_backend: deep_ep
dp_shard_size: 2
sequence_len: 2048
micro_batch_size: 1
gradient_checkpointing: true
fsdp_config:
  sharding_strategy: FULL_SHARD
`;

describe('axolotl', () => {
  test('states its sizes and its model', () => {
    const document = mustRead('fft.yaml', JOB);
    const ep = factOf(document, 'layout.ep');
    expect(ep).toMatchObject({ value: 4, state: 'literal', key: 'expert_parallel_size' });
    expect([textOf(JOB, ep), ep.keyRange.start]).toEqual(['4', JOB.indexOf('expert_parallel_size')]);
    expect(valuesOf(document.facts)).toMatchObject({
      'workload.sequenceLength': 2048,
      'workload.sharding': 'parameters',
      'workload.recompute': 'full',
      'communication.backend': 'deepep',
    });
    expect(linkJobs([document])[0]!.preset).toBe('Qwen/Qwen3-30B-A3B');
  });

  test.each([
    [
      'adapter: qlora\nlora_r: 16\nload_in_4bit: true',
      { 'workload.adapterRank': 16, 'workload.frozenDtype': 'nf4' },
    ],
    ['adapter: lora\nlora_r: 8', { 'workload.adapterRank': 8 }],
    [
      'adapter: lora\nlora_r: 8\nlora_target_modules:\n  - q_proj\n  - o_proj',
      { 'workload.adapterTargets': 'attention' },
    ],
    ['adapter: lora\nlora_r: 8\nlora_target_linear: true', { 'workload.adapterTargets': 'all' }],
  ])('%s trains adapters', (lines, facts) => {
    expect(valuesOf(mustRead('lora.yaml', `${JOB}${lines}\n`).facts)).toMatchObject(facts);
  });

  test('FSDP keeps FP32 weights beside what it computes with, and all of it on the host where told so', () => {
    const values = (text: string) => valuesOf(mustRead('fft.yaml', text).facts);
    expect(values(JOB)).toMatchObject({ 'workload.parameterDtype': 'fp32', 'workload.masterDtype': 'none' });
    expect(values(`${JOB}bf16: full\n`)).toMatchObject({ 'workload.parameterDtype': 'bf16' });
    expect(values(`${JOB}  offload_params: true\n`)).toMatchObject({ 'workload.parameterOffload': true });
  });

  test('EP and FSDP are axes of their own', () => {
    expect(factOf(mustRead('fft.yaml', JOB), 'layout.dp')).toMatchObject({ value: 8, state: 'derived' });
  });

  test.each([
    ['bf16: auto', { 'workload.precision': 'bf16', 'workload.optimizer': 'adam' }],
    ['bf16: full\noptimizer: sgd', { 'workload.precision': 'bf16', 'workload.optimizer': 'sgd' }],
    [
      'fp16: true\noptimizer: adamw_torch_8bit',
      { 'workload.momentDtype': 'fp8', 'workload.secondMomentDtype': 'fp8' },
    ],
  ])('%j says how it computes and what it keeps', (lines, values) => {
    const document = mustRead('fft.yaml', `${JOB}${lines}\n`);
    expect(document.problems).toEqual([]);
    expect(valuesOf(document.facts)).toMatchObject(values);
  });

  test('what the simulator has no model for stays open', () => {
    const open = (lines: string, name: string) => factOf(mustRead('fft.yaml', `${JOB}${lines}\n`), name);
    expect(open('bf16: true\nfp8: true', 'workload.precision')).toMatchObject({ state: 'unresolved' });
    expect(open('optimizer: muon', 'workload.optimizer')).toMatchObject({ expression: 'muon' });
  });

  test('an empty value is open, not a default', () => {
    const document = mustRead('fft.yaml', JOB.replace('expert_parallel_size: 4', 'expert_parallel_size:'));
    expect(factOf(document, 'layout.ep')).toMatchObject({ value: null, state: 'unresolved' });
    expect(factOf(document, 'layout.dp')).toMatchObject({ state: 'unresolved' });
  });

  test('leaves files without expert parallelism alone', () => {
    expect(read({ file: 'x.yaml', text: 'base_model: a/b\nmicro_batch_size: 1\n' })).toBeNull();
    const merge = 'base_model: mistralai/Mixtral-8x7B-v0.1\nmodels: []\nmerge_method: ties\n';
    expect(read({ file: 'x.yaml', text: merge })).toBeNull();
    expect(read({ file: 'x.yaml', text: 'expert_parallel_size: 2\n' })).toBeNull();
  });
});

test('a file that trains a model with experts and spreads none is one too', () => {
  const text =
    'base_model: zai-org/GLM-4.5-Air\nsequence_len: 2048\nmicro_batch_size: 2\nfsdp_version: 2\n' +
    'fsdp_config:\n  reshard_after_forward: true\n  activation_checkpointing: true\n';
  const document = read({ file: 'train.yaml', text })!;
  const values = Object.fromEntries(document.facts.map(({ name, value }) => [name, value]));
  expect(values).toMatchObject({
    'layout.ep': 1,
    'workload.microBatchSize': 2,
    'workload.sequenceLength': 2048,
    'workload.sharding': 'parameters',
    'workload.recompute': 'full',
  });
  const kept = read({ file: 'train.yaml', text: text.replace('forward: true', 'forward: false') })!;
  expect(kept.facts.find(({ name }) => name === 'workload.sharding')?.value).toBe('gradients');
  expect(read({ file: 'train.yaml', text: text.replace('GLM-4.5-Air', 'GLM-4-9B') })).toBeNull();
});
