import { type AcceleratorId, accelerator } from '../../src/catalog/accelerators';
import type { BackendId, Scenario, WireDtype } from '../../src/scenario/scenario';
import type { Values } from '../../src/scenario/values';
import { communicationTime } from '../../src/sim/network/time';
import { placeExperts } from '../../src/sim/placement/placement';
import type { CommunicationTime, TrafficResult } from '../../src/sim/result';
import { expectedRouting } from '../../src/sim/routing/expected';
import { traffic } from '../../src/sim/traffic/traffic';
import { type Setting, scenarioOfSetting } from './measured';

/** One run of a communication benchmark with the shapes of DeepSeek-V3, whose own group limit it does not have. */
export interface NetworkRun {
  readonly accelerator: AcceleratorId;
  readonly backend: BackendId;
  readonly ep: number;
  readonly tokensPerRank: number;
  readonly sms?: number;
  readonly dispatchDtype?: WireDtype;
  /** Groups of experts and how many of them one token may use. */
  readonly groups?: readonly [groups: number, topkGroups: number];
  readonly set?: Values;
}

/** A benchmark's run in the words of the command line. */
export function networkSetting(run: NetworkRun): Setting {
  const [groups, topkGroups] = run.groups ?? [1, 1];
  return {
    preset: 'DeepSeek-V3',
    set: {
      'cluster.accelerator': run.accelerator,
      'layout.ep': run.ep,
      'workload.tokensPerRank': run.tokensPerRank,
      'routing.distribution': 'balanced',
      'model.router.groups': groups,
      'model.router.topkGroups': topkGroups,
      'communication.backend': run.backend,
      ...(run.sms && { 'communication.sms': run.sms }),
      ...(run.dispatchDtype && { 'communication.dispatchDtype': run.dispatchDtype }),
      ...run.set,
    },
  };
}

/**
 * The groups of DeepEP's benchmark over several nodes: one per node, of which a token uses at most four
 * (deepseek-ai/DeepEP@81a433ef: tests/legacy/test_internode.py). Up to four nodes that is no limit.
 */
export function deepEpGroups(id: AcceleratorId, ep: number): readonly [number, number] {
  const nodes = Math.ceil(ep / accelerator(id).gpusPerNode);
  return [nodes, Math.min(nodes, 4)];
}

export interface NetworkResult {
  readonly scenario: Scenario;
  readonly traffic: TrafficResult;
  readonly time: CommunicationTime;
}

/** Traffic and time of a run by the expected engine. */
export function networkResult(run: NetworkRun): NetworkResult {
  const scenario = scenarioOfSetting(networkSetting(run));
  const sent = traffic(scenario, expectedRouting(scenario, placeExperts(scenario)));
  return { scenario, traffic: sent, time: communicationTime(scenario, sent) };
}
