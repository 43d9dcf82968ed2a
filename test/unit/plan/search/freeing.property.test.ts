import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { figuresOf, freeBytes } from '../../../../src/plan/search/figures';
import { type Freeing, freeingChanges } from '../../../../src/plan/search/freeing';
import { type Limits, NO_LIMITS } from '../../../../src/plan/search/objective';
import { type PlannedJob, type PlanRequest, planInSteps } from '../../../../src/plan/search/plan';
import { runToEnd, simulate } from '../../../../src/sim/simulate';
import { fact, smallModel } from '../../facts';
import { jobOf, presetJob } from './jobs';

const GIB = 2 ** 30;

const plan = (job: PlannedJob, request: PlanRequest) => {
  const steps = planInSteps(job, request);
  let next = steps.next();
  while (!next.done) next = steps.next();
  return next.value;
};

/** A job and what is asked of it, with one thing changed. */
function freed(job: PlannedJob, request: PlanRequest, freeing: Freeing): readonly [PlannedJob, PlanRequest] {
  const { change, label, value } = freeing;
  if (change === null)
    return [job, { ...request, limits: { ...request.limits, ...limitOf(label, Number(value)) } }];
  if (change.name === 'layout.worldSize') return [job, { ...request, gpus: [Number(value)] }];
  const base = job.resolve([change]).scenario!;
  return [{ base, resolve: (changes) => job.resolve([change, ...changes]) }, request];
}

const limitOf = (label: string, value: number): Partial<Limits> =>
  label === 'Memory margin'
    ? { memoryMarginGiB: value }
    : label === 'TPOT limit'
      ? { tpotMilliseconds: value }
      : { ttftMilliseconds: value };

/** By the simulator itself. */
function expectKept(job: PlannedJob, request: PlanRequest): void {
  const found = plan(job, request);
  expect(found.fitting).toBeGreaterThan(0);
  const { memoryMarginGiB, tpotMilliseconds, ttftMilliseconds } = request.limits;
  for (const { scenario } of found.best) {
    const figures = figuresOf(simulate(scenario));
    expect(freeBytes(figures)).toBeGreaterThanOrEqual(memoryMarginGiB * GIB);
    expect(figures.tpotMilliseconds ?? 0).toBeLessThanOrEqual(tpotMilliseconds ?? Number.POSITIVE_INFINITY);
    expect(figures.ttftMilliseconds ?? 0).toBeLessThanOrEqual(ttftMilliseconds ?? Number.POSITIVE_INFINITY);
    const { held, wanted } = figures.kvSequences ?? { held: 0, wanted: 0 };
    expect(held).toBeGreaterThanOrEqual(wanted);
  }
}

/** A limit gives way no further than it must, by the tenths in which it is told; GPUs no further than to the next whole node. */
function expectNoLess(job: PlannedJob, request: PlanRequest, freeing: Freeing): void {
  const { change, label, value } = freeing;
  if (change === null) {
    const tighter = limitOf(label, Number(value) + (label === 'Memory margin' ? 0.1 : -0.1));
    expect(plan(job, { ...request, limits: { ...request.limits, ...tighter } }).fitting).toBe(0);
  } else if (change.name === 'layout.worldSize') {
    const { gpusPerNode } = job.base.cluster;
    const fewer = Number(value) - gpusPerNode;
    if (fewer > request.gpus[0]! && fewer <= 2 * gpusPerNode)
      expect(plan(job, { ...request, gpus: [fewer] }).fitting).toBe(0);
  }
}

/** @returns what was found, of a job that nothing fits; `null` where something does */
function freeingOf(job: PlannedJob, request: PlanRequest): readonly Freeing[] | null {
  if (plan(job, request).fitting > 0) return null;
  const all = runToEnd(freeingChanges(job, request));
  for (const freeing of all) {
    expectKept(...freed(job, request, freeing));
    expectNoLess(job, request, freeing);
  }
  return all;
}

/** Runs until so many jobs were looked at that nothing fits as they are, and that something frees. */
function checkAll<T>(
  arbitrary: fc.Arbitrary<T>,
  count: number,
  of: (value: T) => readonly Freeing[] | null,
): void {
  fc.assert(
    fc.property(arbitrary, (value) => {
      fc.pre((of(value) ?? []).length > 0);
    }),
    { numRuns: count, seed: 11, maxSkipsPerRun: 20 },
  );
}

describe('every change that is said to free a job does, and what is a little less does not', () => {
  test('on 20 random training jobs that nothing fits', () => {
    const arbitrary = fc.record({
      gpus: fc.constantFrom(1, 2, 3, 4, 7),
      experts: fc.constantFrom(4, 6, 8),
      layers: fc.constantFrom(4, 8, 12),
      batch: fc.constantFrom(12, 24, 48),
      memoryGiB: fc.constantFrom(5, 5.5, 6, 7),
      marginGiB: fc.constantFrom(0, 0.5, 1, 2),
      sharding: fc.constantFrom('none', 'optimizer'),
    });
    checkAll(arbitrary, 20, ({ gpus, experts, layers, batch, memoryGiB, marginGiB, sharding }) => {
      const facts = [fact('model.layers', layers), fact('model.routedExperts', experts), ...smallModel];
      const job = jobOf('megatron-lm', facts, {
        'layout.worldSize': 4,
        'workload.globalBatchSize': batch,
        'workload.sharding': sharding,
        ...(memoryGiB === null ? {} : { 'cluster.memoryGiB': memoryGiB }),
      });
      const limits = { ...NO_LIMITS, memoryMarginGiB: marginGiB };
      return freeingOf(job, { gpus: [gpus], objective: 'step', limits, top: 3 });
    });
  }, 240_000);

  test('on 2 random serving jobs that nothing fits', () => {
    const arbitrary = fc.record({
      framework: fc.constantFrom('vllm', 'sglang'),
      concurrency: fc.constantFrom(1000, 4096),
      tpot: fc.constantFrom(null, 8, 12),
      marginGiB: fc.constantFrom(0, 20),
    });
    checkAll(arbitrary, 2, ({ framework, concurrency, tpot, marginGiB }) => {
      const job = presetJob(framework as 'vllm', 'deepseek-ai/DeepSeek-V2-Lite', {
        'cluster.accelerator': 'h100-sxm',
        'layout.tp': 2,
        'workload.concurrency': concurrency,
      });
      const limits = { memoryMarginGiB: marginGiB, tpotMilliseconds: tpot, ttftMilliseconds: null };
      return freeingOf(job, { gpus: [2], objective: 'tokens', limits, top: 3 });
    });
  }, 240_000);
});
