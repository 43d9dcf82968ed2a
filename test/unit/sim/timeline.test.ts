import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../../src/scenario/scenario';
import type { LayerTimeline, StepPart, StepResult, TimelineSegment } from '../../../src/sim/result';
import { simulate } from '../../../src/sim/simulate';
import { mixtral8x22b } from '../../accuracy/models';
import { layoutOf, scenarioOf } from '../../accuracy/scenarios';

const MICROBATCHES = 16;
const PP = 4;

const mixtral = (overlap: Scenario['workload']['overlap']): Scenario =>
  scenarioOf(mixtral8x22b, 'h100-sxm', layoutOf({ gpus: 128, tp: 2, pp: PP, ep: 8 }), {
    globalBatchSize: MICROBATCHES * 16,
    microBatchSize: 1,
    overlap,
  });

const segments = ({ forward, backward }: LayerTimeline): readonly TimelineSegment[] => [
  ...forward,
  ...(backward ?? []),
];

const part = ({ parts }: StepResult, name: StepPart['name']): number =>
  parts.find((each) => each.name === name)!.seconds;

/** Seconds that the layers of a mean stage show of something, in all microbatches. */
function visible({ layer }: StepResult, what: readonly TimelineSegment['what'][]): number {
  const own = segments(layer).filter((each) => what.includes(each.what));
  const perLayer = own.reduce((sum, { seconds, hiddenSeconds }) => sum + seconds - hiddenSeconds, 0);
  return (perLayer * MICROBATCHES * mixtral8x22b.layers) / PP;
}

describe.each(['none', 'expert-parallel'] as const)('one layer on the clock, overlap %s', (overlap) => {
  const { step } = simulate(mixtral(overlap));

  it('shows what the step counts of its layers', () => {
    expect(visible(step, ['experts'])).toBeCloseTo(part(step, 'experts'), 9);
    expect(visible(step, ['attention'])).toBeCloseTo(part(step, 'attention'), 9);
    expect(visible(step, ['tensor'])).toBeCloseTo(part(step, 'tensor'), 9);
    expect(visible(step, ['dispatch', 'combine'])).toBeCloseTo(part(step, 'alltoall'), 9);
  });

  it('begins each thing when what it waits for is done', () => {
    for (const direction of [step.layer.forward, step.layer.backward!]) {
      let clock = 0;
      for (const { startSeconds, seconds, hiddenSeconds } of direction) {
        expect(startSeconds).toBeCloseTo(clock, 12);
        clock += seconds - hiddenSeconds;
      }
    }
  });

  it('hides transfers only, and only with overlap', () => {
    const hidden = segments(step.layer).filter(({ hiddenSeconds }) => hiddenSeconds > 0);
    expect(hidden.map(({ what }) => what)).toEqual(
      overlap === 'none' ? [] : ['dispatch', 'combine', 'dispatch', 'combine'],
    );
  });
});
