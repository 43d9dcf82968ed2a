import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { variantOf } from '../../../src/apply/scenario-variant';
import { writtenSlots } from '../../../src/config/artefacts/written-placement';
import { read } from '../../../src/config/read';
import { scenarioText } from '../../../src/editor/scenario-file/text';
import { readKept, writeKept } from '../../../src/editor/variants/kept';
import { nameProblem, sameChanges } from '../../../src/plan/variants';
import { asOverrides, type Change } from '../../../src/plan/whatif';
import { fields } from '../../../src/scenario/fields';
import type { Field } from '../../../src/scenario/fields/field';
import type { Scenario } from '../../../src/scenario/scenario';
import { runToEnd } from '../../../src/sim/simulate';
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

/** Slots of one layer for all, each of 8 experts at least once, on 8 ranks. */
const tables = fc
  .tuple(fc.integer({ min: 0, max: 2 }), fc.infiniteStream(fc.integer({ min: 0, max: 7 })))
  .map(([more, drawn]) => [0, 1, 2, 3, 4, 5, 6, 7, ...[...drawn.take(8 * more)]])
  .chain((row) => fc.shuffledSubarray(row, { minLength: row.length }))
  .map((row) => [row]);

describe('a variant with a placement that was searched for', () => {
  const JOB = '/w/mixtral/serve.sh';
  const SCRIPT = 'vllm serve mistralai/Mixtral-8x7B-v0.1 --tensor-parallel-size 8 --enable-expert-parallel\n';

  function engineWithScript(script = SCRIPT) {
    const engine = new Engine();
    engine.setDocument(JOB, script);
    return { engine, base: engine.analyse(JOB, {}, []).jobs[0]! };
  }
  const simulated = (engine: Engine, jobId: string, changed: readonly Change[]) => {
    const request = { settings: {}, engine: 'expected', disabled: [], matrices: false } as const;
    return runToEnd(engine.simulate(engine.job(jobId), { ...request, overrides: asOverrides(changed) }));
  };

  test('is kept by a workspace, and found there by another engine', () => {
    fc.assert(
      fc.property(names, tables, (name, slots) => {
        const { engine, base } = engineWithScript();
        const changed = [...engine.found.hold(slots), { name: 'model.topK', value: 1 }];
        const stored = JSON.stringify(
          writeKept(new Map([[base.job.id, [{ name, changes: changed, slots, problem: null }]]])),
        );
        const [kept] = readKept(JSON.parse(stored)).get(base.job.id)!;
        expect(kept).toEqual({ name, changes: changed, slots, problem: null });
        const { engine: next } = engineWithScript();
        expect(simulated(next, base.job.id, kept!.changes).scenario).toBeNull();
        next.found.keep(kept!.slots!);
        // Other searches do not take its place.
        next.found.hold([[...slots[0]!].reverse()]);
        const { scenario } = simulated(next, base.job.id, kept!.changes);
        expect(scenario!.placement.slots).toEqual(slots);
        expect(keyOf(scenario)).toBe(keyOf(simulated(engine, base.job.id, changed).scenario));
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ['beside its job', '/w/mixtral', 'serve.sh'],
    ['in another folder', '/w/shared/variants', '../../mixtral/serve.sh'],
  ])('is read back from a scenario file %s', (_where, folder, job) => {
    fc.assert(
      fc.property(names, tables, (name, slots) => {
        const { engine, base } = engineWithScript();
        const held = engine.found.hold(slots);
        const changed = [
          ...held.map((change) =>
            change.name === 'placement.file' ? { ...change, value: 'found.json' } : change,
          ),
          { name: 'model.topK', value: 1 },
        ];
        const file = `${folder}/variant.moe.yaml`;
        const { text } = scenarioText(job, base, { name, changes: changed });
        engine.setDocument(file, text);
        for (const { from, path } of engine.analyse(file, {}, []).artefacts) {
          const found = `${folder}/${path}`;
          engine.artefacts.locate(from, path, found);
          const written = writtenSlots(slots);
          runToEnd(engine.artefacts.read(found, '1', { chunks: [written], size: written.length }));
        }
        const { document, jobs, findings } = engine.analyse(file, {}, []);
        expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
        const variant = variantOf(document!)!;
        expect(variant.name).toBe(name.trim());
        const searched = simulated(engine, base.job.id, [...held, { name: 'model.topK', value: 1 }]);
        for (const scenario of [
          jobs[0]!.scenario,
          simulated(engine, jobs[0]!.job.id, []).scenario,
          simulated(engine, base.job.id, variant.changes).scenario,
        ]) {
          expect(scenario!.placement.slots).toEqual(slots);
          expect(keyOf(scenario)).toBe(keyOf(searched.scenario));
        }
      }),
      { numRuns: 30 },
    );
  });

  test('says so where neither a file nor the workspace has it any more', () => {
    const { engine, base } = engineWithScript();
    const [named] = new Engine().found.hold([[0, 1, 2, 3, 4, 5, 6, 7]]);
    const { scenario, refusals } = simulated(engine, base.job.id, [named!]);
    expect(scenario).toBeNull();
    expect(refusals[0]!.message).toMatch(/searched, 8 slots, .* neither kept nor saved: search again/);
    const stored = { [JOB]: [{ name: 'a', changes: [named], slots: [[7, 6, 5, 4, 3, 2, 1, 0]] }] };
    expect(readKept(stored).get(JOB)![0]!.problem).toMatch(/search again/);
  });
});
