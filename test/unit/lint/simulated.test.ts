import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/lint/finding';
import { basisShown, bounded, surelyBelow } from '../../../src/lint/rules/simulated-shared';
import type { Basis } from '../../../src/sim/result';
import { lintFiguresOf, type Workspace } from './fixtures';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../golden/simulated/${name}`, import.meta.url), 'utf8');
const codes = (workspace: Workspace): string[] => lintFiguresOf(workspace).map(({ rule }) => rule);
const job = (rule: string, script: string): Workspace => ({
  [script]: fixture(`${rule}/${script}`),
  'x.moe.yaml': fixture(`${rule}/x.moe.yaml`),
});

/** Rules on figures that a fixture shows at work, with the pins or options without which nobody knows. */
const DECISIVE: readonly (readonly [
  rule: string,
  script: string,
  unknown: readonly (readonly [string, string])[],
])[] = [
  [
    'GN003',
    'train.sh',
    [
      ['--expert-model-parallel-size 8', '--expert-model-parallel-size $1'],
      ['--hidden-size 4096', '--hidden-size $2'],
    ],
  ],
  [
    'GN007',
    'train.sh',
    [
      ['{ accelerator: h100-sxm }', '{}'],
      ['routing: { sigma: 1 }', ''],
    ],
  ],
  [
    'GN008',
    'train.sh',
    [
      ['{ accelerator: h100-sxm }', '{}'],
      ['--nnodes 4', '--nnodes $1'],
      ['--seq-length 4096', '--seq-length $1'],
    ],
  ],
  [
    'GN009',
    'train.sh',
    [
      ['{ accelerator: h100-sxm }', '{}'],
      ['--nproc_per_node 8', '--nproc_per_node $1'],
      ['--micro-batch-size 8', '--micro-batch-size $1'],
    ],
  ],
  [
    'GN010',
    'serve.sh',
    [
      ['routing: { sigma: 0.02 }', ''],
      ['mode: decode, ', ''],
      [', tokensPerRank: 64', ''],
    ],
  ],
  [
    'GN011',
    'serve.sh',
    [
      ['routing: { sigma: 1.0 }', ''],
      ['mode: decode, ', ''],
      ['{ accelerator: h200-sxm, gpusPerNode: 8 }', '{}'],
    ],
  ],
  [
    'GN013',
    'train.sh',
    [
      ['--seq-length 4096', '--seq-length $1'],
      ['--moe-expert-capacity-factor 1.0', '--moe-expert-capacity-factor $1'],
    ],
  ],
  [
    'GN015',
    'train.sh',
    [
      ['{ accelerator: h100-sxm }', '{}'],
      ['--seq-length 4096', '--seq-length $1'],
      ['allgather', '$1'],
    ],
  ],
  [
    'GN016',
    'train.sh',
    [
      ['--global-batch-size 16', '--global-batch-size $1'],
      ['--nnodes 2', '--nnodes $1'],
    ],
  ],
];

describe('a rule on figures', () => {
  it.each(DECISIVE)('%s says nothing where an assumption would decide', (rule, script, unknown) => {
    const known = job(rule, script);
    const alone = { [script]: known[script]! };
    expect([...codes(known), ...codes(alone)]).toContain(rule);
    for (const [text, instead] of unknown) {
      const open = Object.fromEntries(
        Object.entries(known).map(([file, content]) => [file, content.replaceAll(text, instead)]),
      );
      expect(codes(open), `${text} -> ${instead || 'nothing'}`).not.toContain(rule);
    }
  });

  it('is said once for a script and the scenario file that names it', () => {
    const found = lintFiguresOf(job('GN016', 'train.sh')).filter(({ rule }) => rule === 'GN016');
    expect(found.map(({ file }) => file)).toEqual(['train.sh']);
  });
});

describe('GN003', () => {
  const train = fixture('GN003/train.sh');
  const on = (gpu: string, script = train): readonly Finding[] =>
    lintFiguresOf({ 'train.sh': `# setting cluster.accelerator=${gpu}\n${script}` });

  it('goes by the GPU that is stated, and by the largest one where none is', () => {
    expect(on('h100-sxm').map(({ rule }) => rule)).toEqual(['GN003']);
    expect(on('h200-sxm')).toEqual([]);
    expect(lintFiguresOf({ 'train.sh': train })).toEqual([]);
    const huge = train.replace('--num-layers 32', '--num-layers 160');
    expect(lintFiguresOf({ 'train.sh': huge })[0]?.message).toMatch(/the largest GPU that is known here/);
  });

  it.each([
    ['offloaded', '--optimizer-cpu-offload'],
    ['with adapters', '--lora-rank 8'],
  ])('says nothing of a job that is %s', (_, option) => {
    expect(on('h100-sxm', train.replace('--bf16', `--bf16 ${option}`))).toEqual([]);
  });

  it('counts no activations of a batch that is not stated', () => {
    // 110 GiB with all activations, of which 72 GiB are weights, gradients and optimizer state.
    expect(on('h100-sxm', train.replace('--micro-batch-size 1', ''))).toEqual([]);
  });
});

describe('figures with their intervals', () => {
  const basis = (
    expectedError: number,
    interval?: Basis['interval'],
    errorFrom: Basis['errorFrom'] = 'same-kind',
  ) => ({ kind: 'model' as const, expectedError, ...(interval ? { interval } : {}), errorFrom });

  it('are as wide as what nine of ten measured rows were off', () => {
    expect(bounded(100, basis(0.1))).toMatchObject({ low: 79.4, high: 120.6 });
    expect(bounded(100, basis(0.1, { low: -0.1, high: 0.5 }))).toMatchObject({ low: 90, high: 150 });
  });

  it('are none where only other kinds show how far off they are', () => {
    expect(bounded(100, basis(0.1, { low: -0.1, high: 0.1 }, 'other-kinds'))).toBeUndefined();
  });

  it('are shown with what they are of', () => {
    const interval = { low: -0.51, high: 1.48 };
    expect(basisShown(basis(0.2))).toBe('model, ±20 %');
    expect(basisShown(basis(0.2, interval))).toBe('model, −51 to +148 %');
    expect(basisShown(basis(0.2, interval, 'other-kinds'))).toBe('model, −51 to +148 %, extrapolated');
  });

  it('differ only where they do not overlap', () => {
    const at = (value: number) => bounded(value, basis(0.1))!;
    expect(surelyBelow(at(60), at(100))).toBe(true);
    expect(surelyBelow(at(70), at(100))).toBe(false);
    expect(surelyBelow(at(100), at(60))).toBe(false);
  });
});
