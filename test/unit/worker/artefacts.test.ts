import { describe, expect, test } from 'vitest';
import { runToEnd } from '../../../src/sim/simulate';
import { Engine } from '../../../src/worker/engine';

const SCENARIO = 'file:///w/a.moe.yaml';
const SCRIPT = 'file:///w/serve.sh';
const EXPERTS = 8;
const LAYERS = 32;

/** Mixtral has 8 experts in each of 32 layers, top-2. */
const scenario = (...lines: string[]) =>
  ['model: mistralai/Mixtral-8x7B-v0.1', 'layout: { ep: 8 }', 'cluster: { nodes: 1 }', ...lines, ''].join(
    '\n',
  );

const rows = (row: readonly number[], count = LAYERS) => Array.from({ length: count }, () => row);
/** All tokens go to one expert and its neighbour. */
const hot = (expert: number) => JSON.stringify({ logical_count: rows(loadOf(expert)) });
const loadOf = (expert: number) => Array.from({ length: EXPERTS }, (_, e) => (e === expert ? 1000 : 10));

/** Answers what the engine asks for from a table of files. */
function give(engine: Engine, file: string, files: Readonly<Record<string, string>>, version = '1') {
  for (const need of engine.analyse(file, {}, []).artefacts) {
    const found = need.path in files ? `file:///w/${need.path}` : null;
    engine.artefacts.locate(need.from, need.path, found);
    if (found === null) continue;
    const text = files[need.path]!;
    runToEnd(engine.artefacts.read(found, version, { chunks: [text], size: text.length }));
  }
  return engine.analyse(file, {}, []);
}

function simulated(engine: Engine, jobId: string, more: Partial<Parameters<Engine['simulate']>[1]> = {}) {
  const request = { settings: {}, overrides: {}, engine: 'expected', disabled: [], matrices: true } as const;
  return runToEnd(engine.simulate(engine.job(jobId), { ...request, ...more }));
}

const busiest = (engine: Engine, jobId: string) => {
  const load = simulated(engine, jobId).result!.traffic.load.perRank;
  return load.indexOf(Math.max(...load));
};

function withScenario(text: string, files: Readonly<Record<string, string>>) {
  const engine = new Engine();
  engine.setDocument(SCENARIO, text);
  return { engine, analysis: give(engine, SCENARIO, files) };
}

function withScript(command: string, files: Readonly<Record<string, string>>, file = SCRIPT) {
  const engine = new Engine();
  engine.setDocument(file, command);
  return { engine, analysis: give(engine, file, files) };
}

describe('a scenario file that names loads', () => {
  test('asks for the file, waits for it, and follows it', () => {
    const engine = new Engine();
    engine.setDocument(SCENARIO, scenario('routing: { file: loads.json }'));
    const asked = engine.analyse(SCENARIO, {}, []);
    expect(asked.artefacts).toMatchObject([{ from: SCENARIO, path: 'loads.json', file: undefined }]);
    expect(asked.jobs[0]).toMatchObject({
      scenario: null,
      refusals: [{ message: 'loads.json is being read.' }],
    });
    expect(asked.findings).toEqual([]);

    const { jobs, findings, artefacts } = give(engine, SCENARIO, { 'loads.json': hot(5) });
    expect(findings).toEqual([]);
    expect(artefacts).toMatchObject([{ version: '1', summary: { layers: LAYERS, experts: EXPERTS } }]);
    expect(jobs[0]!.scenario!.routing.distribution).toBe('loads');
    expect(jobs[0]!.provenance['routing.distribution']).toMatchObject({
      kind: 'artefact',
      file: 'loads.json',
      says: 'loads, 32 layers × 8 experts',
      fact: { file: SCENARIO, key: 'routing.file' },
    });
    expect(busiest(engine, SCENARIO)).toBe(5);
  });

  test('follows the file as it is now, and not as it was simulated before', () => {
    const { engine } = withScenario(scenario('routing: { file: loads.json }'), { 'loads.json': hot(5) });
    expect(busiest(engine, SCENARIO)).toBe(5);
    give(engine, SCENARIO, { 'loads.json': hot(2) }, '2');
    expect(busiest(engine, SCENARIO)).toBe(2);
    expect(give(engine, SCENARIO, {}).jobs[0]!.refusals[0]!.message).toContain('loads.json is not there');
  });

  test('has the same figures as the same loads on the command line, which go first', () => {
    const table = rows(loadOf(3));
    const { engine } = withScenario(scenario('routing: { file: loads.json }'), { 'loads.json': hot(3) });
    const plain = withScenario(scenario(), {}).engine;
    const flag = { artefacts: { loads: { table, file: 'flag.json' } } };
    const byFlag = simulated(plain, SCENARIO, flag).result!;
    expect(simulated(engine, SCENARIO).result!.traffic).toEqual(byFlag.traffic);

    const other = { artefacts: { loads: { table: rows(loadOf(6)), file: 'flag.json' } } };
    expect(simulated(engine, SCENARIO, other).result!.scenario.routing.loads).toBe(
      other.artefacts.loads.table,
    );
    const missing = withScenario(scenario('routing: { file: nowhere.json }'), {}).engine;
    expect(simulated(missing, SCENARIO).result).toBeNull();
    expect(simulated(missing, SCENARIO, flag).result).not.toBeNull();
  });

  test('gives a user’s preference for another routing no say, and a pin all', () => {
    const { engine } = withScenario(scenario('routing: { file: loads.json }'), { 'loads.json': hot(3) });
    const settings = { 'routing.distribution': 'balanced' };
    expect(engine.analyse(SCENARIO, settings, []).jobs[0]!.scenario!.routing.distribution).toBe('loads');
    const pinned = scenario('routing: { file: loads.json, distribution: balanced }');
    const { jobs } = withScenario(pinned, { 'loads.json': hot(3) }).analysis;
    expect(jobs[0]!.scenario!.routing.distribution).toBe('balanced');
  });

  test('keeps its what-ifs, of which those that the file does not fit are not offered', () => {
    const { engine, analysis } = withScenario(scenario('routing: { file: loads.json }'), {
      'loads.json': hot(3),
    });
    const ep = engine.knob(analysis.jobs[0]!.job, {}, 'layout.ep');
    expect(ep!.options.map(({ value }) => value)).toEqual(['1', '2', '4', '8']);
    const changes = [{ name: 'layout.ep', value: 4 }];
    const request = {
      settings: {},
      overrides: {},
      engine: 'expected',
      disabled: [],
      matrices: false,
    } as const;
    const { variant } = runToEnd(engine.whatIf(engine.job(SCENARIO), { ...request, changes }));
    const load = variant.result!.traffic.load.perRank;
    expect(load.indexOf(Math.max(...load))).toBe(1);
    const more = simulated(engine, SCENARIO, { overrides: { 'model.routedExperts': 16 } });
    expect(more.refusals.map(({ message }) => message)).toEqual([
      'loads.json: layer 0 has loads of 8 experts, the model has 16.',
    ]);
  });

  test('counts experts that a table leaves out as idle', () => {
    const table = 'layer,expert,tokens\n0,0,5\n0,2,7\n';
    const { engine, analysis } = withScenario(scenario('routing: { file: loads.csv }'), {
      'loads.csv': table,
    });
    expect(analysis.findings).toEqual([]);
    expect(simulated(engine, SCENARIO).result!.scenario.routing.loads).toEqual([[5, 0, 7, 0, 0, 0, 0, 0]]);
  });
});

const traceLine = (layer: number, tokens: readonly (readonly number[])[]) =>
  JSON.stringify({ layer, batch_id: 0, topk_experts: tokens });

describe('a scenario file that names a trace', () => {
  // Layer 1 is as even as layers get, 3 as uneven; the mean is nearest to layer 2.
  const trace = [
    traceLine(1, [
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
    ]),
    traceLine(2, [
      [0, 1],
      [0, 2],
      [4, 5],
      [0, 6],
    ]),
    traceLine(3, [
      [0, 1],
      [0, 1],
      [0, 1],
      [0, 1],
    ]),
  ].join('\n');

  test('takes its loads unless tokens are asked for', () => {
    const { analysis } = withScenario(scenario('routing: { file: trace.jsonl }'), { 'trace.jsonl': trace });
    const { routing } = analysis.jobs[0]!.scenario!;
    expect(routing).toMatchObject({ distribution: 'loads', trace: null });
    expect(routing.loads![2]).toEqual([4, 4, 0, 0, 0, 0, 0, 0]);
  });

  test('replays the tokens of one layer: the one that is asked for, or a typical one', () => {
    const typical = scenario('routing: { file: trace.jsonl, distribution: trace }');
    const first = withScenario(typical, { 'trace.jsonl': trace }).analysis.jobs[0]!;
    expect(first.scenario!.routing.trace).toEqual([
      [0, 1],
      [0, 2],
      [4, 5],
      [0, 6],
    ]);
    expect(first.provenance['routing.distribution']).toMatchObject({
      says: 'recorded tokens, 4 of 4 of layer 2',
    });
    const asked = scenario('routing: { file: trace.jsonl, distribution: trace, layer: 2 }');
    expect(withScenario(asked, { 'trace.jsonl': trace }).analysis.jobs[0]!.scenario!.routing.trace).toEqual(
      rows([0, 1], 4),
    );
    const beyond = scenario('routing: { file: trace.jsonl, distribution: trace, layer: 3 }');
    const { analysis: refused } = withScenario(beyond, { 'trace.jsonl': trace });
    expect(refused.jobs[0]!.refusals.map(({ message }) => message)).toEqual([
      'trace.jsonl has 3 layers × 8 experts: there is no layer 3 among them.',
    ]);
  });

  test('places experts as the file places those of the replayed layer', () => {
    const swapped = [7, 6, 5, 4, 3, 2, 1, 0];
    const inOrder = [...swapped].reverse();
    const placement = JSON.stringify({ phy2log: [inOrder, inOrder, swapped] });
    const text = scenario(
      'routing: { file: trace.jsonl, distribution: trace, layer: 2 }',
      'placement: { file: slots.json }',
    );
    const { engine } = withScenario(text, { 'trace.jsonl': trace, 'slots.json': placement });
    const load = simulated(engine, SCENARIO).result!.traffic.load.perRank;
    expect(load.map((rows) => rows > 0)).toEqual([false, false, false, false, false, false, true, true]);
  });
});

describe('a scenario file that names a placement', () => {
  const slots = Array.from({ length: 16 }, (_, slot) => (slot < 8 ? 0 : slot % 8));

  test('has the experts where the file has them, bare lists too', () => {
    const { engine, analysis } = withScenario(scenario('placement: { file: slots.json }'), {
      'slots.json': JSON.stringify([slots]),
    });
    expect(analysis.findings).toEqual([]);
    expect(analysis.jobs[0]!.scenario!.placement).toMatchObject({
      strategy: 'explicit',
      redundantExperts: 8,
    });
    expect(simulated(engine, SCENARIO).result!.placement.expertsPerRank[0]).toEqual([0, 0]);
    const strategies = engine
      .knobs(analysis.jobs[0]!.job, {})
      .find(({ name }) => name === 'placement.strategy');
    expect(strategies!.options.map(({ value }) => value)).toContain('explicit');
  });

  test('places by the loads of a file, and a pinned strategy goes first', () => {
    const files = { 'loads.json': hot(4) };
    const { analysis } = withScenario(scenario('placement: { file: loads.json }'), files);
    expect(analysis.jobs[0]!.scenario).toMatchObject({
      placement: { strategy: 'eplb' },
      routing: { distribution: 'loads' },
    });
    const pinned = scenario('placement: { file: slots.json, strategy: linear }');
    const { jobs } = withScenario(pinned, { 'slots.json': JSON.stringify([slots]) }).analysis;
    expect(jobs[0]!.scenario!.placement).toMatchObject({ strategy: 'linear', redundantExperts: 0 });
  });
});

describe('SGLang with --init-expert-location', () => {
  const serve = (location: string, more = '') =>
    `python -m sglang.launch_server --model-path mistralai/Mixtral-8x7B-v0.1 --tp-size 8 --ep-size 8 --moe-a2a-backend deepep --init-expert-location ${location} ${more}\n`;
  const map = JSON.stringify({ physical_to_logical_map: rows([7, 6, 5, 4, 3, 2, 1, 0]) });
  const strategyOf = (analysis: ReturnType<Engine['analyse']>) =>
    analysis.jobs[0]!.scenario!.placement.strategy;

  test('has its experts where the map says, in a file or in the option', () => {
    const inFile = withScript(serve('map.json'), { 'map.json': map });
    expect(strategyOf(inFile.analysis)).toBe('explicit');
    expect(simulated(inFile.engine, SCRIPT).result!.placement.expertsPerRank[0]).toEqual([7]);
    const inline = withScript(serve(`'${map}'`), {});
    expect(inline.analysis.artefacts).toEqual([]);
    expect(simulated(inline.engine, SCRIPT).result!.placement.expertsPerRank[0]).toEqual([7]);
  });

  test('only begins with it where the engine rebalances', () => {
    const { analysis } = withScript(serve('map.json', '--enable-eplb'), { 'map.json': map });
    expect(strategyOf(analysis)).toBe('eplb');
    expect(analysis.jobs[0]!.provenance['placement.strategy']).toMatchObject({
      rule: expect.stringContaining('begins with the slots in map.json'),
    });
  });

  test('is placed by counts, which are its loads too', () => {
    const { engine, analysis } = withScript(serve('counts.json', '--ep-num-redundant-experts 8'), {
      'counts.json': hot(1),
    });
    expect(analysis.findings).toEqual([]);
    expect(strategyOf(analysis)).toBe('eplb');
    const { physicalToLogical } = simulated(engine, SCRIPT).result!.placement;
    const copies = Array.from(
      { length: EXPERTS },
      (_, e) => physicalToLogical.filter((one) => one === e).length,
    );
    expect(copies.indexOf(Math.max(...copies)), 'the expert with most replicas').toBe(1);
  });

  test('is simulated without a file that is on another machine, with a note', () => {
    const { analysis } = withScript(serve('/cluster/map.json'), {});
    expect(strategyOf(analysis)).toBe('linear');
    expect(analysis.findings.map(({ rule, severity }) => [rule, severity])).toEqual([['AF001', 'info']]);
  });
});

test('a load balancer of TensorRT-LLM is a placement that stays, or one to begin with', () => {
  const options =
    'backend: pytorch\ntensor_parallel_size: 8\nmoe_expert_parallel_size: 8\nenable_attention_dp: true\nmoe_config:\n  load_balancer: ./balancer.yaml\n';
  const balancer = (updates: number) =>
    [
      'num_slots: 8',
      `layer_updates_per_iter: ${updates}`,
      'initial_global_assignments:',
      ...Array.from({ length: LAYERS }, (_, layer) => `  ${layer}: [7, 6, 5, 4, 3, 2, 1, 0]`),
      '',
    ].join('\n');
  const engine = new Engine();
  const [file, part] = ['file:///w/a.moe.yaml', 'file:///w/balancer.yaml'];
  engine.setDocument('file:///w/options.yaml', options);
  engine.setDocument(file, 'job: options.yaml\nmodel: mistralai/Mixtral-8x7B-v0.1\n');
  engine.setDocument(part, balancer(0));
  const fixed = give(engine, file, {});
  expect(fixed.artefacts, 'the engine has its text').toEqual([]);
  expect(fixed.jobs[0]!.scenario!.placement).toMatchObject({ strategy: 'explicit', redundantExperts: 0 });
  engine.setDocument(part, balancer(2));
  expect(give(engine, file, {}).jobs[0]!.scenario!.placement.strategy).toBe('eplb');
});

describe('a trace that Megatron-LM writes', () => {
  const train =
    'torchrun --nnodes 1 --nproc_per_node 8 pretrain_gpt.py --num-layers 4 --hidden-size 1024 --num-attention-heads 16 --seq-length 1024 --vocab-size 32000 --num-experts 8 --moe-router-topk 2 --moe-ffn-hidden-size 512 --moe-token-dispatcher-type alltoall --expert-model-parallel-size 8 --micro-batch-size 1 --global-batch-size 64 --moe-routing-trace-path traces\n';
  const path = 'traces/router_trace_rank0.jsonl';
  const line = (experts: readonly number[]) =>
    JSON.stringify({ step: 0, layer: 1, num_tokens: 1, topk: 2, top_indices: [experts] });
  const distributionOf = (files: Readonly<Record<string, string>>) => {
    const { jobs, findings } = withScript(train, files).analysis;
    expect(findings.filter(({ rule }) => rule.startsWith('AF'))).toEqual([]);
    return jobs[0]!.scenario!.routing.distribution;
  };

  test('is what an earlier run recorded, where it fits, and says nothing where it is not there', () => {
    expect(distributionOf({ [path]: line([1, 2]) })).toBe('loads');
    expect(distributionOf({ [path]: line([1, 12]) }), 'another model').toBe('lognormal');
    expect(distributionOf({}), 'not written yet').toBe('lognormal');
  });
});

test('files that nothing names any more are forgotten, the last ones a little later', () => {
  const engine = new Engine();
  const named = (path: string) => scenario(`routing: { file: ${path} }`);
  for (let i = 0; i < 8; i++) {
    engine.setDocument(SCENARIO, named(`loads-${i}.json`));
    give(engine, SCENARIO, { [`loads-${i}.json`]: hot(i) });
  }
  const kept = (i: number) => engine.artefacts.has(`file:///w/loads-${i}.json`);
  expect([kept(7), kept(6), kept(0)]).toEqual([true, true, false]);
});
