import { refusalsOf } from '../scenario/checks';
import { RefusedScenario } from '../scenario/refusals/refusal';
import type { Scenario } from '../scenario/scenario';
import { comparison } from './comparison/comparison';
import { linkUse } from './comparison/link-use';
import { step } from './compute/step';
import { memory } from './memory/memory';
import { communicationTime } from './network/time';
import { countParameters } from './parameters/count';
import { placeExperts } from './placement/placement';
import { overParts, routedToParts } from './placement/shards';
import type { CommunicationTime, PlacementResult, SimulationResult, TrafficResult } from './result';
import { expectedRouting } from './routing/expected';
import type { Routing } from './routing/routing';
import { sampledRouting } from './routing/sampled';
import { dealtToSources } from './routing/source-tokens';
import { alltoallv } from './traffic/alltoallv';
import { traffic } from './traffic/traffic';

/** Share of the time that sampling takes of all: what comes after is quick. */
const ROUTING_SHARE = 0.9;

export type RoutingEngine = 'expected' | 'sampled';

/** Dispatch and combine of one MoE layer, and where its experts sit. */
export interface Exchange {
  readonly placement: PlacementResult;
  readonly traffic: TrafficResult;
  readonly time: CommunicationTime;
}

/**
 * Experts are placed on ranks, the router sends each token to its experts, the backend turns that into rows between ranks,
 * the network into time: all that differs from layer to layer.
 *
 * @yields the fraction done
 * @throws RefusedScenario for one that is impossible
 */
export function* exchangeInSteps(
  scenario: Scenario,
  engine: RoutingEngine,
): Generator<number, Exchange, void> {
  const refusals = refusalsOf(scenario);
  if (refusals.length > 0) throw new RefusedScenario(refusals);
  const placed = placeExperts(scenario);
  const routed = yield* route(scenario, placed, engine);
  const placement = overParts(scenario, placed);
  const sent = traffic(scenario, routedToParts(scenario, placement, routed));
  yield ROUTING_SHARE;
  return { placement, traffic: sent, time: communicationTime(scenario, sent) };
}

/**
 * The simulator: experts are placed and their traffic is timed, parameters are counted; each rank's memory follows from its
 * parameters and its load, the step from compute and communication, and the textbook's figures stand beside ours.
 *
 * @yields the fraction done, so that a caller can look up or stop between two steps
 * @throws RefusedScenario for one that is impossible, which `resolveScenario` does not make
 */
export function* simulateInSteps(
  scenario: Scenario,
  engine: RoutingEngine,
): Generator<number, SimulationResult, void> {
  const started = Date.now();
  const { placement, traffic: sent, time } = yield* exchangeInSteps(scenario, engine);
  const parameters = countParameters(scenario.model);
  const taken = step(scenario, sent, time);
  const compared = comparison(scenario, sent, parameters);
  return {
    scenario,
    parameters,
    placement,
    traffic: sent,
    time,
    memory: memory(scenario, placement, sent),
    step: taken,
    comparison: compared,
    links: linkUse(scenario, sent, compared, taken.seconds),
    alltoallv: alltoallv(sent.rows),
    milliseconds: Date.now() - started,
  };
}

function* route(
  scenario: Scenario,
  placement: PlacementResult,
  engine: RoutingEngine,
): Generator<number, Routing, void> {
  if (engine === 'sampled') return yield* asShare(sampledRouting(scenario, placement), ROUTING_SHARE);
  yield 0;
  return dealtToSources(expectedRouting(scenario, placement));
}

/** The same steps, with their fraction done as a share of a larger whole. */
function* asShare<T>(steps: Generator<number, T>, share: number): Generator<number, T, void> {
  let next = steps.next();
  while (!next.done) {
    yield next.value * share;
    next = steps.next();
  }
  return next.value;
}

/** The whole simulation at once. @throws RefusedScenario as `simulateInSteps` does */
export function simulate(scenario: Scenario, engine: RoutingEngine = 'expected'): SimulationResult {
  return runToEnd(simulateInSteps(scenario, engine));
}

/** The value of work that is done in steps, without a look up between them. */
export function runToEnd<T>(steps: Generator<number, T>): T {
  let next = steps.next();
  while (!next.done) next = steps.next();
  return next.value;
}
