import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findPreset } from '../../../src/catalog/models';
import { presetFacts } from '../../../src/config/preset';
import { type Field, fields } from '../../../src/scenario/fields';
import { resolveScenario } from '../../../src/scenario/resolve';
import type { Values } from '../../../src/scenario/resolver';
import { simulate } from '../../../src/sim/simulate';

const facts = presetFacts(findPreset('Qwen/Qwen3-30B-A3B')!);

/** Values of a field, legal each on its own; sizes small enough that a run takes milliseconds. */
function valuesOf({ kind, choices, minimum = 0, maximum = 1e9, name }: Field): fc.Arbitrary<Values[string]> {
  switch (kind) {
    case 'boolean':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...(choices ?? []));
    case 'integer': {
      const most = name.startsWith('layout.') || name === 'cluster.nodes' ? 64 : 512;
      return fc.oneof(
        fc.constantFrom(1, 2, 4, 8, 16, 32, 64).map((value) => Math.max(minimum, value)),
        fc.integer({ min: minimum, max: Math.min(maximum, most) }),
      );
    }
    case 'number':
      return fc.double({ min: minimum, max: Math.min(maximum, 1e4), noNaN: true });
    case 'text':
      return name === 'workload.recompute'
        ? fc.constantFrom('none', 'full', 'moe_act,layernorm')
        : fc.constant('x');
  }
}

/** Files of loads and traces are not numbers. */
const settable = fields.filter(({ kind, name }) => kind !== 'text' || name === 'workload.recompute');
const overrides = fc
  .uniqueArray(fc.constantFrom(...settable), { maxLength: 8, selector: ({ name }) => name })
  .chain((chosen) =>
    fc.tuple(...chosen.map((one) => valuesOf(one).map((value) => [one.name, value] as const))),
  )
  .map((entries): Values => Object.fromEntries(entries));

/** Paths of the numbers in a result that are not finite, or negative where nothing can be. */
function impossible(node: unknown, path: string): string[] {
  if (typeof node === 'number') {
    const mayBeNegative = /interval|milliseconds$/.test(path);
    return Number.isFinite(node) && (node >= 0 || mayBeNegative) ? [] : [`${path} = ${node}`];
  }
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([key, value]) => impossible(value, `${path}.${key}`));
}

it('a scenario is refused with a sentence, or every figure of it is finite and not negative', () => {
  fc.assert(
    fc.property(overrides, (values) => {
      const { scenario, refusals } = resolveScenario({ framework: 'huggingface', facts, overrides: values });
      if (scenario === null) {
        expect(refusals.length).toBeGreaterThan(0);
        for (const { message } of refusals) expect(message).toMatch(/\w.*\.$/);
        return;
      }
      const { scenario: _, ...result } = simulate(scenario);
      expect(impossible(result, 'result')).toEqual([]);
      expect(result.step.seconds).toBeGreaterThan(0);
    }),
    { numRuns: 150, seed: 20260101 },
  );
});

it('what is set is what is simulated', () => {
  fc.assert(
    fc.property(overrides, (values) => {
      const { scenario } = resolveScenario({ framework: 'huggingface', facts, overrides: values });
      if (scenario === null) return;
      for (const [name, value] of Object.entries(values)) {
        if (name === 'workload.recompute') continue;
        const simulated = name
          .split('.')
          .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], scenario);
        expect(simulated, name).toEqual(value);
      }
    }),
    { numRuns: 150, seed: 20260101 },
  );
});
