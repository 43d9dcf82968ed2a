import { describe, expect, test } from 'vitest';
import type { ClusterScenario, LayoutScenario } from '../../../src/scenario/scenario';
import { epGroup } from '../../../src/sim/placement/ep-group';
import { networkScenario } from '../../accuracy/network-scenario';

const { layout: base, cluster } = networkScenario({ ep: 8 });
const groupOf = (layout: Partial<LayoutScenario>, machines: Partial<ClusterScenario> = {}) =>
  epGroup({ ...base, tp: 1, dp: 1, ...layout }, { ...cluster, ...machines });

/** Groups of 8 nodes with 8 GPUs each, from the rank generators of the frameworks, worked out by hand. */
describe('the ranks of one EP group', () => {
  test('Megatron: ETP runs fastest, so EP 4 with ETP 2 takes every second rank', () => {
    const group = groupOf({ order: 'tp-cp-ep-dp-pp', etp: 2, ep: 4, edp: 4, pp: 2 });
    expect(group.worldRanks).toEqual([0, 2, 4, 6]);
    expect(group.nodeOfRank).toEqual([0, 0, 0, 0]);
  });

  test('Megatron, folded: TP 8 in attention leaves eight experts ranks on the node of one TP group', () => {
    const group = groupOf({ order: 'tp-cp-ep-dp-pp', tp: 8, dp: 8, etp: 1, ep: 8, edp: 8 });
    expect(group.worldRanks).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('data parallelism before EP spreads the group over nodes', () => {
    const group = groupOf({ order: 'tp-cp-dp-ep-pp', etp: 1, ep: 4, edp: 8 });
    expect(group.worldRanks).toEqual([0, 8, 16, 24]);
    expect(new Set(group.nodeOfRank).size).toBe(4);
  });

  test('vLLM: EP is TP times DP of one stage, past the ranks of the other stages', () => {
    const group = groupOf({ order: 'tp-cp-pp-dp', tp: 2, dp: 4, pp: 2, ep: 8, etp: 1, edp: 1 });
    expect(group.worldRanks).toEqual([0, 1, 4, 5, 8, 9, 12, 13]);
    expect(group.nodeOfRank).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });

  test('vLLM without expert parallelism: one rank, all experts', () => {
    expect(groupOf({ order: 'tp-cp-pp-dp', tp: 8, dp: 1, ep: 1, etp: 8 }).worldRanks).toEqual([0]);
  });

  test('TensorRT-LLM: EP runs faster than MoE-TP', () => {
    const group = groupOf({ order: 'ep-tp-cp-pp', etp: 2, ep: 8, edp: 1 });
    expect(group.worldRanks).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('where groups lie differently, it is one across nodes', () => {
    const group = groupOf({ order: 'tp-cp-ep-dp-pp', etp: 1, ep: 6, edp: 4 });
    expect(group.worldRanks).toEqual([6, 7, 8, 9, 10, 11]);
    expect(new Set(group.nodeOfRank).size).toBe(2);
  });

  test('a group that fits into a rack lies in one', () => {
    const rack = { gpusPerNode: 4, scaleUpDomain: 72 };
    const group = groupOf({ order: 'tp-cp-ep-dp-pp', etp: 1, ep: 64, edp: 4 }, rack);
    expect(new Set(group.domainOfRank).size).toBe(1);
    expect(new Set(group.nodeOfRank).size).toBe(16);
  });
});
