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
  const fitted = `Constants fitted on ${calibration.fittedOn} (${calibration.source}).`;
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
    routing.distribution !== 'balanced' && 'skewed routing',
  ].filter((reason) => reason !== false);
}

function within(value: number, [low, high]: readonly [number, number]): boolean {
  return value >= low && value <= high;
}
