import { SERVING, type ServingConstants } from '../../src/sim/compute/serving/constants';
import { servingStep } from '../../src/sim/compute/serving/serve';
import { simulate } from '../../src/sim/simulate';
import { leastSquares } from './least-squares';
import { leaveOneOut, medianError, type Point, spearman } from './leave-out';
import { scenarioOfSetting } from './measured';
import { type ServingRow, servingRows, servingSetting } from './serving-rows';

/** Milliseconds. */
export interface ServedTimes {
  readonly tpot: number;
  readonly ttft: number;
}

export const servingRuns = servingRows.map((row) => ({
  row,
  result: simulate(scenarioOfSetting(servingSetting(row))),
}));
export type ServingRun = (typeof servingRuns)[number];

export const measuredTimes = ({ row }: ServingRun): ServedTimes => ({ ttft: row[10], tpot: row[11] });

/** By the product's constants, or by others. */
export function predictedTimes(
  { result }: Pick<ServingRun, 'result'>,
  constants?: ServingConstants,
): ServedTimes {
  const { tpotMilliseconds, ttftMilliseconds } = servingStep(
    result.scenario,
    result.traffic,
    result.time,
    constants,
  );
  return { tpot: tpotMilliseconds!, ttft: ttftMilliseconds! };
}

/** Logarithms of predicted over measured. */
export function errorsOf(run: ServingRun, predicted: ServedTimes): ServedTimes {
  const measured = measuredTimes(run);
  return {
    tpot: Math.log(predicted.tpot / measured.tpot),
    ttft: Math.log(predicted.ttft / measured.ttft),
  };
}

/**
 * Where every fit starts, from no measured row: grouped GEMMs as DeepGEMM publishes them, about 20 kernels in a layer and 8 more
 * for an indexer, a little more for a recurrence and for quantization, latencies and waits of the right order. A constant that no row of a
 * fit depends on stays here.
 */
const START: Point = {
  expertHalfRows: 300,
  layerSeconds: 50e-6,
  sparseAttentionSeconds: 20e-6,
  recurrenceSeconds: 10e-6,
  quantizationSeconds: 10e-6,
  collectiveSeconds: 10e-6,
  activationPasses: 10,
  promptLaunches: 10,
  batchedWaitSteps: 5,
};

/** Hidden multi-token prediction and stalled servers are no matter of the constants: far errors hardly count (Cauchy's loss). */
const robust = (error: number, scale: number): number =>
  Math.sign(error) * scale * Math.sqrt(Math.log1p((error / scale) ** 2));
/**
 * Errors from which on they count less. Such a loss has several minima: from a wide scale on the fit reaches the least one, where
 * it ended in one or another before, by digits of the traffic that nobody reads.
 */
const SCALES = [0.48, 0.12];
const TTFT_WEIGHT = Math.sqrt(0.3);

const fits = new Map<string, ServingConstants>();

/** The fitted constants with the least robust squares of the logarithms on some runs; those of the same runs are fitted once. */
export function fitServing(runs: readonly ServingRun[]): ServingConstants {
  const key = runs.map((run) => servingRuns.indexOf(run)).join();
  const fitted = fits.get(key) ?? fitAnew(runs);
  fits.set(key, fitted);
  return fitted;
}

function fitAnew(runs: readonly ServingRun[]): ServingConstants {
  const fitFrom = (start: Point, scale: number): Point =>
    leastSquares(start, (constants) =>
      runs.flatMap((run) => {
        const predicted = predictedTimes(run, { ...SERVING, ...constants });
        const { tpot, ttft } = errorsOf(run, predicted);
        return [robust(tpot, scale), robust(TTFT_WEIGHT * ttft, scale)];
      }),
    );
  const point = SCALES.reduce(fitFrom, START);
  return { ...SERVING, ...point };
}

/** Every run by constants that were fitted on the runs of other groups. */
export const leftOutServing = (groupOf: (row: ServingRow, index: number) => string) =>
  leaveOneOut(servingRuns, ({ row }, index) => groupOf(row, index), fitServing, predictedTimes).map(
    ({ group, row: run, prediction }) => ({ group, run, predicted: prediction }),
  );
export type LeftOutRun = ReturnType<typeof leftOutServing>[number];

let byModel: readonly LeftOutRun[] | undefined;
let byAccelerator: readonly LeftOutRun[] | undefined;

/** Without the runs of their model, and without those on their accelerator, in the fit; each computed once. */
export function withoutModel(): readonly LeftOutRun[] {
  byModel ??= leftOutServing(([model]) => model);
  return byModel;
}
export function withoutAccelerator(): readonly LeftOutRun[] {
  byAccelerator ??= leftOutServing(([, , accelerator]) => accelerator);
  return byAccelerator;
}

/** Median of |ln(predicted / measured)|, Spearman's rank correlation, and between what nine of ten measured over predicted times lie, less one. */
export function servedErrors(figure: keyof ServedTimes, runs: readonly Omit<LeftOutRun, 'group'>[]) {
  const errors = runs.map(({ run, predicted }) => errorsOf(run, predicted)[figure]);
  const ratios = errors.map((error) => Math.exp(-error) - 1).sort((a, b) => a - b);
  return {
    median: medianError(errors),
    spearman: spearman(
      runs.map(({ predicted }) => predicted[figure]),
      runs.map(({ run }) => measuredTimes(run)[figure]),
    ),
    low: ratios[Math.floor(0.05 * ratios.length)]!,
    high: ratios[Math.floor(0.95 * ratios.length)]!,
  };
}
