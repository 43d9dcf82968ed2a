import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS, COMMON } from '../../../src/cli/options';
import { folderWith, MODEL, SERVE } from './workspace';

const at = folderWith({
  'serve.sh': SERVE,
  'model/config.json': MODEL.replace('20', '2'),
  'clean.sh': 'vllm serve ./model --tensor-parallel-size 8\n',
});
const program = at('cli.js');

beforeAll(async () => {
  await build({
    entryPoints: ['src/cli/main.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
});

function run(argv: readonly string[], options: { input?: string; stdin?: number; cwd?: string } = {}) {
  const { input, stdin, cwd = at() } = options;
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...argv], {
    cwd,
    encoding: 'utf8',
    ...(input === undefined ? { stdio: [stdin ?? 'ignore', 'pipe', 'pipe'] } : { input }),
    env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined },
  });
  return { status, stdout, stderr };
}

describe('exit codes and streams', () => {
  test('0 clean, counts on standard error alone', () => {
    expect(run(['lint', 'clean.sh'])).toEqual({
      status: 0,
      stdout: '',
      stderr: 'moe-scope: No findings in 1 MoE config (1 file looked at).\n',
    });
  });

  test('1 with findings, paths as they were given', () => {
    const { status, stdout, stderr } = run(['lint', '.']);
    expect([status, stdout]).toEqual([
      1,
      'serve.sh:3:5: error VL001 EPLB needs --enable-expert-parallel: vLLM does not start without it.\n',
    ]);
    expect(stderr).toBe('moe-scope: 1 error, 0 warnings, 0 notes in 3 MoE configs (3 files looked at).\n');
    expect(run(['lint', '.', '--fail-on', 'never', '-q'])).toEqual({ status: 0, stdout, stderr: '' });
  });

  test.each([
    [['lint'], /lint takes files/],
    [['lint', 'nowhere'], /Cannot read nowhere: there is no such file/],
    [['lint', '*.none'], /No file matches \*\.none/],
    [['lnt'], /There is no command lnt\. Did you mean lint\?/],
    [['lint', '.', '--output', 'no/folder/x'], /Cannot write no\/folder\/x: there is no such file/],
    [['simulate', '--format', 'sarif'], /--format is one of text, json/],
  ])('2 for %j, and nothing on standard output', (argv, message) => {
    const { status, stdout, stderr } = run(argv);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  test('--output writes the file and prints nothing', () => {
    const { status, stdout } = run(['lint', '.', '--format', 'sarif', '--output', 'out.sarif']);
    expect([status, stdout]).toEqual([1, '']);
    expect(JSON.parse(readFileSync(at('out.sarif'), 'utf8')).version).toBe('2.1.0');
  });

  test('globs are expanded where no shell does it', () => {
    expect(run(['lint', '**/*.{sh,json}']).stderr).toContain('3 MoE configs');
  });
});

describe('paths from the current folder', () => {
  const files = (...argv: string[]) =>
    JSON.parse(run(['lint', ...argv, '--format', 'json']).stdout).findings.map(
      ({ file }: { file: string }) => file,
    );

  test('are shown as they were given, each file once', () => {
    expect(files('.')).toEqual(['serve.sh']);
    expect(files('./serve.sh', '.', '*.sh')).toEqual(['./serve.sh']);
    expect(files(at('serve.sh'))).toEqual([at('serve.sh')]);
  });

  test.each(['serve.sh', '*.sh', '/serve.sh', 's*'])(
    '--exclude %s leaves out, named files too',
    (pattern) => {
      expect(files('.', './serve.sh', '--exclude', pattern)).toEqual([]);
      expect(files('.', '--exclude', pattern, '--exclude', '!serve.sh')).toEqual(['serve.sh']);
    },
  );

  test('--exclude of another folder leaves in', () => {
    expect(files('.', '--exclude', 'jobs/serve.sh', '--exclude', 'serve')).toEqual(['serve.sh']);
  });
});

describe('standard input', () => {
  test('is linted under the name that it is given', () => {
    const { status, stdout } = run(['lint', '--stdin-filename', 'jobs/new.sh'], { input: SERVE });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^jobs\/new\.sh:3:5: error VL001 /);
  });

  test.each([
    ['a folder', 'it is a folder', () => openSync(tmpdir(), 'r')],
    ['binary', 'it is binary', () => openSync(process.execPath, 'r')],
  ])('that is %s is refused', (_, reason, open) => {
    const stdin = open();
    const { status, stderr } = run(['lint', '--stdin-filename', 'a.sh'], { stdin });
    closeSync(stdin);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^moe-scope: Cannot read standard input: /);
    if (reason !== 'it is binary') expect(stderr).toContain(reason);
  });

  test('that is empty has no findings', () => {
    expect(run(['lint', '--stdin-filename', 'a.sh']).status).toBe(0);
  });
});

test.each([
  ['stdout', ['rules', '--format', 'json']],
  ['stderr', ['lint', 'clean.sh']],
] as const)('a reader of %s that goes away is no error', async (stream, argv) => {
  const child = spawn(process.execPath, [program, ...argv], { cwd: at() });
  child[stream].destroy();
  let said = '';
  child.stderr.on('data', (piece) => {
    said += piece;
  });
  const code = await new Promise((done) => child.on('exit', done));
  expect([code, said]).toEqual([0, '']);
});

describe('help', () => {
  test.each(Object.keys(COMMANDS))('%s --help tells every option that it takes', (name) => {
    const { status, stdout } = run([name, '--help']);
    expect(status).toBe(0);
    for (const option of [...COMMANDS[name]!.options, ...COMMON]) expect(stdout).toContain(`--${option}`);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(run(['help', name]).stdout).toBe(stdout);
  });

  test('without a command all commands, and the version', () => {
    const { stdout } = run([]);
    for (const name of Object.keys(COMMANDS)) expect(stdout).toContain(`moe-scope ${name} `);
    expect(run(['--help']).stdout).toBe(stdout);
    expect(run(['--version']).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
