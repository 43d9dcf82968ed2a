import { describe, expect, it } from 'vitest';
import { lintJob } from '../../../src/lint/lint';
import { flagFact, jobOf } from './facts';

describe('VL012', () => {
  const serve = 'vllm serve ./dense --enable-expert-parallel\n';
  const flag = flagFact(serve, 'layout.expertParallelEnabled', '--enable-expert-parallel', true);
  const found = (experts: number | null) => {
    const fact = { ...flag, name: 'model.routedExperts', value: experts, file: 'dense/config.json' };
    return lintJob(jobOf('vllm', [flag, fact]), { text: () => serve }).map((finding) => finding.rule);
  };
  it('refuses expert parallelism for a model without experts', () => {
    expect(found(1)).toEqual(['VL012']);
    expect(found(64)).toEqual([]);
    expect(found(null)).toEqual([]);
  });
});

describe('a model that is only in the catalog', () => {
  const serve = 'vllm serve openai/gpt-oss-120b --tensor-parallel-size 6\n';
  const heads = {
    ...flagFact('64', 'model.attentionHeads', '64', true, 'preset:openai/gpt-oss-120b'),
    value: 64,
    key: 'num_attention_heads',
  };
  const facts = [flagFact(serve, 'layout.tp', '--tensor-parallel-size', 6), heads];
  const job = { ...jobOf('vllm', facts), preset: 'openai/gpt-oss-120b' };

  it('is checked with its published sizes, which have no place to go to', () => {
    const found = lintJob(job, { text: () => serve });
    expect(found.map((finding) => finding.message)).toEqual([
      '64 attention heads do not divide by TP 6: use 4 or 8.',
    ]);
    expect(found[0]?.related).toEqual([]);
  });
});
