import { expect, test } from 'vitest';
import { bestOf, paretoFront } from '../../../../src/plan/search/best';
import { type Figures, figuresOf } from '../../../../src/plan/search/figures';
import { betterBy, memoryProblem, NO_LIMITS } from '../../../../src/plan/search/objective';
import { simulate } from '../../../../src/sim/simulate';
import { mixtral8x22b } from '../../../accuracy/models';
import { layoutOf, scenarioOf } from '../../../accuracy/scenarios';

const base = figuresOf(
  simulate(scenarioOf(mixtral8x22b, 'h100-sxm', layoutOf({ gpus: 64, ep: 8, pp: 8 }), {})),
);
const GIB = 2 ** 30;

/** A configuration by its step, its throughput and the GiB that it leaves free. */
const of = (seconds: number, tokensPerSecondPerGpu: number, freeGiB: number): Figures => ({
  ...base,
  seconds,
  tokensPerSecondPerGpu,
  peakBytes: (80 - freeGiB) * GIB,
  capacityBytes: 80 * GIB,
});

test('of equal steps the one with more tokens per GPU is better, of those the one with more free memory', () => {
  const [slow, plain, frugal, roomy] = [of(2, 90, 50), of(1, 10, 40), of(1, 20, 5), of(1, 20, 10)];
  expect([slow, plain, frugal, roomy].sort(betterBy('step'))).toEqual([roomy, frugal, plain, slow]);
  expect([slow, plain, frugal, roomy].sort(betterBy('tokens'))).toEqual([slow, roomy, frugal, plain]);
  expect([slow, plain, frugal, roomy].sort(betterBy('memory'))[0]).toBe(slow);
});

test('the best so many are kept, of equals those that came first', () => {
  const best = bestOf<{ name: string; figures: Figures }>(2, betterBy('step'));
  const add = (name: string, figures: Figures) => best.add(figures, () => ({ name, figures }));
  add('late', of(3, 1, 1));
  add('first', of(1, 1, 1));
  add('again', of(1, 1, 1));
  add('third', of(1, 1, 1));
  expect(best.kept.map(({ name }) => name)).toEqual(['first', 'again']);
  expect(best.takes(of(1, 1, 1))).toBe(false);
});

test('the front loses what something faster leaves as much memory as', () => {
  const front = paretoFront<{ figures: Figures }>();
  const add = (figures: Figures) => front.add(figures, () => ({ figures }));
  const [slow, roomy, fast] = [of(2, 10, 20), of(3, 5, 30), of(1, 15, 20)];
  for (const one of [slow, roomy, fast]) add(one);
  expect(front.kept.map(({ figures }) => figures)).toEqual([fast, roomy]);
  add(of(1, 15, 20));
  expect(front.kept).toHaveLength(2);
});

test('a cache that holds fewer sequences than are asked for keeps a configuration out', () => {
  const problem = memoryProblem(NO_LIMITS);
  const served = of(1, 1, 1);
  expect(problem({ ...served, kvSequences: { wanted: 64, held: 64 } })).toBeNull();
  expect(problem({ ...served, kvSequences: { wanted: 64, held: 63 } })).toMatch(/^KV cache: fewer sequences/);
  expect(problem({ ...served, peakBytes: 81 * GIB })).toMatch(/needs more than the 80.0 GiB of a GPU$/);
  expect(memoryProblem({ ...NO_LIMITS, memoryMarginGiB: 2 })(served)).toMatch(
    /leaves less than 2 GiB free of 80.0 GiB$/,
  );
});
