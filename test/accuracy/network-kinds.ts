import { accelerator } from '../../src/catalog/accelerators';
import { backendCalibration, FAR_SIZES, OTHER_ACCELERATOR } from '../../src/catalog/backends';
import type { BackendCalibration, PhaseConstants } from '../../src/catalog/calibrations/calibration';
import { phaseTime } from '../../src/sim/network/time';
import { minimise } from './fit';
import type { KindFigure, WiderCase } from './kinds';
import { type MeasuredPhase, measuredPhases } from './network-phases';

const predicted = (
  { result: { scenario, traffic }, phase }: MeasuredPhase,
  calibration: BackendCalibration,
  constants = calibration[phase],
): number => phaseTime(scenario, calibration, constants, traffic, traffic[phase]).microseconds;

/** A kernel is a kind; in it figures of one accelerator, or of one way to leave sizes out, belong together. */
const figureOf = (one: MeasuredPhase, within: string, microseconds: number): KindFigure => ({
  publication: one.run.backend,
  edition: one.run.backend,
  kind: one.run.backend,
  model: within,
  timeRatio: one.microseconds / microseconds,
});

/** Phases on accelerators that constants are not of, by what the product takes where a kernel was not measured. */
function carriedOver(): KindFigure[] {
  return measuredPhases.flatMap((one) => {
    const { calibration } = backendCalibration(one.run.backend, 'h100-sxm');
    const id = one.run.accelerator;
    if (calibration.accelerators.includes(id)) return [];
    return [figureOf(one, accelerator(id).name, predicted(one, calibration))];
  });
}

type Fitted = 'latencyMicroseconds' | 'interDomainLatencyMicroseconds' | 'microsecondsPerRemoteExpert';
type Rates = 'scaleUpGBps' | 'scaleOutGBps' | 'smGBps' | 'interDomainSmGBps';
type Start = Readonly<Partial<Record<Fitted | Rates, number>>>;

/** Where every refit starts, from no measured row: launches of some ten microseconds, links near their ratings. */
function startOf(calibration: BackendCalibration, base: PhaseConstants, domains: number): Start {
  const { ratedScaleUpGBps, ratedScaleOutGBps } = calibration;
  if (domains === 1) {
    return {
      latencyMicroseconds: 20,
      scaleUpGBps: 0.7 * ratedScaleUpGBps,
      ...(base.smGBps !== null && { smGBps: 20 }),
    };
  }
  return {
    interDomainLatencyMicroseconds: 40,
    scaleOutGBps: 0.9 * ratedScaleOutGBps,
    ...(base.microsecondsPerRemoteExpert > 0 && { microsecondsPerRemoteExpert: 0.1 }),
    ...(base.interDomainSmGBps !== null && { interDomainSmGBps: 15 }),
  };
}

/** Constants with the least squares of relative errors on some rows; links are no faster than rated. */
function refit(
  calibration: BackendCalibration,
  start: Start,
  kept: readonly MeasuredPhase[],
): PhaseConstants {
  const names = Object.keys(start) as (keyof Start)[];
  const rated: Start = {
    scaleUpGBps: calibration.ratedScaleUpGBps,
    scaleOutGBps: calibration.ratedScaleOutGBps,
  };
  // What a kernel takes at least is known from small messages alone: left out with them.
  const { floorMicroseconds: _, ...base } = calibration[kept[0]!.phase];
  const constantsOf = (point: readonly number[]): PhaseConstants => ({
    ...base,
    ...Object.fromEntries(names.map((name, index) => [name, point[index]!])),
  });
  const isAllowed = (value: number, index: number): boolean =>
    value > 0 && value <= (rated[names[index]!] ?? Number.POSITIVE_INFINITY);
  const loss = (point: readonly number[]): number => {
    if (!point.every(isAllowed)) return Number.POSITIVE_INFINITY;
    const constants = constantsOf(point);
    return kept.reduce(
      (sum, one) => sum + (predicted(one, calibration, constants) / one.microseconds - 1) ** 2,
      0,
    );
  };
  return constantsOf(
    minimise(
      loss,
      names.map((name) => start[name]!),
      150 * names.length,
    ),
  );
}

const SIZES: Readonly<Record<string, (one: MeasuredPhase) => number>> = {
  tokens: ({ result }) => result.traffic.tokensPerRank,
  ranks: ({ run }) => run.ep,
  SMs: ({ run }) => run.sms ?? 0,
};

/** Rows that one set of constants is of: a kernel's phase on a machine, within one domain or across several. */
function fittedTogether(): readonly MeasuredPhase[][] {
  const groups = new Map<string, MeasuredPhase[]>();
  for (const one of measuredPhases) {
    const { calibration } = backendCalibration(one.run.backend, one.run.accelerator);
    const reach = one.result.traffic.domains === 1 ? 'one' : 'several';
    const key = [one.run.backend, calibration.accelerators[0], one.phase, reach].join();
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/** Every size of a group by constants of rows that are all at least `times` as large, or as small, as it. */
function fromAfar(rows: readonly MeasuredPhase[], times: number): KindFigure[] {
  const [{ run, phase, result }] = rows as readonly [MeasuredPhase];
  const { calibration } = backendCalibration(run.backend, run.accelerator);
  const start = startOf(calibration, calibration[phase], result.traffic.domains);
  return Object.entries(SIZES).flatMap(([name, sizeOf]) =>
    [...new Set(rows.map(sizeOf))].flatMap((size) => {
      const left = rows.filter((one) => sizeOf(one) === size);
      const sides = {
        fewer: rows.filter((one) => sizeOf(one) >= times * size),
        more: rows.filter((one) => sizeOf(one) * times <= size),
      };
      return Object.entries(sides).flatMap(([side, kept]) => {
        if (size === 0 || kept.length < Object.keys(start).length) return [];
        const constants = refit(calibration, start, kept);
        return left.map((one) => figureOf(one, `${side} ${name}`, predicted(one, calibration, constants)));
      });
    }),
  );
}

/** Mean of the sizes of predicted / measured - 1, as tables of phases have it; kinds weigh alike. */
function meanError(figures: readonly KindFigure[]): number {
  const kinds = [...new Set(figures.map(({ kind }) => kind))];
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return mean(
    kinds.map((each) =>
      mean(figures.filter(({ kind }) => kind === each).map(({ timeRatio }) => Math.abs(1 / timeRatio - 1))),
    ),
  );
}

const network = (name: string, stated: WiderCase['stated'], figures: readonly KindFigure[]): WiderCase => ({
  name,
  stated,
  figures,
  error: meanError(figures),
});

let cases: readonly WiderCase[] | undefined;

/** What is stated of dispatch and combine of kernels that nobody measured so; collected once. */
export function widerNetworks(): readonly WiderCase[] {
  cases ??= [
    network('A kernel on another accelerator', OTHER_ACCELERATOR, carriedOver()),
    ...FAR_SIZES.map(({ upTo, ...stated }, index) => {
      const from = FAR_SIZES[index - 1]?.upTo ?? 2;
      const times = upTo === Number.POSITIVE_INFINITY ? 64 : upTo;
      const name = upTo === Number.POSITIVE_INFINITY ? `more than ${from} times` : `${from} to ${upTo} times`;
      const figures = fittedTogether().flatMap((rows) => fromAfar(rows, times));
      return network(`Sizes ${name} as far as any measured`, stated, figures);
    }),
  ];
  return cases;
}
