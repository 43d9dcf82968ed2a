import { expect, test } from 'vitest';
import { findPreset } from '../../../src/catalog/models';
import { presetFacts } from '../../../src/config/preset';
import { resolveScenario } from '../../../src/scenario/resolve';
import type { Values } from '../../../src/scenario/values';
import { simulationDetail } from '../../../src/sim/detail';
import { type LayerChoice, layerTraffic } from '../../../src/sim/layer-traffic';
import { runToEnd, simulate } from '../../../src/sim/simulate';
import { Engine } from '../../../src/worker/engine';

const facts = presetFacts(findPreset('Qwen/Qwen3-30B-A3B')!);
const job: Values = {
  'layout.ep': 16,
  'layout.worldSize': 16,
  'cluster.accelerator': 'h800-sxm',
  'model.layers': 6,
  'routing.distribution': 'lognormal',
  'routing.sigma': 0.5,
};

function scenarioOf(overrides: Values) {
  const { scenario } = resolveScenario({ framework: 'megatron-lm', facts, overrides });
  if (!scenario) throw new Error('the scenario is refused');
  return scenario;
}

const scenario = scenarioOf(job);
const result = simulate(scenario);
const of = (layer: LayerChoice) => runToEnd(layerTraffic(scenario, 'expected', layer));
const layers = result.placement.layers.maxOverMean.map((_, layer) => of(layer));

test('the simulated layer is the one of the result', () => {
  const simulated = layers[result.placement.layer]!;
  expect(layers).toHaveLength(6);
  expect(simulated.rows).toEqual(result.traffic.rows);
  expect(simulated.nodeRows).toEqual(result.traffic.nodeRows);
  expect(simulated.perToken).toEqual(result.traffic.perToken);
  expect(simulated.dispatch.microseconds).toBe(result.time.dispatch.microseconds);
  expect(simulated.paddedOverExact).toBe(result.alltoallv.paddedOverExact);
});

test('layers differ, and each is the one that a scenario of that layer has', () => {
  const other = (result.placement.layer + 1) % layers.length;
  expect(layers[other]!.rows.data).not.toEqual(result.traffic.rows.data);
  const alone = simulate(scenarioOf({ ...job, 'routing.layer': other }));
  expect(layers[other]!.rows).toEqual(alone.traffic.rows);
});

test('one layer has its placement, times and tokens, as if it stood for all', () => {
  const other = (result.placement.layer + 1) % layers.length;
  const alone = simulate(scenarioOf({ ...job, 'routing.layer': other }));
  const { one } = layers[other]!;
  expect(one?.placement).toEqual(alone.placement);
  expect(one?.time).toEqual(alone.time);
  expect(one?.timeline).toEqual(alone.step.layer);
  expect(one?.traffic.load).toEqual(alone.traffic.load);
  expect(one?.examples).toEqual(runToEnd(simulationDetail(alone)).examples);
  expect(of('mean').one).toBeNull();
});

test('the mean has the mean of every figure', () => {
  const mean = of('mean');
  const average = (figure: (layer: (typeof layers)[number]) => number) =>
    layers.reduce((sum, layer) => sum + figure(layer), 0) / layers.length;
  for (const at of [0, 37, 255])
    expect(mean.rows.data[at]).toBeCloseTo(
      average(({ rows }) => rows.data[at]!),
      6,
    );
  expect(mean.combine.scaleOutBytes).toBeCloseTo(
    average(({ combine }) => combine.scaleOutBytes),
    0,
  );
  expect(mean.perToken.distinctRanks).toBeCloseTo(
    average(({ perToken }) => perToken.distinctRanks),
    9,
  );
});

test('a layer that is not there is refused', () => {
  expect(() => of(6)).toThrow(/no MoE layer 6/);
  expect(() => of(-1)).toThrow(RangeError);
});

test('the engine has it for a job, until the job is gone', () => {
  const engine = new Engine();
  const file = 'file:///w/config.json';
  engine.setDocument(
    file,
    JSON.stringify({
      architectures: ['MixtralForCausalLM'],
      model_type: 'mixtral',
      hidden_size: 1024,
      intermediate_size: 2048,
      num_attention_heads: 16,
      num_key_value_heads: 4,
      num_hidden_layers: 4,
      num_local_experts: 8,
      num_experts_per_tok: 2,
      vocab_size: 32_000,
    }),
  );
  const [only] = engine.analyse(file, {}, []).jobs;
  const settings = { 'layout.ep': 8, 'cluster.accelerator': 'h800-sxm' };
  const traffic = runToEnd(engine.layerTraffic(engine.job(only!.job.id), settings, 'mean'));
  expect(traffic.layer).toBe('mean');
  expect(traffic.rows.size).toBe(8);
  engine.setDocument(file, null);
  expect(() => runToEnd(engine.layerTraffic(engine.job(only!.job.id), settings, 0))).toThrow(/no job/);
});
