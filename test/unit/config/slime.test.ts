import { describe, expect, it } from 'vitest';
import { read } from '../../../src/config/read';

const valuesOf = (options: string): Record<string, unknown> => {
  const text = `#!/bin/bash\nray job submit -- python3 train.py --actor-num-nodes 1 --actor-num-gpus-per-node 8 --num-layers 4 --hidden-size 512 --num-attention-heads 8 --num-experts 64 --tensor-model-parallel-size 4 --expert-model-parallel-size 8 --expert-tensor-parallel-size 1 --rollout-batch-size 32 --n-samples-per-prompt 8 ${options}\n`;
  const facts = read({ file: 'run.sh', text })?.facts.filter((fact) => fact.role === undefined) ?? [];
  return Object.fromEntries(
    facts.map((fact) => [fact.name, fact.state === 'unresolved' ? 'open' : fact.value]),
  );
};

describe('slime', () => {
  it('shards the optimizer, computes in BF16 and dispatches by all-to-all unasked', () => {
    expect(valuesOf('--num-steps-per-rollout 2')).toMatchObject({
      'workload.sharding': 'optimizer',
      'workload.precision': 'bf16',
      'communication.backend': 'alltoall',
      'workload.globalBatchSize': 128,
    });
  });

  it('leaves plain Megatron-LM at its own defaults', () => {
    const text =
      'torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 8 --expert-model-parallel-size 8\n';
    const facts = read({ file: 'run.sh', text })?.facts ?? [];
    expect(facts.find(({ name }) => name === 'workload.sharding')?.value).toBe('none');
  });

  it.each([
    ['--rollout-max-response-len 8192 --max-tokens-per-gpu 20480', 2, 8192],
    ['--rollout-max-response-len 6000 --max-tokens-per-gpu 20480', 2, 6000],
    ['--rollout-max-response-len 6000 --rollout-max-prompt-len 1000 --max-tokens-per-gpu 7000', 1, 7000],
    ['--rollout-max-response-len 32768 --max-tokens-per-gpu 20480', 1, 32768],
    ['--max-tokens-per-gpu 20480 --context-parallel-size 2', 1, 40960],
  ])('packs microbatches by tokens: %s', (options, micro, length) => {
    const values = valuesOf(
      `--global-batch-size 256 --micro-batch-size 4 --use-dynamic-batch-size ${options}`,
    );
    expect(values['workload.globalBatchSize']).toBe(256);
    expect(values['workload.microBatchSize']).toBe(micro);
    expect(values['workload.sequenceLength']).toBe(length);
  });

  it('trains adapters where it is told to', () => {
    expect(valuesOf('--use-lora --lora-rank 16')['workload.adapterRank']).toBe(16);
    expect(valuesOf('--use-lora')['workload.adapterRank']).toBe('open');
    expect(valuesOf('--lora-rank 16')['workload.adapterRank']).toBeUndefined();
  });
});
