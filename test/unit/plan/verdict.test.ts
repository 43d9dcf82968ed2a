import { describe, expect, test } from 'vitest';
import { describeScenario, verdict } from '../../../src/plan/verdict';
import { asOverrides, compare, parseChange } from '../../../src/plan/whatif';
import { RefusedScenario } from '../../../src/scenario/refusals/refusal';
import { resolveScenario } from '../../../src/scenario/resolve';
import type { Values } from '../../../src/scenario/values';
import { simulate } from '../../../src/sim/simulate';
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

test('the description counts GPUs and nodes', () => {
  const result = run({ 'layout.ep': 16 });
  expect(describeScenario(result.scenario, result.placement.nodes)).toBe(
    'decode, 16 H100, EP 16 over 2 nodes',
  );
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
