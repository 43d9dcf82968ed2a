import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../src/config/fact';
import { uncountedOptions } from '../../../src/config/uncounted-options';
import { smallModel } from '../facts';

describe('options that let a rank hold less', () => {
  const found = (file: string, text: string, facts: readonly Fact[] = []) =>
    uncountedOptions(file, text, facts);

  test('are named as they are written, the first of each kind', () => {
    expect(found('a.sh', 'torchrun x.py --offload-optimizer-states --offload-modules attn')).toEqual([
      'offloading (--offload-optimizer-states)',
    ]);
    expect(found('a.yaml', 'adapter: qlora\nlora_r: 8\n')).toEqual(['adapters (adapter)']);
    expect(found('a.yaml', 'freeze_llm: true\n')).toEqual(['frozen weights (freeze_llm)']);
    expect(found('ds.json', '{"offload_optimizer": {"device": "cpu"}}')).toEqual([
      'offloading (offload_optimizer)',
    ]);
  });

  test('are none where they are off, where only a cache grows by them, and in comments', () => {
    for (const text of [
      'offload_params: false',
      '"adapter": null',
      'tuner_type: full',
      'freeze_llm: "false"',
      'cpu_offload_gb: 0',
      'kv_offloading_size: 16',
      '# lora_rank: 8',
      'freeze_vit: true',
      'freeze_aligner: true',
      'freeze_vision_encoder_params: true',
      'megatron.param_offload: True',
    ]) {
      expect(found('a.yaml', text), text).toEqual([]);
    }
    expect(found('a.sh', 'offload=True\n--x "${offload}"')).toEqual([]);
  });

  test('are none where a field of the scenario counts them', () => {
    const fact: Fact = { ...smallModel[0]!, name: 'workload.optimizerOffload', key: '+optim.cpu_offload' };
    expect(found('a.sh', 'python x.py +optim.cpu_offload=True', [fact])).toEqual([]);
    const adapters: Fact = { ...smallModel[0]!, name: 'workload.adapterRank', key: '--lora_rank', value: 8 };
    const lora = 'megatron sft --tuner_type lora --lora_rank 8 --freeze_llm true';
    expect(found('a.sh', lora, [adapters])).toEqual(['frozen weights (--freeze_llm)']);
    expect(found('a.sh', lora)).toEqual(['adapters (--tuner_type)', 'frozen weights (--freeze_llm)']);
    const other = 'python x.py --optimizer-cpu-offload --offload-params';
    expect(found('a.sh', other, [{ ...fact, value: 0.5 }])).toEqual(['offloading (--offload-params)']);
  });
});
