import { describe, expect, test } from 'vitest';
import { changesText, knobs, withOptions } from '../../../src/plan/knobs';
import { asOverrides, type Change } from '../../../src/plan/whatif';
import { parseField } from '../../../src/scenario/fields/parse';
import { resolveScenario } from '../../../src/scenario/resolve';
import { fact, smallModel } from '../facts';

const jobs = {
  megatron: ['megatron-lm', [fact('layout.ep', 8), fact('cluster.nodes', 4), fact('layout.pp', 2)]],
  vllm: ['vllm', [fact('layout.tp', 2), fact('layout.dp', 8), fact('layout.expertParallelEnabled', true)]],
  model: ['huggingface', []],
} as const;

const resolve = ([framework, facts]: (typeof jobs)[keyof typeof jobs], ...changes: readonly Change[]) =>
  resolveScenario({ framework, facts: [...facts, ...smallModel], overrides: asOverrides(changes) });

describe.each(Object.entries(jobs))('the knobs of %s', (_name, job) => {
  const scenario = resolve(job).scenario!;
  const isLegal = (changes: readonly Change[]) => resolve(job, ...changes).scenario !== null;
  const all = knobs(scenario);

  test('are there for every field that counts, the first ones first', () => {
    const names = all.map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual(['layout.ep', 'layout.tp']);
    for (const name of [
      'layout.cp',
      'layout.dp',
      'cluster.scaleOutGBps',
      'model.routedExperts',
      'routing.capacityFactor',
      'placement.strategy',
      'communication.dispatchDtype',
      'workload.tokensPerRank',
    ]) {
      expect(names).toContain(name);
    }
    expect(names).not.toContain('model.name');
    expect(all.filter(({ primary }) => primary).length).toBeLessThanOrEqual(12);
  });

  test('hold their own value, and every option is legal', () => {
    const counts = all.map((knob) => {
      const { name, value, options } = withOptions(knob, scenario, isLegal);
      expect(
        options.map((option) => option.value),
        name,
      ).toContain(value);
      for (const option of options.filter((one) => one.value !== value)) {
        const change = { name, value: parseField(name, option.value) };
        expect(resolve(job, change, ...(option.also ?? [])).refusals, `${name}=${option.value}`).toEqual([]);
      }
      return options.length;
    });
    expect(counts.filter((count) => count > 1).length).toBeGreaterThan(counts.length * 0.7);
  });
});

test('a value that needs another one is offered with it', () => {
  const scenario = resolve(jobs.megatron).scenario!;
  const knob = knobs(scenario).find(({ name }) => name === 'layout.tp')!;
  const wantsSequenceParallel = (changes: readonly Change[]) =>
    changes.every(({ name }) => name !== 'layout.tp') || changes.length > 1;
  const option = withOptions(knob, scenario, wantsSequenceParallel).options.find(
    ({ value }) => value === '2',
  );
  expect(option).toEqual({
    value: '2',
    label: '2, with sequence parallel',
    also: [{ name: 'layout.sequenceParallel', value: true }],
  });
});

test('changes are said as people say them, a placement without what only a program reads', () => {
  const found = { name: 'placement.file', value: 'searched, 288 slots, 1fcdc178' };
  const explicit = { name: 'placement.strategy', value: 'explicit' };
  const ep = { name: 'layout.ep', value: 32 };
  expect(changesText([ep, found, explicit])).toBe('EP 32, Placement searched, 288 slots');
  expect(changesText([{ ...found, value: 'measured/slots.json' }, explicit])).toBe(
    'Placement measured/slots.json',
  );
  expect(changesText([explicit])).toBe('Placement as the file says');
});
