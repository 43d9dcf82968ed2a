import { describe, expect, test } from 'vitest';
import type { Fact, FrameworkId } from '../../../src/config/fact';
import { fitWords } from '../../../src/plan/fit';
import { resultWords, verdict } from '../../../src/plan/verdict';
import { asOverrides, compare, parseChange } from '../../../src/plan/whatif';
import { openSizes } from '../../../src/scenario/open-sizes';
import { RefusedScenario } from '../../../src/scenario/refusals/refusal';
import { resolveScenario } from '../../../src/scenario/resolve';
import type { Values } from '../../../src/scenario/values';
import { simulate } from '../../../src/sim/simulate';
import { headingOf as memoryHeading } from '../../../webview/views/memory/heading';
import { smallModel } from '../facts';

function run(overrides: Values) {
  const { scenario, refusals } = resolveScenario({ framework: null, facts: smallModel, overrides });
  if (!scenario) throw new RefusedScenario(refusals);
  return simulate(scenario);
}

describe('the verdict', () => {
  test('says that it fits and how much is left', () => {
    expect(verdict(run({ 'layout.ep': 16 }))).toMatch(
      /^It fits, with [\d.]+ GiB to spare on the fullest rank/,
    );
  });

  test('calls a training job that fits by less than published peaks were off probable, a larger GPU sure', () => {
    const training = { 'layout.ep': 16, 'workload.mode': 'train' } as const;
    const { memory } = run(training);
    const totalGiB = memory.perRank[memory.fullestRank]!.total / 2 ** 30;
    const on = (memoryGiB: number) => run({ ...training, 'cluster.memoryGiB': memoryGiB });
    expect(verdict(on(1.18 * totalGiB))).toMatch(/^It probably fits, with [\d.]+ GiB to spare/);
    expect(verdict(on(1.2 * totalGiB))).toMatch(/^It fits, with [\d.]+ GiB to spare/);
    expect(memoryHeading(on(1.18 * totalGiB))).toMatch(/ That is not sure: published peaks were /);
    expect(memoryHeading(on(1.2 * totalGiB))).not.toContain('not sure');
    expect(
      verdict(run({ 'layout.ep': 16, 'workload.mode': 'decode', 'cluster.memoryGiB': 17 })),
    ).not.toContain('probably');
  });

  test('says by how much it does not fit, and what weighs most', () => {
    expect(verdict(run({ 'layout.ep': 16, 'cluster.memoryGiB': 4, 'model.vocabSize': 4_000_000 }))).toMatch(
      /^It does not fit: [\d.]+ GiB too much on rank \d+, mostly weights \([\d.]+ GiB\)/,
    );
  });

  test('too small a cache is no failure: it says how many sequences are served at a time', () => {
    const result = run({ 'layout.ep': 16, 'workload.contextLength': 1_000_000 });
    expect(result.memory.shortage).toBe('some-sequences');
    const said =
      /^It fits, but the KV cache holds (\d+) of 128 sequences of 1,000,000 tokens per rank at a time \(all 128 at up to ([\d,]+) tokens each\)/.exec(
        verdict(result),
      );
    expect(Number(said![1])).toBe(result.memory.kvSequences!.held);
    // The context that is said to be held by all is, and the next one is not.
    const tokens = Number(said![2]!.replaceAll(',', ''));
    const held = (contextLength: number) =>
      run({ 'layout.ep': 16, 'workload.contextLength': contextLength }).memory.shortage;
    expect([held(tokens), held(tokens + 1)]).toEqual(['none', 'some-sequences']);
  });

  test('no room for a single sequence is not told as weights that do not fit', () => {
    const result = run({ 'layout.ep': 16, 'workload.contextLength': 50_000_000 });
    expect(result.memory).toMatchObject({ fits: false, shortage: 'every-sequence' });
    expect(fitWords(result.memory)).toBe('weights fit, but the KV cache of no sequence');
    expect(verdict(result)).toMatch(
      /^The weights fit, but [\d.,]+ GiB are missing on rank \d+ for the KV cache of a single sequence of 50,000,000 tokens \(all 128 at up to 19,017 tokens each\)/,
    );
  });

  test('names the link when the exchange is a large part of the step', () => {
    expect(verdict(run({ 'layout.ep': 64, 'workload.mode': 'prefill' }))).toMatch(
      /% of the step is dispatch and combine, bound by the NIC/,
    );
  });

  test('does not talk about dispatch when there is none', () => {
    expect(verdict(run({ 'layout.ep': 1 }))).toMatch(/nothing is dispatched/);
  });
});

describe('the words above a result', () => {
  const said = (framework: FrameworkId | null, facts: readonly Fact[], overrides: Values = {}) => {
    const { scenario, provenance, refusals } = resolveScenario({ framework, facts, overrides });
    if (!scenario) throw new RefusedScenario(refusals);
    return resultWords(simulate(scenario), provenance, openSizes(facts, provenance));
  };

  test('count GPUs and nodes, and say which of them nobody states', () => {
    expect(said(null, smallModel, { 'layout.ep': 16 }).subtitle).toBe(
      'decode, at least 16 H100 (assumed), EP 16 over 2 nodes',
    );
    const all = { 'layout.ep': 16, 'layout.worldSize': 16, 'cluster.accelerator': 'h100-sxm' };
    expect(said(null, smallModel, all).subtitle).toBe('decode, 16 H100, EP 16 over 2 nodes');
  });

  test('name the fabric of the accelerator, and the domain where it joins several nodes', () => {
    const racks = { 'layout.ep': 32, 'layout.worldSize': 32, 'cluster.accelerator': 'gb200-nvl72' };
    expect(said(null, smallModel, racks).subtitle).toBe(
      'decode, 32 GB200, EP 32 over 8 nodes in one NVLink domain',
    );
    const pod = { 'layout.ep': 16, 'cluster.accelerator': 'tpu-v5p', 'workload.mode': 'prefill' };
    const { subtitle, sentence } = said(null, smallModel, pod);
    expect(subtitle).toContain('in one ICI domain');
    expect(sentence).not.toContain('NVLink');
  });

  test('of a model on its own, the layout is called assumed', () => {
    expect(said(null, smallModel).subtitle).toBe('decode, 8 H100 (assumed), EP 8 within a node (assumed)');
  });

  test('where a file leaves a size open, no verdict rests on what stands in for it', () => {
    const open: Fact = {
      ...smallModel[0]!,
      name: 'layout.dp',
      value: null,
      key: '--data-parallel-size',
      state: 'unresolved',
      expression: '$((GROUPS * 4))',
    };
    const facts = [...smallModel, open];
    const { sentence } = said('vllm', facts, { 'layout.expertParallelEnabled': true });
    expect(sentence).toBe(
      'Whether it fits is not known: the file leaves DP open ($((GROUPS * 4))). The figures take it as 1.',
    );
    expect(said('vllm', facts, { 'layout.dp': 4 }).sentence).toMatch(/^It fits/);
  });
});

describe('what-if', () => {
  test('a change is a typed field', () => {
    expect(parseChange('layout.ep=32')).toEqual({ name: 'layout.ep', value: 32 });
    expect(() => parseChange('layout.ep')).toThrow(/whole number/);
    expect(asOverrides([parseChange('layout.ep=32'), parseChange('layout.ep=16')])).toEqual({
      'layout.ep': 16,
    });
  });

  test('the same job twice has no differences', () => {
    const rows = compare(run({ 'layout.ep': 16 }), run({ 'layout.ep': 16 }));
    expect(rows.length).toBeGreaterThan(8);
    for (const row of rows) expect(row.variant, row.name).toBe(row.baseline);
  });

  test('twice the tokens send twice the bytes', () => {
    const row = compare(
      run({ 'layout.ep': 16 }),
      run({ 'layout.ep': 16, 'workload.tokensPerRank': 256 }),
    ).find(({ name }) => name === 'traffic.busiestNicMB');
    expect(row!.variant / row!.baseline).toBeCloseTo(2, 6);
  });
});
