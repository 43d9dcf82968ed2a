import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../../src/scenario/scenario';
import type { Comparison, ComparisonEntry } from '../../../src/sim/result';
import { simulate } from '../../../src/sim/simulate';
import { deepseekV3, mixtral8x22b } from '../../accuracy/models';
import { layoutOf, type Mapping, scenarioOf } from '../../accuracy/scenarios';

const deepep = {
  backend: 'deepep-high-throughput',
  dispatchDtype: 'fp8',
  combineDtype: 'bf16',
  sms: 24,
} as const;

const deepseek = (mapping: Mapping): Comparison =>
  simulate({
    ...scenarioOf(deepseekV3, 'h800-sxm', layoutOf(mapping), { globalBatchSize: 15_360 }),
    communication: deepep,
  }).comparison;

const mixtral = (mapping: Mapping, change: Partial<Scenario['workload']> = {}): Comparison =>
  simulate(scenarioOf(mixtral8x22b, 'h100-sxm', layoutOf(mapping), change)).comparison;

function expectChain(entry: ComparisonEntry): void {
  let bytes = entry.textbookBytes;
  for (const reason of entry.reasons) {
    bytes *= reason.factor;
    expect(reason.bytes).toBeCloseTo(bytes, 0);
  }
  expect(entry.exactBytes).toBeCloseTo(bytes, 0);
}

it('speaks of the backward pass in training alone', () => {
  expect(mixtral({ gpus: 128, tp: 4, ep: 8, etp: 4 }).tp.note).toMatch(/backward/);
  const serving = { mode: 'decode', concurrency: 64, contextLength: 4096 } as const;
  expect(mixtral({ gpus: 8, tp: 4, ep: 8 }, serving).tp.note).not.toMatch(/backward/);
});

describe('the product of the reasons leads from the textbook to the exact figure', () => {
  const cases: readonly [string, Comparison][] = [
    ['DeepSeek-V3 TP1 PP16 EP64', deepseek({ gpus: 2048, pp: 16, ep: 64 })],
    ['DeepSeek-V3 TP2 PP8 EP32', deepseek({ gpus: 1024, tp: 2, pp: 8, ep: 32 })],
    ['Mixtral TP4 EP8 ETP4', mixtral({ gpus: 128, tp: 4, ep: 8, etp: 4 })],
    ['Mixtral FSDP', mixtral({ gpus: 128, tp: 8, etp: 8 }, { sharding: 'parameters' })],
    ['Mixtral CP2', mixtral({ gpus: 128, cp: 2, ep: 8 }, { sharding: 'none' })],
  ];
  it.each(cases)('%s', (_, { ep, tp, dp }) => {
    expectChain(ep);
    expectChain(tp);
    expectChain(dp);
  });
});

describe('DeepSeek-V3 on 2048 GPUs, PP16 EP64', () => {
  const { ep, tp, dp } = deepseek({ gpus: 2048, pp: 16, ep: 64 });

  it('expert parallel: about 7.5 copies per token, dispatch in FP8', () => {
    expect(ep.textbookBytes).toBe(2 * 4096 * 7168 * 2);
    const copies = 7.48 * (63 / 64) * 4096 * (7392 + 14_336);
    expect(ep.exactBytes / copies).toBeCloseTo(1, 1);
    expect(ep.reasons.map(({ label }) => label)).toEqual([
      'top-8, not top-1',
      'dispatch in FP8 with scales',
      expect.stringMatching(/^one copy per rank: 7\.\d\d, not 8$/),
      '1 of 64 ranks is itself',
    ]);
  });

  it('tensor parallel: nothing at TP 1', () => {
    expect(tp.textbookBytes).toBe(2 * 4096 * 7168 * 61 * 2);
    expect(tp.exactBytes).toBe(0);
    expect(tp.exactBytesPerStep).toBe(0);
  });

  it('data parallel: reduce-scatter in FP32 and all-gather in BF16 of 1.64 B parameters', () => {
    expect(dp.reasons.map(({ label }) => label)).toEqual([
      'this rank: 1.64 of 671 B',
      'gradients in FP32, not BF16',
      'experts over EDP 2: half the ring',
      'dense part over 128: 127/128',
    ]);
    expect(dp.exactBytes / 1e9).toBeCloseTo(7.66, 1);
  });
});

describe('one rank of everything', () => {
  it('sends nothing', () => {
    const { ep, tp, dp } = mixtral({ gpus: 1 });
    expect([ep.exactBytesPerStep, tp.exactBytesPerStep, dp.exactBytesPerStep]).toEqual([0, 0, 0]);
  });
});

describe('tensor parallel', () => {
  it('of a model without shared experts at ETP 1: half the textbook, in a ring of two', () => {
    const { tp } = mixtral({ gpus: 16, tp: 2, ep: 8 });
    expect(tp.exactBytes / tp.textbookBytes).toBeCloseTo((2 * 1) / 2 / 2, 9);
  });
});

describe('a whole step of Mixtral, by hand', () => {
  const layers = 56;

  it('expert parallel: backward sends what forward sent, once more', () => {
    const { ep } = mixtral({ gpus: 64, ep: 8 });
    const microbatches = 256 / 64;
    expect(ep.exactBytesPerStep).toBeCloseTo(2 * ep.exactBytes * layers * microbatches, -3);
  });
  it('tensor parallel: with sequence parallelism backward gathers once more', () => {
    const { tp } = mixtral({ gpus: 16, tp: 2, ep: 8 });
    const microbatches = 256 / 8;
    expect(tp.exactBytesPerStep).toBeCloseTo((1 + 3 / 2) * tp.exactBytes * microbatches, -3);
  });
  it('expert tensor parallel: rows are gathered and scattered in both directions', () => {
    const whole = mixtral({ gpus: 16, tp: 2, ep: 4 }).tp;
    const split = mixtral({ gpus: 16, tp: 2, ep: 4, etp: 2 }).tp;
    const rows = (4096 / 2) * 2 * 2;
    const ofExperts = layers * 2 * rows * 6144 * (1 / 2) * 2;
    expect(split.exactBytes - whole.exactBytes).toBeCloseTo(ofExperts, -3);
    const microbatches = 256 / 8;
    expect(split.exactBytesPerStep - whole.exactBytesPerStep).toBeCloseTo(2 * ofExperts * microbatches, -3);
  });
});

describe('pipeline parallel', () => {
  it('sends one activation per chunk and direction, split over CP and sequence-parallel TP', () => {
    const { pp } = mixtral({ gpus: 128, tp: 2, pp: 8, vpp: 7, ep: 8 });
    expectChain(pp);
    expect(pp.textbookBytes).toBe(4096 * 6144 * 2);
    expect(pp.exactBytes).toBe((7 * pp.textbookBytes) / 2);
    expect(pp.exactBytesPerStep).toBe(2 * 32 * pp.exactBytes);
  });
  it('sends nothing with one stage', () => {
    expect(mixtral({ gpus: 16, ep: 8 }).pp.exactBytes).toBe(0);
  });
});
