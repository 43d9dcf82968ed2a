import { refusalsOf } from '../scenario/checks';
import { RefusedScenario } from '../scenario/refusals/refusal';
import type { Scenario } from '../scenario/scenario';
import { comparison } from './comparison/comparison';
import { linkUse } from './comparison/link-use';
import { step } from './compute/step';
import { expectedTraffic, type SentLayer, sentLayer } from './layers';
import { memory } from './memory/memory';
import { communicationTime } from './network/time';
import { countParameters } from './parameters/count';
import { placeLayers } from './placement/placement';
import type { CommunicationTime, PlacementResult, SimulationResult } from './result';
import { sampledRouting } from './routing/sampled';
import { alltoallv } from './traffic/alltoallv';

/** Share of the time that sampling takes of all: what comes after is quick. */
const ROUTING_SHARE = 0.9;

export type RoutingEngine = 'expected' | 'sampled';

/** Dispatch and combine of one MoE layer, and where its experts sit. */
export interface Exchange extends SentLayer {
  readonly time: CommunicationTime;
}

/** The exchange of every layer whose popularity is known apart (`popularityLayers`), and which of them stands for all. */
export interface LayerExchanges {
  readonly shown: number;
  /** @yields the fraction done */
  readonly of: (layer: number) => Generator<number, Exchange, void>;
}

/**
 * Experts are placed on ranks, the router sends each token to its experts, the backend turns that into rows between ranks,
 * the network into time: all that differs from layer to layer. What layers share is worked out once.
 *
 * @throws RefusedScenario for one that is impossible
 */
export function exchangesOfLayers(scenario: Scenario, engine: RoutingEngine): LayerExchanges {
  const refusals = refusalsOf(scenario);
  if (refusals.length > 0) throw new RefusedScenario(refusals);
  const placements = placeLayers(scenario);
  const expected = expectedTraffic(scenario, placements);
  return {
    shown: placements.shown,
    *of(layer) {
      const sent =
        engine === 'sampled' ? yield* sampledLayer(scenario, placements.of(layer)) : expected(layer);
      yield ROUTING_SHARE;
      return { ...sent, time: communicationTime(scenario, sent.traffic) };
    },
  };
}

function* sampledLayer(scenario: Scenario, placed: PlacementResult): Generator<number, SentLayer, void> {
  return sentLayer(scenario, placed, yield* asShare(sampledRouting(scenario, placed), ROUTING_SHARE));
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
  const exchanges = exchangesOfLayers(scenario, engine);
  yield 0;
  const { placement, traffic: sent, sources, time } = yield* exchanges.of(exchanges.shown);
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
    alltoallv: alltoallv(sent.rows, sources),
    milliseconds: Date.now() - started,
  };
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
