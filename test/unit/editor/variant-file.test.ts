import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { variantOf } from '../../../src/apply/scenario-variant';
import { read } from '../../../src/config/read';
import { scenarioText } from '../../../src/editor/scenario-file/text';
import { nameProblem, sameChanges } from '../../../src/plan/variants';
import { asOverrides, type Change } from '../../../src/plan/whatif';
import { type Field, fields } from '../../../src/scenario/fields';
import type { Scenario } from '../../../src/scenario/scenario';
import { Engine } from '../../../src/worker/engine';
import { resolveJob, scenarioKey } from '../../../src/worker/resolve-job';

const SAMPLES = [
  'deepseek-v3/pretrain.sh',
  'deepseek-v3/serve.sh',
  'mixtral/pretrain.sh',
  'mixtral/serve.sh',
];

function engineWithSamples(): Engine {
  const engine = new Engine();
  for (const name of [...SAMPLES, 'deepseek-v3/config.json']) {
    engine.setDocument(
      `/w/${name}`,
      readFileSync(new URL(`../../../media/sample/${name}`, import.meta.url), 'utf8'),
    );
  }
  return engine;
}

const keyOf = (scenario: Scenario | null): string | null => scenario && scenarioKey(scenario);

/** Values that a field can hold, extremes and fractions among them. */
function valuesOf({
  kind,
  choices,
  words,
  minimum = 0,
  maximum = 1e9,
}: Field): fc.Arbitrary<Change['value']> {
  switch (kind) {
    case 'boolean':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...choices!);
    case 'integer':
      return fc.oneof(
        fc.integer({ min: minimum, max: Math.min(maximum, 64) }),
        fc.constantFrom(minimum, maximum),
      );
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true, noDefaultInfinity: true });
    case 'text':
      return words ? fc.subarray([...words], { minLength: 1 }).map((some) => some.join(',')) : fc.string();
  }
}

const changes = fc
  .subarray([...fields], { minLength: 1, maxLength: 4 })
  .chain((some) => fc.tuple(...some.map((one) => valuesOf(one).map((value) => ({ name: one.name, value })))));
const names = fc
  .oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('32', 'true', 'null', '- EP', 'a: b #c', '~', '"'))
  .filter((name) => nameProblem(name, []) === null);

describe('a variant as a scenario file', () => {
  test.each(SAMPLES)('is read back as it is: %s', (sample) => {
    const engine = engineWithSamples();
    const file = `/w/${sample}`;
    const [base] = engine.analyse(file, {}, []).jobs;
    const scenarioFile = file.replace(/\.sh$/, '-variant.moe.yaml');
    fc.assert(
      fc.property(names, changes, (name, changed) => {
        const { text } = scenarioText(sample.split('/')[1]!, base!, { name, changes: changed });
        const document = read({ file: scenarioFile, text });
        const found = variantOf(document!);
        expect(found?.name).toBe(name.trim());
        expect(sameChanges(found!.changes, changed)).toBe(true);
        engine.setDocument(scenarioFile, text);
        const [job] = engine.analyse(scenarioFile, {}, []).jobs;
        const variant = resolveJob(base!.job, [], { settings: {}, overrides: asOverrides(changed) });
        expect(keyOf(job!.scenario)).toBe(keyOf(variant.scenario));
      }),
    );
  });
});
