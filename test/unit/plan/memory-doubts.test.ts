import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../src/config/fact';
import type { JobGrounds } from '../../../src/plan/memory-doubts';
import { resultWords } from '../../../src/plan/verdict';
import { openSizes } from '../../../src/scenario/open-sizes';
import { RefusedScenario } from '../../../src/scenario/refusals/refusal';
import { resolveScenario } from '../../../src/scenario/resolve';
import type { Values } from '../../../src/scenario/values';
import { simulate } from '../../../src/sim/simulate';
import { smallModel } from '../facts';

/** A model whose embeddings alone are more than any GPU holds, or just more than an H100. */
const embeddings = (gib: number): Values => ({
  'model.vocabSize': Math.round((gib * 2 ** 30) / (2 * 2 * 2048)),
  'model.weightDtype': 'bf16',
});
const stated = { 'layout.ep': 8, 'layout.tp': 1, 'layout.pp': 1, 'layout.worldSize': 8 };

function words(overrides: Values, grounds?: JobGrounds, facts: readonly Fact[] = smallModel) {
  const { scenario, provenance, refusals } = resolveScenario({ framework: null, facts, overrides });
  if (!scenario) throw new RefusedScenario(refusals);
  return resultWords(simulate(scenario), provenance, openSizes(facts, provenance), grounds);
}

describe('a job that needs more memory than there is', () => {
  test('does not fit the GPU that is stated', () => {
    const said = words({ ...stated, ...embeddings(200), 'cluster.accelerator': 'h100-sxm' });
    expect(said.sentence).toMatch(/^It does not fit: /);
    expect(said.isShortageOpen).toBe(false);
  });

  test('may fit another GPU than the one that is assumed', () => {
    const said = words({ ...stated, ...embeddings(200) });
    expect(said.sentence).toMatch(
      /^Whether it fits is not known: with the accelerator \(H100\) assumed, it is [\d.]+ GiB too much on rank \d+, mostly weights/,
    );
    expect(said.isShortageOpen).toBe(true);
  });

  test('fits no GPU that is known', () => {
    expect(words({ ...stated, ...embeddings(1000) }).sentence).toMatch(/^It does not fit: /);
  });

  test('may fit in another layout than the assumed one', () => {
    const said = words({ ...embeddings(1000), 'cluster.accelerator': 'h100-sxm' });
    expect(said.sentence).toMatch(/^Whether it fits is not known: with the layout assumed, it is /);
  });

  test('may fit with less of what its batch, which is assumed, needs', () => {
    const train = { ...stated, 'cluster.accelerator': 'h100-sxm', 'workload.mode': 'train' };
    const recipe = {
      'workload.sharding': 'none',
      'workload.optimizer': 'adam',
      'workload.masterDtype': 'fp32',
      'workload.gradientDtype': 'fp32',
      'workload.recompute': 'none',
      'workload.microBatchSize': 256,
    };
    const open = words({ ...train, ...recipe });
    expect(open.sentence).toMatch(/with sequence length \(4096\) assumed, it is /);
    const said = words({ ...train, ...recipe, 'workload.sequenceLength': 4096 });
    expect(said.sentence).toMatch(/^It does not fit: .* mostly activations/);
    // A framework's default says nothing where another file has the rest of the options.
    const { 'workload.recompute': _, ...left } = recipe;
    const partial = { isPartial: true, uncounted: [] };
    expect(words({ ...train, ...left, 'workload.sequenceLength': 4096 }).isShortageOpen).toBe(false);
    expect(words({ ...train, ...left, 'workload.sequenceLength': 4096 }, partial).sentence).toMatch(
      /with recompute \(none\) assumed/,
    );
  });

  test('may fit by options that are not counted', () => {
    const job = { ...stated, ...embeddings(1000), 'cluster.accelerator': 'h100-sxm' };
    const uncounted = ['offloading (--cpu-offload-gb)'];
    expect(words(job, { isPartial: false, uncounted }).sentence).toMatch(
      /with offloading \(--cpu-offload-gb\) not counted, it is /,
    );
  });

  test('nothing is open of one that fits', () => {
    expect(words(stated)).toMatchObject({
      isShortageOpen: false,
      sentence: expect.stringMatching(/^It fits/),
    });
  });
});
