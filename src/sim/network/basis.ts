import { accelerator } from '../../catalog/accelerators';
import {
  clusterIntervals,
  extrapolationErrors,
  FAR_SIZES,
  type NetworkError,
  OTHER_ACCELERATOR,
  OTHER_CLUSTERS,
  SKEWED_LOAD_ERROR,
} from '../../catalog/backends';
import type { BackendCalibration } from '../../catalog/calibrations/calibration';
import type { Scenario } from '../../scenario/scenario';
import type { Basis, TrafficResult } from '../result';
import { sendingOf } from '../traffic/sending';
import { intervalAround, together } from './error';

/** GPUs of the nodes whose clusters were compared. */
const MEASURED_DOMAIN = 8;
/** Left out of a fit, sizes twice or half as large as the ones that remained were predicted as well as the tables say. */
const NEAR = 2;

const NOTHING_SENT: Basis = {
  kind: 'model',
  expectedError: 0,
  interval: { low: 0, high: 0 },
  errorFrom: 'same-kind',
  note: 'With one rank nothing is sent.',
};

/**
 * What a communication time rests on: the error of the calibration on rows that it was not fitted on where the
 * scenario is inside what was measured; outside it the larger error that the model made when such rows were kept from it, of this
 * kernel or, where nobody measured such, of the others.
 */
export function basis(
  scenario: Scenario,
  calibration: BackendCalibration,
  exact: boolean,
  traffic: TrafficResult,
): Basis {
  if (traffic.rows.size === 1) return NOTHING_SENT;
  const outside = outsideReasons(scenario, calibration, exact, traffic);
  const isThatMachine = exact && ratedAs(scenario, calibration, traffic);
  const { otherSizes, otherAccelerators } = extrapolationErrors[calibration.backend];
  const own = outside.length === 0 ? calibration.expectedError : otherSizes;
  const further = [...farError(scenario, calibration, traffic), ...torusError(scenario, traffic)];
  const errors = [
    ...(isThatMachine ? [] : [{ ...OTHER_ACCELERATOR, ...carriedOver(otherAccelerators) }]),
    ...further,
    ...skewError(scenario),
  ];
  const kernelError = Math.hypot(
    isThatMachine ? own : 0,
    ...errors.map(({ expectedError }) => expectedError),
  );
  const clusters = clustersOf(scenario, own, traffic);
  const interval = together([
    clusters.interval,
    ...(isMeasuredFormat(scenario, calibration) ? [] : [intervalAround(own)]),
    ...errors.map((error) => error.interval),
  ]);
  const isExtrapolated = further.length > 0 || (!isThatMachine && otherAccelerators === null);
  const note = [
    outside.length === 0 ? '' : `Outside the calibrated range: ${outside.join(', ')}.`,
    isExtrapolated
      ? 'Nobody published such times of this kernel: the interval is that of other kernels, predicted as far from what their constants were fitted on.'
      : '',
    `Constants fitted on ${calibration.fittedOn} (${calibration.source}).${groupNote(scenario)}`,
    clusters.note,
    `Nine of ten such times take ${times(interval.low)} to ${times(interval.high)} times as long as predicted.`,
  ];
  return {
    kind: outside.length === 0 ? 'measured' : 'model',
    expectedError: Math.max(kernelError, clusters.leastError),
    interval,
    errorFrom: isExtrapolated ? 'other-kinds' : 'same-kind',
    ...(traffic.domains === 1 ? {} : { kernelError }),
    note: note.filter((text) => text !== '').join(' '),
  };
}

const times = (over: number): string => String(Number((1 + over).toPrecision(2)));

const isMeasuredFormat = (
  { communication }: Scenario,
  { range: { dispatchDtypes } }: BackendCalibration,
): boolean => dispatchDtypes?.includes(communication.dispatchDtype) !== false;

/** The mean error where the kernel's own constants were carried over to other accelerators. */
const carriedOver = (expectedError: number | null) => (expectedError === null ? {} : { expectedError });

/** What clusters of others have shown: networks of the same rate are not alike. */
function clustersOf(
  { cluster, communication }: Scenario,
  kernelError: number,
  { domains }: TrafficResult,
): { readonly interval: Basis['interval']; readonly leastError: number; readonly note: string } {
  const shown = clusterIntervals[communication.backend];
  if (domains === 1) {
    const isRack = accelerator(cluster.accelerator).scaleUpDomain > MEASURED_DOMAIN;
    const interval = (isRack ? shown?.rack : shown?.one) ?? intervalAround(kernelError);
    return { interval, leastError: 0, note: '' };
  }
  const { several, severalError, slower } = shown ?? OTHER_CLUSTERS;
  const whose = shown === undefined ? 'other kernels on networks of others' : 'others';
  const others = [`${whose} took up to ${Math.round(100 * several.high)} % longer`, slower];
  return {
    interval: several,
    leastError: severalError,
    note: `Constants across nodes are of a tuned network of 400 Gb/s per GPU: ${others.filter((text) => text !== undefined).join(', ')}.`,
  };
}

/** Benchmarks of kernels that send one row per rank or node have no group limit up to four nodes: a model that has one sends less. */
function groupNote({ model, communication }: Scenario): string {
  const { groups, topkGroups } = model.router;
  if (sendingOf[communication.backend] !== 'per-rank' || topkGroups >= groups) return '';
  return ` The router limits a token to ${topkGroups} of ${groups} expert groups; published benchmarks do not, up to four nodes.`;
}

/** The error of sizes that are further from every measured one than the kernel's own tables tell. */
function farError(
  { communication }: Scenario,
  { range }: BackendCalibration,
  traffic: TrafficResult,
): readonly NetworkError[] {
  const distance = Math.max(
    timesOutside(traffic.tokensPerRank, range.tokensPerRank),
    timesOutside(traffic.rows.size, range.ep),
    range.sms === null ? 1 : timesOutside(communication.sms, range.sms),
  );
  if (distance <= NEAR) return [];
  return [FAR_SIZES.find(({ upTo }) => distance <= upTo)!];
}

/** How many times a value is below or above a range; at most 1 inside. */
const timesOutside = (value: number, [low, high]: readonly [number, number]): number =>
  Math.max(low / value, value / high);

/** Longest axis of a torus of TPUs (v6e: 16x16; v5p: 16x16x24, Google Cloud documentation). */
const LONGEST_AXIS = 16;

/**
 * A torus is counted as a switch. On a ring of n chips a row passes n / 4 links in the mean, and a group on one of its axes has that
 * axis' links alone: an all-to-all takes up to `axes · n / 4` times as long. Nobody published one; it lies in between.
 */
function torusError({ cluster }: Scenario, { rows }: TrafficResult): readonly NetworkError[] {
  const { torusAxes } = accelerator(cluster.accelerator);
  if (torusAxes === undefined) return [];
  const slowest = Math.max(1, (torusAxes * Math.min(rows.size, LONGEST_AXIS)) / 4);
  return [{ expectedError: Math.sqrt(slowest) - 1, interval: { low: 0, high: slowest - 1 } }];
}

const skewError = ({ routing }: Scenario): readonly NetworkError[] =>
  routing.distribution === 'balanced'
    ? []
    : [{ expectedError: SKEWED_LOAD_ERROR, interval: intervalAround(SKEWED_LOAD_ERROR) }];

function outsideReasons(
  scenario: Scenario,
  calibration: BackendCalibration,
  exact: boolean,
  traffic: TrafficResult,
): string[] {
  const { cluster, communication, routing } = scenario;
  const { tokensPerRank, ep, sms } = calibration.range;
  const { name, scaleUpTopology } = accelerator(cluster.accelerator);
  const measuredOn = accelerator(calibration.accelerators[0]!).name;
  return [
    !exact && `not measured on ${name}: ${measuredOn}'s constants scaled by rated bandwidth`,
    exact && !ratedAs(scenario, calibration, traffic) && 'bandwidths differ from the measured machine',
    scaleUpTopology === 'torus' && 'torus counted as a switch',
    !within(traffic.tokensPerRank, tokensPerRank) && `${traffic.tokensPerRank} tokens per rank`,
    !within(traffic.rows.size, ep) && `EP${traffic.rows.size}`,
    sms !== null && !within(communication.sms, sms) && `${communication.sms} SMs`,
    !isMeasuredFormat(scenario, calibration) && `${communication.dispatchDtype.toUpperCase()} dispatch`,
    routing.distribution !== 'balanced' && 'skewed routing, of which no times are published',
  ].filter((reason) => reason !== false);
}

/** Whether the links that are used are rated as those of the measured machine. */
function ratedAs({ cluster }: Scenario, calibration: BackendCalibration, traffic: TrafficResult): boolean {
  return (
    cluster.scaleUpGBps === calibration.ratedScaleUpGBps &&
    (traffic.domains === 1 || cluster.scaleOutGBps === calibration.ratedScaleOutGBps)
  );
}

function within(value: number, [low, high]: readonly [number, number]): boolean {
  return value >= low && value <= high;
}
