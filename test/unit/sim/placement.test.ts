import { describe, expect, test } from 'vitest';
import { placeExperts } from '../../../src/sim/placement/placement';
import { type NetworkOptions, networkScenario } from '../../accuracy/network-scenario';

describe('linear placement', () => {
  test('one rank holds every expert', () => {
    const placement = placeExperts(networkScenario({ ep: 1, routedExperts: 8, topK: 2 }));
    expect(placement.expertsPerRank).toEqual([[0, 1, 2, 3, 4, 5, 6, 7]]);
    expect(placement.worldRanks).toEqual([0]);
    expect(placement.nodes).toBe(1);
  });

  test('the first ranks hold one more where experts do not divide, as in vLLM', () => {
    const placement = placeExperts(networkScenario({ ep: 4, routedExperts: 10, topK: 2 }));
    expect(placement.expertsPerRank).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7],
      [8, 9],
    ]);
    expect(placement.physicalToRank).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 3, 3]);
  });

  test('redundant experts replicate the first logical ones', () => {
    const placement = placeExperts(
      networkScenario({ ep: 3, routedExperts: 4, redundantExperts: 5, topK: 2 }),
    );
    expect(placement.physicalToLogical).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0]);
    expect(placement.expertsPerRank).toEqual([
      [0, 1, 2],
      [3, 0, 1],
      [2, 3, 0],
    ]);
  });

  test('fewer experts than ranks leave ranks empty', () => {
    const placement = placeExperts(networkScenario({ ep: 4, routedExperts: 2, topK: 1 }));
    expect(placement.expertsPerRank).toEqual([[0], [1], [], []]);
  });

  test('expert tensor parallelism spreads the group over the nodes', () => {
    const placement = placeExperts(networkScenario({ ep: 8, etp: 4 }));
    expect(placement.worldRanks).toEqual([0, 4, 8, 12, 16, 20, 24, 28]);
    expect(placement.nodeOfRank).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect(placement.nodes).toBe(4);
  });

  test('an NVL72 domain spans many trays', () => {
    const placement = placeExperts(networkScenario({ accelerator: 'gb200-nvl72', ep: 128 }));
    expect(placement.nodes).toBe(32);
    expect(new Set(placement.domainOfRank).size).toBe(2);
  });
});

describe('other placements', () => {
  test('round-robin deals experts to ranks, as in vLLM', () => {
    const options = { ep: 4, routedExperts: 10, topK: 2, placement: { strategy: 'round-robin' } } as const;
    const placement = placeExperts(networkScenario(options));
    expect(placement.expertsPerRank).toEqual([
      [0, 4, 8],
      [1, 5, 9],
      [2, 6],
      [3, 7],
    ]);
  });

  test('layers that are loaded alike are as even as they are placed', () => {
    const slots = [
      [0, 1, 2, 3, 0, 1],
      [0, 1, 2, 3, 0, 0],
    ];
    const options = { ep: 2, routedExperts: 4, topK: 1, redundantExperts: 2 } as const;
    const { layers } = placeExperts(
      networkScenario({ ...options, placement: { strategy: 'explicit', slots } }),
    );
    // Half of expert 0 and 1 with all of 2; a third of 0 and all of 1 and 2.
    expect(layers.maxOverMean[0]).toBeCloseTo(1, 9);
    expect(layers.maxOverMean[1]).toBeCloseTo(((1 / 3 + 1 + 1) * 2) / 4, 9);
    expect(layers.worst).toBe(1);
  });

  test('a file says which expert is in which slot of each layer', () => {
    const slots = [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
    ];
    const options = {
      ep: 2,
      routedExperts: 4,
      topK: 1,
      sigma: 1,
      placement: { strategy: 'explicit', slots },
      routing: { layer: 1 },
    } as const;
    expect(placeExperts(networkScenario(options)).expertsPerRank).toEqual([
      [3, 2],
      [1, 0],
    ]);
  });

  test('EPLB evens out what linear placement leaves, and drift brings a part of it back', () => {
    const even = (placement: NonNullable<NetworkOptions['placement']>) =>
      placeExperts(networkScenario({ ep: 32, sigma: 1, redundantExperts: 32, placement })).layers.mean;
    expect(even({ strategy: 'linear' })).toBeGreaterThan(1.5);
    expect(even({ strategy: 'eplb' })).toBeLessThan(1.05);
    expect(even({ strategy: 'eplb', drift: 0.1 })).toBeGreaterThan(1.05);
    expect(even({ strategy: 'eplb', drift: 0.3 })).toBeGreaterThan(even({ strategy: 'eplb', drift: 0.1 }));
  });

  test.each([
    ['vllm', 1],
    ['tensorrt-llm', 4],
  ] as const)('EPLB of %s spreads an expert group over %i of 4 nodes', (engine, nodes) => {
    const scenario = networkScenario({
      ep: 32,
      groups: 8,
      topkGroups: 4,
      sigma: 1,
      redundantExperts: 32,
      placement: { strategy: 'eplb' },
    });
    const placed = placeExperts({ ...scenario, workload: { ...scenario.workload, engine } });
    const nodesOfGroup = Array.from({ length: 8 }, () => new Set<number>());
    placed.expertsPerRank.forEach((experts, rank) => {
      for (const expert of experts) nodesOfGroup[Math.floor(expert / 32)]!.add(placed.nodeOfRank[rank]!);
    });
    expect(nodesOfGroup.map(({ size }) => size)).toEqual(new Array(8).fill(nodes));
  });
});
