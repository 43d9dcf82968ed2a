import { describe, expect, test } from 'vitest';
import { read } from '../../../src/config/read';
import { factOf, mustRead, textOf, valuesOf } from './facts';

const TRAINING = `{
  "train_micro_batch_size_per_gpu": 2,
  "gradient_accumulation_steps": "auto",
  "zero_optimization": { "stage": 2 },
  "expert_parallel": {
    "enabled": true,
    "autoep_size": 4,
    "preset_model": "mixtral"
  }
}`;

describe('DeepSpeed', () => {
  test('AutoEP states the expert-parallel size', () => {
    const document = mustRead('ds.json', TRAINING);
    expect(document).toMatchObject({ framework: 'deepspeed', kind: 'launch', problems: [] });
    const ep = factOf(document, 'layout.ep');
    expect(ep).toMatchObject({ value: 4, state: 'literal', role: 'expert_parallel' });
    expect([textOf(TRAINING, ep), ep.range.start]).toEqual(['4', TRAINING.indexOf('4')]);
    expect(factOf(document, 'layout.etp')).toMatchObject({ value: 1, state: 'default' });
  });

  test('the ZeRO stage says what is sharded', () => {
    const sharding = factOf(mustRead('ds.json', TRAINING), 'workload.sharding');
    expect(sharding).toMatchObject({ value: 'gradients', state: 'derived', origin: 'ZeRO stage 2' });
    expect(textOf(TRAINING, sharding)).toBe('2');
  });

  test('“auto” is left to the trainer', () => {
    const fact = factOf(mustRead('ds.json', TRAINING), 'deepspeed.gradientAccumulationSteps');
    expect(fact).toMatchObject({ value: null, state: 'unresolved', expression: 'auto' });
  });

  test('a size that is not enabled is not in force', () => {
    const document = mustRead('ds.json', TRAINING.replace('true', 'false'));
    expect(valuesOf(document.facts)).toMatchObject({ 'layout.ep': 1, 'deepspeed.autoepSize': 4 });
  });

  test('without a size, AutoEP has its default', () => {
    const document = mustRead('ds.json', '{ "expert_parallel": { "enabled": true } }');
    expect(factOf(document, 'layout.ep')).toMatchObject({ value: 1, state: 'default' });
  });

  test('an inference config states experts and their ranks', () => {
    const text = '{"dtype": "fp16", "kernel_inject": true, "moe": {"ep_size": 8, "moe_experts": [64]}}';
    const document = mustRead('inference.json', text);
    expect(valuesOf(document.facts)).toMatchObject({
      'layout.ep': 8,
      'model.routedExperts': 64,
      'workload.mode': 'decode',
    });
  });

  test('half-typed text keeps what is sure', () => {
    const cut = TRAINING.slice(0, TRAINING.indexOf('"preset_model"'));
    const document = mustRead('ds.json', cut);
    expect(document.problems.length).toBeGreaterThan(0);
    expect(valuesOf(document.facts)).toMatchObject({ 'workload.microBatchSize': 2 });
  });

  test.each([
    ['a config without experts', '{"zero_optimization": {"stage": 3}, "train_batch_size": 8}'],
    ['a model with a moe section', '{"dim": 4096, "moe": {"num_experts": 8, "num_experts_per_tok": 2}}'],
    ['another expert_parallel', '{"expert_parallel": {"degree": 2}}'],
  ])('leaves %s alone', (_, text) => {
    expect(read({ file: 'ds.json', text })).toBeNull();
  });
});
