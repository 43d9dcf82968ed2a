import { describe, expect, it } from 'vitest';
import type { BackendId, Scenario, WorkloadScenario } from '../../src/scenario/scenario';
import type { StepExchange, StepTraffic } from '../../src/sim/compute/all-to-all';
import { step } from '../../src/sim/compute/step';
import type { StepResult } from '../../src/sim/result';
import { simulate } from '../../src/sim/simulate';
import { models } from './models';
import { layoutOf, scenarioOf } from './scenarios';
import { type ServingRow, servingRows } from './serving-rows';

/** The rows are single nodes, where the model's own collectives stand in for a simulated exchange. */
const traffic: StepTraffic = {
  load: { maxOverMean: 1, dropped: 0 },
  dispatch: { rowBytes: 1 },
  combine: { rowBytes: 1 },
};
const none = {
  microseconds: 0,
  boundBy: 'latency',
  terms: { latency: 0, nic: 0, nvlink: 0, sm: 0 },
} as const;
const time: StepExchange = { dispatch: none, combine: none };

/** Lengths are uniform in 0.8 … 1 of the stated ones in these benchmarks. */
const MEAN_LENGTH = 0.9;

function predict(row: ServingRow): StepResult {
  const [model, engine, accelerator, weightDtype, inputLength, outputLength, concurrency, gpus, ranks, ep] =
    row;
  const layout = {
    ...layoutOf({ gpus, tp: gpus / ranks, ep, etp: gpus / ep }),
    dp: ranks,
    attentionDataParallel: ranks > 1,
  };
  const scenario = scenarioOf({ ...models[model], weightDtype }, accelerator, layout, {
    mode: 'decode',
    engine,
    inputLength,
    outputLength,
    contextLength: MEAN_LENGTH * (inputLength + outputLength / 2),
    concurrency,
    tokensPerRank: Math.ceil(concurrency / gpus),
  });
  return step(scenario, traffic, time);
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const result: number[] = [];
  for (const [rank, index] of order.entries()) result[index] = rank;
  return result;
}

function spearman(a: readonly number[], b: readonly number[]): number {
  const [ra, rb] = [ranks(a), ranks(b)];
  const n = a.length;
  const squares = ra.reduce((sum, rank, index) => sum + (rank - rb[index]!) ** 2, 0);
  return 1 - (6 * squares) / (n * (n * n - 1));
}

describe('serving times of measured runs', () => {
  const predictions = servingRows.map((row) => ({ row, result: predict(row) }));
  const tpot = predictions.map(({ row, result }) => Math.log(result.tpotMilliseconds! / row[11]));
  const ttft = predictions.map(({ row, result }) => Math.log(result.ttftMilliseconds! / row[10]));

  it('prints medians by model and engine', () => {
    const groups = new Map<string, number[]>();
    for (const [index, { row }] of predictions.entries()) {
      const key = `${row[0]} ${row[1]} ${row[3]}${row[8] > 1 ? ' attention-DP' : ''}`;
      groups.set(key, [...(groups.get(key) ?? []), index]);
    }
    for (const [key, indices] of groups) {
      const of = (errors: readonly number[]) => indices.map((index) => errors[index]!);
      console.log(
        `${key.padEnd(44)} ${String(indices.length).padStart(3)} TPOT ${median(of(tpot).map(Math.abs)).toFixed(3)} (bias ${median(of(tpot)).toFixed(3)})  TTFT ${median(of(ttft).map(Math.abs)).toFixed(3)} (bias ${median(of(ttft)).toFixed(3)})`,
      );
    }
  });

  it('TPOT and TTFT', () => {
    const measured = (column: 10 | 11) => predictions.map(({ row }) => row[column]);
    const tpotMedian = median(tpot.map(Math.abs));
    const ttftMedian = median(ttft.map(Math.abs));
    const tpotOrder = spearman(
      predictions.map(({ result }) => result.tpotMilliseconds!),
      measured(11),
    );
    const ttftOrder = spearman(
      predictions.map(({ result }) => result.ttftMilliseconds!),
      measured(10),
    );
    console.log(
      `${predictions.length} runs: median |ln error| TPOT ${tpotMedian.toFixed(3)}, TTFT ${ttftMedian.toFixed(3)}; Spearman ${tpotOrder.toFixed(3)}, ${ttftOrder.toFixed(3)}`,
    );
    expect(tpotMedian).toBeLessThan(0.14);
    expect(ttftMedian).toBeLessThan(0.22);
    expect(tpotOrder).toBeGreaterThan(0.92);
    expect(ttftOrder).toBeGreaterThan(0.91);
  });
});

describe('DeepSeek-V3 over many nodes: between no and full overlap of its published profile', () => {
  const wide = (gpus: number, backend: BackendId, workload: Partial<WorkloadScenario>): number => {
    const layout = { ...layoutOf({ gpus, ep: gpus }), attentionDataParallel: true };
    const scenario: Scenario = {
      ...scenarioOf(models.deepseekV3, 'h800-sxm', layout, {
        engine: 'sglang',
        contextLength: 4096,
        ...workload,
      }),
      communication: { backend, dispatchDtype: 'fp8', combineDtype: 'bf16', sms: 24 },
    };
    return simulate(scenario).step.tokensPerSecondPerGpu;
  };

  it('prefill, EP32, 16,384 tokens per GPU in prompts of 4096: 4,479 to 6,604 tokens/s/GPU (deepseek-ai/profile-data)', () => {
    const speed = wide(32, 'deepep-high-throughput', {
      mode: 'prefill',
      tokensPerRank: 16_384,
      inputLength: 4096,
    });
    console.log(`prefill ${speed.toFixed(0)} tokens/s/GPU`);
    expect(speed).toBeGreaterThan(0.9 * 4479);
    expect(speed).toBeLessThan(6604);
  });

  it('decode, EP128, 128 sequences per GPU at 4096: 1,859 to 3,166 tokens/s/GPU (deepseek-ai/profile-data)', () => {
    const speed = wide(128, 'deepep-low-latency', {
      mode: 'decode',
      tokensPerRank: 128,
      concurrency: 128 * 128,
    });
    console.log(`decode ${speed.toFixed(0)} tokens/s/GPU`);
    expect(speed).toBeGreaterThan(1859);
    expect(speed).toBeLessThan(3166);
  });
});
