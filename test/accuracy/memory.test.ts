import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/scenario/scenario';
import { activationShape, keptBytes, savedTensors } from '../../src/sim/memory/activations';
import { kvBytesPerSequence } from '../../src/sim/memory/kv-cache';
import { PUBLISHED_PEAKS } from '../../src/sim/memory/published-peaks';
import { trainingRankMemory } from '../../src/sim/memory/training';
import type { LayerKind } from '../../src/sim/parameters/kinds';
import { layerParameters } from '../../src/sim/parameters/layers';
import { denseParametersPerRank, expertParametersPerRank } from '../../src/sim/parameters/rank';
import { type PipelineStage, pipelineStages } from '../../src/sim/parameters/stages';
import { simulate } from '../../src/sim/simulate';
import { scenarioOfSetting } from './measured';
import { measuredPeaks, peakGiB } from './memory-peaks';
import { deepseekV3, gptOss120b, kimiK2, mixtral8x22b } from './models';
import { layoutOf, type Mapping, scenarioOf } from './scenarios';
import { trainingRows } from './training-rows';

const GIB = 2 ** 30;
const MIB = 2 ** 20;

const deepseek = (mapping: Mapping, recompute: Scenario['workload']['recompute'] = 'none'): Scenario =>
  scenarioOf(deepseekV3, 'h100-sxm', layoutOf(mapping), { globalBatchSize: 8192, recompute });

const moeKind: LayerKind = {
  mixer: 'attention',
  feedForward: 'moe',
  hasIndexer: false,
  routesByToken: false,
};
const middle = (moeLayers: number): PipelineStage => ({
  index: 1,
  kinds: [{ kind: moeKind, layers: moeLayers }],
  denseLayers: 0,
  moeLayers,
  mtpModules: 0,
  hasEmbedding: false,
  hasHead: false,
});

const balancedLoad = ({ model, layout, workload }: Scenario) => ({
  experts: model.routedExperts / layout.ep,
  assignments: workload.tokensPerRank * model.topK,
});

describe('KV cache', () => {
  it('DeepSeek-V3: 70,272 bytes per token in BF16, half in FP8 (arXiv 2505.09343 Table 1; SGLang logs)', () => {
    expect(kvBytesPerSequence(deepseekV3, 1, 8, 2)).toBe(70_272);
    expect(kvBytesPerSequence(deepseekV3, 1, 1, 1)).toBe(35_136);
  });

  it('SGLang: 524,288 tokens of DeepSeek-V3 in FP8 are 17.16 GiB, 2,454,421 of Kimi-K2.5 160.63 GiB', () => {
    expect((524_288 * kvBytesPerSequence(deepseekV3, 1, 1, 1)) / GIB).toBeCloseTo(17.156, 3);
    expect((2_454_421 * kvBytesPerSequence(kimiK2, 1, 1, 2)) / GIB).toBeCloseTo(160.63, 2);
  });

  it('Mixtral-8x22B keeps 8 KV heads, over at most 8 ranks; gpt-oss no more than its window in half the layers', () => {
    expect(kvBytesPerSequence(mixtral8x22b, 1, 1, 2)).toBe(56 * 2 * 8 * 128 * 2);
    expect(kvBytesPerSequence(mixtral8x22b, 1, 16, 2)).toBe(56 * 2 * 128 * 2);
    expect(kvBytesPerSequence(gptOss120b, 1000, 1, 2)).toBe((18 * 1000 + 18 * 128) * 2 * 8 * 64 * 2);
  });
});

describe('static memory of DeepSeek-V3 while training', () => {
  const scenario = deepseek({ gpus: 256, pp: 4, ep: 64, vpp: 4 });
  const stage = middle(16);
  const held = trainingRankMemory(scenario, stage, balancedLoad(scenario));

  it('PP4 EP64, 256 GPUs: 36.42 GiB weights and gradients without routers, 32.15 GiB optimizer (arXiv 2603.07685 Table 3: 36.4, 32.1)', () => {
    const { router } = denseParametersPerRank(deepseekV3, stage, 1);
    const weightsAndGradients = held.weights + held.gradients;
    console.log(
      `weights + gradients ${(weightsAndGradients / GIB).toFixed(2)} GiB (published 36.4), optimizer ${(held.optimizer / GIB).toFixed(2)} (32.1)`,
    );
    expect((weightsAndGradients - 6 * router) / GIB).toBeCloseTo(36.42, 2);
    expect(held.optimizer / GIB).toBeCloseTo(32.15, 1);
    expect(weightsAndGradients / GIB / 36.4).toBeLessThan(1.012);
  });

  it('TP2 PP16 EP8: 6,250,364,928 parameters, 11.64 GiB (arXiv 2502.07846), which keeps shared experts and rotary queries whole', () => {
    const layer = layerParameters(deepseekV3, moeKind);
    const { qLoraRank, qkRopeHeadDim } = deepseekV3.mla!;
    const rotaryQueries = qLoraRank! * deepseekV3.attentionHeads * qkRopeHeadDim;
    const latentNorms = qLoraRank! + deepseekV3.mla!.kvLoraRank;
    const attention = layer.attention.replicated - latentNorms + (layer.attention.split + rotaryQueries) / 2;
    const router = deepseekV3.routedExperts * deepseekV3.hiddenSize;
    const moe = 32 * layer.perExpert + layer.sharedExperts.split + router;
    expect(4 * attention).toBe(429_654_016);
    expect(4 * moe).toBe(5_820_645_376);
    expect((2 * 4 * (attention + moe)) / GIB).toBeCloseTo(11.64, 2);

    const ours =
      denseParametersPerRank(deepseekV3, middle(4), 2).total +
      expertParametersPerRank(deepseekV3, middle(4), 32, 1);
    console.log(`parameters per GPU as Megatron splits them ${ours} (published 6250364928)`);
    expect(ours / 6_250_364_928).toBeGreaterThan(0.975);
  });
});

describe('activations of DeepSeek-V3 in BF16, 4096 tokens', () => {
  const scenario = deepseek({ gpus: 256, pp: 4, ep: 64, vpp: 4 });
  const shape = activationShape(scenario, 4096 * 8);
  const layer = savedTensors(deepseekV3, shape, moeKind);

  it('2236 MiB per layer, 131.016 GiB at 60 layer-microbatches (arXiv 2603.07685 Table 3: 131.0)', () => {
    expect(keptBytes(layer, 'none') / MIB).toBe(2236);
    expect((60 * keptBytes(layer, 'none')) / GIB).toBeCloseTo(131.016, 3);
  });

  it('savings of recompute modules at 60 (Table 4: MLA up-projection 30.4, layer norm 8.2 GiB)', () => {
    const saving = (part: 'mla_up_proj' | 'layernorm' | 'moe_act'): number =>
      (60 * (keptBytes(layer, 'none') - keptBytes(layer, [part]))) / GIB;
    console.log(
      `saved: MLA up-projection ${saving('mla_up_proj').toFixed(1)} (30.4), layer norm ${saving('layernorm').toFixed(1)} (8.2), expert activation ${saving('moe_act').toFixed(1)} (3.8, half as if stored in FP8)`,
    );
    expect(saving('mla_up_proj') / 30.4).toBeCloseTo(1, 1);
    expect(saving('layernorm')).toBeCloseTo(7.5, 1);
    expect(keptBytes(layer, 'full') / MIB).toBe(56);
  });

  it('interleaved 1F1B holds 76 layer-microbatches on the first stage', () => {
    const { inFlight } = trainingRankMemory(scenario, { ...middle(16), index: 0 }, balancedLoad(scenario));
    expect(inFlight).toBe(76);
  });
});

describe('runs that are known to have fitted, or not, on 80 GB', () => {
  const peakGiB = (scenario: Scenario): number => {
    const peaks = pipelineStages(scenario.model, scenario.layout).map((stage) => {
      const held = trainingRankMemory(scenario, stage, balancedLoad(scenario));
      return held.weights + held.gradients + held.optimizer + held.activations;
    });
    return Math.max(...peaks) / GIB + 5;
  };

  it('every mapping of arXiv 2504.14960 Table 3 that ran fits', () => {
    for (const row of trainingRows.slice(0, 8)) {
      const peak = peakGiB(scenarioOfSetting(row));
      console.log(`${row.name.padEnd(34)} ${peak.toFixed(1)} GiB`);
      expect(peak, row.name).toBeLessThan(79.6);
    }
  });

  it('Llama3-8x70B TP+EP+DP at 256 GPUs, which ran out of memory, does not fit', () => {
    const llama = scenarioOfSetting(trainingRows.find((row) => row.model === 'Llama3-8x70B')!);
    const layout = layoutOf({ gpus: 256, tp: 8, ep: 8, etp: 8 });
    const peak = peakGiB({ ...llama, layout, workload: { ...llama.workload, sharding: 'optimizer' } });
    console.log(`Llama3-8x70B TP+EP+DP (OOM) ${peak.toFixed(1)} GiB`);
    expect(peak).toBeGreaterThan(79.6);
  });
});

describe('measured peaks', () => {
  it('lie as far from the predicted ones as a result says', () => {
    const errors = measuredPeaks.map((peak) => peak.gib / peakGiB(peak) - 1);
    expect(errors).toHaveLength(PUBLISHED_PEAKS.jobs);
    expect(PUBLISHED_PEAKS.low).toBeCloseTo(Math.min(...errors), 2);
    expect(PUBLISHED_PEAKS.high).toBeCloseTo(Math.max(...errors), 2);
  });

  it('DeepSeek-V3 on GB200, MXFP8, PP8 EP32 VPP4: 169 GB lies between all selective recomputation and the MLP alone (arXiv 2603.07685 Table 5)', () => {
    const peakGB = (recompute: Scenario['workload']['recompute']): number => {
      const layout = layoutOf({ gpus: 256, pp: 8, ep: 32, vpp: 4 });
      const workload = { globalBatchSize: 8192, recompute, precision: 'mxfp8' } as const;
      const { memory: result } = simulate(scenarioOf(deepseekV3, 'gb200-nvl72', layout, workload));
      return result.perRank[result.fullestRank]!.total / 1e9;
    };
    const least = peakGB(['mlp', 'mla_up_proj', 'layernorm', 'moe_act']);
    const most = peakGB(['mlp']);
    console.log(`${least.toFixed(0)} to ${most.toFixed(0)} GB (169 measured)`);
    expect(least).toBeLessThan(169);
    expect(most).toBeGreaterThan(169);
  });
});
