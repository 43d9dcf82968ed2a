import { bench, describe } from 'vitest';
import { placeExperts } from '../../src/sim/placement/placement';
import { expectedRouting } from '../../src/sim/routing/expected';
import { sampledRouting } from '../../src/sim/routing/sampled';
import { traffic } from '../../src/sim/traffic/traffic';
import { type NetworkOptions, networkScenario } from '../accuracy/network-scenario';

/** Placement, routing and traffic of one MoE layer of a 256-expert model, by ranks and engine. */
const cases: readonly [string, NetworkOptions][] = [64, 256, 1024].flatMap(
  (ep): [string, NetworkOptions][] => [
    [`EP${ep}`, { ep, backend: 'deepep-high-throughput', sigma: 1 }],
    [`EP${ep}, 4 of 8 groups`, { ep, backend: 'deepep-high-throughput', sigma: 1, groups: 8, topkGroups: 4 }],
  ],
);

const shapes = (options: NetworkOptions): NetworkOptions => ({
  ...options,
  redundantExperts: Math.max(0, options.ep! - 256),
});

describe('expected', () => {
  for (const [name, options] of cases) {
    bench(
      name,
      () => {
        const scenario = networkScenario(shapes(options));
        traffic(scenario, expectedRouting(scenario, placeExperts(scenario)));
      },
      { time: 300 },
    );
  }
});

describe('sampled', () => {
  for (const [name, options] of cases) {
    bench(
      name,
      () => {
        const scenario = networkScenario(shapes(options));
        const steps = sampledRouting(scenario, placeExperts(scenario));
        let next = steps.next();
        while (!next.done) next = steps.next();
        traffic(scenario, next.value);
      },
      { time: 300, warmupIterations: 1 },
    );
  }
});
