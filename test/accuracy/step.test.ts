import { describe, expect, it } from 'vitest';
import { trainingFlopsPerToken } from '../../src/sim/compute/flops';
import { trainStep } from '../../src/sim/compute/train-step';
import { simulate } from '../../src/sim/simulate';
import { deepseekV3, qwen3With30b, qwen3With235b } from './models';
import { type TrainingRow, trainingRows } from './training-rows';

interface Prediction {
  readonly row: TrainingRow;
  readonly predicted: number;
  /** Predicted over measured speed, less one: positive when the model is too fast. */
  readonly speedError: number;
}

function predict(row: TrainingRow): Prediction {
  const { traffic, time } = simulate(row.scenario);
  const result = trainStep(row.scenario, traffic, time, row.recipe);
  const predicted = {
    'MFU %': 100 * (result.mfu ?? 0),
    'TFLOP/s/GPU': result.modelTFlopsPerGpu ?? 0,
    's/step': result.seconds,
  }[row.unit];
  const speed = row.unit === 's/step' ? row.measured / predicted : predicted / row.measured;
  return { row, predicted, speedError: speed - 1 };
}

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

describe('FLOP per trained token, nothing fitted', () => {
  it.each([
    ['DeepSeek-V3, 260.7 from 1048 TFLOP/s over 4020 tokens/s', deepseekV3, 260.7],
    ['Qwen3-235B-A22B, 147.1 to 150.1', qwen3With235b, 148.6],
    ['Qwen3-30B-A3B, 22.9 to 23.0', qwen3With30b, 22.95],
  ] as const)('%s (arXiv 2603.07685)', (_, model, published) => {
    const flops = trainingFlopsPerToken(model, 4096) / 1e9;
    expect(Math.abs(flops / published - 1)).toBeLessThan(0.012);
  });
});

describe('measured training steps', () => {
  const predictions = trainingRows.map(predict);
  const errors = predictions.map(({ speedError }) => speedError);

  it('31 rows on which the three efficiencies were fitted: RMS of the speed error at most 6 %', () => {
    for (const { row, predicted, speedError } of predictions) {
      const columns = [
        row.name.padEnd(36),
        row.unit.padEnd(12),
        predicted.toFixed(2).padStart(8),
        String(row.measured).padStart(8),
        percent(speedError).padStart(8),
      ];
      console.log(columns.join(' '));
    }
    const rms = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
    const absolute = sorted(errors.map(Math.abs));
    console.log(
      `RMS ${percent(rms)}, median ${percent(absolute[absolute.length >> 1]!)}, worst ${percent(absolute.at(-1)!)}`,
    );
    expect(rms).toBeLessThan(0.06);
    expect(absolute.at(-1)).toBeLessThan(0.17);
  });

  it('orders the mappings of Mixtral-8x22B and Llama3-8x70B as measured', () => {
    for (const prefix of ['Mixtral', 'Llama3']) {
      const group = predictions.slice(0, 8).filter(({ row }) => row.name.startsWith(prefix));
      const measured = group.map(({ row }) => row.measured);
      expect(sorted(measured)).toEqual(measured);
      const predicted = group.map((prediction) => prediction.predicted);
      expect(sorted(predicted)).toEqual(predicted);
    }
  });
});
