import { describe, expect, it } from 'vitest';
import {
  errorsOf,
  fitServing,
  leftOutServing,
  predictedTimes,
  type ServedTimes,
  servedErrors,
  servingRuns,
  withoutAccelerator,
  withoutModel,
} from './serving-fit';
import type { ServingRow } from './serving-rows';
import { decodeOf, wideSetting, wideSpeed } from './tables/wide-serving';

const FIGURES = ['tpot', 'ttft'] as const;
const fitted = servingRuns.map((run) => ({ run, predicted: predictedTimes(run) }));

type Predictions = Parameters<typeof servedErrors>[1];

function shown(runs: Predictions): string {
  return FIGURES.map((figure) => {
    const { median, spearman } = servedErrors(figure, runs);
    return `${figure} ${(100 * median).toFixed(1)} %, Spearman ${spearman.toFixed(3)}`;
  }).join('; ');
}

function printGroups(what: string, keyOf: (row: ServingRow) => string, runs: Predictions): number {
  const groups = new Map<string, Predictions[number][]>();
  for (const one of runs) groups.set(keyOf(one.run.row), [...(groups.get(keyOf(one.run.row)) ?? []), one]);
  for (const [key, of] of groups) {
    console.log(`${what} ${key.padEnd(40)} ${String(of.length).padStart(3)} ${shown(of)}`);
  }
  return groups.size;
}

/** Median of the errors over rows with their sign. */
function bias(figure: keyof ServedTimes, runs: Predictions): number {
  const errors = runs.map(({ run, predicted }) => errorsOf(run, predicted)[figure]).sort((a, b) => a - b);
  return errors[errors.length >> 1]!;
}

describe('serving times of measured runs', () => {
  it('TPOT within 9 % and TTFT within 20 % in the median, in the measured order', () => {
    console.log(`${fitted.length} runs: ${shown(fitted)}`);
    expect(servedErrors('tpot', fitted).median).toBeLessThan(0.09);
    expect(servedErrors('ttft', fitted).median).toBeLessThan(0.2);
    for (const figure of FIGURES) expect(servedErrors(figure, fitted).spearman).toBeGreaterThan(0.93);
  });

  it('is neither fast nor slow as a whole', () => {
    for (const figure of FIGURES) expect(Math.abs(bias(figure, fitted))).toBeLessThan(0.02);
  });

  it('prints medians by model, engine and format', () => {
    const keyOf = ([model, engine, , weights, , , , , ranks]: ServingRow) =>
      `${model} ${engine} ${weights}${ranks > 1 ? ' attention-DP' : ''}`;
    expect(printGroups('', keyOf, fitted)).toBeGreaterThan(10);
  });

  it('the constants are where the fit on these rows has them', () => {
    const constants = fitServing(servingRuns);
    const refitted = servingRuns.map((run) => ({ run, predicted: predictedTimes(run, constants) }));
    console.log(`fitted again: ${shown(refitted)} ${JSON.stringify(constants)}`);
    for (const figure of FIGURES) {
      const { median } = servedErrors(figure, refitted);
      expect(Math.abs(servedErrors(figure, fitted).median - median)).toBeLessThan(0.01);
    }
  }, 180_000);

  it('the same without the rows of one model in the fit', () => {
    printGroups('without', ([model]) => model, withoutModel());
    console.log(`without one model: ${shown(withoutModel())}`);
    expect(servedErrors('tpot', withoutModel()).median).toBeLessThan(0.11);
    expect(servedErrors('ttft', withoutModel()).median).toBeLessThan(0.2);
    for (const figure of FIGURES) expect(servedErrors(figure, withoutModel()).spearman).toBeGreaterThan(0.93);
  }, 180_000);

  it('and without the rows of one accelerator, or of one fifth of the configurations', () => {
    printGroups('without', ([, , accelerator]) => accelerator, withoutAccelerator());
    console.log(`without one accelerator: ${shown(withoutAccelerator())}`);
    expect(servedErrors('tpot', withoutAccelerator()).median).toBeLessThan(0.11);
    expect(servedErrors('ttft', withoutAccelerator()).median).toBeLessThan(0.22);
    for (const figure of FIGURES) {
      expect(servedErrors(figure, withoutAccelerator()).spearman).toBeGreaterThan(0.93);
    }
    const keys = [...new Set(servingRuns.map(({ row }) => row.slice(0, 10).join()))];
    const fifths = leftOutServing((row) => String(keys.indexOf(row.slice(0, 10).join()) % 5));
    console.log(`without one fifth: ${shown(fifths)}`);
    expect(servedErrors('tpot', fifths).median).toBeLessThan(0.11);
    expect(servedErrors('ttft', fifths).median).toBeLessThan(0.21);
  }, 180_000);
});

describe('DeepSeek-V3 over many nodes', () => {
  it('gains by two-batch overlap from more than 64 sequences per GPU on, and loses below', () => {
    const gain = (sequences: number): number => {
      const of = (overlap: string) =>
        wideSpeed(
          wideSetting('h100-sxm', 64, { ...decodeOf(sequences, 64, 2000), 'workload.overlap': overlap }),
        );
      return of('two-batch') / of('none') - 1;
    };
    expect(gain(32)).toBeLessThan(-0.2);
    expect(gain(64)).toBeLessThan(0);
    expect(gain(128)).toBeGreaterThan(0);
    expect(gain(256)).toBeGreaterThan(0.2);
  });
});
