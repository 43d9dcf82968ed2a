import { describe, expect, it } from 'vitest';
import type { Scenario, WorkloadScenario } from '../../../src/scenario/scenario';
import { candidates } from '../../../src/sim/memory/rank-memory';
import { microbatchesInFlight } from '../../../src/sim/memory/schedule';
import type { RankMemory } from '../../../src/sim/result';
import { simulate } from '../../../src/sim/simulate';
import { deepseekV3, mixtral8x22b } from '../../accuracy/models';
import { layoutOf, type Mapping, scenarioOf } from '../../accuracy/scenarios';

const fullest = (scenario: Scenario): RankMemory => {
  const { perRank, fullestRank } = simulate(scenario).memory;
  return perRank[fullestRank]!;
};

/** Mixtral-8x22B, its sizes from the published config, and its published parameters. */
const [h, layers, heads, kvHeads, headDim, vocabulary] = [6144, 56, 48, 8, 128, 32_000];
const [experts, topK, width] = [8, 2, 16_384];
const ALL = 140_620_634_112;
const TOKENS = 4096;

const train = (workload: Partial<WorkloadScenario> = {}, mapping: Mapping = { gpus: 1 }): Scenario =>
  scenarioOf(mixtral8x22b, 'h100-sxm', layoutOf(mapping), { sharding: 'none', ...workload });

/** Bytes that one layer saves for its backward pass, and its logits, worked out by hand. */
function savedBy(tp: number, isSequenceParallel: boolean) {
  const own = isSequenceParallel ? TOKENS / tp : TOKENS;
  const rows = (TOKENS / tp) * topK;
  const norms = 2 * (2 * own * h + 2 * own * h);
  const attention = (2 * TOKENS * (heads + 2 * kvHeads) * headDim + 2 * TOKENS * heads * headDim) / tp;
  const statistics = (4 * TOKENS * heads) / tp;
  const activation = 2 * rows * width;
  const moe = 10 * own * experts + 2 * rows * h + 2 * 2 * rows * width + activation + 2 * own * topK * h;
  const layer = norms + attention + statistics + moe;
  return { layer, activation, input: 2 * own * h, logits: (6 * TOKENS * vocabulary) / tp };
}

describe('activations of Mixtral-8x22B', () => {
  const { layer, activation, input, logits } = savedBy(1, false);

  it('are those of all layers, half a layer that runs, and the logits with their softmax', () => {
    expect(fullest(train()).activations).toBeCloseTo((layers + 0.5) * layer + logits, 0);
  });
  it('are the input of each layer where all is recomputed, and one layer made again beside half of one', () => {
    const { activations } = fullest(train({ recompute: 'full' }));
    expect(activations).toBeCloseTo(layers * input + (layer - input) + 0.5 * layer + logits, 0);
  });
  it('are a group made again where groups are recomputed', () => {
    const { activations } = fullest(train({ recompute: 'full', recomputeLayers: 4 }));
    expect(activations).toBeCloseTo((layers / 4) * input + 4 * (layer - input) + 0.5 * layer + logits, 0);
  });
  it('lose the activation of the experts to moe_act', () => {
    const { activations } = fullest(train({ recompute: ['moe_act'] }));
    expect(activations).toBeCloseTo((layers + 0.5) * layer - (layers - 1) * activation + logits, 0);
  });
  it.each([true, false])('are split over TP outside attention with sequence parallelism: %s', (isOn) => {
    const scenario = train({}, { gpus: 2, tp: 2 });
    const saved = savedBy(2, isOn);
    const { activations } = fullest({
      ...scenario,
      layout: { ...scenario.layout, sequenceParallel: isOn },
    });
    expect(activations).toBeCloseTo((layers + 0.5) * saved.layer + saved.logits, 0);
  });
  it('are of no more microbatches than there are', () => {
    expect(microbatchesInFlight(layoutOf({ gpus: 4, pp: 4, vpp: 4 }), 0, 2)).toBe(2);
  });
});

describe('states of Mixtral-8x22B', () => {
  it('are 2, 4 and 12 bytes a parameter; what is offloaded takes no memory but its gradients', () => {
    const { weights, gradients, optimizer } = fullest(train({ optimizerOffload: 0.25 }));
    expect([weights, gradients, optimizer]).toEqual([2 * ALL, 4 * ALL, 0.75 * 12 * ALL]);
  });
  it('fully sharded are an eighth, and two layers, the tables and two gradients that are gathered', () => {
    const { weights, gradients, optimizer } = fullest(train({ sharding: 'parameters' }, { gpus: 8 }));
    const layer = 2 * h * (heads + kvHeads) * headDim + experts * 3 * h * width;
    expect(weights).toBeCloseTo((2 * ALL) / 8 + 2 * (2 * layer + 2 * vocabulary * h), 0);
    expect(gradients).toBeCloseTo((4 * ALL) / 8 + (2 + 4) * layer, 0);
    expect(optimizer).toBeCloseTo((12 * ALL) / 8, 0);
  });
});

describe('while serving', () => {
  const serve = (model: typeof mixtral8x22b, workload: Partial<WorkloadScenario> = {}): Scenario =>
    scenarioOf(model, 'h200-sxm', layoutOf({ gpus: 1 }), {
      mode: 'decode',
      concurrency: 64,
      tokensPerRank: 64,
      ...workload,
    });

  it('the linear layers of DeepSeek-V3 are FP8 in blocks, tables, routers and norms 16 bits', () => {
    const tables = 2 * 129_280 * 7168;
    const routers = 58 * 256 * (7168 + 1);
    const norms = (2 * 61 + 1) * 7168;
    const whole = tables + routers + norms;
    const linear = 671_026_419_200 - whole;
    expect(fullest(serve(deepseekV3)).weights).toBeCloseTo(linear * (1 + 4 / 128 ** 2) + 2 * whole, -3);
  });
  it('the workspace is the residual, the rows of the experts, and logits of one token a sequence', () => {
    const residual = 2 * 2 * 64 * h;
    const rows = 2 * (64 * topK) * (2 * h + 3 * width);
    expect(fullest(serve(mixtral8x22b)).activations).toBe(residual + rows + 6 * 64 * vocabulary);
  });
  it('one sequence is always served, however little the cache can hold', () => {
    const scenario = serve(mixtral8x22b);
    const { memory } = simulate({ ...scenario, cluster: { ...scenario.cluster, memoryGiB: 40 } });
    expect(memory.kvSequences).toEqual({ wanted: 64, held: 1 });
    expect(memory.fits).toBe(false);
  });
});

describe('buffers of dispatch and combine', () => {
  const spread = (communication: Partial<Scenario['communication']>): number => {
    const scenario = scenarioOf(deepseekV3, 'h800-sxm', layoutOf({ gpus: 64, ep: 64 }), {
      mode: 'decode',
      concurrency: 64 * 128,
      tokensPerRank: 128,
    });
    return fullest({ ...scenario, communication: { ...scenario.communication, ...communication } }).buffers;
  };

  it('of DeepEP low latency hold a slot for every token in every expert, sent and received, twice', () => {
    const message = 2 * 7168 + 4 * (7168 / 128);
    expect(spread({ backend: 'deepep-low-latency', dispatchDtype: 'fp8' })).toBe(4 * 256 * 128 * message);
  });
  it('are as wide as the wider of the two rows', () => {
    expect(spread({ dispatchDtype: 'fp8' })).toBe(spread({ dispatchDtype: 'bf16' }));
    expect(spread({ dispatchDtype: 'fp8', combineDtype: 'fp8' })).toBeLessThan(spread({}));
  });
});

it('the fullest rank may be the one with most experts, most rows or most buffers', () => {
  const of = (rank: number, experts: number, assignments: number, buffers: number) => ({
    rank,
    experts,
    assignments,
    buffers,
  });
  const found = candidates([of(0, 1, 1, 1), of(1, 2, 1, 1), of(2, 1, 9, 1), of(3, 1, 1, 5)]);
  expect(found.map(({ rank }) => rank)).toEqual([1, 2, 3]);
});
