import { describe, expect, it } from 'vitest';
import { rootMeanSquare, spearman } from './leave-out';
import {
  fitTraining,
  leftOutTraining,
  predictedTraining,
  trainingRuns as runs,
  speedError,
  trainingWithoutModel,
} from './tables/training';
import type { TrainingRow } from './training-rows';

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

describe('measured training steps', () => {
  const errors = runs.map((run) => speedError(run));

  it('31 rows on which the constants were fitted: RMS of the speed error below 6 %', () => {
    console.log(
      `RMS ${percent(rootMeanSquare(errors))}, worst ${percent(Math.max(...errors.map(Math.abs)))}`,
    );
    expect(rootMeanSquare(errors)).toBeLessThan(0.042);
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.13);
  });

  it('the constants are where the fit on these rows has them', () => {
    const fitted = fitTraining(runs);
    const rms = rootMeanSquare(runs.map((run) => speedError(run, fitted)));
    expect(rootMeanSquare(errors)).toBeLessThan(1.01 * rms);
  });

  it.each(['Mixtral-8x22B', 'Llama3-8x70B'])('orders the mappings of %s as measured', (model) => {
    const group = runs.filter(({ row }) => row.model === model && row.unit === 'MFU %');
    for (const source of new Set(group.map(({ row }) => row.source))) {
      const table = group.filter(({ row }) => row.source === source);
      const order = spearman(
        table.map((run) => predictedTraining(run)),
        table.map(({ row }) => row.measured),
      );
      console.log(`${model}, ${source}: Spearman ${order.toFixed(3)}`);
      expect(order).toBeGreaterThanOrEqual(0.9);
    }
  });

  it('without the rows of one model, of one paper, of one accelerator or of Blackwell in the fit', () => {
    const rmsWithout = (rows: ReturnType<typeof leftOutTraining>): number => {
      const all = [...new Set(rows.map(({ group }) => group))].map((group) => {
        const left = rows.filter((row) => row.group === group);
        const rms = rootMeanSquare(left.map(({ prediction }) => prediction.error));
        console.log(`without ${group}: RMS ${percent(rms)}`);
        return rms;
      });
      return Math.max(...all);
    };
    // Without the paper of all rows on H100 but one, five rows would remain for four constants.
    const most = new Set(['arXiv 2504.14960', 'h100-sxm', 'Hopper']);
    const without = (groupOf: Parameters<typeof leftOutTraining>[0]): number =>
      rmsWithout(leftOutTraining(groupOf).filter(({ group }) => !most.has(group)));
    const accelerator = ({ set }: TrainingRow): string => String(set['cluster.accelerator']);
    expect(rmsWithout(trainingWithoutModel())).toBeLessThan(0.1);
    expect(without(({ source }) => source.slice(0, 'arXiv 2504.14960'.length))).toBeLessThan(0.1);
    expect(without(accelerator)).toBeLessThan(0.09);
    expect(without((row) => (/^gb/.test(accelerator(row)) ? 'Blackwell' : 'Hopper'))).toBeLessThan(0.06);
  });

  it('orders the mappings of a model that was left out of the fit as measured', () => {
    const tables = new Map<string, { figure: number; measured: number }[]>();
    for (const { row, prediction } of trainingWithoutModel()) {
      const { model, source, unit, measured } = row.row;
      if (unit !== 'MFU %') continue;
      const key = `${model}, ${source}`;
      tables.set(key, [...(tables.get(key) ?? []), { figure: prediction.figure, measured }]);
    }
    for (const [key, rows] of tables) {
      const order = spearman(
        rows.map(({ figure }) => figure),
        rows.map(({ measured }) => measured),
      );
      console.log(`without its rows, ${key}: Spearman ${order.toFixed(3)}`);
      expect(order).toBeGreaterThanOrEqual(0.9);
    }
    expect(tables.size).toBe(3);
  });
});
