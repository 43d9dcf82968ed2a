import { bench, describe } from 'vitest';
import { expectedTraffic } from '../../src/sim/layers';
import { memory } from '../../src/sim/memory/memory';
import { placeExperts, placeLayers } from '../../src/sim/placement/placement';
import { expectedRouting } from '../../src/sim/routing/expected';
import { sampledRouting } from '../../src/sim/routing/sampled';
import { runToEnd, simulate } from '../../src/sim/simulate';
import { traffic } from '../../src/sim/traffic/traffic';
import { type NetworkOptions, networkScenario } from '../accuracy/network-scenario';
import { benchFigure } from './figures';
import { naiveTraffic } from './naive-routing';

/** DeepSeek-V3 without and with its own limit, skewed as it serves. */
const routers: readonly (readonly [string, NetworkOptions])[] = [
  ['', {}],
  [', 4 of 8 groups', { groups: 8, topkGroups: 4 }],
];

const scenarioOf = (ep: number, options: NetworkOptions) =>
  networkScenario({
    ep,
    backend: 'deepep-high-throughput',
    sigma: 1,
    redundantExperts: Math.max(0, ep - 256),
    routing: { layer: null },
    ...options,
  });

/** The scenario with popularities that nothing remembers: of another seed each time. */
function unseen(scenario: ReturnType<typeof scenarioOf>): ReturnType<typeof scenarioOf> {
  seed++;
  return { ...scenario, routing: { ...scenario.routing, seed } };
}
let seed = 1;

describe('expected: all of a simulation, placement of 58 layers to memory, time and step', () => {
  for (const ep of [64, 256, 2048]) {
    for (const [router, options] of routers) {
      const scenario = scenarioOf(ep, options);
      bench(`EP${ep}${router}`, () => void simulate(unseen(scenario)), { time: 300, warmupIterations: 3 });
    }
  }
});

describe('expected: matrices of every one of 58 layers, and memory', () => {
  for (const [router, options] of routers) {
    const known = scenarioOf(64, options);
    benchFigure(
      `EP64${router}, 58 layers`,
      () => {
        const scenario = unseen(known);
        const placements = placeLayers(scenario);
        const sent = expectedTraffic(scenario, placements);
        for (let layer = 0; layer < 58; layer++) sent(layer);
        const shown = sent(placements.shown);
        memory(scenario, shown.placement, shown.traffic);
      },
      { targetMilliseconds: 10 },
      { time: 2000, iterations: 40, warmupIterations: 40 },
    );
  }
});

describe('2048 ranks: one matrix', () => {
  const scenario = scenarioOf(2048, {});
  const routing = expectedRouting(scenario, placeExperts(scenario));
  const perAssignment = scenarioOf(2048, { backend: 'nccl-alltoall' });
  const target = { targetMilliseconds: 100 };
  benchFigure('one row per rank and node', () => void traffic(scenario, routing), target, { time: 300 });
  benchFigure('one row per assignment', () => void traffic(perAssignment, routing), target, { time: 300 });
});

for (const [router, options] of routers) {
  const scenario = scenarioOf(64, options);
  const placement = placeExperts(scenario);
  const assignments = scenario.workload.tokensPerRank * 64 * scenario.model.topK;
  describe(`sampled: EP64${router}, drawn, counted once per rank and domain`, () => {
    benchFigure(
      `sampled engine${router}, matrices included`,
      () => void traffic(scenario, runToEnd(sampledRouting(scenario, placement))),
      { assignments, targetMillionsPerSecond: 40 },
      { time: 300, iterations: 5, warmupIterations: 2 },
    );
    benchFigure(
      `token by token, with sets${router}`,
      () => void naiveTraffic(scenario, placement),
      { assignments },
      { time: 1, iterations: 1, warmupIterations: 0, warmupTime: 0 },
    );
  });
}
