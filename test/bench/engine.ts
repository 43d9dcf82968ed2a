import { parentPort } from 'node:worker_threads';
import { expectedTraffic } from '../../src/sim/layers';
import { memory } from '../../src/sim/memory/memory';
import { placeExperts, placeLayers } from '../../src/sim/placement/placement';
import { expectedRouting } from '../../src/sim/routing/expected';
import { sampledRouting } from '../../src/sim/routing/sampled';
import { runToEnd, simulate } from '../../src/sim/simulate';
import { traffic } from '../../src/sim/traffic/traffic';
import { type NetworkOptions, networkScenario } from '../accuracy/network-scenario';
import { naiveTraffic } from './naive-routing';

/** What a bench asks for: one of the runs below, of a scenario. */
export interface Asked {
  readonly run: keyof typeof runs;
  readonly options: NetworkOptions;
  /** Only gets ready what the run does not count. */
  readonly isFirst: boolean;
}

const scenarioOf = (options: NetworkOptions) =>
  networkScenario({
    backend: 'deepep-high-throughput',
    sigma: 1,
    redundantExperts: Math.max(0, (options.ep ?? 0) - 256),
    routing: { layer: null },
    ...options,
  });

type BenchScenario = ReturnType<typeof scenarioOf>;

/** The scenario with popularities that nothing remembers: of another seed each time. */
function unseen(scenario: BenchScenario): BenchScenario {
  seed++;
  return { ...scenario, routing: { ...scenario.routing, seed } };
}
let seed = 1;

const runs = {
  /** All of a simulation. */
  simulation: (scenario: BenchScenario) => () => void simulate(unseen(scenario)),
  /** Matrices of every layer, and memory. */
  layers: (known: BenchScenario) => () => {
    const scenario = unseen(known);
    const placements = placeLayers(scenario);
    const sent = expectedTraffic(scenario, placements);
    for (let layer = 0; layer < placements.layers; layer++) sent(layer);
    const shown = sent(placements.shown);
    memory(scenario, shown.placement, shown.traffic);
  },
  matrix: (scenario: BenchScenario) => {
    const routing = expectedRouting(scenario, placeExperts(scenario));
    return () => void traffic(scenario, routing);
  },
  sampled: (scenario: BenchScenario) => {
    const placement = placeExperts(scenario);
    return () => void traffic(scenario, runToEnd(sampledRouting(scenario, placement)));
  },
  naive: (scenario: BenchScenario) => {
    const placement = placeExperts(scenario);
    return () => void naiveTraffic(scenario, placement);
  },
};

const ready = new Map<string, () => void>();

parentPort?.on('message', ({ run, options, isFirst }: Asked) => {
  const key = `${run} ${JSON.stringify(options)}`;
  const prepared = ready.get(key) ?? runs[run](scenarioOf(options));
  ready.set(key, prepared);
  if (!isFirst) prepared();
  parentPort!.postMessage(null);
});
