import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BackendId, PlacementScenario, RoutingScenario, Scenario } from '../../../src/scenario/scenario';
import { placeExperts } from '../../../src/sim/placement/placement';
import type { Matrix, PlacementResult, TrafficResult } from '../../../src/sim/result';
import { expectedRouting } from '../../../src/sim/routing/expected';
import type { Routing } from '../../../src/sim/routing/routing';
import { sampledRouting } from '../../../src/sim/routing/sampled';
import { alltoallv } from '../../../src/sim/traffic/alltoallv';
import { rowBytes } from '../../../src/sim/traffic/row-bytes';
import { traffic } from '../../../src/sim/traffic/traffic';
import { type NetworkOptions, networkScenario } from '../../accuracy/network-scenario';

type Engine = 'expected' | 'sampled';

function route(scenario: Scenario, placement: PlacementResult, engine: Engine): Routing {
  if (engine === 'expected') return expectedRouting(scenario, placement);
  const steps = sampledRouting(scenario, placement);
  let next = steps.next();
  while (!next.done) next = steps.next();
  return next.value;
}

function run(options: NetworkOptions, engine: Engine = 'expected'): TrafficResult {
  const scenario = networkScenario(options);
  return traffic(scenario, route(scenario, placeExperts(scenario), engine));
}

const rowSum = ({ size, data }: Matrix, i: number) =>
  Array.from({ length: size }, (_, k) => data[i * size + k]!).reduce((a, b) => a + b, 0);
const columnSum = ({ size, data }: Matrix, k: number) =>
  Array.from({ length: size }, (_, i) => data[i * size + k]!).reduce((a, b) => a + b, 0);
const total = ({ data }: Matrix) => Array.from(data).reduce((a, b) => a + b, 0);
const diagonal = ({ size, data }: Matrix) =>
  Array.from({ length: size }, (_, i) => data[i * size + i]!).reduce((a, b) => a + b, 0);

const shape = fc.record({
  ep: fc.constantFrom(1, 2, 4, 5, 8, 12, 16, 24),
  etp: fc.constantFrom(1, 2, 8),
  routedExperts: fc.constantFrom(16, 60, 64),
  topK: fc.integer({ min: 1, max: 6 }),
  groups: fc.constantFrom(1, 4),
  topkGroups: fc.constantFrom(1, 2),
  redundantExperts: fc.constantFrom(0, 3, 16),
  sigma: fc.constantFrom(0, 1),
  seed: fc.integer({ min: 0, max: 99 }),
  tokensPerRank: fc.constantFrom(1, 32, 100),
});
const distribution = fc.constantFrom<RoutingScenario['distribution']>('lognormal', 'zipf', 'loads', 'trace');
const strategy = fc.constantFrom<PlacementScenario['strategy']>('linear', 'round-robin', 'eplb', 'explicit');

/** Every placement with every routing; EPLB and files only where slots divide over ranks. */
const layout = fc.tuple(shape, distribution, strategy).map(([options, routing, placement]): Options => {
  const { routedExperts, redundantExperts, ep, topK, seed } = options;
  const slots = routedExperts + redundantExperts;
  const pick = (i: number, below: number) => (seed * 31 + i * 17) % below;
  const loads = Array.from({ length: 3 }, (_, layer) =>
    Array.from({ length: routedExperts }, (_unused, expert) => pick(expert * (layer + 1), 23)),
  );
  const trace = Array.from({ length: 13 }, (_, token) =>
    Array.from({ length: topK }, (_unused, i) => (pick(token, routedExperts) + i) % routedExperts),
  );
  const file = Array.from({ length: slots }, (_, slot) => (slots - 1 - slot) % routedExperts);
  return {
    ...options,
    routing:
      options.sigma === 0
        ? {}
        : { distribution: routing, loads: loads.map((row) => [1, ...row.slice(1)]), trace, layer: null },
    placement: { strategy: slots % ep === 0 ? placement : 'linear', drift: 0.1, slots: [file] },
  };
});
type Options = NetworkOptions & {
  readonly ep: number;
  readonly routedExperts: number;
  readonly topK: number;
  readonly tokensPerRank: number;
};
const engine = fc.constantFrom<Engine>('expected', 'sampled');
const perAssignment = fc.constantFrom<BackendId>('nccl-alltoall', 'deepep-low-latency');
const anyBackend = fc.constantFrom<BackendId>(
  'nccl-alltoall',
  'deepep-low-latency',
  'deepep-high-throughput',
  'allgather-reducescatter',
  'nvlink-one-sided',
);
const runs = { numRuns: 60 };

describe('laws', () => {
  test('each source sends tokens x k rows, one per assignment', () => {
    fc.assert(
      fc.property(layout, engine, perAssignment, (options, by, backend) => {
        const result = run({ ...options, backend }, by);
        for (let i = 0; i < options.ep; i++) {
          expect(rowSum(result.rows, i)).toBeCloseTo(options.tokensPerRank * options.topK, 6);
        }
      }),
      runs,
    );
  });

  test('each rank receives its expert load', () => {
    fc.assert(
      fc.property(layout, engine, perAssignment, (options, by, backend) => {
        const result = run({ ...options, backend }, by);
        result.load.perRank.forEach((load, rank) => {
          expect(columnSum(result.rows, rank)).toBeCloseTo(load, 6);
        });
        const experts = result.load.perExpert.reduce((a, b) => a + b, 0);
        expect(experts).toBeCloseTo(total(result.rows), 6);
      }),
      runs,
    );
  });

  test('local, scale-up and scale-out are all bytes', () => {
    fc.assert(
      fc.property(layout, engine, perAssignment, (options, by, backend) => {
        const { dispatch, rows } = run({ ...options, backend }, by);
        const parts = dispatch.localBytes + dispatch.scaleUpBytes + dispatch.scaleOutBytes;
        expect(parts / dispatch.rowBytes).toBeCloseTo(total(rows), 6);
        expect(dispatch.localBytes / dispatch.rowBytes).toBeCloseTo(diagonal(rows), 6);
        expect(dispatch.logicalBytes).toBeCloseTo(parts, 3);
      }),
      runs,
    );
  });

  test('once per node: the matrix and the relayed bytes are all bytes, and forwarded ones are scale-up bytes', () => {
    fc.assert(
      fc.property(layout, engine, anyBackend, (options, by, backend) => {
        const { dispatch, rows } = run({ ...options, backend }, by);
        const {
          localBytes,
          scaleUpBytes,
          scaleOutBytes,
          forwardedBytes,
          relayedBytes,
          rowBytes: bytes,
        } = dispatch;
        const all = (localBytes + scaleUpBytes + scaleOutBytes - relayedBytes) / bytes;
        expect(all).toBeCloseTo(total(rows), 5);
        expect(forwardedBytes).toBeLessThanOrEqual(scaleUpBytes * (1 + 1e-9));
        expect(relayedBytes).toBeGreaterThanOrEqual(-1e-3);
        expect(relayedBytes).toBeLessThanOrEqual(scaleOutBytes * (1 + 1e-9));
      }),
      runs,
    );
  });

  test('rails carry what crosses the NIC, and sending once per node stays on its rail', () => {
    fc.assert(
      fc.property(layout, engine, anyBackend, (options, by, backend) => {
        const { dispatch, railRows } = run({ ...options, backend }, by);
        expect(total(railRows)).toBeCloseTo(dispatch.scaleOutBytes / dispatch.rowBytes, 5);
        // Full nodes: the row arrives at the GPU of the same index.
        if (backend === 'deepep-high-throughput' && (options.ep * options.etp!) % 8 === 0) {
          expect(diagonal(railRows)).toBeCloseTo(total(railRows), 5);
        }
      }),
      runs,
    );
  });

  test('one row that stands for all ranks is as good as one for each', () => {
    fc.assert(
      fc.property(layout, anyBackend, (options, backend) => {
        const scenario = networkScenario({ ...options, backend });
        const alike = expectedRouting(scenario, placeExperts(scenario));
        const each = (row: Float64Array) =>
          Float64Array.from({ length: alike.ranks * row.length }, (_, at) => row[at % row.length]!);
        const apart = {
          ...alike,
          sources: alike.ranks,
          assignments: each(alike.assignments),
          rankHits: each(alike.rankHits),
          domainHits: each(alike.domainHits),
        };
        const [together, separate] = [traffic(scenario, alike), traffic(scenario, apart)];
        for (const key of ['rows', 'nodeRows', 'railRows'] as const) {
          together[key].data.forEach((count, at) => {
            expect(separate[key].data[at]).toBeCloseTo(count, 6);
          });
        }
        for (const [key, value] of Object.entries(together.dispatch)) {
          if (typeof value === 'number' && key !== 'busiestRank') {
            expect(separate.dispatch[key as 'localBytes']).toBeCloseTo(value, 3);
          }
        }
        for (const [key, value] of Object.entries(together.dispatch.busiest)) {
          expect(separate.dispatch.busiest[key as 'smBytes']).toBeCloseTo(value, 3);
        }
        expect(separate.perToken.remoteNodes).toBeCloseTo(together.perToken.remoteNodes, 9);
        const [few, all] = [alltoallv(together.rows, 1), alltoallv(together.rows)];
        expect(few.largestCount).toBe(all.largestCount);
        expect(few.paddedOverExact).toBeCloseTo(all.paddedOverExact, 9);
      }),
      runs,
    );
  });

  test('combine and both gradients carry the rows of dispatch', () => {
    fc.assert(
      fc.property(layout, engine, anyBackend, (options, by, backend) => {
        const scenario = networkScenario({ ...options, backend });
        scenario.workload.mode = 'train';
        const { dispatch, combine, backward } = traffic(
          scenario,
          route(scenario, placeExperts(scenario), by),
        );
        for (const phase of [combine, backward!.dispatch, backward!.combine]) {
          for (const link of ['localBytes', 'scaleUpBytes', 'scaleOutBytes'] as const) {
            expect(phase[link] / phase.rowBytes).toBeCloseTo(dispatch[link] / dispatch.rowBytes, 5);
          }
        }
        expect(backward!.dispatch.rowBytes).toBe(2 * 7168);
      }),
      runs,
    );
  });

  test('capacity: dropped and padded rows account for all', () => {
    fc.assert(
      fc.property(layout, engine, perAssignment, fc.boolean(), (options, by, backend, padToCapacity) => {
        fc.pre(options.tokensPerRank >= 32);
        const routing = { ...options.routing, padToCapacity };
        const { rows, load } = run({ ...options, backend, capacityFactor: 1, routing }, by);
        const wanted = options.ep * options.tokensPerRank * options.topK;
        expect(total(rows) * (1 - load.padding)).toBeCloseTo(wanted * (1 - load.dropped), 3);
        if (padToCapacity) {
          const capacity = Math.ceil((options.tokensPerRank * options.topK) / options.routedExperts);
          expect(total(rows)).toBeCloseTo(options.ep * options.routedExperts * capacity, 3);
        }
      }),
      runs,
    );
  });

  test('node rows are the rank rows of each pair of nodes, one per assignment', () => {
    fc.assert(
      fc.property(layout, engine, perAssignment, (options, by, backend) => {
        const { rows, nodeRows, dispatch } = run({ ...options, backend }, by);
        expect(total(nodeRows)).toBeCloseTo(total(rows), 6);
        expect((total(nodeRows) - diagonal(nodeRows)) * dispatch.rowBytes).toBeCloseTo(
          dispatch.scaleOutBytes,
          3,
        );
      }),
      runs,
    );
  });

  test('in a scale-up domain of several nodes the node matrix has a row and a column for each node of the placement', () => {
    for (const [ep, backend] of [
      [32, 'nvlink-one-sided'],
      [144, 'deepep-high-throughput'],
      [144, 'nccl-alltoall'],
    ] as const) {
      const options: NetworkOptions = {
        ep,
        backend,
        accelerator: 'gb200-nvl72',
        sigma: 1,
        routedExperts: 288,
      };
      const { nodeOfRank, domainOfRank, nodes } = placeExperts(networkScenario(options));
      const { rows, nodeRows, domains, dispatch } = run(options);
      expect(nodeRows.size).toBe(nodes);
      expect(nodes).toBe(ep / 4);
      expect(domains).toBe(Math.ceil(ep / 72));
      const domainOfNode = (node: number) => domainOfRank[nodeOfRank.indexOf(node)];
      let overNic = 0;
      nodeRows.data.forEach((count, at) => {
        const [from, to] = [Math.floor(at / nodes), at % nodes];
        if (domainOfNode(from) !== domainOfNode(to)) {
          overNic += count;
          return;
        }
        const between = Array.from(rows.data).filter(
          (_, i) => nodeOfRank[Math.floor(i / ep)] === from && nodeOfRank[i % ep] === to,
        );
        expect(count).toBeCloseTo(
          between.reduce((sum, value) => sum + value, 0),
          6,
        );
      });
      expect(overNic * dispatch.rowBytes).toBeCloseTo(dispatch.scaleOutBytes, 0);
    }
  });

  test('one rank sends nothing over any wire', () => {
    fc.assert(
      fc.property(layout, engine, anyBackend, (options, by, backend) => {
        const { dispatch, combine, perToken } = run({ ...options, ep: 1, backend }, by);
        for (const phase of [dispatch, combine]) {
          expect(phase.scaleUpBytes + phase.scaleOutBytes).toBe(0);
          expect(phase.busiest.scaleUpBytes + phase.busiest.scaleOutBytes).toBe(0);
        }
        expect(perToken.remoteNodes).toBe(0);
      }),
      runs,
    );
  });

  test('deduplication never adds rows, and a rank is on no more nodes than ranks', () => {
    fc.assert(
      fc.property(layout, engine, (options, by) => {
        const nccl = run({ ...options, backend: 'nccl-alltoall' }, by);
        const deduplicated = run({ ...options, backend: 'deepep-high-throughput' }, by);
        deduplicated.rows.data.forEach((count, i) => {
          expect(count).toBeLessThanOrEqual(nccl.rows.data[i]! * (1 + 1e-6) + 1e-9);
        });
        deduplicated.nodeRows.data.forEach((count, i) => {
          expect(count).toBeLessThanOrEqual(nccl.nodeRows.data[i]! * (1 + 1e-6) + 1e-9);
        });
        const { distinctNodes, distinctRanks } = deduplicated.perToken;
        expect(distinctNodes).toBeLessThanOrEqual(distinctRanks * (1 + 1e-6));
        expect(distinctRanks).toBeLessThanOrEqual(options.topK * (1 + 1e-6));
        expect(deduplicated.dispatch.scaleOutBytes / deduplicated.dispatch.rowBytes).toBeCloseTo(
          total(deduplicated.nodeRows) - diagonal(deduplicated.nodeRows),
          6,
        );
      }),
      runs,
    );
  });

  test('permuting the ranks permutes the matrix', () => {
    fc.assert(
      fc.property(
        layout,
        anyBackend,
        fc.array(fc.nat(), { minLength: 24, maxLength: 24 }),
        (options, backend, keys) => {
          const scenario = networkScenario({ ...options, etp: 1, backend });
          const placement = placeExperts(scenario);
          const ranks = placement.worldRanks.map((_, rank) => rank);
          const to = [...ranks].sort((a, b) => keys[a]! - keys[b]! || a - b);
          const moved: PlacementResult = {
            ...placement,
            physicalToRank: placement.physicalToRank.map((rank) => to[rank]!),
            domainOfRank: ranks.map((rank) => placement.domainOfRank[to.indexOf(rank)]!),
          };
          const before = traffic(scenario, route(scenario, placement, 'expected'));
          const after = traffic(scenario, route(scenario, moved, 'expected'));
          for (const i of ranks) {
            for (const k of ranks) {
              expect(after.rows.data[to[i]! * options.ep + to[k]!]).toBeCloseTo(
                before.rows.data[i * options.ep + k]!,
                6,
              );
            }
          }
          expect(after.dispatch.scaleOutBytes).toBeCloseTo(before.dispatch.scaleOutBytes, 2);
        },
      ),
      runs,
    );
  });

  test('replicas never raise the load of the busiest slot, wherever they are placed', () => {
    const busiestSlot = (options: Options): number => {
      const scenario = networkScenario(options);
      const placement = placeExperts(scenario);
      const { load } = traffic(scenario, route(scenario, placement, 'expected'));
      const copies = new Array<number>(options.routedExperts).fill(0);
      for (const expert of placement.physicalToLogical) copies[expert]!++;
      return Math.max(...load.perExpert.map((rows, expert) => rows / copies[expert]!));
    };
    fc.assert(
      fc.property(layout, fc.integer({ min: 0, max: 4 }), (anyPlacement, rows) => {
        const { ep, routedExperts } = anyPlacement;
        fc.pre(routedExperts % ep === 0);
        const { strategy = 'linear' } = anyPlacement.placement ?? {};
        const options: Options = {
          ...anyPlacement,
          placement: { strategy: strategy === 'explicit' ? 'linear' : strategy, drift: 0 },
          routing: { ...anyPlacement.routing, layer: 0 },
        };
        const plain = busiestSlot({ ...options, redundantExperts: 0 });
        expect(busiestSlot({ ...options, redundantExperts: rows * ep })).toBeLessThanOrEqual(
          plain * (1 + 1e-9),
        );
      }),
      runs,
    );
  });

  test('replicas may raise the load of the busiest GPU: they can join experts that were apart', () => {
    const job = { ep: 2, routedExperts: 4, topK: 1, sigma: 1 } as const;
    const routing = { distribution: 'loads', loads: [[5, 1, 5, 1]], layer: 0 } as const;
    // Expert 0 and 2 on GPU 0 and 1; a second copy of 0 and 1 moves expert 2 to GPU 0.
    const fullest = (redundantExperts: number) => run({ ...job, redundantExperts, routing }).load.maxOverMean;
    expect(fullest(0)).toBeCloseTo(1, 9);
    expect(fullest(2)).toBeCloseTo((2.5 + 0.5 + 5) / 6, 3);
  });

  test('one replica of every expert never raises the load of the busiest GPU of a linear placement', () => {
    fc.assert(
      fc.property(layout, (anyPlacement) => {
        const { routedExperts } = anyPlacement;
        fc.pre(routedExperts % anyPlacement.ep === 0);
        const options: Options = {
          ...anyPlacement,
          placement: { strategy: 'linear' },
          routing: { ...anyPlacement.routing, layer: 0 },
        };
        const plain = run({ ...options, redundantExperts: 0 });
        const replicated = run({ ...options, redundantExperts: routedExperts });
        expect(replicated.load.maxOverMean).toBeLessThanOrEqual(plain.load.maxOverMean * (1 + 1e-9));
      }),
      runs,
    );
  });
});

describe('collectives around the experts', () => {
  const job = (tp: number, etp: number) => {
    const scenario = networkScenario({ ep: 4, etp, topK: 2, routedExperts: 16, tokensPerRank: 100 });
    scenario.workload.mode = 'train';
    scenario.layout.tp = tp;
    return traffic(scenario, expectedRouting(scenario, placeExperts(scenario))).collectives;
  };

  test('ETP gathers and scatters the rows of its peers, TP the tokens of shared experts', () => {
    // Balanced: each rank receives its own 100 tokens twice over.
    expect(job(4, 2)).toMatchObject([
      {
        of: 'expert-tensor',
        collective: 'all-gather',
        ranks: 2,
        busiestBytes: expect.closeTo(200 * 14336, 3),
      },
      { of: 'expert-tensor', collective: 'reduce-scatter', ranks: 2 },
      { of: 'shared-experts', collective: 'all-gather', ranks: 4, busiestBytes: 3 * 100 * 14336 },
      { of: 'shared-experts', collective: 'reduce-scatter', ranks: 4 },
    ]);
  });

  test('without either there is none', () => {
    expect(job(1, 1)).toEqual([]);
  });
});

describe('edges', () => {
  test.each([
    ['no token', { tokensPerRank: 0 }],
    ['half a token per rank', { tokensPerRank: 0.5 }],
    ['no routed expert', { routedExperts: 0, topK: 0 }],
    ['every expert', { routedExperts: 8, topK: 8, sigma: 2 }],
    ['more experts asked than there are', { routedExperts: 4, topK: 8 }],
    ['nearly every expert, very skewed', { routedExperts: 16, topK: 15, sigma: 3 }],
    ['one expert per group', { routedExperts: 8, topK: 2, groups: 8, topkGroups: 4 }],
    ['groups that cannot hold a token', { routedExperts: 16, topK: 8, groups: 8, topkGroups: 2 }],
  ] as const)('%s', (_, options) => {
    for (const by of ['expected', 'sampled'] as const) {
      for (const backend of ['nccl-alltoall', 'deepep-high-throughput'] as const) {
        const result = run({ ep: 8, backend, ...options }, by);
        const { load, perToken, dispatch } = result;
        const figures = [
          load.maxOverMean,
          load.dropped,
          load.expertMaxOverMean,
          ...Object.values(perToken),
          dispatch.logicalBytes,
          dispatch.busiest.smBytes,
          ...result.rows.data,
        ];
        for (const figure of figures) expect(figure).toBeGreaterThanOrEqual(0);
      }
    }
  });
});

describe('bytes', () => {
  test('of one row with hidden 7168', () => {
    expect(rowBytes('nccl-alltoall', 'dispatch', 'bf16', 7168)).toBe(14336);
    expect(rowBytes('deepep-high-throughput', 'dispatch', 'fp8', 7168)).toBe(7392);
    expect(rowBytes('deepep-low-latency', 'dispatch', 'fp8', 7168)).toBe(7408);
    expect(rowBytes('deepep-low-latency', 'combine', 'bf16', 7168)).toBe(14336);
    expect(rowBytes('nccl-alltoall', 'dispatch', 'fp4', 7168)).toBe(4032);
  });

  test('high throughput over two nodes, by hand', () => {
    // Two nodes of two GPUs, four experts, top-1: each rank sends a quarter of its tokens to each rank.
    const scenario = networkScenario({
      ep: 4,
      routedExperts: 4,
      topK: 1,
      tokensPerRank: 400,
      backend: 'deepep-high-throughput',
    });
    scenario.cluster.scaleUpDomain = 2;
    const result = traffic(scenario, expectedRouting(scenario, placeExperts(scenario)));
    const { rowBytes: bytes, busiest, scaleOutBytes, scaleUpBytes, localBytes } = result.dispatch;
    expect(Array.from(result.rows.data)).toEqual(Array.from({ length: 16 }, () => expect.closeTo(100, 9)));
    expect(localBytes / bytes).toBeCloseTo(400, 9);
    // Half of each rank's tokens cross; half of those stay on the GPU where they arrive.
    expect(scaleOutBytes / bytes).toBeCloseTo(800, 9);
    expect(scaleUpBytes / bytes).toBeCloseTo(400 + 400, 9);
    expect(busiest.scaleOutBytes / bytes).toBeCloseTo(200, 9);
    expect(busiest.scaleUpBytes / bytes).toBeCloseTo(200, 9);
  });

  test('one-sided NVLink stores a token once per rank of the rack that needs it', () => {
    const options = { accelerator: 'gb200-nvl72', ep: 16, topK: 8, tokensPerRank: 128 } as const;
    const spread = run({ ...options, backend: 'nvlink-one-sided', routedExperts: 16 });
    expect(spread.perToken.distinctRanks).toBeCloseTo(8, 9);
    expect(spread.dispatch.logicalBytes).toBeCloseTo(16 * 128 * 8 * spread.dispatch.rowBytes, 3);
    expect(spread.dispatch.busiest.scaleUpBytes).toBeCloseTo(
      128 * 8 * (15 / 16) * spread.dispatch.rowBytes,
      3,
    );
    expect(spread.dispatch.scaleOutBytes).toBe(0);
  });

  test('the busiest link of a domain carries what is forwarded over it too', () => {
    const scenario = networkScenario({ ep: 4, routedExperts: 4, topK: 1, backend: 'deepep-high-throughput' });
    scenario.cluster.scaleUpDomain = 2;
    const even = expectedRouting(scenario, placeExperts(scenario));
    // Two nodes of two GPUs: rank 0 sends 5 tokens to rank 3, over rank 2, which sends 7 of its own there.
    const rankHits = Float64Array.from([0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0]);
    const domainHits = Float64Array.from([0, 5, 0, 0, 0, 7, 0, 0]);
    const { dispatch } = traffic(scenario, {
      ...even,
      sources: 4,
      assignments: rankHits,
      rankHits,
      domainHits,
    });
    expect(dispatch.busiest.scaleUpPairBytes).toBe(12 * dispatch.rowBytes);
    const direct = run({ ep: 16, topK: 16, routedExperts: 16, tokensPerRank: 10, backend: 'nccl-alltoall' });
    expect(direct.dispatch.busiest.scaleUpPairBytes).toBeCloseTo(10 * direct.dispatch.rowBytes, 6);
  });

  test('all-gather sends every token once into each node and once to each rank', () => {
    const result = run({ ep: 16, backend: 'allgather-reducescatter', tokensPerRank: 10 });
    expect(total(result.rows)).toBe(16 * 16 * 10);
    expect(result.dispatch.scaleOutBytes / result.dispatch.rowBytes).toBe(16 * 10);
  });

  test('padding: equal counts cost nothing, one hot pair costs its excess', () => {
    expect(alltoallv({ size: 2, data: Float64Array.of(3, 3, 3, 3) })).toEqual({
      paddedOverExact: 1,
      largestCount: 3,
    });
    expect(alltoallv({ size: 2, data: Float64Array.of(1, 1, 1, 5) })).toEqual({
      paddedOverExact: 2.5,
      largestCount: 5,
    });
  });
});
