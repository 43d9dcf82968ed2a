import { describe, expect, it } from 'vitest';
import type { Scenario, WorkloadScenario } from '../../../src/scenario/scenario';
import { defaultRecipe } from '../../../src/sim/compute/recipe';
import { memory } from '../../../src/sim/memory/memory';
import { microbatchesInFlight } from '../../../src/sim/memory/schedule';
import { stateBytes } from '../../../src/sim/memory/states';
import type { MemoryResult } from '../../../src/sim/result';
import { simulate } from '../../../src/sim/simulate';
import { deepseekV3, gptOss20b, mixtral8x22b } from '../../accuracy/models';
import { layoutOf, scenarioOf } from '../../accuracy/scenarios';

const mixtral = (workload: Partial<WorkloadScenario> = {}): Scenario =>
  scenarioOf(mixtral8x22b, 'h100-sxm', layoutOf({ gpus: 128, tp: 2, ep: 8, pp: 8, vpp: 7 }), workload);

const peak = (result: MemoryResult) => result.perRank[result.fullestRank]!;
const GIB = 2 ** 30;

describe('bytes per parameter', () => {
  const workload = (sharding: WorkloadScenario['sharding']) => mixtral({ sharding }).workload;
  const total = (sharding: WorkloadScenario['sharding']): number => {
    const { weights, gradients, optimizer } = stateBytes(workload(sharding), defaultRecipe, 8);
    return weights + gradients + optimizer;
  };
  it('18, 6 + 12/N, 2 + 16/N, 18/N', () => {
    expect(total('none')).toBe(18);
    expect(total('optimizer')).toBe(6 + 12 / 8);
    expect(total('gradients')).toBe(2 + 16 / 8);
    expect(total('parameters')).toBe(18 / 8);
  });
});

describe('microbatches in flight', () => {
  it('1F1B: fewer on later stages, no more than there are', () => {
    const layout = layoutOf({ gpus: 4, pp: 4 });
    expect([0, 1, 2, 3].map((stage) => microbatchesInFlight(layout, stage, 8))).toEqual([4, 3, 2, 1]);
    expect(microbatchesInFlight(layout, 0, 2)).toBe(2);
  });
  it('interleaved: 19 chunks of a quarter at PP 4, VPP 4', () => {
    const layout = layoutOf({ gpus: 4, pp: 4, vpp: 4 });
    expect(microbatchesInFlight(layout, 0, 32)).toBe(19 / 4);
  });
});

describe('training memory', () => {
  const result = simulate(mixtral()).memory;
  it('of balanced ranks is equal, and its parts sum to the total', () => {
    for (const rank of result.perRank) {
      const { weights, gradients, optimizer, activations, kvCache, buffers, runtime, total } = rank;
      expect(weights + gradients + optimizer + activations + kvCache + buffers + runtime).toBe(total);
      expect(total / peak(result).total).toBeCloseTo(1, 6);
    }
    expect(result.fits).toBe(true);
    expect(result.stage).toBe(0);
  });
  it('falls with recomputation and sharding', () => {
    const full = simulate(mixtral({ recompute: 'full' })).memory;
    expect(peak(full).activations).toBeLessThan(0.1 * peak(result).activations);
    const plain = simulate(mixtral({ sharding: 'none' })).memory;
    expect(peak(plain).optimizer).toBeGreaterThan(1.9 * peak(result).optimizer);
  });
  it('grows on the rank that skew favours', () => {
    const job = mixtral();
    const routing = { ...job.routing, distribution: 'lognormal', sigma: 1, seed: 3 } as const;
    const skewed = simulate({ ...job, routing });
    expect(skewed.memory.fullestRank).toBe(skewed.traffic.load.fullestRank);
    expect(peak(skewed.memory).activations).toBeGreaterThan(peak(result).activations);
    expect(skewed.memory.notes.at(-1)).toMatch(/times the mean load/);
  });
  it('keeps all stages in view: the reported one needs most', () => {
    const { placement, traffic } = simulate(mixtral());
    const again = memory(mixtral({ recompute: 'full' }), placement, traffic);
    expect(again.layersInStage).toBe(7);
  });
});

describe('serving memory', () => {
  const serve = (change: Partial<WorkloadScenario> = {}, model = deepseekV3): Scenario => ({
    ...scenarioOf(
      model,
      'h200-sxm',
      { ...layoutOf({ gpus: 8, tp: 8 }), etp: 8 },
      {
        mode: 'decode',
        concurrency: 64,
        contextLength: 4096,
        tokensPerRank: 8,
        ...change,
      },
    ),
  });
  it('DeepSeek-V3 in FP8 over 8 GPUs: an eighth of 671 GB and the replicated part', () => {
    const rank = peak(simulate(serve()).memory);
    expect(rank.weights / 1e9).toBeGreaterThan(671 / 8);
    expect(rank.weights / 1e9).toBeLessThan(671 / 8 + 3);
    expect(rank.kvCache).toBeCloseTo(64 * 4096 * 70_272, 0);
    expect(rank.gradients + rank.optimizer).toBe(0);
  });
  it('gpt-oss-20b in MXFP4 is about 13 GiB on one GPU', () => {
    const scenario = scenarioOf(gptOss20b, 'h100-sxm', layoutOf({ gpus: 1 }), {
      mode: 'decode',
      concurrency: 1,
      tokensPerRank: 1,
    });
    expect(peak(simulate(scenario).memory).weights / GIB).toBeCloseTo(12.8, 0);
  });
  it('vLLM leaves a tenth alone', () => {
    const rank = peak(simulate(serve({ engine: 'vllm' })).memory);
    expect(rank.runtime / rank.capacity).toBeCloseTo(0.1, 9);
  });
});
