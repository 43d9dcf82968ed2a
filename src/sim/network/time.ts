import { accelerator } from '../../catalog/accelerators';
import { backendCalibration } from '../../catalog/backends';
import type { BackendCalibration, PhaseConstants } from '../../catalog/calibrations/calibration';
import type { BackendId, Scenario } from '../../scenario/scenario';
import type { CommunicationTime, PhaseTime, PhaseTraffic, TrafficResult } from '../result';
import { basis } from './basis';

/** What of a layer's traffic decides how long it takes; a `TrafficResult` has it. */
export interface TimedTraffic {
  readonly backend: BackendId;
  readonly rows: { readonly size: number };
  readonly domains: number;
  readonly dispatch: Pick<PhaseTraffic, 'busiest'>;
  readonly combine: Pick<PhaseTraffic, 'busiest'>;
}

/** Time of dispatch and combine, and what it rests on. */
export function communicationTime(scenario: Scenario, traffic: TrafficResult): CommunicationTime {
  const { calibration, exact } = backendCalibration(traffic.backend, scenario.cluster.accelerator);
  return { ...exchangeTime(scenario, traffic), basis: basis(scenario, calibration, exact, traffic) };
}

/**
 * Time of one dispatch and one combine of one MoE layer, forward, nothing overlapped, each until its busiest rank is
 * done: T = latency + (T_nic^p + T_nvlink^p + T_sm^p)^(1/p), every term over the rank (or, on a mesh, the link) with
 * the most bytes, so that skew costs what the fullest rank costs.
 */
export function exchangeTime(
  scenario: Scenario,
  traffic: TimedTraffic,
): Pick<CommunicationTime, 'dispatch' | 'combine'> {
  const { calibration } = backendCalibration(traffic.backend, scenario.cluster.accelerator);
  return {
    dispatch: phaseTime(scenario, calibration, calibration.dispatch, traffic, traffic.dispatch),
    combine: phaseTime(scenario, calibration, calibration.combine, traffic, traffic.combine),
  };
}

/** Time of one phase by given constants. */
export function phaseTime(
  scenario: Scenario,
  { overlapExponent: p, ratedScaleUpGBps, ratedScaleOutGBps }: BackendCalibration,
  constants: PhaseConstants,
  traffic: Pick<TimedTraffic, 'rows' | 'domains'>,
  { busiest }: Pick<PhaseTraffic, 'busiest'>,
): PhaseTime {
  const ranks = traffic.rows.size;
  const { domains } = traffic;
  const { cluster, communication } = scenario;
  const scaleUpRatio = cluster.scaleUpGBps / ratedScaleUpGBps;
  const reached = {
    scaleUpGBps: scaleUpOf(constants, ranks / domains) * scaleUpRatio,
    scaleUpPairGBps: (constants.scaleUpGBps * scaleUpRatio) / linksOf(scenario),
    scaleOutGBps: constants.scaleOutGBps * (cluster.scaleOutGBps / ratedScaleOutGBps),
  };
  if (ranks === 1) {
    const terms = { latency: 0, nic: 0, nvlink: 0, sm: 0 };
    return { microseconds: 0, boundBy: 'latency', terms, reached, overlapExponent: p };
  }
  const smGBps = domains > 1 ? constants.interDomainSmGBps : constants.smGBps;
  const nic = microseconds(busiest.scaleOutBytes, reached.scaleOutGBps);
  const nvlink = Math.max(
    microseconds(busiest.scaleUpBytes, reached.scaleUpGBps),
    microseconds(busiest.scaleUpPairBytes, reached.scaleUpPairGBps),
  );
  const smRate = smGBps === null ? null : smGBps * bf16FactorOf(constants, domains, communication);
  const sm = smRate === null ? 0 : microseconds(busiest.smBytes, smRate * communication.sms);
  const transfer = norm(p, nic, nvlink, sm);
  const total = norm(
    p,
    floorOf(constants, ranks),
    latencyOf(constants, domains, scenario.model.routedExperts) + transfer,
  );
  // What a floor leaves over the transfer is latency: the terms add up whether or not the kernel has one.
  const latency = total - transfer;
  return {
    microseconds: total,
    boundBy: boundBy({ latency, nic, nvlink, sm }),
    terms: { latency, nic, nvlink, sm },
    reached,
    overlapExponent: p,
  };
}

/** Combine sends BF16 whatever dispatch does: its constants have no factor. */
function bf16FactorOf(
  { smBf16Factor = 1, interDomainSmBf16Factor = 1 }: PhaseConstants,
  domains: number,
  { dispatchDtype }: Scenario['communication'],
): number {
  if (dispatchDtype !== 'bf16') return 1;
  return domains === 1 ? smBf16Factor : interDomainSmBf16Factor;
}

/** Across domains at least what it is within one: some constants for the two are of different machines. */
function latencyOf(constants: PhaseConstants, domains: number, routedExperts: number): number {
  if (domains === 1) return constants.latencyMicroseconds;
  const remoteExperts = routedExperts * (1 - 1 / domains);
  return Math.max(
    constants.latencyMicroseconds,
    constants.interDomainLatencyMicroseconds + constants.microsecondsPerRemoteExpert * remoteExperts,
  );
}

function floorOf({ floorMicroseconds }: PhaseConstants, ranks: number): number {
  return floorMicroseconds ? floorMicroseconds.base + floorMicroseconds.perRank * ranks : 0;
}

/** A small group keeps fewer links busy; a large one gets less out of them where that was measured. */
function scaleUpOf(constants: PhaseConstants, ranksPerDomain: number): number {
  const { scaleUpGBps, smallGroupScaleUpGBps: small, scaleUpFalloff = 0 } = constants;
  const rate = scaleUpGBps * Math.max(1, ranksPerDomain / 8) ** -scaleUpFalloff;
  if (small === undefined || ranksPerDomain >= 8) return rate;
  return ranksPerDomain >= 4
    ? between(ranksPerDomain, [4, small.four], [8, rate])
    : between(ranksPerDomain, [2, small.two], [4, small.four]);
}

type Point = readonly [at: number, value: number];

/** On the line between two points; beyond them the value of the nearer one. */
function between(at: number, [low, atLow]: Point, [high, atHigh]: Point): number {
  const share = Math.min(1, Math.max(0, (at - low) / (high - low)));
  return atLow + share * (atHigh - atLow);
}

/**
 * Parts of a GPU's scale-up bandwidth of which one peer gets one: behind a switch all of it; on MI300X, whose GPUs are
 * joined in pairs, one of 7 links (AMD MI300X data sheet: 64 GB/s each).
 */
function linksOf({ cluster }: Scenario): number {
  const { scaleUpTopology, scaleUpDomain } = accelerator(cluster.accelerator);
  return scaleUpTopology === 'mesh' ? scaleUpDomain - 1 : 1;
}

/** (Σ x^p)^(1/p), never less than the largest, by scaling with it: sixth powers of large terms lose nothing. */
function norm(p: number, ...terms: readonly number[]): number {
  const largest = Math.max(...terms);
  if (largest === 0) return 0;
  const sum = terms.reduce((total, term) => total + (term / largest) ** p, 0);
  return largest * sum ** (1 / p);
}

/** GB/s are bytes per nanosecond. */
function microseconds(bytes: number, bandwidthGBps: number): number {
  return bytes === 0 ? 0 : bytes / bandwidthGBps / 1e3;
}

function boundBy(terms: PhaseTime['terms']): PhaseTime['boundBy'] {
  const order = ['latency', 'nic', 'nvlink', 'sm'] as const;
  return order.reduce((most, term) => (terms[term] > terms[most] ? term : most));
}
