import { beforeAll, describe, expect, test } from 'vitest';
import { placementOf, readArtefact } from '../../../src/config/artefacts';
import { PLACEMENT_FORMS } from '../../../src/config/artefacts/written-placement';
import { remoteNodesOfTokens } from '../../../src/plan/placement-search/crossing';
import { comparePlacements, type PlacementComparison } from '../../../src/plan/placements/compare';
import type { PlacementEntry } from '../../../src/plan/placements/entries';
import { verdictOf } from '../../../src/plan/placements/verdict';
import { asOverrides, type Change } from '../../../src/plan/whatif';
import type { Artefacts } from '../../../src/scenario/artefacts';
import type { Values } from '../../../src/scenario/values';
import { runToEnd, simulateInSteps } from '../../../src/sim/simulate';
import { Engine } from '../../../src/worker/engine';

const EXPERTS = 64;
const LAYERS = 4;
const MODEL = JSON.stringify({
  architectures: ['Qwen3MoeForCausalLM'],
  model_type: 'qwen3_moe',
  hidden_size: 2048,
  intermediate_size: 6144,
  moe_intermediate_size: 768,
  num_attention_heads: 32,
  num_key_value_heads: 4,
  head_dim: 128,
  num_hidden_layers: LAYERS,
  num_experts: EXPERTS,
  num_experts_per_tok: 8,
  decoder_sparse_step: 1,
  vocab_size: 151_936,
});
const SERVE =
  'python -m sglang.launch_server --model-path ./model --tp 16 --dp 16 --enable-dp-attention --nnodes 2 --moe-a2a-backend deepep --deepep-mode low_latency --max-running-requests 2048\n';
const TRAIN = `torchrun --nnodes 2 --nproc_per_node 8 pretrain_gpt.py \\
  --num-layers 4 --hidden-size 2048 --num-attention-heads 32 --ffn-hidden-size 768 --seq-length 4096 \\
  --max-position-embeddings 32768 --vocab-size 32000 --num-experts 64 --moe-router-topk 8 \\
  --expert-model-parallel-size 16 --micro-batch-size 1 --global-batch-size 256 --bf16
`;
const H200 = { 'cluster.accelerator': 'h200-sxm' };

function engineWith(files: Readonly<Record<string, string>>): Engine {
  const engine = new Engine();
  for (const [file, text] of Object.entries(files)) engine.setDocument(file, text);
  return engine;
}

const serving = () => engineWith({ 'serve.sh': SERVE, 'model/config.json': MODEL });
const jobIn = (engine: Engine, file: string) => engine.analyse(file, {}, []).jobs[0]!.job;

function compared(engine: Engine, file: string, overrides: Values = H200, artefacts: Artefacts = {}) {
  const request = { settings: {}, overrides, artefacts };
  const { comparison, resolution } = runToEnd(engine.placements(jobIn(engine, file), request));
  expect(resolution.refusals).toEqual([]);
  return comparison!;
}

function simulated(engine: Engine, file: string, overrides: Values, artefacts: Artefacts = {}) {
  const request = { settings: {}, overrides, artefacts, disabled: [] };
  return runToEnd(engine.simulate(jobIn(engine, file), { ...request, engine: 'expected', matrices: false }));
}

const of = ({ entries }: PlacementComparison, kind: PlacementEntry['kind'], redundant = 0) =>
  entries.find((one) => one.kind === kind && one.redundantExperts === redundant)!;

describe('placements of a serving job', () => {
  const engine = serving();
  let all: PlacementComparison;
  beforeAll(() => {
    all = compared(engine, 'serve.sh');
  });

  test('are compared with experts in index order, which the job has', () => {
    expect(all.entries.map(({ kind, redundantExperts }) => `${kind} ${redundantExperts}`)).toEqual([
      'in-order 0',
      'eplb 0',
      'eplb 16',
      'eplb 32',
      'eplb 64',
      expect.stringMatching(/^searched \d+$/),
    ]);
    const plain = of(all, 'in-order');
    expect(plain).toMatchObject({ changes: [], savedMicroseconds: 0, spentBytes: 0 });
    expect(all.step).toBe('decode step');
    const weights = all.entries.filter(({ kind }) => kind === 'eplb').map(({ spentBytes }) => spentBytes);
    expect(weights).toEqual([...weights].sort((a, b) => a - b));
    // 16 redundant experts are one more on each rank: 3 · 2048 · 768 weights in each of 4 layers, BF16.
    expect(weights[1]).toBeCloseTo(3 * 2048 * 768 * LAYERS * 2, -3);
  });

  test('are worth it where the slowest rank gains, and that rests on a skew that is assumed', () => {
    const { verdict, routing, skews } = all;
    expect(verdict.kind).toBe('worth');
    expect(verdict.sentence).toMatch(
      /^EPLB is worth it: with \d+ redundant experts it saves [\d.]+ (µs|ms) of [\d.]+ ms per decode step \(\d+%\) and costs \d\.\d GiB per GPU\.$/,
    );
    expect(routing.kind).toBe('assumed');
    expect(routing.sentence).toMatch(/assumed lognormal skew/);
    const [half, more] = skews;
    expect(half!.savedMicroseconds).toBeLessThan(verdict.saved!.microseconds);
    expect(more!.savedMicroseconds).toBeGreaterThan(verdict.saved!.microseconds);
  });

  test('are searched for an engine that refuses redundant experts without EPLB, too', () => {
    const eplb = '{"num_redundant_experts": 16}';
    const command = `vllm serve ./model --data-parallel-size 16 --data-parallel-size-local 8 --enable-expert-parallel --all2all-backend deepep_low_latency --enable-eplb --eplb-config '${eplb}'\n`;
    const engine = engineWith({ 'serve.sh': command, 'model/config.json': MODEL });
    const searched = compared(engine, 'serve.sh').entries.find(({ kind }) => kind === 'searched')!;
    const { result } = simulated(engine, 'serve.sh', { ...H200, ...asOverrides(searched.changes) });
    expect(result!.scenario.placement).toMatchObject({
      strategy: 'explicit',
      redundantExperts: searched.redundantExperts,
    });
    expect(result!.step.seconds).toBe(searched.figures.stepSeconds);
  });

  test('have the figures that a what-if with their changes has, the searched one too', () => {
    for (const { changes, figures } of all.entries) {
      const { result } = simulated(engine, 'serve.sh', { ...H200, ...asOverrides(changes) });
      expect(result!.step.seconds).toBe(figures.stepSeconds);
      expect(result!.traffic.load.maxOverMean).toBe(figures.maxOverMean);
    }
    const searched = all.entries.find(({ kind }) => kind === 'searched')!;
    expect(searched.changes[0]).toEqual({
      name: 'placement.file',
      value: expect.stringMatching(
        new RegExp(`^searched, ${EXPERTS + searched.redundantExperts} slots, [0-9a-f]{8}$`),
      ),
    });
  });

  test('are forgotten with the engine that found them, and a what-if says so', () => {
    const searched = all.entries.find(({ kind }) => kind === 'searched')!;
    const { result, refusals } = simulated(serving(), 'serve.sh', {
      ...H200,
      ...asOverrides(searched.changes),
    });
    expect(result).toBeNull();
    expect(refusals[0]!.message).toBe(
      `${searched.changes[0]!.value} is not read: it was found by a search and neither kept nor saved: search again.`,
    );
  });

  test('are not worth it where routing is even', () => {
    const even = compared(engine, 'serve.sh', { ...H200, 'routing.distribution': 'balanced' });
    expect(even.verdict.kind).toBe('not-worth');
    expect(even.verdict.sentence).toMatch(/^EPLB is not worth it: /);
    expect(even.routing).toEqual({ kind: 'stated', sentence: expect.stringContaining('balanced') });
  });

  test('do not fit where replicas take the memory that the job needs, and fewer or none save nothing', () => {
    const plain = of(all, 'in-order').figures;
    const { result } = simulated(engine, 'serve.sh', H200);
    const judged = (...balanced: PlacementEntry[]) =>
      verdictOf(result!.scenario, plain, balanced, result!.step.basis);
    const moved = { ...of(all, 'eplb'), savedMicroseconds: 0 };
    const replicated = of(all, 'eplb', 16);
    const tooLarge = { ...replicated, figures: { ...replicated.figures, freeBytes: -3 * 2 ** 30 } };
    expect(judged(moved, tooLarge)).toMatchObject({
      kind: 'does-not-fit',
      sentence: expect.stringMatching(
        /^EPLB with 16 redundant experts does not fit: it would save .* but 3\.0 GiB are missing on the fullest rank\.$/,
      ),
    });
    const sequences = { held: plain.sequences!.wanted - 8, wanted: plain.sequences!.wanted };
    const crowded = { ...replicated, figures: { ...replicated.figures, sequences } };
    expect(judged(crowded).sentence).toBe(
      'EPLB fits, but not all sequences beside it: it leaves KV cache for 120 of 128 per rank.',
    );
    // What already waits without replicas is no reason against them.
    expect(verdictOf(result!.scenario, { ...plain, sequences }, [crowded], result!.step.basis).kind).toBe(
      'worth',
    );
    const whole = 1e6 * plain.stepSeconds;
    expect(judged({ ...replicated, savedMicroseconds: 0.03 * whole }).kind).toBe('unclear');
    expect(judged({ ...replicated, savedMicroseconds: 0.01 * whole }).kind).toBe('not-worth');
    expect(judged().kind).toBe('no-placement');
  });
});

test('a search is said to have found nothing where it is no faster than EPLB', () => {
  const told = [0, 0.1].map((drift) => {
    const all = compared(serving(), 'serve.sh', { ...H200, 'placement.drift': drift });
    const found = all.entries.find(({ kind }) => kind === 'searched')!;
    const eplb = of(all, 'eplb', found.redundantExperts);
    expect(all.foundNothing !== null).toBe(found.figures.stepSeconds >= eplb.figures.stepSeconds);
    return all.foundNothing;
  });
  expect(told).toContain(null);
  expect(told).toContainEqual(
    expect.stringMatching(/^The search found no shorter decode step than EPLB's w/),
  );
});

test('a searched placement that the job cannot take says why it is not listed', () => {
  const engine = serving();
  const { result, provenance } = simulated(engine, 'serve.sh', H200);
  const why = 'The command refuses placements of files.';
  const { entries, foundNothing } = runToEnd(
    comparePlacements({
      base: result!.scenario,
      provenance,
      recorded: null,
      simulate: (scenario) => simulateInSteps(scenario, 'expected'),
      hold: () => [{ name: 'placement.file', value: 'found.json' }],
      resolve(changes) {
        if (changes.some(({ name }) => name === 'placement.file'))
          return { scenario: null, refusals: [{ message: why }] };
        const changed = simulated(engine, 'serve.sh', { ...H200, ...asOverrides(changes) });
        return { scenario: changed.result?.scenario ?? null, refusals: changed.refusals };
      },
    }),
  );
  expect(entries.some(({ kind }) => kind === 'searched')).toBe(false);
  expect(foundNothing).toContain(why);
});

test('a training job is told that trainers have no EPLB', () => {
  const trained = compared(engineWith({ 'train.sh': TRAIN }), 'train.sh');
  expect(trained.verdict.kind).toBe('training');
  expect(trained.verdict.sentence).toMatch(
    /^Trainers have no EPLB\. Experts placed once by their loads would save /,
  );
  expect(trained.step).toBe('step');
  expect(trained.entries.every(({ redundantExperts }) => redundantExperts === 0)).toBe(true);
  expect(trained.notKept).toBe('Trainers read no placement.');
});

test('without expert parallelism there is nothing to place', () => {
  const engine = engineWith({ 'serve.sh': 'vllm serve ./model\n', 'model/config.json': MODEL });
  const { verdict, entries } = compared(engine, 'serve.sh');
  expect(verdict.kind).toBe('nothing-to-place');
  expect(entries).toHaveLength(1);
});

test('tokens of a trace say which experts belong together, unless other loads are given', () => {
  // Each token takes two experts that are on different nodes in index order: all experts are loaded alike.
  const record = (layer: number) => ({
    layer,
    batch_id: 0,
    topk_experts: Array.from({ length: 512 }, (_, token) => [token % 32, (token % 32) + 32]),
  });
  const trace = Array.from({ length: LAYERS }, (_, layer) => JSON.stringify(record(layer))).join('\n');
  const engine = engineWith({
    'serve.sh': SERVE,
    'model/config.json': MODEL.replace('"num_experts_per_tok":8', '"num_experts_per_tok":2'),
    's.moe.yaml': 'job: serve.sh\nrouting.file: trace.jsonl\n',
  });
  engine.artefacts.locate('s.moe.yaml', 'trace.jsonl', 'trace.jsonl');
  runToEnd(engine.artefacts.read('trace.jsonl', '1', { chunks: [trace], size: trace.length }));
  const traced = compared(engine, 's.moe.yaml');
  expect(traced.routing.sentence).toBe('It rests on the expert loads in trace.jsonl.');
  expect(traced.notKept).toBeNull();
  const saved = (artefacts: Artefacts) => {
    const request = { settings: {}, overrides: H200, artefacts, redundantExperts: 0 };
    const job = jobIn(engine, 's.moe.yaml');
    const { text } = runToEnd(engine.placementFile(job, { ...request, id: 'eplb', file: 'a.json' }));
    return placementOf(readArtefact({ file: 'a.json', text })!)!;
  };
  const tokens = Uint16Array.from(record(0).topk_experts.flat());
  const [byTrace] = saved({});
  const even = Array.from({ length: LAYERS }, () => new Array<number>(EXPERTS).fill(64));
  const [byLoads] = saved({ loads: { table: even, file: 'even.json' } });
  const nodes = (row: readonly number[]) => remoteNodesOfTokens(tokens, 2, row, 2);
  expect(nodes(byTrace!)).toBeLessThan(nodes(byLoads!) - 0.1);
});

describe('a placement that is saved', () => {
  const table = Array.from({ length: LAYERS }, (_, layer) =>
    Array.from({ length: EXPERTS }, (_, expert) => 10 + ((expert * 37 + layer * 11) % 61) ** 2),
  );
  const artefacts: Artefacts = { loads: { table, file: 'loads.json' } };
  const engine = serving();
  const fileOf = (id: string | null, overrides: Values = H200, given: Artefacts = artefacts) => {
    const request = { settings: {}, overrides, artefacts: given, redundantExperts: 16, id };
    return runToEnd(engine.placementFile(jobIn(engine, 'serve.sh'), { ...request, file: 'slots.json' }));
  };

  test.each(
    PLACEMENT_FORMS.filter(({ frameworks }) => frameworks.length === 0 || frameworks[0] === 'sglang'),
  )('is read back as $title, and simulates as the search said', ({ id }) => {
    const { text, form } = fileOf(id);
    const artefact = readArtefact({ file: `slots.${form.extension}`, text })!;
    expect(artefact).toMatchObject({ kind: 'placement', format: id, problems: [] });
    const slots = placementOf(artefact)!;
    const { result } = simulated(engine, 'serve.sh', H200, {
      ...artefacts,
      placement: { table: slots, file: 'slots.json' },
    });
    const changes: readonly Change[] = [
      { name: 'placement.eplb', value: true },
      { name: 'placement.redundantExperts', value: 16 },
      { name: 'placement.drift', value: 0 },
    ];
    const balanced = simulated(engine, 'serve.sh', { ...H200, ...asOverrides(changes) }, artefacts);
    result!.placement.layers.maxOverMean.forEach((value, layer) => {
      expect(value).toBeLessThanOrEqual(balanced.result!.placement.layers.maxOverMean[layer]! + 1e-9);
    });
    expect(result!.traffic.perToken.remoteNodes).toBeLessThanOrEqual(
      balanced.result!.traffic.perToken.remoteNodes + 1e-9,
    );
  });

  test('is what the framework of the job reads, with the option that names it', () => {
    const { form, use } = fileOf(null);
    expect(form.id).toBe('sglang-expert-location');
    expect(use).toBe('--init-expert-location slots.json --ep-num-redundant-experts 16');
    expect(() => fileOf('trtllm-load-balancer')).toThrow('The form is one of sglang-expert-location, eplb');
  });

  test('needs to know which experts are popular', () => {
    expect(() => fileOf(null, H200, {})).toThrow('It is not known which experts of this job are popular');
    const two = { loads: { table: table.slice(0, 2), file: 'loads.json' } };
    expect(() => fileOf(null, H200, two)).toThrow(
      'The loads are of 2 layers, and the model has 4 MoE layers',
    );
  });
});
