import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Job } from '../../../src/config/job';
import { type Figures, figuresOf } from '../../../src/plan/search/figures';
import { asOverrides, type Change } from '../../../src/plan/whatif';
import { runToEnd } from '../../../src/sim/simulate';
import { Engine } from '../../../src/worker/engine';

const SCRIPT = `torchrun --nnodes 4 --nproc_per_node 8 pretrain_gpt.py \\
    --num-layers 32 --hidden-size 4096 --num-attention-heads 32 --ffn-hidden-size 14336 --seq-length 4096 \\
    --max-position-embeddings 32768 --vocab-size 32000 --num-experts 8 --moe-router-topk 2 --disable-bias-linear \\
    --moe-token-dispatcher-type alltoall --moe-grouped-gemm --expert-model-parallel-size 8 \\
    --pipeline-model-parallel-size 2 --micro-batch-size 1 --global-batch-size 256 --bf16
`;
const JOBS: Readonly<Record<string, string>> = {
  'train.sh': SCRIPT,
  'serve.sh':
    'vllm serve mistralai/Mixtral-8x7B-v0.1 --tensor-parallel-size 8 --enable-expert-parallel --enable-eplb\n',
};

function engineWith(file = 'train.sh'): { engine: Engine; job: Job } {
  const engine = new Engine();
  engine.setDocument(file, JOBS[file]!);
  return { engine, job: engine.analyse(file, {}, []).jobs[0]!.job };
}

const simulateRequest = {
  settings: {},
  overrides: {},
  engine: 'expected',
  matrices: false,
  disabled: [],
} as const;

/** What a separate simulation says of changes, as far as knobs tell it. */
function alone({ engine, job }: ReturnType<typeof engineWith>, changes: readonly Change[]) {
  const overrides = asOverrides(changes);
  const { result } = runToEnd(engine.simulate(job, { ...simulateRequest, overrides }));
  return result && figuresOf(result);
}

function expectSame(found: Figures, simulated: Figures | null) {
  for (const [name, value] of Object.entries(simulated!)) {
    const figure = found[name as keyof Figures];
    if (typeof value === 'number' && typeof figure === 'number')
      expect(Math.abs(figure - value), name).toBeLessThanOrEqual(1e-9 * Math.abs(value));
    else expect(figure, name).toEqual(value);
  }
}

test.each(Object.keys(JOBS))(
  'a sweep of any two knobs has in every cell what a simulation says: %s',
  (file) => {
    const given = engineWith(file);
    const { engine, job } = given;
    const names = engine.knobs(job, {}).map(({ name }) => name);
    const knob = fc.constantFrom(...names);
    fc.assert(
      fc.property(knob, fc.option(knob), fc.nat(), (x, other, at) => {
        const y = other === x ? null : other;
        const { sweep, present } = runToEnd(engine.explore(job, { settings: {}, x, y }))!;
        const cells = sweep!.cells.flat();
        expectSame(present, alone(given, []));
        const legal = cells.filter(({ figures }) => figures !== null);
        // The job itself is one of them.
        expect(legal.some(({ changes }) => changes.length === 0)).toBe(true);
        const { changes, figures } = legal[at % legal.length]!;
        expectSame(figures!, alone(given, changes));
      }),
      { numRuns: 10 },
    );
  },
);

test.each(Object.keys(JOBS))('the tornado has for every value what a simulation says: %s', (file) => {
  const given = engineWith(file);
  const { engine, job } = given;
  const { sensitivities } = runToEnd(engine.explore(job, { settings: {}, x: null, y: null }))!;
  const tried = sensitivities.flatMap((one) => one.tried.map((value) => ({ ...value, of: one })));
  expect(tried.length).toBeGreaterThan(20);
  for (const { changes, figures, of } of tried) {
    expect(changes[0]!.name).toBe(of.name);
    if (figures) expectSame(figures, alone(given, changes));
  }
});

test('what may matter is tried to either side, in steps', () => {
  const { engine, job } = engineWith();
  const steps = engine.explore(job, { settings: {}, x: null, y: null });
  const fractions: number[] = [];
  let next = steps.next();
  while (!next.done) {
    fractions.push(next.value);
    next = steps.next();
  }
  const { sensitivities } = next.value!;
  const names = sensitivities.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'layout.ep',
      'layout.tp',
      'cluster.accelerator',
      'routing.sigma',
      'workload.recompute',
    ]),
  );
  expect(fractions.length).toBeGreaterThan(40);
  expect(fractions.at(-1)).toBe(1);
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  const tp = sensitivities.find(({ name }) => name === 'layout.tp')!;
  // Megatron-LM wants sequence parallelism beside it, so it is tried with it.
  expect(tp.tried[0]!.changes).toEqual([
    { name: 'layout.tp', value: 2 },
    { name: 'layout.sequenceParallel', value: true },
  ]);
});

test('a number is tried at up to two values to either side, and what is swept has the job itself', () => {
  const { engine, job } = engineWith();
  const settings = { 'cluster.accelerator': 'tpu-v6e' };
  const { sensitivities } = runToEnd(engine.explore(job, { settings: {}, x: null, y: null }))!;
  const skew = sensitivities.find(({ name }) => name === 'routing.sigma')!;
  expect(skew.value).toBe('0.187');
  expect(skew.tried.map(({ value }) => Number(value))).toEqual([0, 0.5, 1.009]);
  // The last of more accelerators than a map shows.
  const { sweep } = runToEnd(engine.explore(job, { settings, x: 'cluster.accelerator', y: null }))!;
  expect(sweep!.cells[0]!.map(({ value }) => value)).toContain('tpu-v6e');
  expect(sweep!.cells[0]!.length).toBeLessThanOrEqual(10);
});

test('what there is not is not explored', () => {
  const { engine, job } = engineWith();
  expect(runToEnd(engine.explore(job, { settings: {}, x: 'layout.nothing', y: null }))).toBeNull();
});
