import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { discover } from '../../../src/cli/discover';
import { UsageError } from '../../../src/cli/usage';
import { call, folderWith, found, MODEL, SERVE } from './workspace';

describe('which files are looked at', () => {
  const at = folderWith({
    '.git/HEAD': '',
    '.git/info/exclude': 'private/\n',
    '.gitignore': 'out/\n*.tmp.sh\n',
    'serve.sh': SERVE,
    'model/config.json': MODEL,
    'out/serve.sh': SERVE,
    'private/serve.sh': SERVE,
    'jobs/.gitignore': '!keep.tmp.sh\n/secret.sh\n',
    'jobs/keep.tmp.sh': SERVE,
    'jobs/drop.tmp.sh': SERVE,
    'jobs/secret.sh': SERVE,
    'jobs/deep/secret.sh': SERVE,
    'jobs/.hidden/run.sh': SERVE,
    'jobs/notes.txt': SERVE,
    'jobs/[odd].sh': SERVE,
    'node_modules/pkg/serve.sh': SERVE,
  });
  const looked = (words: string[], options: { gitignore?: boolean; exclude?: string[] } = {}) =>
    discover(words.map(at), { gitignore: true, exclude: [], tell: () => {}, ...options }).map(({ path }) =>
      relative(at(), path).replaceAll('\\', '/'),
    );

  test('a folder, without what git and its folders of tools leave out', () => {
    expect(looked([''])).toEqual([
      'jobs/.hidden/run.sh',
      'jobs/[odd].sh',
      'jobs/deep/secret.sh',
      'jobs/keep.tmp.sh',
      'model/config.json',
      'serve.sh',
    ]);
  });

  test('a .gitignore above the folder counts as far as the repository goes', () => {
    expect(looked(['jobs'])).not.toContain('jobs/drop.tmp.sh');
  });

  test('what is named is looked at, whatever git leaves out', () => {
    expect(looked(['out/serve.sh'])).toEqual(['out/serve.sh']);
    expect(looked(['out'])).toEqual(['out/serve.sh']);
    expect(looked([''], { gitignore: false })).toEqual(
      expect.arrayContaining(['out/serve.sh', 'jobs/drop.tmp.sh', 'private/serve.sh']),
    );
  });

  test.each([
    [
      '**/*.sh',
      ['jobs/.hidden/run.sh', 'jobs/[odd].sh', 'jobs/deep/secret.sh', 'jobs/keep.tmp.sh', 'serve.sh'],
    ],
    ['jobs/*.{sh,txt}', ['jobs/[odd].sh', 'jobs/keep.tmp.sh', 'jobs/notes.txt']],
    ['{model,jobs/deep}/*', ['jobs/deep/secret.sh', 'model/config.json']],
    ['jobs/[odd].sh', ['jobs/[odd].sh']],
  ])('the glob %s', (glob, files) => {
    expect(looked([glob])).toEqual(files);
  });

  test('each file once', () => {
    expect(looked(['serve.sh', '', '*.sh']).filter((path) => path === 'serve.sh')).toHaveLength(1);
  });

  test.each([
    ['none/**/*.sh', /No file matches .*none/],
    ['none', /Cannot read .*none: there is no such file/],
    ['circle', /Cannot read .*circle: its links lead in a circle/],
    ['x'.repeat(5_000), /Cannot read .*x: its name is too long/],
  ])('%.20s is a mistake', (word, message) => {
    if (word === 'circle') symlinkSync(word, at(word));
    expect(() => call(['lint', at(word)])).toThrow(UsageError);
    expect(() => call(['lint', at(word)])).toThrow(message);
  });
});

describe('what cannot be looked at is said, and fails nothing', () => {
  const at = folderWith({
    'serve.sh': SERVE.replace(' \\\n    --enable-eplb', ''),
    'binary.json': Uint8Array.of(0x7b, 0, 1, 2),
    'utf16.sh': Uint8Array.of(0xff, 0xfe, 0x76, 0),
    'huge.json': new Uint8Array(5_000_001).fill(32),
    'mark.sh': `\ufeff${SERVE}`,
  });
  mkdirSync(at('empty'));

  test.each([
    ['binary.json', 'it is binary'],
    ['utf16.sh', 'it is UTF-16; save it as UTF-8'],
    ['huge.json', 'it is larger than 5 MB, as no config is'],
  ])('%s', (name, reason) => {
    const { told, exitCode, message, output } = call(['lint', at(name), at('serve.sh')]);
    expect({ told, exitCode, output }).toEqual({
      told: [`${at(name)} is left out: ${reason}.`],
      exitCode: 0,
      output: '',
    });
    expect(message).toBe('No findings in 1 MoE config (1 file looked at).');
    expect(JSON.parse(call(['lint', at(name), '--format', 'json']).output).notes).toEqual(told);
  });

  test('a config that is too long to be read', () => {
    writeFileSync(at('long.sh'), SERVE.padEnd(1_000_001, '#'));
    const why = `${at('long.sh')} is too long to be read: it has 1,000,001 characters, and of its kind at most 1,000,000 are read.`;
    expect(call(['lint', at('long.sh')]).told).toEqual([why]);
    expect(() => call(['simulate', at('long.sh')])).toThrow(why);
    expect(call(['inspect', at('long.sh')]).output).toBe(`${why}\n`);
  });

  test('nothing is said of what only lies about', () => {
    expect(call(['lint', at()]).told).toEqual([]);
  });

  test('a folder without files, and files without configs', () => {
    expect(call(['lint', at('empty')])).toMatchObject({ exitCode: 0, message: 'No files to look at.' });
    expect(call(['lint', 'package.json'])).toMatchObject({ message: 'No MoE config in 1 file.' });
  });

  test('--quiet leaves findings alone', () => {
    const { told, message } = call(['lint', at('binary.json'), '--quiet']);
    expect([told, message]).toEqual([[], undefined]);
  });

  test('a byte order mark moves no column', () => {
    expect(found(at('mark.sh'))).toEqual([`${at('mark.sh')}:3 VL001`]);
    const [finding] = JSON.parse(call(['lint', at('mark.sh'), '--format', 'json']).output).findings;
    expect(finding).toMatchObject({ line: 3, column: 5, endColumn: 18 });
  });
});

describe('text on standard input', () => {
  const at = folderWith({
    'model/config.json': MODEL.replace('20', '2').replace('4096', '4096, "num_attention_heads": 32'),
    'jobs/old.sh': 'echo\n',
  });
  const lintText = (name: string, text: string) =>
    JSON.parse(
      call(['lint', '--stdin-filename', at(name), '--format', 'json'], { stdin: text }).output,
    ).findings.map(({ rule, file }: Record<string, string>) => `${rule} ${relative(at(), file!)}`);

  test('is a file that is not there yet, and one whose text on disk is old', () => {
    for (const name of ['jobs/new.sh', 'jobs/old.sh'])
      expect(lintText(name, SERVE)).toEqual([`VL001 ${name}`]);
  });

  test('finds the files that it names from its path', () => {
    // That 32 heads do not divide over 3 ranks is known only with the model beside.
    const text = SERVE.replace('./model', '../model').replace('size 8', 'size 3');
    expect(lintText('jobs/new.sh', text)).toContain('VL009 jobs/new.sh');
    expect(lintText('elsewhere/deep/new.sh', text)).not.toContain('VL009 elsewhere/deep/new.sh');
  });

  test('comes alone, and with a name', () => {
    expect(() => call(['lint', '--stdin-filename', 'a.sh', 'b.sh'])).toThrow(/name no other files/);
    expect(() => call(['lint', '-'])).toThrow(/--stdin-filename/);
    expect(call(['lint', '--stdin-filename', 'a.sh', '-'], { stdin: SERVE }).exitCode).toBe(1);
  });
});

describe('which rules run', () => {
  const at = folderWith({ 'serve.sh': SERVE, 'model/config.json': MODEL });
  const codes = (...options: string[]) =>
    [...new Set(found(at(), ...options).map((line) => line.split(' ')[1]))].sort();

  test.each([
    [[], ['HF001', 'VL001']],
    [['--select', 'VL'], ['VL001']],
    [
      ['--select', 'hf001,vl0'],
      ['HF001', 'VL001'],
    ],
    [['--select', 'vllm/eplb-needs-expert-parallel'], ['VL001']],
    [['--select', 'vllm,huggingface', '--ignore', 'VL001'], ['HF001']],
    [['--ignore', 'HF', '--ignore', 'VL'], []],
    [['--disable', 'VL001'], ['HF001']],
  ])('%j', (options, expected) => {
    expect(codes(...options)).toEqual(expected);
  });

  test.each([
    [['--select', 'VLM'], 'There is no rule VLM.'],
    [['--ignore', 'VL0001'], 'There is no rule VL0001. Did you mean VL001?'],
    [['--select', 'megatronn'], 'There is no rule megatronn. Did you mean megatron?'],
    [['--formt', 'json'], 'lint takes no --formt. Did you mean --format?'],
    [['--matrix', 'none'], 'lint takes no --matrix.'],
  ])('%j: %s', (options, message) => {
    expect(() => call(['lint', at(), ...options])).toThrow(message);
  });

  test('--explain is what rules says', () => {
    expect(call(['lint', '--explain', 'vl001']).output).toBe(call(['rules', 'VL001']).output);
    const json = JSON.parse(call(['lint', '--explain', 'VL001', '--format', 'json']).output);
    expect(json).toMatchObject({ code: 'VL001', simulated: false, limits: null });
    expect(json.markdown).toContain('## Why');
    const group = JSON.parse(call(['rules', 'vllm', '--format', 'json']).output);
    expect(group.length).toBeGreaterThan(3);
  });

  test('--no-simulate and a selection without simulated rules leave the simulator out', () => {
    const train = folderWith({
      'train.sh': `torchrun --nnodes 1 --nproc_per_node 8 pretrain_gpt.py --num-layers 61 --hidden-size 7168 \\
  --num-attention-heads 64 --seq-length 4096 --vocab-size 32000 --num-experts 64 --moe-router-topk 4 --bf16 \\
  --moe-ffn-hidden-size 2048 --expert-model-parallel-size 8 --micro-batch-size 1 --global-batch-size 64
`,
    });
    const simulated = (...options: string[]) =>
      found(train('train.sh'), ...options).filter((line) => / GN003/.test(line));
    expect(simulated()).not.toEqual([]);
    expect(simulated('--no-simulate')).toEqual([]);
    expect(simulated('--select', 'MG')).toEqual([]);
  });
});
