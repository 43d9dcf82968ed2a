import { describe, expect, it } from 'vitest';
import type { Scenario, WorkloadScenario } from '../../../src/scenario/scenario';
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
    const { weights, gradients, optimizer } = stateBytes(workload(sharding), 8);
    return weights + gradients + optimizer;
  };
  it('18, 6 + 12/N, 2 + 16/N, 18/N', () => {
    expect(total('none')).toBe(18);
    expect(total('optimizer')).toBe(6 + 12 / 8);
    expect(total('gradients')).toBe(2 + 16 / 8);
    expect(total('parameters')).toBe(18 / 8);
  });
  it('none of what the host holds, of gradients and weights only where they are sharded', () => {
    const held = (sharding: WorkloadScenario['sharding']) => {
      const offload = { optimizerOffload: 1, gradientOffload: true, parameterOffload: true };
      const { weights, gradients, optimizer } = stateBytes(mixtral({ sharding, ...offload }).workload, 8);
      return [weights, gradients, optimizer];
    };
    expect(held('parameters')).toEqual([0, 0, 0]);
    expect(held('gradients')).toEqual([2, 0, 0]);
    expect(held('optimizer')).toEqual([2, 4, 0]);
  });
  it('16/N where FP32 shards are the only weights', () => {
    const fsdp = mixtral({ sharding: 'parameters', parameterDtype: 'fp32', masterDtype: 'none' }).workload;
    const { weights, gradients, optimizer } = stateBytes(fsdp, 8);
    expect([weights, gradients, optimizer].map((bytes) => 8 * bytes)).toEqual([4, 4, 8]);
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
    const rank = peak(simulate(serve({ engine: 'vllm', memoryFraction: 0.9 })).memory);
    expect(rank.runtime / rank.capacity).toBeCloseTo(0.1, 9);
  });
});

describe('the largest that fits', () => {
  const serve = (change: Partial<WorkloadScenario>): Scenario =>
    scenarioOf(
      deepseekV3,
      'h200-sxm',
      { ...layoutOf({ gpus: 8, tp: 8 }), etp: 8 },
      {
        mode: 'decode',
        concurrency: 64,
        contextLength: 4096,
        tokensPerRank: 8,
        ...change,
      },
    );
  const servesAll = (scenario: Scenario): boolean => {
    const { fits, kvSequences } = simulate(scenario).memory;
    return fits && kvSequences!.held === kvSequences!.wanted;
  };

  it('is said where it is known, and where nothing is small enough', () => {
    expect(simulate(mixtral({ recompute: 'full' })).memory.notes[0]).toMatch(
      /^The largest that fits, each with all else as it is: microbatch \d+ sequences?, sequence [\d,]+ tokens\.$/,
    );
    const tooLarge = scenarioOf(
      deepseekV3,
      'h100-sxm',
      { ...layoutOf({ gpus: 8, tp: 8 }), etp: 8 },
      { mode: 'decode' },
    );
    expect(simulate(tooLarge).memory.notes[0]).toBe(
      'With all else as it is, no context and no concurrency fits, however small.',
    );
  });
  it('training: the sequence and the microbatch fit, and nothing larger does', () => {
    const { sequenceLength, microBatchSize } = simulate(mixtral({ recompute: 'full' })).memory.largest;
    const fits = (change: Partial<WorkloadScenario>) =>
      simulate(mixtral({ recompute: 'full', ...change })).memory.fits;
    expect(fits({ sequenceLength: sequenceLength! })).toBe(true);
    expect(fits({ sequenceLength: sequenceLength! + 2 })).toBe(false);
    expect(fits({ microBatchSize: microBatchSize! })).toBe(true);
    expect(32 % microBatchSize!).toBe(0);
    expect(microBatchSize! === 32 || !fits({ microBatchSize: 2 * microBatchSize! })).toBe(true);
  });
  it.each(['vllm', 'sglang', 'tensorrt-llm'] as const)('%s: the context and the concurrency', (engine) => {
    const given = { engine, memoryFraction: 0.9 };
    const { contextLength, concurrency } = simulate(serve(given)).memory.largest;
    expect(servesAll(serve({ ...given, contextLength: contextLength! }))).toBe(true);
    expect(servesAll(serve({ ...given, contextLength: contextLength! + 1 }))).toBe(false);
    const crowd = (count: number) => serve({ ...given, concurrency: count, tokensPerRank: count / 8 });
    expect(servesAll(crowd(concurrency!))).toBe(true);
    expect(servesAll(crowd(concurrency! + 1))).toBe(false);
  });
  it('is nothing where the weights alone do not fit', () => {
    const { largest } = simulate({ ...serve({}), cluster: { ...serve({}).cluster, memoryGiB: 40 } }).memory;
    expect(largest).toEqual({ contextLength: null, concurrency: null });
  });
  it('an FP8 cache holds twice the context in the same bytes', () => {
    const context = (kvCacheDtype: 'bf16' | 'fp8') =>
      simulate(serve({ kvCacheDtype })).memory.largest.contextLength!;
    expect(context('fp8') / context('bf16')).toBeCloseTo(2, 3);
  });
});

describe('recomputation of some layers', () => {
  const activations = (change: Partial<WorkloadScenario>) =>
    peak(simulate(mixtral(change)).memory).activations;
  it('block of no chunk is like none, of every layer like full', () => {
    const [none, full] = [activations({}), activations({ recompute: 'full' })];
    const block = (recomputeLayers: number) =>
      activations({ recompute: 'full', recomputeMethod: 'block', recomputeLayers });
    expect(block(1)).toBeCloseTo(full, 0);
    expect(none).toBeGreaterThan(full);
    const layout = layoutOf({ gpus: 128, tp: 2, ep: 8, pp: 8 });
    const deep = (workload: Partial<WorkloadScenario>) =>
      peak(simulate(scenarioOf(mixtral8x22b, 'h100-sxm', layout, workload)).memory).activations;
    const half = deep({ recompute: 'full', recomputeMethod: 'block', recomputeLayers: 3 });
    expect(half).toBeGreaterThan(deep({ recompute: 'full' }));
    expect(half).toBeLessThan(deep({}));
  });
  it('of groups keeps fewer inputs and more of the running group', () => {
    const workload = (recomputeLayers: number) => ({ recompute: 'full', recomputeLayers }) as const;
    expect(activations(workload(4))).toBeGreaterThan(activations(workload(1)));
  });
});
