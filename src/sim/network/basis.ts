import { accelerator } from '../../catalog/accelerators';
import { extrapolationErrors } from '../../catalog/backends';
import type { BackendCalibration } from '../../catalog/calibrations/calibration';
import type { Scenario } from '../../scenario/scenario';
import type { Basis, TrafficResult } from '../result';

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
    return { kind: 'measured', expectedError: calibration.expectedError, note: fitted };
  }
  return {
    kind: 'model',
    expectedError: outsideError(scenario, calibration, exact),
    note: `Outside the calibrated range: ${outside.join(', ')}. ${fitted}`,
  };
}

/** Benchmarks of kernels that send one row per rank or node have no group limit up to four nodes: a model that has one sends less. */
function groupNote({ model, communication }: Scenario): string {
  const { groups, topkGroups } = model.router;
  const sendsOnce =
    communication.backend === 'deepep-high-throughput' || communication.backend === 'nvlink-one-sided';
  if (!sendsOnce || topkGroups >= groups) return '';
  return ` The router limits a token to ${topkGroups} of ${groups} expert groups; published benchmarks do not, up to four nodes.`;
}

/** `null` where nothing comparable was ever measured: a torus, or a backend that was measured on one system only. */
function outsideError({ cluster }: Scenario, calibration: BackendCalibration, exact: boolean): number | null {
  if (accelerator(cluster.accelerator).scaleUpTopology === 'torus') return null;
  const { otherSizes, otherAccelerators } = extrapolationErrors[calibration.backend];
  return exact ? otherSizes : otherAccelerators;
}

function outsideReasons(
  { cluster, communication, routing }: Scenario,
  calibration: BackendCalibration,
  exact: boolean,
  traffic: TrafficResult,
): string[] {
  const { tokensPerRank, ep, sms } = calibration.range;
  const { name, scaleUpTopology } = accelerator(cluster.accelerator);
  const measuredOn = accelerator(calibration.accelerators[0]!).name;
  const crossesDomains = traffic.nodeRows.size > 1;
  return [
    !exact && `not measured on ${name}: ${measuredOn}'s constants scaled by rated bandwidth`,
    exact &&
      (cluster.scaleUpGBps !== calibration.ratedScaleUpGBps ||
        (crossesDomains && cluster.scaleOutGBps !== calibration.ratedScaleOutGBps)) &&
      'bandwidths differ from the measured machine',
    scaleUpTopology === 'torus' && 'torus counted as a switch',
    !within(traffic.tokensPerRank, tokensPerRank) && `${traffic.tokensPerRank} tokens per rank`,
    !within(traffic.rows.size, ep) && `EP${traffic.rows.size}`,
    sms !== null && !within(communication.sms, sms) && `${communication.sms} SMs`,
    routing.distribution !== 'balanced' && 'skewed routing, of which no times are published',
  ].filter((reason) => reason !== false);
}

function within(value: number, [low, high]: readonly [number, number]): boolean {
  return value >= low && value <= high;
}
