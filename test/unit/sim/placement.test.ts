import { describe, expect, test } from 'vitest';
import { placeExperts } from '../../../src/sim/placement/placement';
import { networkScenario } from '../../accuracy/network-scenario';

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
