import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BackendId } from '../../src/scenario/scenario';
import { simulationDetail } from '../../src/sim/detail';
import { runToEnd, simulate } from '../../src/sim/simulate';
import { sendingOf } from '../../src/sim/traffic/sending';
import { journeysOf, placeAt } from '../../webview/charts/journeys';
import { layOutStage, namedSlots } from '../../webview/charts/stage';
import { routesOf } from '../../webview/model/alltoall';
import { drawnTokens, sizesFor, subsetAround } from '../../webview/model/subset';
import { headingOf, meansOf } from '../../webview/views/alltoall/facts';
import { type NetworkOptions, networkScenario } from '../accuracy/network-scenario';

const backendIds = Object.keys(sendingOf) as BackendId[];

function routed(options: NetworkOptions) {
  const result = simulate(networkScenario(options), 'sampled');
  const detail = runToEnd(simulationDetail(result));
  return { result, detail, routes: routesOf(result.placement, detail) };
}

it('says of copies within a node only those that travel', () => {
  const { result, detail } = routed({
    backend: 'nccl-alltoall',
    ep: 8,
    tokensPerRank: 64,
    routedExperts: 64,
    topK: 4,
  });
  const said = headingOf(result, meansOf(result, detail));
  const [copies, travelling] = said.match(/\d+(\.\d+)?/g)!.map(Number);
  expect(copies).toBe(4);
  const { scaleUpBytes, localBytes } = result.traffic.dispatch;
  expect(travelling).toBeCloseTo((4 * scaleUpBytes) / (scaleUpBytes + localBytes), 1);
  expect(travelling).toBeLessThan(4);
});

describe('names of experts under a rank', () => {
  it.each([30, 77, 78, 120, 300])('stay inside a box of %d pixels and apart from each other', (width) => {
    const slots = Array.from({ length: 24 }, (_, slot) => 84 + slot);
    const box = { rank: 1, x: 80, y: 0, width, slots, pitch: (width - 8) / slots.length };
    const widthOf = (slot: number) => 6 * String(slot).length;
    const named = namedSlots(box, widthOf);
    expect(named.length).toBeGreaterThan(0);
    expect(named[0]!.slot).toBe(84);
    const edges = named.flatMap(({ slot, x }) => [x - widthOf(slot) / 2, x + widthOf(slot) / 2]);
    expect(edges).toEqual([...edges].sort((a, b) => a - b));
    expect(edges[0]).toBeGreaterThan(box.x);
    expect(edges.at(-1)).toBeLessThan(box.x + width);
  });
});

describe('the rows of example tokens', () => {
  it('are those that the simulator counts, link by link, for every backend', () => {
    const options = fc.record({
      backend: fc.constantFrom(...backendIds),
      ep: fc.constantFrom(2, 4, 8, 12, 16, 32),
      tokensPerRank: fc.integer({ min: 1, max: 32 }),
      sigma: fc.constantFrom(0, 1),
      seed: fc.integer({ min: 0, max: 1000 }),
    });
    fc.assert(
      fc.property(options, (given) => {
        fc.pre(given.backend !== 'nvlink-one-sided' || given.ep <= 8);
        const { result, detail, routes } = routed({ ...given, routedExperts: 96, topK: 6 });
        const { dispatch, rows } = result.traffic;
        const ranks = rows.size;
        const found = { local: 0, scaleUp: 0, forwarded: 0, matrix: new Float64Array(ranks * ranks) };
        const overNic = new Set<string>();
        let straight = 0;
        for (let rank = 0; rank < ranks; rank++) {
          for (let token = 0; token < routes.tokensOfRank[rank]!; token++) {
            for (const row of routes.rowsOf(rank, token)) {
              found.matrix[rank * ranks + row.to]!++;
              if (row.link === 'local') found.local++;
              if (row.link === 'scaleUp') found.scaleUp++;
              if (row.link !== 'scaleOut') continue;
              if (row.via !== null) found.forwarded++;
              overNic.add(`${rank} ${token} ${row.via ?? row.to}`);
              if (detail.sending === 'per-choice') straight++;
            }
          }
        }
        expect(found.matrix).toEqual(Float64Array.from(rows.data));
        expect(found.local * dispatch.rowBytes).toBeCloseTo(dispatch.localBytes, 3);
        expect((found.scaleUp + found.forwarded) * dispatch.rowBytes).toBeCloseTo(dispatch.scaleUpBytes, 3);
        expect(found.forwarded * dispatch.rowBytes).toBeCloseTo(dispatch.forwardedBytes, 3);
        const nic = detail.sending === 'per-choice' ? straight : overNic.size;
        expect(nic * dispatch.rowBytes).toBeCloseTo(dispatch.scaleOutBytes, 3);
      }),
      { numRuns: 40 },
    );
  });

  it('go to every rank that holds a part of the expert', () => {
    const { routes, result } = routed({ ep: 4, etp: 2, backend: 'deepep-high-throughput', tokensPerRank: 8 });
    const parts = result.placement.worldRanks.length / 4;
    for (const row of routes.rowsOf(0, 0)) {
      const first = routes.rankOfSlot[row.slots[0]!]!;
      expect(row.to - first).toBeGreaterThanOrEqual(0);
      expect(row.to - first).toBeLessThan(parts);
    }
  });
});

describe('the ranks that are drawn', () => {
  const group = fc.record({
    ep: fc.constantFrom(2, 3, 8, 12, 16, 64),
    backend: fc.constantFrom(...backendIds),
    accelerator: fc.constantFrom('h100-sxm' as const, 'gb200-nvl72' as const),
    share: fc.double({ min: 0, max: 0.999, noNaN: true }),
  });
  it('have the one asked for among them, are no more than asked for, and hold all hops between them', () => {
    fc.assert(
      fc.property(group, ({ share, ...options }) => {
        const { backend, accelerator, ep } = options;
        fc.pre(backend !== 'nvlink-one-sided' || accelerator !== 'h100-sxm' || ep <= 8);
        const { result, routes } = routed({ ...options, routedExperts: 192, topK: 4, tokensPerRank: 16 });
        const ranks = result.placement.nodeOfRank.length;
        const centre = Math.floor(share * ranks);
        for (const size of sizesFor(ranks)) {
          const subset = subsetAround(result.placement, routes, centre, size);
          expect(subset.ranks).toContain(centre);
          expect(new Set(subset.ranks).size).toBe(subset.ranks.length);
          expect(subset.ranks.length).toBeLessThanOrEqual(size);
          if (size === ranks) expect(subset.ranks).toHaveLength(ranks);
          if (options.ep % 8 !== 0) continue;
          const isDrawn = new Set(subset.ranks);
          for (const { drawn } of drawnTokens(routes, subset))
            for (const { via } of drawn) if (via !== null) expect(isDrawn.has(via)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('are found among 2,048, and their tokens reach each other', () => {
    const { result, routes } = routed({ ep: 2048, routedExperts: 2048, backend: 'deepep-high-throughput' });
    const subset = subsetAround(result.placement, routes, 1027, 4);
    expect(subset.ranks).toHaveLength(4);
    const tokens = drawnTokens(routes, subset);
    expect(tokens).toHaveLength(16);
    expect(tokens.filter(({ drawn }) => drawn.length > 0).length).toBeGreaterThan(2);
  });

  it('are in one node of each NVLink domain where a domain has many nodes', () => {
    const { result, routes } = routed({
      ep: 144,
      routedExperts: 288,
      accelerator: 'gb200-nvl72',
      backend: 'deepep-high-throughput',
      tokensPerRank: 16,
    });
    const { nodes, ranks } = subsetAround(result.placement, routes, 75, 8);
    expect(nodes.map((node) => node.ranks.length)).toEqual([4, 4]);
    expect(ranks.slice(0, 4).map((rank) => rank + 72)).toEqual(ranks.slice(4));
  });

  it('are two nodes of two by default, at the same places of their nodes', () => {
    const { result, routes } = routed({ ep: 64, backend: 'deepep-high-throughput', tokensPerRank: 32 });
    const { nodes } = subsetAround(result.placement, routes, 33, 4);
    expect(nodes.map(({ ranks }) => ranks.length)).toEqual([2, 2]);
    expect(nodes[0]!.ranks.map((rank) => rank % 8)).toEqual(nodes[1]!.ranks.map((rank) => rank % 8));
  });
});

describe('the picture', () => {
  it.each([
    [4, 456],
    [8, 612],
    [16, 612],
    [64, 456],
    [64, 1056],
  ])(
    'of %d ranks keeps every square at %d pixels inside its frame, from home to the expert',
    (size, width) => {
      const { result, routes } = routed({ ep: 64, backend: 'deepep-high-throughput', tokensPerRank: 32 });
      const subset = subsetAround(result.placement, routes, 0, size);
      const tokens = drawnTokens(routes, subset);
      const slotsOf = new Map(
        subset.ranks.map((rank) => {
          const all = [...result.placement.physicalToRank.keys()].filter(
            (slot) => result.placement.physicalToRank[slot] === rank,
          );
          return [rank, { all, used: all }];
        }),
      );
      const stage = layOutStage({
        nodes: subset.nodes,
        slotsOf,
        tokens: 4,
        deepest: 9,
        hasNic: true,
        hasScaleUp: true,
        width,
      });
      expect(Math.max(...stage.nodes.map((node) => node.x + node.width))).toBeLessThanOrEqual(width);
      const at = { x: 0, y: 0 };
      for (const journey of journeysOf(stage, tokens)) {
        const home = stage.boxes.get(tokens[journey.token]!.rank)!;
        const row = tokens[journey.token]!.drawn[journey.row]!;
        const end = stage.boxes.get(row.to)!;
        for (const [moment, box] of [
          [1, home],
          [3, end],
          [5, home],
        ] as const) {
          placeAt(journey, moment, at);
          expect(at.x).toBeGreaterThanOrEqual(box.x);
          expect(at.x).toBeLessThanOrEqual(box.x + box.width);
          expect(at.y).toBeGreaterThanOrEqual(box.y);
          expect(at.y).toBeLessThanOrEqual(box.y + stage.levels.bottom);
        }
      }
    },
  );
});
