import { expect, test } from 'vitest';
import type { Fact, FrameworkId } from '../../../src/config/fact';
import { knobs } from '../../../src/plan/knobs';
import { asOverrides, type Change } from '../../../src/plan/whatif';
import { parseField } from '../../../src/scenario/fields';
import { resolveScenario } from '../../../src/scenario/resolve';
import { fact, smallModel } from '../facts';

const scenarioOf = (framework: FrameworkId, facts: readonly Fact[], change?: Change) =>
  resolveScenario({
    framework,
    facts: [...facts, ...smallModel],
    overrides: asOverrides(change ? [change] : []),
  });

const jobs = {
  megatron: ['megatron-lm', [fact('layout.ep', 8), fact('cluster.nodes', 4), fact('layout.pp', 2)]],
  vllm: ['vllm', [fact('layout.tp', 2), fact('layout.dp', 8), fact('layout.expertParallelEnabled', true)]],
  model: ['huggingface', []],
} as const;

test.each(Object.entries(jobs))(
  '%s: every knob holds its own value, and every option is legal',
  (_name, [framework, facts]) => {
    const resolve = (change?: Change) => scenarioOf(framework, [...facts], change);
    const isLegal = (change: Change) => resolve(change).scenario !== null;
    const all = knobs(resolve().scenario!, isLegal);
    expect(all.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['layout.ep', 'layout.tp', 'cluster.accelerator', 'routing.sigma']),
    );
    for (const knob of all) {
      expect(knob.options.map(({ value }) => value)).toContain(knob.value);
      expect(knob.options.length, knob.name).toBeGreaterThan(1);
      for (const { value } of knob.options) {
        expect(resolve({ name: knob.name, value: parseField(knob.name, value) }).refusals).toEqual([]);
      }
    }
  },
);
