import type { AcceleratorId } from '../../../src/catalog/accelerators';
import { backendCalibration } from '../../../src/catalog/backends';
import type { BackendCalibration, PhaseConstants } from '../../../src/catalog/calibrations/calibration';
import type { BackendId } from '../../../src/scenario/scenario';
import { phaseTime } from '../../../src/sim/network/time';
import { minimise } from '../fit';
import { highThroughput, lowLatency } from '../network-measured';
import { type NetworkResult, networkResult } from '../network-run';
import type { AccuracyRow, AccuracyTable } from '../report/table';
import { oneSidedRuns } from './one-sided';
import { labelOf, type MeasuredRun, runsOf } from './phases';

type Phase = 'dispatch' | 'combine';
/** Constants of a phase that are fitted; the rest stays as in the catalog. */
type Fitted = readonly (
  | 'latencyMicroseconds'
  | 'interDomainLatencyMicroseconds'
  | 'microsecondsPerRemoteExpert'
  | 'scaleUpGBps'
  | 'scaleOutGBps'
  | 'scaleUpFalloff'
  | 'interDomainSmGBps'
)[];

interface Case extends MeasuredRun {
  readonly result: NetworkResult;
}

/** Catalog constants of a phase refitted on `kept`, by least squares on relative errors. */
function refit(
  calibration: BackendCalibration,
  phase: Phase,
  fitted: Fitted,
  kept: readonly Case[],
): PhaseConstants {
  const constants = calibration[phase];
  const of = (values: readonly number[]): PhaseConstants => ({
    ...constants,
    ...Object.fromEntries(fitted.map((name, i) => [name, values[i]!])),
  });
  const loss = (values: readonly number[]) => {
    if (values.some((value) => value < 0)) return Number.POSITIVE_INFINITY;
    const trial = of(values);
    return kept.reduce((sum, one) => {
      const error = predict(calibration, phase, trial, one) / one[phase] - 1;
      return sum + error * error;
    }, 0);
  };
  const start = fitted.map((name) => constants[name] ?? 0);
  return of(minimise(loss, start, 150 * fitted.length));
}

function predict(
  calibration: BackendCalibration,
  phase: Phase,
  constants: PhaseConstants,
  { result: { scenario, traffic } }: Case,
): number {
  return phaseTime(scenario, calibration, constants, traffic, traffic[phase]).microseconds;
}

/** Rows predicted by constants that were refitted without them: one fit per value of `key`. */
function leftOut(
  calibration: BackendCalibration,
  cases: readonly Case[],
  fitted: Readonly<Record<Phase, Fitted>>,
  key: (one: MeasuredRun) => number,
): AccuracyRow[] {
  const keys = [...new Set(cases.map(key))].sort((a, b) => a - b);
  return keys.flatMap((left) => {
    const kept = cases.filter((one) => key(one) !== left);
    return (['dispatch', 'combine'] as const).flatMap((phase) => {
      const constants = refit(calibration, phase, fitted[phase], kept);
      return cases
        .filter((one) => key(one) === left)
        .map((one) => ({
          label: `${labelOf(one)}, ${phase}`,
          measured: one[phase],
          predicted: predict(calibration, phase, constants, one),
          use: 'not fitted' as const,
        }));
    });
  });
}

function casesOf(backend: BackendId, id: AcceleratorId, runs: readonly MeasuredRun[]) {
  const { calibration } = backendCalibration(backend, id);
  const cases = runs
    .filter(({ run }) => calibration.accelerators.includes(run.accelerator))
    .map((one) => ({ ...one, result: networkResult(one.run) }));
  return { calibration, cases };
}

const ep = ({ run }: MeasuredRun) => run.ep;
const tokens = ({ run }: MeasuredRun) => run.tokensPerRank;

const same = (...fitted: Fitted): Readonly<Record<Phase, Fitted>> => ({ dispatch: fitted, combine: fitted });

function table(
  name: string,
  unit: string,
  rows: readonly AccuracyRow[],
  mean: number,
  more = '',
): AccuracyTable {
  return {
    title: `Left out: ${name}`,
    unit: 'µs',
    about: `Each ${unit} predicted by constants that were refitted without any of its rows: what to expect where nobody measured.${more}`,
    rows,
    limits: { mean },
  };
}

function lowLatencyTable(low: ReturnType<typeof casesOf>): AccuracyTable {
  const across = low.cases.filter((one) => ep(one) > 8);
  const fitted = {
    dispatch: ['interDomainLatencyMicroseconds', 'scaleOutGBps', 'microsecondsPerRemoteExpert'],
    combine: ['interDomainLatencyMicroseconds', 'scaleOutGBps'],
  } as const;
  const rows = [
    ...leftOut(
      low.calibration,
      across.filter((one) => tokens(one) >= 64),
      fitted,
      ep,
    ),
    ...leftOut(low.calibration, across, fitted, tokens),
  ];
  return table('DeepEP low latency, 2 to 8 nodes', 'EP size, then each token count', rows, 0.04);
}

/** Without the rows of four nodes nothing is bound by the NIC: its bandwidth is then that of low latency. */
function highThroughputTable(
  high: ReturnType<typeof casesOf>,
  low: ReturnType<typeof casesOf>,
): AccuracyTable {
  const across = high.cases.filter((one) => ep(one) > 8);
  const withNicOf = (phase: Phase) => ({
    ...high.calibration[phase],
    scaleOutGBps: low.calibration[phase].scaleOutGBps,
  });
  const sameNic = { ...high.calibration, dispatch: withNicOf('dispatch'), combine: withNicOf('combine') };
  const known = same('interDomainLatencyMicroseconds', 'interDomainSmGBps');
  const all = same('interDomainLatencyMicroseconds', 'interDomainSmGBps', 'scaleOutGBps');
  const rows = [...leftOut(sameNic, across, known, ep), ...leftOut(high.calibration, across, all, tokens)];
  const more =
    ' Without the EP size of four nodes nothing is bound by the NIC, whose bandwidth is taken from low latency there.';
  return table('DeepEP high throughput, 2 and 4 nodes', 'EP size, then each token count', rows, 0.04, more);
}

export function leftOutTables(): AccuracyTable[] {
  const low = casesOf('deepep-low-latency', 'h100-sxm', runsOf('deepep-low-latency', lowLatency));
  const high = casesOf(
    'deepep-high-throughput',
    'h100-sxm',
    runsOf('deepep-high-throughput', highThroughput),
  );
  const oneSided = casesOf('nvlink-one-sided', 'gb200-nvl72', oneSidedRuns);
  const fitted = same('latencyMicroseconds', 'scaleUpGBps', 'scaleUpFalloff');
  return [
    lowLatencyTable(low),
    highThroughputTable(high, low),
    table(
      'one-sided NVLink',
      'token count',
      leftOut(oneSided.calibration, oneSided.cases, fitted, tokens),
      0.03,
    ),
  ];
}
