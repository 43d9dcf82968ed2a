import { expect, test } from 'vitest';
import { nameProblem, sameChanges } from '../../../src/plan/variants';
import type { Change } from '../../../src/plan/whatif';
import { runToEnd } from '../../../src/sim/simulate';
import { Engine } from '../../../src/worker/engine';

const SCRIPT = `torchrun --nnodes 4 --nproc_per_node 8 pretrain_gpt.py \\
    --num-layers 32 --hidden-size 4096 --num-attention-heads 32 --ffn-hidden-size 14336 --seq-length 4096 \\
    --max-position-embeddings 32768 --vocab-size 32000 --num-experts 8 --moe-router-topk 2 --disable-bias-linear \\
    --moe-token-dispatcher-type alltoall --moe-grouped-gemm --expert-model-parallel-size 8 \\
    --pipeline-model-parallel-size 2 --micro-batch-size 1 --global-batch-size 256 --bf16
`;
const FILE = 'train.sh';
const ep = (value: number): Change => ({ name: 'layout.ep', value });

function compared(script: string, variants: readonly (readonly Change[])[]) {
  const engine = new Engine();
  engine.setDocument(FILE, script);
  const { job } = engine.analyse(FILE, {}, []).jobs[0]!;
  const figures = runToEnd(engine.compareVariants(job, { settings: {}, variants }));
  const whatIf = (changes: readonly Change[]) =>
    runToEnd(
      engine.whatIf(job, {
        settings: {},
        overrides: {},
        engine: 'expected',
        matrices: false,
        disabled: [],
        changes,
      }),
    );
  return { figures, whatIf };
}

test('variants have the figures of what-ifs, the job as it is first', () => {
  const variants = [[ep(4)], [ep(2), { name: 'model.topK', value: 1 }]];
  const { figures, whatIf } = compared(SCRIPT, variants);
  expect(figures).toHaveLength(3);
  for (const [i, changes] of [[], ...variants].entries()) {
    const { result } = whatIf(changes).variant;
    const { total, capacity } = result!.memory.perRank[result!.memory.fullestRank]!;
    expect(figures[i]).toMatchObject({
      refusals: [],
      errors: [],
      isBaseline: i === 0,
      figures: {
        seconds: result!.step.seconds,
        tokensPerSecondPerGpu: result!.step.tokensPerSecondPerGpu,
        peakBytes: total,
        capacityBytes: capacity,
        fits: result!.memory.fits,
        gpus: 32,
      },
    });
    const shares = Object.fromEntries(result!.links.map(({ link, busyShare }) => [link, busyShare]));
    const { link, busyShare } = figures[i]!.figures!.busiestLink!;
    expect(busyShare).toBe(Math.max(...Object.values(shares)));
    expect(busyShare).toBe(shares[link]);
  }
});

test('a variant that the edited file leaves no room for says why, and the others go on', () => {
  const edited = SCRIPT.replace('--num-experts 8', '--num-experts 6').replace(
    'parallel-size 8',
    'parallel-size 2',
  );
  const { figures } = compared(edited, [[ep(4)], [ep(1)]]);
  const [, illegal, legal] = figures;
  expect(illegal!.figures).toBeNull();
  expect(illegal!.refusals[0]!.message).toMatch(/6 .*experts.*4/);
  expect(legal!.figures).not.toBeNull();
});

test('what the framework refuses of a variant is said beside its figures', () => {
  const [, refused] = compared(SCRIPT, [[{ name: 'layout.tp', value: 2 }]]).figures;
  expect(refused!.figures).not.toBeNull();
  expect(refused!.errors.map(({ message }) => message).join()).toContain('sequence');
});

test('changes that a file has come to state make no variant any more', () => {
  const { figures, whatIf } = compared(SCRIPT, [[ep(8)]]);
  expect(figures[1]!.isBaseline).toBe(true);
  expect(whatIf([ep(8)]).isBaseline).toBe(true);
  expect(whatIf([ep(4)]).isBaseline).toBe(false);
  expect(whatIf([ep(3)]).isBaseline).toBe(false);
});

test.each([
  ['', /needs a name/],
  ['  ', /needs a name/],
  ['a\nb', /one line/],
  ['x'.repeat(61), /at most 60/],
  ['Wide EP', /is a variant “wide EP”/],
])('%j is no name', (name, why) => {
  expect(nameProblem(name, ['wide EP'])).toMatch(why);
});

test('any other line is a name', () => {
  expect(nameProblem('EP 32, σ 0.5 – H200', ['wide EP'])).toBeNull();
});

test('the order of changes does not matter', () => {
  const topK = { name: 'model.topK', value: 1 };
  expect(sameChanges([ep(4), topK], [topK, ep(4)])).toBe(true);
  expect(sameChanges([ep(4)], [ep(8)])).toBe(false);
  expect(sameChanges([ep(4)], [ep(4), topK])).toBe(false);
  expect(sameChanges([], [])).toBe(true);
});
