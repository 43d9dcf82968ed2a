import { describe, expect, it } from 'vitest';
import type { LayoutScenario } from '../../../src/scenario/scenario';
import { countParameters } from '../../../src/sim/parameters/count';
import { moeLayers } from '../../../src/sim/parameters/kinds';
import { denseParametersPerRank, expertParametersPerRank } from '../../../src/sim/parameters/rank';
import { servingGrid } from '../../../src/sim/parameters/serving';
import { layersPerStage, pipelineStages } from '../../../src/sim/parameters/stages';
import { deepseekV3, mixtral8x7b, models, qwen2With57b } from '../../accuracy/models';
import { layoutOf } from '../../accuracy/scenarios';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('which layers are MoE', () => {
  it('skips the leading dense layers', () => {
    expect(moeLayers(deepseekV3).slice(0, 5)).toEqual([false, false, false, true, true]);
  });
  it('follows frequency and offset: Jamba has every second layer, from the second', () => {
    const jamba = { ...mixtral8x7b, layers: 4, moeLayerFrequency: 2, moeLayerOffset: 1 };
    expect(moeLayers(jamba)).toEqual([false, true, false, true]);
  });
  it('follows a list per layer, and leaves out layers that are named dense', () => {
    expect(moeLayers({ ...mixtral8x7b, layers: 3, moeLayerFrequency: [0, 1, 1] })).toEqual([
      false,
      true,
      true,
    ]);
    expect(moeLayers({ ...mixtral8x7b, layers: 3, denseLayers: [1] })).toEqual([true, false, true]);
  });
  it('has none in a model without experts', () => {
    expect(moeLayers({ ...mixtral8x7b, layers: 2, routedExperts: 0 })).toEqual([false, false]);
  });
});

describe('parts', () => {
  it.each(Object.entries(models))('%s: parts sum to the total', (_, model) => {
    const count = countParameters(model);
    expect(sum(Object.values(count.parts))).toBe(count.total);
    expect(count.active).toBeLessThan(count.total);
  });
  it('tied embeddings are counted once', () => {
    const tied = countParameters({ ...qwen2With57b, tieWordEmbeddings: true });
    const untied = countParameters(qwen2With57b);
    expect(untied.total - tied.total).toBe(qwen2With57b.vocabSize * qwen2With57b.hiddenSize);
  });
});

describe('pipeline stages', () => {
  it('61 layers of DeepSeek-V3 over 16 stages: head and MTP take three places on the last', () => {
    const layers = layersPerStage(deepseekV3, layoutOf({ gpus: 16, pp: 16 }));
    expect(layers).toEqual([...new Array<number>(15).fill(4), 1]);
  });
  it.each([
    { pp: 1, vpp: 1 },
    { pp: 4, vpp: 4 },
    { pp: 7, vpp: 1 },
    { pp: 16, vpp: 2 },
    { pp: 64, vpp: 1 },
  ])('PP $pp, VPP $vpp: every layer is on one stage', ({ pp, vpp }) => {
    const stages = pipelineStages(deepseekV3, layoutOf({ gpus: pp, pp, vpp }));
    expect(sum(stages.map((stage) => stage.denseLayers))).toBe(3);
    expect(sum(stages.map((stage) => stage.moeLayers))).toBe(58);
  });
  it.each(Object.entries(models))(
    '%s: ranks of all stages hold the whole model at TP 1 and EP 1',
    (_, model) => {
      const stages = pipelineStages(model, layoutOf({ gpus: 2, pp: 2 }));
      const held = stages.map(
        (stage) =>
          denseParametersPerRank(model, stage, 1).total +
          expertParametersPerRank(model, stage, model.routedExperts, 1),
      );
      const { total, withMtp } = countParameters(model);
      expect(sum(held)).toBe(withMtp ?? total);
    },
  );
});

describe('serving grid', () => {
  const layout = (change: Partial<LayoutScenario>): LayoutScenario => ({
    ...layoutOf({ gpus: 8 }),
    ...change,
  });
  it('vLLM TP2 DP4 with EP8 is one engine with four attention groups', () => {
    const grid = servingGrid(layout({ tp: 2, dp: 4, ep: 8 }));
    expect(grid).toEqual({ gpus: 8, attentionRanks: 4, attentionTp: 2, replicas: 1 });
  });
  it('DP without shared experts is replicas', () => {
    const grid = servingGrid(layout({ tp: 2, dp: 4, ep: 1, etp: 2 }));
    expect(grid).toEqual({ gpus: 2, attentionRanks: 1, attentionTp: 2, replicas: 4 });
  });
  it('SGLang writes attention DP inside its TP size', () => {
    const grid = servingGrid(layout({ tp: 8, dp: 8, ep: 8, attentionDataParallel: true }));
    expect(grid).toEqual({ gpus: 8, attentionRanks: 8, attentionTp: 1, replicas: 1 });
  });
});
