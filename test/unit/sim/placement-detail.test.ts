import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPreset } from '../../../src/catalog/models';
import type { FrameworkId } from '../../../src/config/fact';
import { presetFacts } from '../../../src/config/preset';
import { resolveScenario } from '../../../src/scenario/resolve';
import type { Scenario } from '../../../src/scenario/scenario';
import type { Values } from '../../../src/scenario/values';
import type { WeightShare } from '../../../src/sim/memory/weight-spread';
import { placementDetail } from '../../../src/sim/placement/detail';
import { type GridAxis, offsetsOf } from '../../../src/sim/placement/rank-grids';
import { simulate } from '../../../src/sim/simulate';

const facts = presetFacts(findPreset('Qwen/Qwen3-30B-A3B')!);

function scenarioOf(framework: FrameworkId, overrides: Values): Scenario | null {
  return resolveScenario({ framework, facts, overrides }).scenario;
}

function detailOf(framework: FrameworkId, overrides: Values) {
  const scenario = scenarioOf(framework, overrides);
  if (!scenario) throw new Error('the scenario is refused');
  const result = simulate(scenario);
  return { result, detail: placementDetail(result) };
}

/** Groups of the axes of that name: every rank in exactly one. */
function groupsOf(axes: readonly GridAxis[], name: GridAxis['name']): number[][] {
  const members = offsetsOf(axes.filter((axis) => axis.name === name));
  return offsetsOf(axes.filter((axis) => axis.name !== name)).map((first) =>
    members.map((offset) => first + offset),
  );
}

const training: Values = {
  'layout.tp': 4,
  'layout.pp': 2,
  'layout.ep': 8,
  'layout.etp': 1,
  'layout.worldSize': 32,
};

describe('the two grids over the ranks', () => {
  const power = (most: number) => fc.integer({ min: 0, max: most }).map((exponent) => 2 ** exponent);
  const jobs = fc.record({
    framework: fc.constantFrom<FrameworkId>('megatron-lm', 'vllm', 'sglang', 'trtllm', 'torchtitan'),
    order: fc.constantFrom('tp-cp-ep-dp-pp', 'tp-cp-ep-pp-dp', 'tp-cp-dp-ep-pp', null),
    tp: power(3),
    dp: power(3),
    pp: power(2),
    ep: power(4),
    joint: fc.boolean(),
  });
  it('cover the world, each alike, and hold the simulated EP group', () => {
    let legal = 0;
    fc.assert(
      fc.property(jobs, ({ framework, order, tp, dp, pp, ep, joint }) => {
        const scenario = scenarioOf(framework, {
          'layout.tp': tp,
          'layout.pp': pp,
          'layout.dp': dp,
          ...(framework === 'vllm' || framework === 'sglang'
            ? { 'layout.expertParallelEnabled': joint, 'layout.attentionDataParallel': joint }
            : { 'layout.ep': ep }),
          ...(order && framework === 'megatron-lm' ? { 'layout.order': order } : {}),
        });
        if (!scenario) return;
        legal += 1;
        const result = simulate(scenario);
        const { grids } = placementDetail(result);
        for (const axes of [grids.dense, grids.expert]) {
          expect(axes.reduce((size, axis) => size * axis.size, 1)).toBe(scenario.layout.worldSize);
          for (const name of new Set(axes.map((axis) => axis.name))) {
            const ranks = groupsOf(axes, name)
              .flat()
              .sort((a, b) => a - b);
            expect(ranks).toEqual(Array.from({ length: scenario.layout.worldSize }, (_, rank) => rank));
          }
        }
        if (scenario.layout.ep > 1)
          expect(groupsOf(grids.expert, 'ep')).toContainEqual([...result.placement.worldRanks]);
      }),
      { numRuns: 100 },
    );
    expect(legal).toBeGreaterThan(20);
  });
  it('fold: TP 4 in attention lies over four ranks of one EP group', () => {
    const { grids } = detailOf('megatron-lm', training).detail;
    expect(groupsOf(grids.dense, 'tp')[1]).toEqual([4, 5, 6, 7]);
    expect(groupsOf(grids.expert, 'ep')[0]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(groupsOf(grids.dense, 'pp')[0]).toEqual([0, 16]);
  });
});

describe('weights on one GPU', () => {
  const sum = (share: WeightShare) =>
    share.attentionAndEmbeddings + share.otherDense + share.routedExperts + share.gathered;
  it.each([
    ['training', 'megatron-lm', training],
    ['fully sharded training', 'torchtitan', { 'layout.ep': 8, 'layout.worldSize': 16 }],
    [
      'fully sharded, by name',
      'megatron-lm',
      { ...training, 'layout.pp': 1, 'workload.sharding': 'parameters' },
    ],
    ['serving', 'vllm', { 'layout.dp': 8, 'layout.expertParallelEnabled': true, 'model.weightDtype': 'fp8' }],
    ['serving without EP', 'vllm', { 'layout.tp': 8 }],
  ] as const)('are those of the memory in %s', (_name, framework, overrides) => {
    const { result, detail } = detailOf(framework, overrides);
    const fullest = result.memory.perRank[result.memory.fullestRank]!;
    expect(sum(detail.weights.job) / fullest.weights).toBeCloseTo(1, 9);
  });
  it('are all of the model on one, and fewer with every way to split them', () => {
    const { result, detail } = detailOf('megatron-lm', training);
    const { oneGpu, expertParallel, job } = detail.weights;
    expect(sum(oneGpu)).toBe(2 * result.parameters.total);
    expect(oneGpu.routedExperts).toBe(2 * result.parameters.parts.routedExperts);
    expect(expertParallel!.routedExperts).toBe(oneGpu.routedExperts / 8);
    expect(expertParallel!.attentionAndEmbeddings).toBe(oneGpu.attentionAndEmbeddings);
    expect(sum(job)).toBeLessThan(sum(expertParallel!));
    expect(job.routedExperts / detail.weights.slotBytes).toBe(16);
  });
  it('has no step between where experts alone are spread', () => {
    const overrides = { 'layout.dp': 8, 'layout.expertParallelEnabled': true };
    expect(detailOf('vllm', overrides).detail.weights.expertParallel).toBeNull();
  });
});

describe('layers', () => {
  it('are those whose placement and loads were simulated', () => {
    const { result, detail } = detailOf('sglang', {
      'layout.tp': 8,
      'layout.ep': 8,
      'placement.strategy': 'eplb',
      'placement.redundantExperts': 16,
      'routing.distribution': 'lognormal',
      'routing.sigma': 1,
    });
    const { layer } = result.placement;
    expect(detail.layers).toBe(48);
    expect(detail.slots).toHaveLength(48);
    expect(detail.slots[layer]).toEqual(result.placement.physicalToLogical);
    const mean = result.traffic.load.perExpert.reduce((a, b) => a + b, 0) / 128;
    // The popularity that a layer is meant to have, and what the router makes of it, are within a percent.
    detail.chosen[layer]!.forEach((share, expert) => {
      const ratio = share / (8 / 128) / (result.traffic.load.perExpert[expert]! / mean);
      expect(Math.abs(ratio - 1)).toBeLessThan(0.02);
    });
  });
});
