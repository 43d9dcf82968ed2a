import { describe, expect, it } from 'vitest';
import { lintJob } from '../../../src/lint/lint';
import type { Provenance } from '../../../src/scenario/provenance';
import type { RankMemory, SimulationResult } from '../../../src/sim/result';
import { flagFact, jobOf } from './facts';

const text = 'run --num-experts 64 --ep 8 --pp 2\n';
const facts = [
  { ...flagFact(text, 'model.routedExperts', '--num-experts', 64) },
  flagFact(text, 'layout.ep', '--ep', 8),
  flagFact(text, 'layout.pp', '--pp', 2),
];
const GIB = 2 ** 30;
const memory: RankMemory = {
  rank: 3,
  weights: 30 * GIB,
  gradients: 20 * GIB,
  optimizer: 50 * GIB,
  activations: 10 * GIB,
  kvCache: 0,
  buffers: 1 * GIB,
  runtime: 2 * GIB,
  total: 113 * GIB,
  capacity: 80 * GIB,
};

/** A result with only what the rule reads. */
function result(rank: RankMemory, workload: Record<string, unknown> = {}): SimulationResult {
  return {
    scenario: {
      model: { routedExperts: 64 },
      layout: { ep: 8, dp: 4 },
      cluster: { accelerator: 'h100-sxm' },
      workload: { sharding: 'none', recompute: 'none', ...workload },
    },
    memory: { perRank: [rank], fullestRank: 3, fits: rank.total <= rank.capacity },
  } as unknown as SimulationResult;
}

const setting: Provenance = { 'cluster.accelerator': { kind: 'setting', setting: 'moeScope.accelerator' } };
const fitting = (provenance: Provenance | null, r: SimulationResult) =>
  lintJob(jobOf('megatron-lm', facts), { text: () => text, result: r, provenance }).filter(
    (finding) => finding.rule === 'GN003',
  );

describe('GN003', () => {
  it('names the rank, the excess, what weighs most and what would help', () => {
    const [finding] = fitting(setting, result(memory));
    expect(finding?.severity).toBe('warning');
    expect(finding?.message).toBe(
      'Rank 3 of the expert group needs 113 GiB, 33 GiB (41 %) more than the 80 GiB of H100. ' +
        'Most of it: optimizer state 50 GiB, weights 30 GiB. ' +
        'To make it fit, shard the optimizer state over data parallel ranks (--use-distributed-optimizer).',
    );
    expect(finding?.fixes.map((fix) => fix.title)).toEqual(['Add --use-distributed-optimizer']);
  });

  it('is information while the GPU is assumed', () => {
    const assumed: Provenance = { 'cluster.accelerator': { kind: 'assumed', why: 'not stated' } };
    const [finding] = fitting(assumed, result(memory));
    expect(finding?.severity).toBe('info');
    expect(finding?.message).toContain('of H100 (assumed: no file names the GPU).');
  });

  it.each(['model.layers', 'layout.tp'])('is silent while %s is assumed', (name) => {
    expect(fitting({ ...setting, [name]: { kind: 'assumed', why: 'not stated' } }, result(memory))).toEqual(
      [],
    );
  });

  it('is silent when everything fits, and when the origins are not known', () => {
    expect(fitting(setting, result({ ...memory, total: 70 * GIB }))).toEqual([]);
    expect(fitting(null, result(memory))).toEqual([]);
  });

  it.each([
    ['activations', 'recompute activations'],
    ['kvCache', 'lower the context length'],
    ['weights', 'use a larger EP, PP or TP'],
    ['buffers', 'use a smaller microbatch or fewer tokens'],
  ] as const)('advises on %s', (part, advice) => {
    const rank = { ...memory, [part]: 90 * GIB };
    expect(fitting(setting, result(rank))[0]?.message).toContain(advice);
  });

  it('says when one change will not do', () => {
    const [finding] = fitting(setting, result({ ...memory, total: 300 * GIB }));
    expect(finding?.message).toContain('One change alone will not make it fit; first, shard');
  });

  it('says how to shrink what is sharded or recomputed already', () => {
    const sharded = result(memory, { sharding: 'optimizer' });
    expect(fitting(setting, sharded)[0]?.message).toContain('spread it over more data parallel ranks');
    expect(fitting(setting, sharded)[0]?.fixes).toEqual([]);
    const recomputed = result({ ...memory, activations: 90 * GIB }, { recompute: 'full' });
    expect(fitting(setting, recomputed)[0]?.message).toContain('use a smaller microbatch, or a larger CP');
  });
});

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
