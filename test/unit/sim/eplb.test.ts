import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gpuLoads } from '../../../src/sim/placement/eplb/gpu-loads';
import {
  type EplbShape,
  eplbProblems,
  isHierarchical,
  rebalanceExperts,
} from '../../../src/sim/placement/eplb/rebalance';

interface Problem {
  readonly loads: number[][];
  readonly shape: EplbShape;
}

/** Loads with many ties and zeros among them, on shapes of both policies. */
const problem: fc.Arbitrary<Problem> = fc
  .record({
    groupsPerNode: fc.integer({ min: 1, max: 3 }),
    groupSize: fc.integer({ min: 1, max: 6 }),
    nodes: fc.integer({ min: 1, max: 4 }),
    gpusPerNode: fc.integer({ min: 1, max: 4 }),
    more: fc.integer({ min: 0, max: 4 }),
    layers: fc.integer({ min: 1, max: 3 }),
    oneGroup: fc.boolean(),
  })
  .chain(({ groupsPerNode, groupSize, nodes, gpusPerNode, more, layers, oneGroup }) => {
    const experts = groupsPerNode * nodes * groupSize;
    const gpus = nodes * gpusPerNode;
    const replicas = (Math.ceil(experts / gpus) + more) * gpus;
    const load = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ min: 0, max: 1e6, noNaN: true }));
    const row = fc.array(load, { minLength: experts, maxLength: experts });
    return fc.record({
      loads: fc.array(row, { minLength: layers, maxLength: layers }),
      shape: fc.constant({ replicas, groups: oneGroup ? 1 : groupsPerNode * nodes, nodes, gpus }),
    });
  });

const largest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), 0);
/** The heaviest replica of each layer. */
const heaviest = ({ loads, shape }: Problem) => {
  const { logcnt } = rebalanceExperts(loads, shape);
  return loads.map((layer, l) => largest(layer.map((tokens, expert) => tokens / logcnt[l]![expert]!)));
};

describe('EPLB', () => {
  test('gives every expert a replica and every slot an expert, and its three tables agree', () => {
    fc.assert(
      fc.property(problem, ({ loads, shape }) => {
        const { phy2log, log2phy, logcnt } = rebalanceExperts(loads, shape);
        phy2log.forEach((slots, layer) => {
          expect(slots).toHaveLength(shape.replicas);
          expect(logcnt[layer]).toHaveLength(loads[0]!.length);
          log2phy[layer]!.forEach((of, expert) => {
            const real = of.filter((slot) => slot >= 0);
            expect(real.length).toBe(logcnt[layer]![expert]);
            expect(real.length).toBeGreaterThanOrEqual(1);
            expect(of.slice(real.length).every((slot) => slot === -1)).toBe(true);
            expect(new Set(real).size).toBe(real.length);
            for (const slot of real) expect(slots[slot]).toBe(expert);
          });
          expect(logcnt[layer]!.reduce((a, b) => a + b, 0)).toBe(shape.replicas);
        });
      }),
    );
  });

  test('keeps each group on one node where nodes divide groups', () => {
    fc.assert(
      fc.property(problem, ({ loads, shape }) => {
        fc.pre(isHierarchical(shape));
        const groupSize = loads[0]!.length / shape.groups;
        for (const slots of rebalanceExperts(loads, shape).phy2log) {
          const nodeOfGroup = new Map<number, number>();
          slots.forEach((expert, slot) => {
            const node = Math.floor((slot * shape.nodes) / shape.replicas);
            const group = Math.floor(expert / groupSize);
            expect(nodeOfGroup.get(group) ?? node).toBe(node);
            nodeOfGroup.set(group, node);
          });
        }
      }),
    );
  });

  test('more replicas never make the heaviest one heavier', () => {
    fc.assert(
      fc.property(problem, ({ loads, shape }) => {
        const before = heaviest({ loads, shape });
        const after = heaviest({ loads, shape: { ...shape, replicas: shape.replicas + shape.gpus } });
        after.forEach((load, layer) => {
          expect(load).toBeLessThanOrEqual(before[layer]! * (1 + 1e-6));
        });
      }),
    );
  });

  test('loses no load, and no GPU carries more than its mean and the heaviest replica', () => {
    fc.assert(
      fc.property(problem, ({ loads, shape }) => {
        fc.pre(!isHierarchical(shape) || shape.nodes === 1);
        const placed = rebalanceExperts(loads, shape);
        const top = heaviest({ loads, shape });
        gpuLoads(loads, placed, shape.gpus).forEach((onGpu, layer) => {
          const all = loads[layer]!.reduce((a, b) => a + b, 0);
          expect(onGpu.reduce((a, b) => a + b, 0)).toBeCloseTo(all, 4);
          const each = shape.replicas / shape.gpus;
          expect(largest(onGpu)).toBeLessThanOrEqual((all / shape.gpus + each * top[layer]!) * (1 + 1e-6));
        });
      }),
    );
  });

  test('says what a shape lacks', () => {
    const shape = { replicas: 16, groups: 4, nodes: 2, gpus: 8 };
    expect(eplbProblems(12, shape)).toEqual([]);
    expect(eplbProblems(20, shape)).toEqual(['16 replicas cannot hold 20 experts: every expert needs one.']);
    expect(eplbProblems(12, { ...shape, gpus: 6 }).join()).toContain('do not divide over 6 GPUs');
    expect(eplbProblems(14, shape)).toEqual(['14 experts do not divide into 4 groups.']);
    expect(eplbProblems(12, { ...shape, nodes: 4, gpus: 2 }).join()).toContain('over 4 nodes');
    expect(eplbProblems(13, { ...shape, groups: 5 })).toEqual([]);
  });
});
