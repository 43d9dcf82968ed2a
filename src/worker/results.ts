import type { Scenario } from '../scenario/scenario';
import { recent } from '../sim/recent';
import type { SimulationResult } from '../sim/result';
import { type RoutingEngine, simulateInSteps } from '../sim/simulate';
import { scenarioKey } from './resolve-job';

/** Numbers of the results that are kept, in all: 64 MB. */
const KEPT_NUMBERS = 8e6;
/** What a result holds beside its matrices, by rank of the EP group and in all: mostly lists of figures. */
const NUMBERS_PER_RANK = 100;
const NUMBERS_AT_LEAST = 2000;

function numbersOf({ traffic, memory }: SimulationResult): number {
  const matrices = [traffic.rows, traffic.nodeRows, traffic.railRows];
  const inMatrices = matrices.reduce((sum, { data }) => sum + data.length, 0);
  return inMatrices + memory.perRank.length * NUMBERS_PER_RANK + NUMBERS_AT_LEAST;
}

/** Simulates a scenario; the generator yields the fraction done. */
export type Simulate = (scenario: Scenario, engine: RoutingEngine) => Generator<number, SimulationResult>;

/** A simulator that keeps what it found last: hover, rules, panel, and jobs that come to the same scenario share it. */
export function keptResults(): Simulate {
  const results = recent<SimulationResult>(KEPT_NUMBERS, numbersOf);
  return function* simulate(scenario, engine) {
    const key = engine + scenarioKey(scenario);
    const known = results.get(key);
    if (known) return known;
    const result = yield* simulateInSteps(scenario, engine);
    results.set(key, result);
    return result;
  };
}

const EMPTY = { size: 0, data: new Float32Array(0) };

/** What hovers and rules need of a result. */
export const withoutMatrices = (result: SimulationResult): SimulationResult => ({
  ...result,
  traffic: { ...result.traffic, rows: EMPTY, nodeRows: EMPTY, railRows: EMPTY },
});
