import { describe, expect, it } from 'vitest';
import { growthOf } from '../../../src/plan/growth';
import type { Comparison, ComparisonEntry } from '../../../src/sim/result';
import { runToEnd, simulateInSteps } from '../../../src/sim/simulate';
import { presetJob } from './search/jobs';

const { base, resolve } = presetJob('megatron-lm', 'deepseek-ai/DeepSeek-V3', {
  'layout.worldSize': 256,
  'layout.tp': 2,
  'layout.pp': 4,
  'layout.ep': 32,
  'workload.mode': 'train',
});
const growth = runToEnd(
  growthOf(
    base,
    (change) => resolve([change]).scenario,
    (scaled) => simulateInSteps(scaled, 'expected'),
  ),
);

type Counted = keyof Pick<ComparisonEntry, 'exactBytes' | 'exactBytesPerStep' | 'textbookBytes'>;

/** What doubling a quantity multiplies a volume by. */
function doubled(name: string, family: keyof Comparison, counted: Counted): number {
  const { points } = growth.find((one) => one.name === name)!;
  const at = (scale: number) => points.find((point) => point.scale === scale)!.volumes[family][counted];
  return at(2) / at(1);
}

describe('how volumes grow', () => {
  it('dispatch and combine grow with tokens and hidden size, and per step with layers', () => {
    expect(doubled('workload.sequenceLength', 'ep', 'exactBytes')).toBeCloseTo(2, 6);
    expect(doubled('model.hiddenSize', 'ep', 'exactBytes')).toBeCloseTo(2, 1);
    expect(doubled('model.layers', 'ep', 'exactBytes')).toBeCloseTo(1, 6);
    // The fullest of four stages has 16 MoE layers of 61, and 31 of 122.
    expect(doubled('model.layers', 'ep', 'exactBytesPerStep')).toBeCloseTo(31 / 16, 6);
    expect(doubled('model.expertIntermediateSize', 'ep', 'exactBytes')).toBeCloseTo(1, 6);
  });
  it('what is sent between stages and within a layer grows with the tokens, too', () => {
    expect(doubled('workload.sequenceLength', 'pp', 'exactBytesPerStep')).toBeCloseTo(2, 6);
    expect(doubled('workload.sequenceLength', 'tp', 'exactBytesPerStep')).toBeCloseTo(2, 6);
  });
  it('gradients grow with parameters and not with tokens', () => {
    expect(doubled('workload.sequenceLength', 'dp', 'exactBytes')).toBeCloseTo(1, 6);
    expect(doubled('model.routedExperts', 'dp', 'exactBytes')).toBeGreaterThan(1);
    expect(doubled('model.layers', 'dp', 'exactBytes')).toBeGreaterThan(1.5);
  });
  it('tensor parallelism does not see the experts', () => {
    expect(doubled('model.routedExperts', 'tp', 'exactBytesPerStep')).toBeCloseTo(1, 6);
    expect(doubled('model.expertIntermediateSize', 'tp', 'exactBytesPerStep')).toBeCloseTo(1, 6);
  });
  it('has the present size in every line, and only whole sizes', () => {
    for (const { points } of growth) {
      expect(points.map(({ scale }) => scale)).toContain(1);
      expect(points.every(({ value }) => Number.isInteger(value))).toBe(true);
    }
  });
});
