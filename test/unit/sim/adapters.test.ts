import { describe, expect, it } from 'vitest';
import type { Scenario, WorkloadScenario } from '../../../src/scenario/scenario';
import { trainedFlopsPerToken, trainingFlopsPerToken } from '../../../src/sim/compute/flops';
import type { RankMemory } from '../../../src/sim/result';
import { simulate } from '../../../src/sim/simulate';
import { deepseekV3, mixtral8x22b } from '../../accuracy/models';
import { layoutOf, type Mapping, scenarioOf } from '../../accuracy/scenarios';

/** Mixtral-8x22B, its sizes from the published config, and its published parameters. */
const [h, layers, heads, kvHeads, headDim, experts, width] = [6144, 56, 48, 8, 128, 8, 16_384];
const ALL = 140_620_634_112;

const train = (workload: Partial<WorkloadScenario> = {}, mapping: Mapping = { gpus: 1 }): Scenario =>
  scenarioOf(mixtral8x22b, 'h100-sxm', layoutOf(mapping), { sharding: 'none', ...workload });

const fullest = (scenario: Scenario): RankMemory => {
  const { perRank, fullestRank } = simulate(scenario).memory;
  return perRank[fullestRank]!;
};

/** Elements of adapters of rank 1 in one layer. */
const attention = 2 * (h + heads * headDim) + 2 * (h + kvHeads * headDim);
const perExpert = 3 * (h + width);

describe('adapters of Mixtral-8x22B', () => {
  it('alone have gradients and states, and the weights beside them lie in their own format', () => {
    const adapters = 8 * layers * (attention + experts * perExpert);
    const { weights, gradients, optimizer } = fullest(train({ adapterRank: 8, frozenDtype: 'nf4' }));
    expect(weights).toBeCloseTo((4.127 / 8) * ALL + 2 * adapters, 0);
    expect(gradients).toBeCloseTo(4 * adapters, 0);
    expect(optimizer).toBeCloseTo(12 * adapters, 0);
  });
  it('stand beside the layers that are targeted alone', () => {
    const { gradients } = fullest(train({ adapterRank: 8, adapterTargets: ['attention'] }));
    expect(gradients).toBeCloseTo(4 * 8 * layers * attention, 0);
  });
  it('are split where their layer is: half of the wide side over TP 2, experts over EP', () => {
    const { gradients } = fullest(
      train({ adapterRank: 1, adapterTargets: ['attention', 'experts'] }, { gpus: 2, tp: 2, ep: 2 }),
    );
    const columns = 3 * h + ((heads + 2 * kvHeads) * headDim) / 2;
    const rows = (heads * headDim) / 2 + h;
    expect(gradients).toBeCloseTo(4 * layers * (columns + rows + (experts / 2) * perExpert), 0);
  });
  it('leave frozen weights whole, unless parameters are sharded', () => {
    const shared = fullest(train({ adapterRank: 8, sharding: 'optimizer' }, { gpus: 8 }));
    expect(shared.weights).toBeGreaterThan(2 * ALL);
    const layer = 2 * h * (heads + kvHeads) * headDim + experts * 3 * h * width;
    const gathered = 2 * (2 * layer + 2 * 32_000 * h);
    const { weights, gradients } = fullest(train({ adapterRank: 8, sharding: 'parameters' }, { gpus: 8 }));
    const adapters = 8 * layers * (attention + experts * perExpert);
    expect(weights).toBeCloseTo((2 * ALL + 2 * adapters) / 8 + gathered, 0);
    expect(gradients).toBeCloseTo((4 * adapters) / 8, 0);
  });
});

describe('a step that trains adapters', () => {
  it('has no gradient of frozen weights: two thirds of their FLOP, and those of the adapters', () => {
    const whole = scenarioOf(deepseekV3, 'h100-sxm', layoutOf({ gpus: 8, ep: 8 }), {});
    expect(trainedFlopsPerToken(whole)).toBe(trainingFlopsPerToken(deepseekV3, 4096));
    const adapted = { ...whole, workload: { ...whole.workload, adapterRank: 16 } };
    const share = trainedFlopsPerToken(adapted) / trainedFlopsPerToken(whole);
    expect(share).toBeGreaterThan(2 / 3);
    expect(share).toBeLessThan(0.75);
  });
  it('takes less time, mostly in linear layers, and reduces next to nothing', () => {
    const whole = simulate(train({}, { gpus: 64, ep: 8 })).step;
    const adapted = simulate(train({ adapterRank: 8 }, { gpus: 64, ep: 8 })).step;
    const part = (step: typeof whole, name: string) => step.parts.find((one) => one.name === name)!.seconds;
    expect(adapted.seconds).toBeLessThan(0.8 * whole.seconds);
    expect(part(adapted, 'experts') / part(whole, 'experts')).toBeCloseTo(2 / 3, 1);
    expect(part(adapted, 'sync')).toBeLessThan(0.05 * part(whole, 'sync'));
  });
});
