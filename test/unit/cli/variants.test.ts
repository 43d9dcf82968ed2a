import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { UsageError } from '../../../src/cli/usage';
import { call, folderWith } from './workspace';

const TRAIN = `torchrun --nnodes 4 --nproc_per_node 8 pretrain_gpt.py \\
    --num-layers 32 --hidden-size 4096 --num-attention-heads 32 --ffn-hidden-size 14336 --seq-length 4096 \\
    --max-position-embeddings 32768 --vocab-size 32000 --num-experts 8 --moe-router-topk 2 --disable-bias-linear \\
    --moe-token-dispatcher-type alltoall --moe-grouped-gemm --expert-model-parallel-size 8 \\
    --pipeline-model-parallel-size 2 --micro-batch-size 1 --global-batch-size 256 --bf16
`;
const at = folderWith({
  'train.sh': TRAIN,
  'broken.sh': TRAIN.replace('-size 8', '-size 3'),
  'mended.moe.yaml': 'job: broken.sh\nlayout: { ep: 4 }\n',
  'open.sh': TRAIN.replace('-size 8', '-size $EP'),
  'open.moe.yaml': 'job: open.sh\nvariables: { EP: 8 }\n',
  'answered.moe.yaml': 'name: answered\njob: open.sh\nvariables: { EP: 4 }\n',
  'kept/narrow.moe.yaml':
    'name: narrow EP\njob: ../train.sh\nlayout: { ep: 4 }\nworkload: { recompute: full }\n',
  'kept/same.moe.yaml': 'job: ../train.sh\nlayout: { ep: 8 }\n',
  'kept/wide.moe.yaml': 'name: wide EP\njob: ../train.sh\nlayout: { ep: 16 }\n',
  'kept/other.moe.yaml': 'name: narrow EP\njob: ../open.sh\nlayout: { ep: 4 }\n',
  'kept/alone.moe.yaml': 'model: DeepSeek-V3\nlayout: { ep: 4 }\n',
  'beside.moe.yaml': 'name: H200\njob: train.sh\ncluster: { accelerator: h200-sxm }\n',
});

const run = (...argv: string[]) => call(['whatif', ...argv]);
function json(...argv: string[]) {
  const { output, exitCode } = run(...argv, '--matrix', 'none', '--format', 'json');
  return { ...JSON.parse(output), exitCode };
}
const alone = (file: string) =>
  JSON.parse(call(['simulate', file, '--matrix', 'none', '--format', 'json']).output);
const withoutTimes = ({ findings: _, milliseconds: __, ...result }: Record<string, unknown>) => result;

test('variants have the figures of their scenario files, the job as it is beside them', () => {
  const files = [at('kept/narrow.moe.yaml'), at('beside.moe.yaml')];
  const { baseline, variants, exitCode } = json(
    at('train.sh'),
    ...files.flatMap((file) => ['--variant', file]),
  );
  expect(exitCode).toBe(0);
  expect(withoutTimes(baseline)).toEqual(withoutTimes(alone(at('train.sh'))));
  expect(
    variants.map(({ variant }: Record<string, Record<string, unknown>>) => withoutTimes(variant!)),
  ).toEqual(files.map((file) => withoutTimes(alone(file))));
  expect(variants[0]).toMatchObject({
    name: 'narrow EP',
    file: at('kept/narrow.moe.yaml'),
    changes: [
      { name: 'layout.ep', value: 4 },
      { name: 'workload.recompute', value: 'full' },
    ],
    isBaseline: false,
    errors: [],
  });
  const seconds = variants[0].delta.find(({ name }: { name: string }) => name === 'step.seconds');
  expect(seconds).toMatchObject({
    baseline: baseline.step.seconds,
    variant: variants[0].variant.step.seconds,
  });
});

test('a variant has the figures of the same changes', () => {
  const { variants } = json(
    ...[at('train.sh'), '--variant', at('kept/narrow.moe.yaml')],
    ...['--change', 'layout.ep=4', 'workload.recompute=full'],
  );
  expect(variants).toHaveLength(2);
  const [changed, saved] = variants;
  expect(changed).toMatchObject({ name: null, file: null, changes: saved.changes });
  expect(changed.delta).toEqual(saved.delta);
});

test('a variant is found by its name beside the job, and all of a folder by the folder', () => {
  expect(json(at('train.sh'), '--variant', 'h200').variants[0]).toMatchObject({
    file: at('beside.moe.yaml'),
  });
  const { variants, exitCode } = json(at('train.sh'), '--variant', at('kept'));
  expect(variants.map(({ name }: { name: string }) => name)).toEqual(['narrow EP', 'same', 'wide EP']);
  expect(variants.map(({ isBaseline }: { isBaseline: boolean }) => isBaseline)).toEqual([false, true, false]);
  // EP 16 of 8 experts.
  expect(exitCode).toBe(2);
  expect(variants[2]).toMatchObject({ delta: [], variant: { scenario: null } });
  expect(variants[2].variant.refusals[0]).toMatchObject({ reason: 'rank-without-expert' });
});

test('a terminal gets a table, what each variant changes, and what is against it', () => {
  const { output, exitCode } = run(at('train.sh'), '--variant', at('kept'), '--change', 'layout.tp=2');
  const lines = output.split('\n');
  expect(lines[0]).toMatch(/^ +GPUs +step, ms +tok\/s\/GPU +fullest rank, GiB +memory +busiest link$/);
  expect(lines[1]).toMatch(/^baseline +32 +[\d,.]+ /);
  expect(lines[2]).toMatch(/^with --change +32 .*[+-]\d+(\.\d)?% /);
  expect(output).toContain(`narrow EP: EP 4, Recompute full (${at('kept/narrow.moe.yaml')})`);
  expect(output).toMatch(/^same: EP 8 .*\n {2}changes nothing: the job is this$/m);
  expect(output).toMatch(/^wide EP: EP 16 .*\n {2}MG002: .*\n {2}cannot be simulated:\n {4}EP 16 leaves/m);
  expect(output).toMatch(/^with --change: TP 2\n {2}MG006: /m);
  expect(exitCode).toBe(2);
});

test('what a shell makes of a pattern is variants', () => {
  const [narrow, same] = [at('kept/narrow.moe.yaml'), at('kept/same.moe.yaml')];
  const wanted = ['narrow EP', 'same'];
  for (const argv of [
    [at('train.sh'), '--variant', narrow, same],
    ['--variant', narrow, same, at('train.sh')],
  ])
    expect(
      json(...argv)
        .variants.map(({ name }: { name: string }) => name)
        .sort(),
    ).toEqual(wanted);
  expect(json(narrow, '--variant', same).variants).toMatchObject([{ name: 'same' }]);
});

test('a scenario file that answers what its job leaves open is a variant of it', () => {
  const { variants } = json(at('open.moe.yaml'), '--variant', 'answered');
  expect(variants).toMatchObject([
    { name: 'answered', changes: null, variant: { scenario: { layout: { ep: 4 } } } },
  ]);
});

test('a variant is compared where the job as it is has no figures', () => {
  const { output, message, exitCode } = run(at('broken.sh'), '--variant', 'mended');
  expect(output).not.toContain('baseline');
  expect(output).toMatch(/^mended +32 +[\d,]+ /m);
  expect(message).toContain('EP 3: the layout needs a multiple of 6');
  expect(exitCode).toBe(2);
});

test('what a call sets is set for all, and what it adds goes to all', () => {
  writeFileSync(
    at('serve.sh'),
    'vllm serve /models/unknown --tensor-parallel-size 8 --enable-expert-parallel\n',
  );
  writeFileSync(at('serve.moe.yaml'), 'job: serve.sh\nlayout: { tp: 4 }\n');
  const { baseline, variants } = json(
    ...[at('serve.sh'), '--preset', 'Qwen3-30B-A3B', '--accelerator', 'h20', '--variant', 'serve'],
  );
  const [{ variant }] = variants;
  for (const { scenario } of [baseline, variant])
    expect(scenario).toMatchObject({ cluster: { accelerator: 'h20' }, model: { routedExperts: 128 } });
  expect([baseline, variant].map(({ scenario }) => scenario.layout.tp)).toEqual([8, 4]);
});

test('which job of a file is meant is said by number or role, and variants are of that one', () => {
  const one = (tp: number) =>
    `vllm serve mistralai/Mixtral-8x7B-v0.1 --tensor-parallel-size ${tp} --enable-expert-parallel\n`;
  writeFileSync(at('two.sh'), one(4) + one(8));
  writeFileSync(at('second.moe.yaml'), 'job: two.sh\ncommand: 2\nlayout: { tp: 2 }\n');
  const tp = (...argv: string[]) =>
    JSON.parse(call(['simulate', at('two.sh'), ...argv, '--matrix', 'none', '--format', 'json']).output)
      .scenario.layout.tp;
  expect([tp(), tp('--job', '1'), tp('--job', '2')]).toEqual([4, 4, 8]);
  expect(() => tp('--job', '3')).toThrow('There is no job 3: the file has 1, 2.');
  const { baseline, variants } = json(at('two.sh'), '--job', '2', '--variant', 'second');
  expect([baseline.scenario.layout.tp, variants[0].variant.scenario.layout.tp]).toEqual([8, 2]);
  expect(() => run(at('two.sh'), '--variant', at('second.moe.yaml'))).toThrow(/about another job of/);
});

test('a format is given with --format', () => {
  expect(() => call(['simulate', at('train.sh'), '--json'])).toThrow('Did you mean --format json?');
});

mkdirSync(at('empty'));

test.each([
  [[at('train.sh'), '--variant', 'h20'], /no variant "h20" of .*called "H200". Did you mean H200\?/],
  [
    [at('train.sh'), '--variant', at('kept/other.moe.yaml')],
    /other.moe.yaml is about ..\/open.sh, not about .*train.sh/,
  ],
  [[at('train.sh'), '--variant', at('kept/alone.moe.yaml')], /alone.moe.yaml names no job/],
  [[at('train.sh'), '--variant', at('open.sh')], /open.sh is no scenario file/],
  [[at('train.sh'), '--variant', at('nowhere.moe.yaml')], /no such file/],
  [[at('train.sh'), '--variant', at('empty')], /No scenario file in .*empty is about .*train.sh/],
  [['--preset', 'DeepSeek-V3', '--variant', 'a'], /name that file/],
  [[at('train.sh'), '--variant', 'H200', '--apply'], /a variant is a file of its own/],
  [[at('train.sh')], /at least one --change NAME=VALUE, or a --variant/],
])('%j is a usage error with a reason', (argv, message) => {
  expect(() => run(...argv)).toThrow(UsageError);
  expect(() => run(...argv)).toThrow(message);
});
