import { describe, expect, test } from 'vitest';
import { findPreset } from '../../../src/catalog/models';
import type { FrameworkId } from '../../../src/config/fact';
import { presetFacts } from '../../../src/config/preset';
import { chips } from '../../../src/panel/chips';
import { isUsed } from '../../../src/plan/used';
import { field, fields, fieldValue } from '../../../src/scenario/fields';
import { parseField } from '../../../src/scenario/fields/parse';
import { resolveScenario } from '../../../src/scenario/resolve';
import type { Scenario } from '../../../src/scenario/scenario';
import type { Values } from '../../../src/scenario/values';
import { simulate } from '../../../src/sim/simulate';

const facts = presetFacts(findPreset('Qwen/Qwen3-30B-A3B')!);

const training: Values = { 'workload.mode': 'train', 'layout.ep': 8, 'layout.worldSize': 16 };
const serving: Values = { 'layout.dp': 8, 'layout.expertParallelEnabled': true };
const jobs: readonly (readonly [FrameworkId, Values])[] = [
  ['megatron-lm', { ...training, 'communication.backend': 'nccl-alltoall' }],
  [
    'megatron-lm',
    { ...training, 'communication.backend': 'deepep-high-throughput', 'workload.recompute': 'full' },
  ],
  [
    'megatron-lm',
    { ...training, 'communication.backend': 'allgather-reducescatter', 'routing.capacityFactor': 1.2 },
  ],
  ['vllm', { ...serving, 'workload.mode': 'decode', 'communication.backend': 'deepep-low-latency' }],
  ['vllm', { ...serving, 'workload.mode': 'prefill', 'communication.backend': 'nvlink-one-sided' }],
  ['sglang', { 'workload.mode': 'serve', 'layout.tp': 8, 'layout.ep': 8, 'placement.strategy': 'eplb' }],
];

const resolve = (framework: FrameworkId, overrides: Values) =>
  resolveScenario({ framework, facts, overrides });

/** All figures of a scenario, as text. */
function figuresOf(scenario: Scenario): string {
  const { milliseconds: _, scenario: __, ...figures } = simulate(scenario);
  return JSON.stringify(figures, (_key, value) => (ArrayBuffer.isView(value) ? String(value) : value));
}

describe('a field that is said to have no say', () => {
  // A shape is what a user turns to get another distribution: it is not taken for itself.
  const names = fields
    .map(({ name }) => name)
    .filter((name) => name !== 'routing.sigma' && name !== 'routing.exponent');
  test.each(jobs)('changes no figure of %s %j', (framework, overrides) => {
    const base = resolve(framework, overrides).scenario!;
    const figures = figuresOf(base);
    let tried = 0;
    for (const name of names) {
      const value = fieldValue(base, name);
      if (isUsed(base, name) || value === null || field(name)?.kind === 'text') continue;
      const other = field(name)!.choices?.find((choice) => choice !== value);
      const text = other ?? (typeof value === 'boolean' ? !value : Number(value) * 2 || 1);
      const changed = resolve(framework, { ...overrides, [name]: parseField(name, String(text)) }).scenario;
      if (!changed) continue;
      tried += 1;
      expect(figuresOf(changed), name).toBe(figures);
    }
    expect(tried).toBeGreaterThan(5);
  });
});

describe('chips', () => {
  test('name what counts, and what a file says', () => {
    const { scenario, provenance } = resolve('megatron-lm', training);
    const all = chips(scenario!, provenance, () => 'x');
    const names = all.map(({ name }) => name);
    expect(names).not.toContain('workload.concurrency');
    expect(names).toContain('workload.sequenceLength');
    expect(names).not.toContain('routing.distribution');
    expect(all.find(({ name }) => name === 'routing.sigma')).toMatchObject({
      label: 'Routing',
      value: 'lognormal, σ 0.187',
      primary: true,
    });
    const written = resolveScenario({
      framework: 'megatron-lm',
      facts: [
        ...facts,
        {
          name: 'workload.concurrency',
          value: 4,
          key: 'concurrency',
          file: 'x',
          range: { start: 0, end: 1 },
          keyRange: { start: 0, end: 1 },
          state: 'literal',
        },
      ],
      overrides: training,
    });
    const kept = chips(written.scenario!, written.provenance, () => 'x').map(({ name }) => name);
    expect(kept).toContain('workload.concurrency');
  });
});

test('what comes from a file of numbers names the file, and leads to the line that names it', () => {
  const named = {
    ...facts[0]!,
    name: 'routing.file',
    key: 'routing.file',
    value: 'measured/loads.json',
    file: 'a.moe.yaml',
    range: { start: 40, end: 59 },
    pin: true,
  } as const;
  const table = Array.from({ length: 48 }, () => Array.from({ length: 128 }, (_, e) => e + 1));
  const loads = { table, file: 'measured/loads.json', named, holds: '48 layers × 128 experts' };
  const { scenario, provenance } = resolveScenario({ framework: 'vllm', facts, artefacts: { loads } });
  const all = chips(scenario!, provenance, ({ file }) => `${file}:4`);
  expect(all.find(({ name }) => name === 'routing.distribution')).toMatchObject({
    value: 'loads',
    origin: 'measured/loads.json',
    detail: 'loads, 48 layers × 128 experts in measured/loads.json, named by routing.file in a.moe.yaml:4',
    opens: true,
    written: true,
    primary: true,
  });
});
