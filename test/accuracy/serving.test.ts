import { describe, expect, it } from 'vitest';
import type { BackendId, Scenario, WorkloadScenario } from '../../src/scenario/scenario';
import { simulate } from '../../src/sim/simulate';
import { models } from './models';
import { layoutOf, scenarioOf } from './scenarios';
import { servingRows } from './serving-rows';
import { predictServing } from './tables/serving';

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
  const predictions = servingRows.map((row) => ({ row, result: predictServing(row) }));
  const tpot = predictions.map(({ row, result }) => Math.log(result.tpotMilliseconds! / row[11]));
  const ttft = predictions.map(({ row, result }) => Math.log(result.ttftMilliseconds! / row[10]));

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
