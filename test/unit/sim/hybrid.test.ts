import { describe, expect, it } from 'vitest';
import { findPreset, MODEL_PRESETS } from '../../../src/catalog/models';
import { presetFacts } from '../../../src/config/preset';
import { resolveScenario } from '../../../src/scenario/resolve';
import type { ModelScenario, Scenario } from '../../../src/scenario/scenario';
import { causalModelFlops, decodeModelFlops } from '../../../src/sim/compute/mixer-flops';
import { cacheBytes, kvBytesPerSequence } from '../../../src/sim/memory/kv-cache';
import { countParameters } from '../../../src/sim/parameters/count';
import { modelKinds } from '../../../src/sim/parameters/kinds';
import { denseParametersPerRank, expertParametersPerRank } from '../../../src/sim/parameters/rank';
import { pipelineStages } from '../../../src/sim/parameters/stages';
import { simulate } from '../../../src/sim/simulate';
import { layoutOf } from '../../accuracy/scenarios';

function scenarioOf(name: string, overrides: Record<string, number | string> = {}): Scenario {
  const facts = presetFacts(findPreset(name)!);
  return resolveScenario({ framework: 'huggingface', facts, overrides }).scenario!;
}

const modelOf = (name: string): ModelScenario => scenarioOf(name).model;
const presets = MODEL_PRESETS.map(({ id }) => id);

describe('every published model', () => {
  it.each(presets)('%s: ranks of all stages hold the whole model, whatever PP', (name) => {
    const model = modelOf(name);
    const { total, withMtp, parts } = countParameters(model);
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(total);
    for (const pp of [1, 3, 8]) {
      const held = pipelineStages(model, layoutOf({ gpus: pp, pp })).map(
        (stage) =>
          denseParametersPerRank(model, stage, 1).total +
          expertParametersPerRank(model, stage, model.routedExperts, 1),
      );
      expect(held.reduce((sum, part) => sum + part, 0)).toBe(withMtp ?? total);
    }
  });

  it.each(presets)('%s: a time and a memory in every mode', (name) => {
    for (const mode of ['train', 'prefill', 'decode']) {
      const scenario = scenarioOf(name, { 'workload.mode': mode, 'layout.ep': 4, 'layout.worldSize': 8 });
      const { step, memory } = simulate(scenario);
      for (const { seconds } of step.parts) expect(seconds).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(step.tokensPerSecondPerGpu) && step.tokensPerSecondPerGpu > 0).toBe(true);
      expect(Number.isFinite(memory.perRank[0]!.total)).toBe(true);
    }
  });
});

describe('what a sequence keeps', () => {
  it('Qwen3-Next: keys and values in 12 of 48 layers, and states that do not grow', () => {
    const model = modelOf('Qwen3-Next-80B-A3B-Instruct');
    const perToken = 12 * 2 * 2 * 256 * 2;
    const state = 36 * (32 * 128 * 128 * 4 + 3 * (2 * 2048 + 4096) * 2);
    expect(kvBytesPerSequence(model, 1000, 1, 2)).toBe(1000 * perToken + state);
    expect(kvBytesPerSequence(model, 2000, 1, 2)).toBe(2000 * perToken + state);
  });

  it('DeepSeek-V3.2: 132 bytes of indexer per token and layer more, reads no more latents than it attends to', () => {
    const model = modelOf('DeepSeek-V3.2');
    const { held, read } = cacheBytes(model, modelKinds(model), 100_000, 1, 2);
    expect(held).toBe(61 * 100_000 * (576 * 2 + 132));
    expect(read).toBe(61 * (2048 * 576 * 2 + 100_000 * 132));
  });

  it('DeepSeek-V4-Flash: a window in all layers, one entry per 4 tokens in 21 and per 128 in 20', () => {
    const model = modelOf('DeepSeek-V4-Flash');
    const context = 131_072;
    const window = 128 * 512 * 2;
    const chosen = window + (context / 4) * (512 * 2 + 132);
    const all = window + (context / 128) * 512 * 2;
    expect(kvBytesPerSequence(model, context, 8, 2)).toBe(21 * chosen + 20 * all + 2 * window);
    const { held, read } = cacheBytes(model, modelKinds(model), context, 8, 2);
    expect(held - read).toBe(21 * (context / 4 - 512) * 512 * 2);
  });

  it('GLM-5.2: indexer keys in 21 of 78 layers', () => {
    const model = modelOf('GLM-5.2');
    expect(kvBytesPerSequence(model, 1, 1, 2)).toBe(78 * 576 * 2 + 21 * 132);
  });
});

describe('work beside the projections', () => {
  it('grows with the context in attention layers only, and not beyond the tokens that sparse attention chooses', () => {
    const sparse = modelOf('DeepSeek-V3.2');
    const full = modelOf('DeepSeek-V3');
    expect(decodeModelFlops(sparse, 2048)).toBeGreaterThan(decodeModelFlops(full, 2048));
    expect(decodeModelFlops(sparse, 65_536) / decodeModelFlops(full, 65_536)).toBeLessThan(0.25);
    const linear = {
      ...modelOf('Qwen3-Next-80B-A3B-Instruct'),
      linearLayers: Array.from({ length: 48 }, (_, i) => i),
    };
    expect(decodeModelFlops(linear, 65_536)).toBe(decodeModelFlops(linear, 1));
  });

  it('counts half the sequence for a causal query, and its window at most', () => {
    const mixtral = modelOf('Mixtral-8x7B-v0.1');
    expect(causalModelFlops(mixtral, 4096)).toBe(32 * 4096 * 32 * 2 * 128);
    const windowed = {
      ...mixtral,
      slidingWindow: 1024,
      slidingLayers: Array.from({ length: 32 }, (_, i) => i),
    };
    expect(causalModelFlops(windowed, 4096) / causalModelFlops(mixtral, 4096)).toBeCloseTo(0.4375, 10);
  });

  it('layers that no measured run has get the error that other models show of each other', () => {
    const { basis } = simulate(scenarioOf('NVIDIA-Nemotron-3-Nano-30B-A3B-BF16')).step;
    expect(basis).toMatchObject({ kind: 'model', errorFrom: 'other-kinds' });
    expect(basis.note).toContain('Mamba-2');
    expect(basis.note).toContain('the error is that of other settings');
    const measured = simulate(scenarioOf('Qwen3-Next-80B-A3B-Instruct')).step.basis;
    expect(measured.note).not.toContain('Gated DeltaNet');
  });

  it('rows of latent experts are as wide as the latent', () => {
    const scenario = scenarioOf('Nemotron-3-Super', { 'layout.ep': 8, 'layout.worldSize': 8 });
    expect(simulate(scenario).traffic.combine.rowBytes).toBe(2 * 1024);
  });
});
