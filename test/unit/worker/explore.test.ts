import { expect, test } from 'vitest';
import { runToEnd } from '../../../src/sim/simulate';
import { Engine } from '../../../src/worker/engine';

const SCRIPT = `torchrun --nnodes 4 --nproc_per_node 8 pretrain_gpt.py \\
    --num-layers 32 --hidden-size 4096 --num-attention-heads 32 --ffn-hidden-size 14336 --seq-length 4096 \\
    --max-position-embeddings 32768 --vocab-size 32000 --num-experts 8 --moe-router-topk 2 --disable-bias-linear \\
    --moe-token-dispatcher-type alltoall --moe-grouped-gemm --expert-model-parallel-size 8 \\
    --pipeline-model-parallel-size 2 --micro-batch-size 1 --global-batch-size 256 --bf16
`;
const FILE = 'train.sh';

function engineWith(): { engine: Engine; jobId: string } {
  const engine = new Engine();
  engine.setDocument(FILE, SCRIPT);
  return { engine, jobId: engine.analyse(FILE, {}, []).jobs[0]!.job.id };
}

const simulateRequest = {
  settings: {},
  overrides: {},
  engine: 'expected',
  matrices: false,
  disabled: [],
} as const;

test('a sweep has the figures of the simulator in every cell', () => {
  const { engine, jobId } = engineWith();
  const { sweep, present } = runToEnd(
    engine.explore({ jobId, settings: {}, x: 'layout.ep', y: 'model.topK' }),
  )!;
  expect(sweep!.cells.length).toBeGreaterThan(2);
  for (const { changes, figures } of sweep!.cells.flat().filter((_, i) => i % 3 === 0)) {
    const { variant } = runToEnd(engine.whatIfInSteps({ ...simulateRequest, jobId, changes }));
    if (figures === null) continue;
    expect(figures.seconds).toBeCloseTo(variant.result!.step.seconds, 9);
    expect(figures.peakBytes).toBe(variant.result!.memory.perRank[variant.result!.memory.fullestRank]!.total);
  }
  const now = sweep!.cells.flat().find(({ changes }) => changes.length === 0)!;
  expect(now.figures).toEqual(present);
});

test('what may matter is tried to either side, in steps', () => {
  const { engine, jobId } = engineWith();
  const steps = engine.explore({ jobId, settings: {}, x: null, y: null });
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

test('what there is not is not explored', () => {
  const { engine, jobId } = engineWith();
  expect(runToEnd(engine.explore({ jobId, settings: {}, x: 'layout.nothing', y: null }))).toBeNull();
});
