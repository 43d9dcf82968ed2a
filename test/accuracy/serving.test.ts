import { describe, expect, it } from 'vitest';
import { SERVING, type ServingConstants } from '../../src/sim/compute/constants';
import { servingStep } from '../../src/sim/compute/serving/serve';
import { leastCost, leaveOneOut, medianError, type Point, spearman } from './leave-out';
import {
  PREFILL,
  type ServingRun as Run,
  servingRuns as runs,
  wideSetting,
  wideSpeed,
} from './tables/serving';

type Errors = readonly [tpot: number, ttft: number];

/** Logarithms of predicted over measured. */
function errorsOf({ row, result }: Run, constants?: ServingConstants): Errors {
  const step = servingStep(result.scenario, result.traffic, result.time, constants);
  return [Math.log(step.tpotMilliseconds! / row[11]), Math.log(step.ttftMilliseconds! / row[10])];
}

const { waitSteps, scaleUpEfficiency, burstShare, ...alone } = SERVING;
const present: Point = { ...alone, ...waitSteps };
const constantsOf = (point: Point): ServingConstants => ({
  ...SERVING,
  ...point,
  waitSteps: { vllm: point.vllm!, 'tensorrt-llm': point['tensorrt-llm']!, sglang: point.sglang! },
});

/** Hidden multi-token prediction and stalled servers are no matter of the constants: errors count up to 0.7. */
const robust = (error: number): number => Math.hypot(1, Math.min(0.7, Math.abs(error)) / 0.1) - 1;
const cost = (rows: readonly Run[], point: Point): number =>
  rows
    .map((run) => errorsOf(run, constantsOf(point)))
    .reduce((sum, [tpot, ttft]) => sum + robust(tpot) + 0.3 * robust(ttft), 0) / rows.length;
/** Every second row is enough to find the constants, in half the time. */
const fitOn = (rows: readonly Run[]): Point => {
  const some = rows.filter((_, index) => index % 2 === 0);
  return leastCost(present, (point) => cost(some, point));
};

const medians = (errors: readonly Errors[]): Errors => [
  medianError(errors.map(([tpot]) => tpot)),
  medianError(errors.map(([, ttft]) => ttft)),
];
const shown = ([tpot, ttft]: Errors): string => `TPOT ${tpot.toFixed(3)}, TTFT ${ttft.toFixed(3)}`;

describe('serving times of measured runs', () => {
  const errors = runs.map((run) => errorsOf(run));

  it('TPOT within 11 % and TTFT within 20 % in the median, in the measured order', () => {
    const tables = { 'TPOT, ms': [11, 'tpotMilliseconds'], 'TTFT, ms': [10, 'ttftMilliseconds'] } as const;
    for (const [unit, [column, figure]] of Object.entries(tables)) {
      const order = spearman(
        runs.map(({ result }) => result.step[figure]!),
        runs.map(({ row }) => row[column]),
      );
      console.log(`${unit}: Spearman ${order.toFixed(3)}`);
      expect(order).toBeGreaterThan(0.925);
    }
    const [tpot, ttft] = medians(errors);
    console.log(`${runs.length} runs, median |ln error|: ${shown([tpot, ttft])}`);
    expect(tpot).toBeLessThan(0.11);
    expect(ttft).toBeLessThan(0.2);
  });

  it('prints medians by model, engine and format', () => {
    const groups = new Map<string, Errors[]>();
    for (const [index, { row }] of runs.entries()) {
      const key = `${row[0]} ${row[1]} ${row[3]}${row[8] > 1 ? ' attention-DP' : ''}`;
      groups.set(key, [...(groups.get(key) ?? []), errors[index]!]);
    }
    for (const [key, of] of groups) {
      console.log(`${key.padEnd(44)} ${String(of.length).padStart(3)} ${shown(medians(of))}`);
    }
    expect(groups.size).toBeGreaterThan(10);
  });

  it('the same without the rows of one model in the fit', () => {
    const byModel = leaveOneOut(
      runs,
      ({ row }) => row[0],
      fitOn,
      (run, constants) => errorsOf(run, constantsOf(constants)),
    );
    for (const { group } of byModel.filter((row, i) => row.group !== byModel[i - 1]?.group)) {
      const of = byModel.filter((row) => row.group === group).map(({ prediction }) => prediction);
      console.log(`without ${group.padEnd(16)} ${shown(medians(of))}`);
    }
    const models = medians(byModel.map(({ prediction }) => prediction));
    const held = byModel.map(({ prediction }) => prediction);
    for (const index of [0, 1] as const) {
      const ratios = held.map((error) => Math.exp(-error[index]) - 1).sort((a, b) => a - b);
      const at = (share: number) => ratios[Math.floor(share * ratios.length)]!.toFixed(2);
      console.log(
        `${index === 0 ? 'TPOT' : 'TTFT'} measured over predicted, less one: ${at(0.05)} … ${at(0.95)}`,
      );
    }
    console.log(`leave one model out: ${shown(models)}`);
    expect(models[0]).toBeLessThan(0.136);
    expect(models[1]).toBeLessThan(0.245);
  }, 180_000);
});

describe('DeepSeek-V3 over many nodes', () => {
  it('is slower without overlap', () => {
    const overlapped = wideSpeed(wideSetting(32, PREFILL));
    expect(wideSpeed(wideSetting(32, { ...PREFILL, 'workload.overlap': 'none' }))).toBeLessThan(
      0.8 * overlapped,
    );
  });
});
