import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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
          searchPlacement({ loads: [loads], start: phy2log, gpus, nodes, choice, looks: 500 }),
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
});
