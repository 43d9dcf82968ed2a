import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FrameworkId } from '../../../../src/config/fact';
import { evaluator, figuresOfScenario } from '../../../../src/plan/search/evaluate';
import { type Figures, figuresOf, freeBytes } from '../../../../src/plan/search/figures';
import { freeingChanges } from '../../../../src/plan/search/freeing';
import { betterBy, NO_LIMITS, type Objective } from '../../../../src/plan/search/objective';
import { type PlannedJob, type PlanRequest, planInSteps, spacesOf } from '../../../../src/plan/search/plan';
import { type Configuration, isPruned, membersOf } from '../../../../src/plan/search/space';
import type { Scenario } from '../../../../src/scenario/scenario';
import { runToEnd, simulate } from '../../../../src/sim/simulate';
import { fact, smallModel } from '../../facts';
import { jobOf, presetJob } from './jobs';

const REQUEST: PlanRequest = { gpus: [], objective: 'step', limits: NO_LIMITS, top: 8 };

const plan = (job: PlannedJob, more: Partial<PlanRequest> = {}) => {
  const steps = planInSteps(job, { ...REQUEST, ...more });
  let next = steps.next();
  while (!next.done) next = steps.next();
  return next.value;
};

function configurations(job: PlannedJob, gpus: readonly number[]): Configuration[] {
  return spacesOf(job, gpus).flatMap((space) =>
    [...space].flat().flatMap((one) => (isPruned(one) ? [] : [...membersOf(one)])),
  );
}

const deepseek = (gpus: number, more = {}) =>
  presetJob('megatron-lm', 'deepseek-ai/DeepSeek-V3', {
    'cluster.accelerator': 'h100-sxm',
    'workload.globalBatchSize': 512,
    'workload.sharding': 'optimizer',
    'layout.worldSize': gpus,
    ...more,
  });

const serving = (framework: FrameworkId) =>
  presetJob(framework, 'deepseek-ai/DeepSeek-V2-Lite', {
    'cluster.accelerator': 'h200-sxm',
    'layout.tp': 8,
    ...(framework === 'vllm' ? { 'layout.dp': 1 } : {}),
    'workload.concurrency': 256,
  });

/** Concurrency means nothing in training, and follows from the layout there. */
const trained = (scenario: Scenario): Scenario => ({
  ...scenario,
  workload: { ...scenario.workload, concurrency: 0 },
});

/** Every so many, so that about `count` are left. */
const some = <T>(all: readonly T[], count: number): T[] =>
  all.filter((_, at) => at % Math.max(1, Math.floor(all.length / count)) === 0);

describe('a configuration is what a what-if makes of its changes, and has the figures of simulate', () => {
  const jobs: readonly (readonly [string, PlannedJob, number])[] = [
    ['DeepSeek-V3 on 256 H100', deepseek(256), 256],
    [
      'with overlap, FSDP and block recomputation',
      deepseek(64, {
        'workload.sharding': 'parameters',
        'workload.overlap': 'expert-parallel',
        'workload.recompute': 'full',
        'workload.recomputeMethod': 'block',
      }),
      64,
    ],
    ['with a capacity factor', deepseek(64, { 'routing.capacityFactor': 1 }), 64],
    [
      'on NVL72, ranks in another order',
      deepseek(72, {
        'cluster.accelerator': 'gb200-nvl72',
        'layout.order': 'tp-cp-ep-pp-dp',
        'workload.globalBatchSize': 576,
      }),
      72,
    ],
    [
      'Mixtral in torchtitan',
      presetJob('torchtitan', 'mistralai/Mixtral-8x7B-v0.1', {
        'layout.worldSize': 32,
        'workload.globalBatchSize': 96,
        'workload.microBatchSize': 3,
      }),
      32,
    ],
    [
      'Qwen3 in DeepSpeed',
      presetJob('deepspeed', 'Qwen/Qwen3-30B-A3B', {
        'layout.worldSize': 24,
        'workload.globalBatchSize': 48,
      }),
      24,
    ],
  ];
  for (const [name, job, gpus] of jobs) {
    test(name, () => {
      const figures = evaluator(job.base);
      const tried = some(configurations(job, [gpus]), 12);
      expect(tried.length).toBeGreaterThan(5);
      for (const { scenario, changes } of tried) {
        const resolved = job.resolve(changes());
        expect(resolved.refusals).toEqual([]);
        expect(trained(resolved.scenario!)).toEqual(trained(scenario));
        expect(figuresOfScenario(scenario, figures)).toEqual(figuresOf(simulate(resolved.scenario!)));
      }
    });
  }
  for (const framework of ['vllm', 'sglang', 'huggingface'] as const) {
    test(`DeepSeek-V2-Lite served by ${framework}`, () => {
      const job = serving(framework);
      const figures = evaluator(job.base);
      const tried = some(configurations(job, [16]), 10);
      expect(tried.length).toBeGreaterThan(5);
      for (const { scenario } of tried) {
        expect(figuresOfScenario(scenario, figures)).toEqual(figuresOf(simulate(scenario)));
      }
    });
  }
});

describe('the search finds what trying everything finds', () => {
  const OBJECTIVE: readonly Objective[] = ['step', 'tokens', 'memory'];
  const space = fc.record({
    gpus: fc.constantFrom(2, 3, 4),
    experts: fc.constantFrom(4, 6, 8),
    layers: fc.constantFrom(2, 3, 4),
    heads: fc.constantFrom(6, 8),
    batch: fc.constantFrom(12, 24),
    memoryGiB: fc.constantFrom(5.5, 6, 8),
    marginGiB: fc.constantFrom(0, 0.2),
    objective: fc.constantFrom(...OBJECTIVE),
  });

  test('on 50 random small spaces, best, Pareto front and counts', () => {
    fc.assert(
      fc.property(space, ({ gpus, experts, layers, heads, batch, memoryGiB, marginGiB, objective }) => {
        const facts = [
          fact('model.layers', layers),
          fact('model.attentionHeads', heads),
          fact('model.routedExperts', experts),
          ...smallModel,
        ];
        const job = jobOf('megatron-lm', facts, {
          'layout.worldSize': gpus,
          'workload.globalBatchSize': batch,
          'cluster.memoryGiB': memoryGiB,
        });
        const limits = { ...NO_LIMITS, memoryMarginGiB: marginGiB };
        const found = plan(job, { objective, limits });
        const all = configurations(job, [gpus]);
        const kept = all.flatMap(({ scenario }): Figures[] => {
          const figures = figuresOf(simulate(scenario));
          return freeBytes(figures) >= marginGiB * 2 ** 30 ? [figures] : [];
        });
        expect(found.legal).toBe(all.length);
        expect(found.fitting).toBe(kept.length);
        const out = found.rejected.reduce((sum, { count }) => sum + count, 0);
        expect(out + found.fitting).toBe(found.searched);
        const best = [...kept].sort(betterBy(objective)).slice(0, REQUEST.top);
        expect(found.best.map(({ figures }) => figures)).toEqual(best);
        const exceeds = (a: Figures, b: Figures): boolean =>
          a.tokensPerSecondPerGpu >= b.tokensPerSecondPerGpu &&
          freeBytes(a) >= freeBytes(b) &&
          (a.tokensPerSecondPerGpu > b.tokensPerSecondPerGpu || freeBytes(a) > freeBytes(b));
        const front = kept.filter((one) => !kept.some((other) => exceeds(other, one)));
        const pointOf = (figures: Figures): string =>
          `${figures.tokensPerSecondPerGpu} ${freeBytes(figures)}`;
        expect(new Set(found.pareto.map(({ figures }) => pointOf(figures)))).toEqual(
          new Set(front.map(pointOf)),
        );
      }),
      { numRuns: 50, seed: 7 },
    );
  }, 240_000);
});

describe('what is left out is said by family', () => {
  test('with sizes that the model or the node do not allow', () => {
    const { rejected, searched, fitting } = plan(deepseek(48, { 'workload.globalBatchSize': 480 }));
    const reasons = rejected.map(({ reason }) => reason);
    expect(reasons).toContain('TP 16: more than the 8 GPUs of one node');
    expect(reasons).toContain('EP 24: does not divide 256 experts');
    expect(reasons).toContain('TP 3: does not divide 128 attention heads');
    expect(rejected.reduce((sum, { count }) => sum + count, 0) + fitting).toBe(searched);
  });

  test('with the interleaved schedule where PP does not divide the microbatches', () => {
    const { best } = plan(deepseek(64, { 'workload.globalBatchSize': 192 }), {
      limits: { ...NO_LIMITS, memoryMarginGiB: -1e6 },
    });
    for (const { scenario } of best) {
      const { dp, pp, vpp } = scenario.layout;
      expect(vpp === 1 || (192 / dp / scenario.workload.microBatchSize) % pp === 0).toBe(true);
    }
  });
});

describe('where nothing keeps to the limits', () => {
  test('the smallest change of each field that frees it is found by the same search', () => {
    const job = deepseek(16);
    expect(plan(job).fitting).toBe(0);
    const freeing = runToEnd(freeingChanges(job, REQUEST));
    const gpus = freeing.find(({ change }) => change?.name === 'layout.worldSize');
    expect(gpus).toBeDefined();
    expect(plan(job, { gpus: [Number(gpus!.value)] }).fitting).toBeGreaterThan(0);
    expect(plan(job, { gpus: [Number(gpus!.value) / 2] }).fitting).toBe(0);
  });
});
