import { accelerator } from '../../catalog/accelerators';
import { type BackendCalibration, backendCalibration, type PhaseConstants } from '../../catalog/backends';
import type { Scenario } from '../../scenario/scenario';
import type { Basis, CommunicationTime, PhaseTime, PhaseTraffic, TrafficResult } from '../result';

/**
 * Time of one dispatch and one combine of one MoE layer, forward, nothing overlapped:
 * T = latency + (T_nic^p + T_nvlink^p + T_sm^p)^(1/p), each over the busiest rank.
 */
export function communicationTime(scenario: Scenario, traffic: TrafficResult): CommunicationTime {
  const { calibration, exact } = backendCalibration(traffic.backend, scenario.cluster.accelerator);
  return {
    dispatch: phaseTime(scenario, calibration, calibration.dispatch, traffic, traffic.dispatch),
    combine: phaseTime(scenario, calibration, calibration.combine, traffic, traffic.combine),
    basis: basis(scenario, calibration, exact, traffic),
  };
}

function phaseTime(
  scenario: Scenario,
  calibration: BackendCalibration,
  constants: PhaseConstants,
  traffic: TrafficResult,
  phase: PhaseTraffic,
): PhaseTime {
  const ranks = traffic.rows.size;
  if (ranks === 1) {
    return { microseconds: 0, boundBy: 'latency', terms: { latency: 0, nic: 0, nvlink: 0, sm: 0 } };
  }
  const domains = traffic.nodeRows.size;
  const { scaleUpGBps, scaleOutGBps } = scenario.cluster;
  const smGBps = domains > 1 ? constants.interDomainSmGBps : constants.smGBps;
  const remoteExperts = scenario.model.routedExperts * (1 - 1 / domains);
  const latency =
    domains > 1
      ? constants.interDomainLatencyMicroseconds + constants.microsecondsPerRemoteExpert * remoteExperts
      : constants.latencyMicroseconds;
  const nic = microseconds(
    phase.busiest.scaleOutBytes,
    (constants.scaleOutGBps * scaleOutGBps) / calibration.ratedScaleOutGBps,
  );
  const nvlink = microseconds(
    phase.busiest.scaleUpBytes,
    (scaleUpOf(constants, ranks / domains) * scaleUpGBps) / calibration.ratedScaleUpGBps,
  );
  const sm = smGBps === null ? 0 : microseconds(phase.busiest.smBytes, smGBps * scenario.communication.sms);
  const p = calibration.overlapExponent;
  const transfer = (nic ** p + nvlink ** p + sm ** p) ** (1 / p);
  return {
    microseconds: latency + transfer,
    boundBy: boundBy({ latency, nic, nvlink, sm }),
    terms: { latency, nic, nvlink, sm },
  };
}

/** A small group keeps fewer links busy. */
function scaleUpOf(constants: PhaseConstants, ranksPerDomain: number): number {
  const { scaleUpGBps, smallGroupScaleUpGBps } = constants;
  if (smallGroupScaleUpGBps === undefined || ranksPerDomain >= 8) return scaleUpGBps;
  return ranksPerDomain >= 4 ? smallGroupScaleUpGBps.four : smallGroupScaleUpGBps.two;
}

/** GB/s are bytes per nanosecond. */
function microseconds(bytes: number, bandwidthGBps: number): number {
  return bytes === 0 ? 0 : bytes / bandwidthGBps / 1e3;
}

function boundBy(terms: PhaseTime['terms']): PhaseTime['boundBy'] {
  const order = ['latency', 'nic', 'nvlink', 'sm'] as const;
  return order.reduce((most, term) => (terms[term] > terms[most] ? term : most));
}

function basis(
  scenario: Scenario,
  calibration: BackendCalibration,
  exact: boolean,
  traffic: TrafficResult,
): Basis {
  const { cluster, communication, routing } = scenario;
  const { tokensPerRank, ep, sms } = calibration.range;
  const { name, scaleUpTopology } = accelerator(cluster.accelerator);
  const outside = [
    !exact && `not measured on ${name}: H100's constants scaled by rated bandwidth`,
    exact &&
      (cluster.scaleUpGBps !== calibration.ratedScaleUpGBps ||
        (traffic.nodeRows.size > 1 && cluster.scaleOutGBps !== calibration.ratedScaleOutGBps)) &&
      'bandwidths differ from the measured machine',
    scaleUpTopology === 'torus' && 'torus counted as a switch',
    !within(traffic.tokensPerRank, tokensPerRank) && `${traffic.tokensPerRank} tokens per rank`,
    !within(traffic.rows.size, ep) && `EP${traffic.rows.size}`,
    sms !== null && !within(communication.sms, sms) && `${communication.sms} SMs`,
    routing.distribution !== 'balanced' && 'skewed routing',
  ].filter((reason) => reason !== false);
  if (outside.length === 0) {
    return {
      kind: 'measured',
      expectedError: calibration.expectedError,
      note: `Fitted on ${calibration.fittedOn} (${calibration.source}).`,
    };
  }
  return {
    kind: 'model',
    expectedError: null,
    note: `Outside the calibrated range: ${outside.join(', ')}. Constants fitted on ${calibration.fittedOn} (${calibration.source}).`,
  };
}

function within(value: number, [low, high]: readonly [number, number]): boolean {
  return value >= low && value <= high;
}
