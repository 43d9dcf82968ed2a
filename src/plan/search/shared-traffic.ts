import type { ClusterScenario, LayoutScenario, Scenario } from '../../scenario/scenario';
import { loadsOf } from '../../sim/memory/memory';
import { candidates, type Load, unexceeded } from '../../sim/memory/rank-memory';
import { exchangeTime, type TimedTraffic } from '../../sim/network/time';
import { placeExperts } from '../../sim/placement/placement';
import { overParts, partsSentTo, routedToParts } from '../../sim/placement/shards';
import type { CommunicationTime, PlacementResult, TrafficResult } from '../../sim/result';
import { expectedRouting } from '../../sim/routing/expected';
import type { Routing } from '../../sim/routing/routing';
import { dealtToSources } from '../../sim/routing/source-tokens';
import { rowOf } from '../../sim/traffic/senders';
import { countedTraffic } from '../../sim/traffic/traffic';
import { groupNumbers } from './alike-groups';
import { inMap } from './remembered';

/** What of one MoE layer's traffic decides time and memory, in the terms of a `TrafficResult`. */
export interface SharedTraffic extends TimedTraffic {
  readonly load: Pick<TrafficResult['load'], 'maxOverMean' | 'dropped'>;
  readonly dispatch: Pick<TrafficResult['dispatch'], 'rowBytes' | 'busiest'>;
  readonly combine: Pick<TrafficResult['combine'], 'rowBytes' | 'busiest'>;
  /** Ranks among which the one is that decides for the fullest stage. */
  readonly tried: readonly Load[];
  /** Ranks among which the fullest of a stage is: all, but in training those that another rank exceeds in everything. */
  readonly loads: readonly Load[];
  readonly time: Pick<CommunicationTime, 'dispatch' | 'combine'>;
}

/** The traffic of scenarios' MoE layers; of scenarios that send alike it is counted once. */
export interface TrafficMemory {
  readonly of: (scenario: Scenario) => SharedTraffic;
  /** A number for the EP group of a layout; layouts with the same number send alike where tokens and backend are the same. */
  readonly groupOf: (layout: LayoutScenario) => number;
}

interface Routed {
  readonly placement: PlacementResult;
  readonly routing: Routing;
}

/**
 * A memory of layers' traffic. Scenarios send alike if their EP groups lie over nodes in the same way, and they have the same
 * backend, placement and tokens per rank; model, cluster and routing are those of one search. In expectation rows grow with
 * the tokens, and a power of two scales every number exactly: tokens that differ by one are counted once.
 */
export function sharedTraffic(cluster: ClusterScenario): TrafficMemory {
  const patternsOf = groupNumbers(cluster);
  const routed = new Map<string, Routed>();
  const counted = new Map<string, SharedTraffic>();

  const of = (scenario: Scenario): SharedTraffic => {
    const { layout, placement, communication, workload } = scenario;
    const { ranks, parts } = patternsOf(layout);
    const { strategy, redundantExperts, drift } = placement;
    const { backend, dispatchDtype, combineDtype, sms } = communication;
    const whole = partsSentTo(scenario) > 1 ? parts : -1;
    const group = `${ranks} ${strategy} ${redundantExperts} ${drift}`;
    const kind = `${group} ${whole} ${layout.etp} ${backend} ${dispatchDtype} ${combineDtype} ${sms}`;
    return inMap(counted, `${kind} ${workload.tokensPerRank}`, () => {
      const odd = oddTokens(scenario);
      const one = { ...scenario, workload: { ...workload, tokensPerRank: odd } };
      const unscaled = inMap(counted, `${kind} ${odd}`, () =>
        count(
          one,
          inMap(routed, `${group} ${odd}`, () => route(one)),
        ),
      );
      const factor = workload.tokensPerRank / odd;
      return factor === 1 ? unscaled : timed(scenario, scaled(unscaled, factor));
    });
  };
  return { of, groupOf: (layout) => patternsOf(layout).group };
}

/** Tokens whose traffic, times a power of two, is the scenario's: an odd number of them, or all where it is not in proportion. */
function oddTokens({ workload: { mode, tokensPerRank }, routing }: Scenario): number {
  const isLinear = mode === 'train' && routing.capacityFactor === null;
  let odd = tokensPerRank;
  while (isLinear && Number.isInteger(odd) && odd > 0 && odd % 2 === 0) odd /= 2;
  return odd;
}

function route(scenario: Scenario): Routed {
  const placement = placeExperts(scenario);
  return { placement, routing: dealtToSources(expectedRouting(scenario, placement)) };
}

/** As `simulate` counts them. */
function count(scenario: Scenario, { placement: placed, routing }: Routed): SharedTraffic {
  const placement = overParts(scenario, placed);
  const toParts = routedToParts(scenario, placement, routing);
  const { counted, toRank } = countedTraffic(scenario, toParts);
  const { backend, domains, dispatch, combine, load } = counted;
  const all = loadsOf(scenario, placement, counted, (rank) => rowOf(toParts, toRank, rank));
  const isTraining = scenario.workload.mode === 'train';
  const loads = isTraining ? unexceeded(all) : all;
  return timed(scenario, {
    backend,
    rows: { size: toParts.ranks },
    domains,
    load,
    dispatch: { rowBytes: dispatch.rowBytes, busiest: dispatch.busiest },
    combine: { rowBytes: combine.rowBytes, busiest: combine.busiest },
    tried: isTraining ? loads : candidates(all),
    loads,
  });
}

const timed = (scenario: Scenario, sent: Omit<SharedTraffic, 'time'>): SharedTraffic => ({
  ...sent,
  time: exchangeTime(scenario, sent),
});

function scaled(sent: SharedTraffic, factor: number): SharedTraffic {
  const phase = ({ rowBytes, busiest }: SharedTraffic['dispatch']) => ({
    rowBytes,
    busiest: {
      scaleUpBytes: busiest.scaleUpBytes * factor,
      scaleUpPairBytes: busiest.scaleUpPairBytes * factor,
      scaleOutBytes: busiest.scaleOutBytes * factor,
      smBytes: busiest.smBytes * factor,
    },
  });
  const grown = ({ rank, experts, assignments, buffers }: Load): Load => ({
    rank,
    experts,
    assignments: assignments * factor,
    buffers: buffers * factor,
  });
  return {
    ...sent,
    dispatch: phase(sent.dispatch),
    combine: phase(sent.combine),
    tried: sent.tried.map(grown),
    loads: sent.loads.map(grown),
  };
}
