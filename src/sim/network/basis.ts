import { accelerator } from '../../catalog/accelerators';
import { clusterIntervals, extrapolationErrors, SKEWED_LOAD_ERROR } from '../../catalog/backends';
import type { BackendCalibration } from '../../catalog/calibrations/calibration';
import type { Scenario } from '../../scenario/scenario';
import type { Basis, TrafficResult } from '../result';
import { sendingOf } from '../traffic/sending';

/** GPUs of the nodes whose clusters were compared. */
const MEASURED_DOMAIN = 8;

/**
 * What a communication time rests on: the error of the calibration on rows that it was not fitted on where the
 * scenario is inside what was measured, and outside it the larger error that the model made when such rows were kept from it.
 */
export function basis(
  scenario: Scenario,
  calibration: BackendCalibration,
  exact: boolean,
  traffic: TrafficResult,
): Basis {
  const fitted = `Constants fitted on ${calibration.fittedOn} (${calibration.source}).${groupNote(scenario)}`;
  const outside = outsideReasons(scenario, calibration, exact, traffic);
  if (outside.length === 0) {
    const { expectedError } = calibration;
    return onAnyCluster({ kind: 'measured', expectedError, note: fitted }, scenario, traffic);
  }
  const isThatMachine = exact && ratedAs(scenario, calibration, traffic);
  const basisOfModel: Basis = {
    kind: 'model',
    expectedError: outsideError(scenario, calibration, isThatMachine, traffic),
    note: `Outside the calibrated range: ${outside.join(', ')}. ${fitted}`,
  };
  const isComparable = isThatMachine && scenario.routing.distribution === 'balanced';
  return isComparable ? onAnyCluster(basisOfModel, scenario, traffic) : basisOfModel;
}

/** With what clusters of others have shown: networks of the same rate are not alike. */
function onAnyCluster(basis: Basis, { cluster, communication }: Scenario, { domains }: TrafficResult): Basis {
  const shown = clusterIntervals[communication.backend];
  if (shown === undefined || basis.expectedError === null) return basis;
  const isRack = accelerator(cluster.accelerator).scaleUpDomain > MEASURED_DOMAIN;
  if (domains === 1) {
    const interval = isRack ? shown.rack : shown.one;
    return interval === undefined ? basis : { ...basis, interval };
  }
  if (isRack) return basis;
  const others = [`others took up to ${Math.round(100 * shown.several.high)} % longer`, shown.slower];
  return {
    ...basis,
    kernelError: basis.expectedError,
    expectedError: Math.max(basis.expectedError, shown.severalError),
    interval: shown.several,
    note: `${basis.note} Across nodes that is a tuned network of 400 Gb/s per GPU: ${others.filter((text) => text !== undefined).join(', ')}.`,
  };
}

/** Benchmarks of kernels that send one row per rank or node have no group limit up to four nodes: a model that has one sends less. */
function groupNote({ model, communication }: Scenario): string {
  const { groups, topkGroups } = model.router;
  if (sendingOf[communication.backend] !== 'per-rank' || topkGroups >= groups) return '';
  return ` The router limits a token to ${topkGroups} of ${groups} expert groups; published benchmarks do not, up to four nodes.`;
}

/**
 * `null` where nothing comparable was ever measured: a torus, a size far from any measured one, or another accelerator
 * where a backend was measured on one only.
 */
function outsideError(
  { cluster, communication, routing }: Scenario,
  { backend, range }: BackendCalibration,
  isThatMachine: boolean,
  traffic: TrafficResult,
): number | null {
  const isFar =
    !near(traffic.tokensPerRank, range.tokensPerRank) ||
    !near(traffic.rows.size, range.ep) ||
    (range.sms !== null && !near(communication.sms, range.sms));
  if (isFar || accelerator(cluster.accelerator).scaleUpTopology === 'torus') return null;
  const { otherSizes, otherAccelerators } = extrapolationErrors[backend];
  const error = isThatMachine ? otherSizes : otherAccelerators;
  if (error === null || routing.distribution === 'balanced') return error;
  return Math.hypot(error, SKEWED_LOAD_ERROR);
}

/** Left out of a fit, sizes twice or half as large as the ones that remained were predicted as well as the tables say. */
const near = (value: number, [low, high]: readonly [number, number]): boolean =>
  within(value, [low / 2, 2 * high]);

function outsideReasons(
  scenario: Scenario,
  calibration: BackendCalibration,
  exact: boolean,
  traffic: TrafficResult,
): string[] {
  const { cluster, communication, routing } = scenario;
  const { tokensPerRank, ep, sms, dispatchDtypes } = calibration.range;
  const { name, scaleUpTopology } = accelerator(cluster.accelerator);
  const measuredOn = accelerator(calibration.accelerators[0]!).name;
  return [
    !exact && `not measured on ${name}: ${measuredOn}'s constants scaled by rated bandwidth`,
    exact && !ratedAs(scenario, calibration, traffic) && 'bandwidths differ from the measured machine',
    scaleUpTopology === 'torus' && 'torus counted as a switch',
    !within(traffic.tokensPerRank, tokensPerRank) && `${traffic.tokensPerRank} tokens per rank`,
    !within(traffic.rows.size, ep) && `EP${traffic.rows.size}`,
    sms !== null && !within(communication.sms, sms) && `${communication.sms} SMs`,
    dispatchDtypes?.includes(communication.dispatchDtype) === false &&
      `${communication.dispatchDtype.toUpperCase()} dispatch`,
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
