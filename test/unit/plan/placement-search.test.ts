import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  drawnCrossing,
  recordedCrossing,
  remoteNodesOfTokens,
} from '../../../src/plan/placement-search/crossing';
import { layerSearch } from '../../../src/plan/placement-search/layer';
import { searchPlacement } from '../../../src/plan/placement-search/search';
import { drawnTokens } from '../../../src/plan/placement-search/tokens';
import { gpuLoads } from '../../../src/sim/placement/eplb/gpu-loads';
import { rebalanceExperts } from '../../../src/sim/placement/eplb/rebalance';
import { remoteNodesPerToken } from '../../../src/sim/placement/remote-nodes';
import { runToEnd } from '../../../src/sim/simulate';

const peakOf = (loads: readonly number[], slots: readonly number[], gpus: number): number => {
  const logcnt = loads.map((_, expert) => slots.filter((one) => one === expert).length);
  const [onGpu] = gpuLoads([loads], { phy2log: [[...slots]], logcnt: [logcnt] }, gpus);
  return Math.max(...onGpu!);
};

const CHOICE = { topK: 4, groups: 1, topkGroups: 1 };
const problems = fc.record({
  loads: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 16, maxLength: 16 }),
  redundant: fc.constantFrom(0, 8, 16),
  nodes: fc.constantFrom(1, 2, 4),
  groups: fc.constantFrom(1, 4),
});

describe('a searched placement', () => {
  test('is a placement, and never worse than EPLB in peak load or remote nodes', () => {
    fc.assert(
      fc.property(problems, ({ loads, redundant, nodes, groups }) => {
        const gpus = 8;
        const choice = groups === 1 ? CHOICE : { topK: 4, groups: 4, topkGroups: 2 };
        const { phy2log } = rebalanceExperts([loads], { replicas: 16 + redundant, groups, nodes, gpus });
        const { slots } = runToEnd(
          searchPlacement({
            loads: [loads],
            start: phy2log,
            gpus,
            nodes,
            crossing: drawnCrossing([loads], nodes, choice),
            looks: 500,
          }),
        );
        expect([...slots[0]!].sort()).toEqual([...phy2log[0]!].sort());
        expect(peakOf(loads, slots[0]!, gpus)).toBeLessThanOrEqual(
          peakOf(loads, phy2log[0]!, gpus) * (1 + 1e-9),
        );
        if (nodes > 1) {
          const remote = (rows: readonly (readonly number[])[]) =>
            remoteNodesPerToken([loads], rows, nodes, choice);
          expect(remote(slots)).toBeLessThanOrEqual(remote(phy2log) + 1e-12);
        }
      }),
      { numRuns: 40, seed: 3 },
    );
  });

  test('keeps its figures while it changes slots', () => {
    const loads = Array.from({ length: 32 }, (_, expert) => 1 + ((expert * 37) % 29));
    const start = Array.from({ length: 32 }, (_, expert) => expert);
    const tokens = drawnTokens(loads, CHOICE, 200);
    const problem = { loads, slots: start, gpus: 8, nodes: 4, topK: 4, tokens };
    const search = layerSearch(problem, 'nodes', 1);
    const before = search.figures();
    for (let look = 0; look < 3000; look++) search.look();
    const after = search.figures();
    const afresh = layerSearch({ ...problem, slots: Array.from(search.slots) }, 'nodes', 1).figures();
    expect(after.peak).toBeCloseTo(afresh.peak, 9);
    expect(after.nodesPerToken).toBeCloseTo(afresh.nodesPerToken, 9);
    expect(after.peak).toBeLessThan(before.peak);
    expect(after.nodesPerToken).toBeLessThan(before.nodesPerToken);
  });

  test('draws experts as often as the loads say, within the groups that a token may use', () => {
    const loads = Array.from({ length: 16 }, (_, expert) => 1 + (expert % 4));
    const tokens = drawnTokens(loads, { topK: 4, groups: 4, topkGroups: 2 }, 500);
    for (let token = 0; token < 500; token++) {
      const chosen = tokens.subarray(token * 4, token * 4 + 4);
      expect(new Set(chosen).size).toBe(4);
      expect(new Set(Array.from(chosen, (expert) => Math.floor(expert / 4))).size).toBeLessThanOrEqual(2);
    }
  });

  test('brings experts to one node that recorded tokens choose together', () => {
    // Each token takes experts e and e + 8: all experts are loaded alike, and only the tokens say what belongs together.
    const tokens = Uint16Array.from({ length: 8 * 64 * 2 }, (_, at) => {
      const expert = Math.floor(at / 2) % 8;
      return at % 2 === 0 ? expert : expert + 8;
    });
    const loads = [new Array<number>(16).fill(64)];
    const start = [Array.from({ length: 16 }, (_, slot) => slot)];
    const shape = { loads, start, gpus: 8, nodes: 2, looks: 2000 };
    const found = runToEnd(searchPlacement({ ...shape, crossing: recordedCrossing([tokens], 2, 2) }));
    expect(remoteNodesOfTokens(tokens, 2, start[0]!, 2)).toBeCloseTo(1, 9);
    expect(remoteNodesOfTokens(tokens, 2, found.slots[0]!, 2)).toBeCloseTo(0.5, 9);
    const byLoads = drawnCrossing(loads, 2, { topK: 2, groups: 1, topkGroups: 1 });
    const blind = runToEnd(searchPlacement({ ...shape, crossing: byLoads }));
    expect(remoteNodesOfTokens(tokens, 2, blind.slots[0]!, 2)).toBeGreaterThan(0.7);
  });

  test('counts the nodes of recorded tokens as the race does of tokens that choose by their loads alone', () => {
    const loads = Array.from({ length: 32 }, (_, expert) => 1 + (expert % 5));
    const tokens = drawnTokens(loads, CHOICE, 20_000);
    const slots = Array.from({ length: 40 }, (_, slot) => (slot * 7) % 32);
    const counted = remoteNodesOfTokens(tokens, 4, slots, 4);
    expect(counted).toBeCloseTo(remoteNodesPerToken([loads], [slots], 4, CHOICE), 2);
  });
});
