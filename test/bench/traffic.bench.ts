import { bench, describe } from 'vitest';
import { placeExperts } from '../../src/sim/placement/placement';
import { expectedRouting } from '../../src/sim/routing/expected';
import { sampledRouting } from '../../src/sim/routing/sampled';
import { runToEnd, simulate } from '../../src/sim/simulate';
import { traffic } from '../../src/sim/traffic/traffic';
import { type NetworkOptions, networkScenario } from '../accuracy/network-scenario';
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

const millionAssignments = ({ workload, model }: ReturnType<typeof scenarioOf>, ranks: number): string =>
  `${((workload.tokensPerRank * ranks * model.topK) / 1e6).toFixed(2)} M assignments`;

describe('expected: all of a simulation, placement of 58 layers to memory, time and step', () => {
  for (const ep of [64, 256, 2048]) {
    for (const [router, options] of routers) {
      const scenario = scenarioOf(ep, options);
      bench(`EP${ep}${router}`, () => void simulate(scenario), { time: 300, warmupIterations: 3 });
    }
  }
});

describe('expected: matrices of every one of 58 layers', () => {
  for (const [router, options] of routers) {
    const scenario = scenarioOf(64, options);
    const placement = placeExperts(scenario);
    bench(
      `EP64${router}`,
      () => {
        for (let layer = 0; layer < 58; layer++)
          traffic(scenario, expectedRouting(scenario, { ...placement, layer }));
      },
      { time: 300, iterations: 3, warmupIterations: 1 },
    );
  }
});

describe('2048 ranks: one matrix', () => {
  const scenario = scenarioOf(2048, {});
  const routing = expectedRouting(scenario, placeExperts(scenario));
  bench('one row per rank and node', () => void traffic(scenario, routing), { time: 300 });
  const perAssignment = scenarioOf(2048, { backend: 'nccl-alltoall' });
  bench('one row per assignment', () => void traffic(perAssignment, routing), { time: 300 });
});

for (const [router, options] of routers) {
  const scenario = scenarioOf(64, options);
  const placement = placeExperts(scenario);
  describe(`sampled: EP64${router}, ${millionAssignments(scenario, 64)} drawn, counted once per rank and domain`, () => {
    bench(
      'sampled engine, matrices included',
      () => void traffic(scenario, runToEnd(sampledRouting(scenario, placement))),
      { time: 300, iterations: 5, warmupIterations: 2 },
    );
    bench('token by token, with sets', () => void naiveTraffic(scenario, placement), {
      time: 1,
      iterations: 1,
      warmupIterations: 0,
      warmupTime: 0,
    });
  });
}
