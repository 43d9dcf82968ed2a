import { describe, expect, it } from 'vitest';
import { predictTraining } from './tables/training';
import { trainingRows } from './training-rows';

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

describe('measured training steps', () => {
  const predictions = trainingRows.map(predictTraining);
  const errors = predictions.map(({ speedError }) => speedError);

  it('31 rows on which the three efficiencies were fitted: RMS of the speed error at most 6 %', () => {
    const rms = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
    const absolute = sorted(errors.map(Math.abs));
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
