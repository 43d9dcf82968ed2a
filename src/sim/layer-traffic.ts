import type { Scenario } from '../scenario/scenario';
import { step } from './compute/step';
import type {
  CommunicationTime,
  LayerTimeline,
  Matrix,
  NicRows,
  PlacementResult,
  TrafficResult,
} from './result';
import { type ExampleTokens, exampleTokens } from './routing/example-tokens';
import { popularityLayers } from './routing/popularity';
import { type Exchange, exchangesOfLayers, type RoutingEngine } from './simulate';
import { alltoallv } from './traffic/alltoallv';

/** A MoE layer from 0, or the mean over all whose popularity is known apart. */
export type LayerChoice = number | 'mean';

/** What of the exchange differs from layer to layer; a mean layer has the mean of each figure. */
export interface LayerTraffic {
  readonly layer: LayerChoice;
  /** Dispatch rows as in `TrafficResult`. */
  readonly rows: Matrix;
  readonly nodeRows: Matrix;
  readonly nicRows: NicRows | null;
  readonly perToken: TrafficResult['perToken'];
  readonly dispatch: LayerPhase;
  readonly combine: LayerPhase;
  /** As in `Alltoallv`. */
  readonly paddedOverExact: number;
  /** What a mean does not have. */
  readonly one: OneLayer | null;
}

/** One layer as `SimulationResult` and `SimulationDetail` have the one that stands for all. */
export interface OneLayer {
  readonly placement: PlacementResult;
  /** Without the matrices, which stand above. */
  readonly traffic: Omit<TrafficResult, 'rows' | 'nodeRows'>;
  readonly time: CommunicationTime;
  readonly timeline: LayerTimeline;
  readonly examples: ExampleTokens;
}

export interface LayerPhase {
  readonly microseconds: number;
  /** Busiest rank's bytes on each link class. */
  readonly scaleUpBytes: number;
  readonly scaleOutBytes: number;
}

const phaseOf = ({ traffic, time }: Exchange, phase: 'dispatch' | 'combine'): LayerPhase => ({
  microseconds: time[phase].microseconds,
  scaleUpBytes: traffic[phase].busiest.scaleUpBytes,
  scaleOutBytes: traffic[phase].busiest.scaleOutBytes,
});

function described(layer: LayerChoice, exchange: Exchange): LayerTraffic {
  const { rows, nodeRows, nicRows, perToken } = exchange.traffic;
  return {
    layer,
    rows,
    nodeRows,
    nicRows,
    perToken,
    dispatch: phaseOf(exchange, 'dispatch'),
    combine: phaseOf(exchange, 'combine'),
    paddedOverExact: alltoallv(rows, exchange.sources).paddedOverExact,
    one: null,
  };
}

function* oneLayer(scenario: Scenario, exchange: Exchange): Generator<number, OneLayer, void> {
  const { placement, traffic, time } = exchange;
  const { rows: _rows, nodeRows: _nodeRows, ...rest } = traffic;
  return {
    placement,
    traffic: rest,
    time,
    timeline: step(scenario, traffic, time).layer,
    examples: yield* exampleTokens(scenario, placement),
  };
}

/** Each figure of `of` added to that of `to`, times `share`. Both have the same keys. */
const added = <T extends object>(to: T, of: T, share: number): T =>
  Object.fromEntries(
    Object.entries(of).map(([name, value]) => [name, (to[name as keyof T] as number) + value * share]),
  ) as T;

function addedMatrix(to: Matrix, of: Matrix, share: number): Matrix {
  const data = Float64Array.from(to.data);
  for (let at = 0; at < data.length; at++) data[at]! += of.data[at]! * share;
  return { size: of.size, data };
}

/** Layers have the same senders: what differs between them is where rows go. */
function addedNicRows(to: NicRows | null, of: NicRows | null, share: number): NicRows | null {
  return to && of && { ...to, data: to.data.map((rows, at) => rows + of.data[at]! * share) };
}

const zero = <T extends object>(of: T): T =>
  Object.fromEntries(Object.keys(of).map((name) => [name, 0])) as T;

const empty = ({ size }: Matrix): Matrix => ({ size, data: new Float64Array(size * size) });

/**
 * The traffic of one MoE layer, or the mean over all: one exchange is simulated for each layer whose popularity is known
 * apart (`popularityLayers`).
 *
 * @yields the fraction done
 * @throws RangeError for a layer that is not there
 */
export function* layerTraffic(
  scenario: Scenario,
  engine: RoutingEngine,
  layer: LayerChoice,
): Generator<number, LayerTraffic> {
  const layers = popularityLayers(scenario);
  const scenarioOf = (one: number) => ({ ...scenario, routing: { ...scenario.routing, layer: one } });
  const at = exchangesOfLayers(scenario, engine).of;
  if (layer !== 'mean') {
    if (!(Number.isInteger(layer) && layer >= 0 && layer < layers))
      throw new RangeError(`There is no MoE layer ${layer}: the loads of ${layers} are known.`);
    const exchange = yield* at(layer);
    return { ...described(layer, exchange), one: yield* oneLayer(scenarioOf(layer), exchange) };
  }
  let mean: LayerTraffic | null = null;
  for (let one = 0; one < layers; one++) {
    yield one / layers;
    const next = described(one, yield* asPart(at(one), one, layers));
    const share = 1 / layers;
    mean ??= {
      ...next,
      layer: 'mean',
      rows: empty(next.rows),
      nodeRows: empty(next.nodeRows),
      nicRows: next.nicRows && { ...next.nicRows, data: new Float64Array(next.nicRows.data.length) },
      perToken: zero(next.perToken),
      dispatch: zero(next.dispatch),
      combine: zero(next.combine),
    };
    mean = {
      layer: 'mean',
      rows: addedMatrix(mean.rows, next.rows, share),
      nodeRows: addedMatrix(mean.nodeRows, next.nodeRows, share),
      nicRows: addedNicRows(mean.nicRows, next.nicRows, share),
      perToken: added(mean.perToken, next.perToken, share),
      dispatch: added(mean.dispatch, next.dispatch, share),
      combine: added(mean.combine, next.combine, share),
      paddedOverExact: next.paddedOverExact,
      one: null,
    };
  }
  return { ...mean!, paddedOverExact: alltoallv(mean!.rows).paddedOverExact };
}

/** The same steps as the n-th part of a whole. */
function* asPart<T>(steps: Generator<number, T>, nth: number, of: number): Generator<number, T> {
  let next = steps.next();
  while (!next.done) {
    yield (nth + next.value) / of;
    next = steps.next();
  }
  return next.value;
}
