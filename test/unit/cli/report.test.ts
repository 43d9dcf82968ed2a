import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contributes } from '../../../package.json';
import { githubReport } from '../../../src/cli/report/github';
import { cells, printable, terminalOf } from '../../../src/cli/report/terminal';
import { findingLine, textReport } from '../../../src/cli/report/text';
import type { Finding } from '../../../src/lint/finding';
import { call, folderWith, MODEL, SERVE } from './workspace';

const text = 'train.sh --ep 7\n';
const finding: Finding = {
  rule: 'MG002',
  name: 'megatron/experts-divisible-by-ep',
  severity: 'error',
  message: 'EP 7 does not divide 64.',
  file: '/root/jobs/train.sh',
  range: { start: 14, end: 15 },
  related: [],
  fixes: [],
};
const view = {
  root: '/root',
  nameOf: (file: string) => file,
  placeOf: () => ({ line: 1, column: 15, endLine: 1, endColumn: 16 }),
  textOf: () => text,
};
const report = (findings: readonly Finding[]) => ({
  findings,
  suppressed: [],
  files: 1,
  configs: 1,
  notes: [],
});
const github = (one: Partial<Finding>, place = view.placeOf()) =>
  githubReport(report([{ ...finding, ...one }]), { ...view, placeOf: () => place });

/** As GitHub's runner reads a command: split first, decoded afterwards. */
function runner(command: string) {
  const [, name, properties, data] = /^::(\w+) (.*?)::(.*)\n$/s.exec(command) ?? [];
  const decoded = (coded: string) =>
    ['%0D', '%0A', '%3A', '%2C', '%25'].reduce(
      (plain, code) => plain.replaceAll(code, decodeURIComponent(code)),
      coded,
    );
  const pairs = (properties ?? '').split(',').map((pair) => pair.split('='));
  return {
    name,
    properties: Object.fromEntries(pairs.map(([key, ...rest]) => [key, decoded(rest.join('='))])),
    data: (data ?? '').replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%'),
  };
}

describe('--format github', () => {
  test('an annotation has its place from the root, and the rule as title', () => {
    expect(github({})).toBe(
      '::error file=jobs/train.sh,line=1,endLine=1,col=15,endColumn=16,title=MG002 megatron/experts-divisible-by-ep::EP 7 does not divide 64.\n',
    );
  });

  test.each([
    ['error', 'error'],
    ['warning', 'warning'],
    ['info', 'notice'],
  ] as const)('%s is %s', (severity, name) => {
    expect(runner(github({ severity })).name).toBe(name);
  });

  test('whatever a message and a file name hold comes back as it was', () => {
    const parts = fc.array(
      fc.constantFrom('%', '%25', '\r', '\n', ':', ',', '::', '%3A', '=', 'a', ' ', 'é'),
    );
    fc.assert(
      fc.property(parts, parts, (message, name) => {
        const command = github({ message: message.join(''), file: `/root/${name.join('')}x` });
        expect(command.trimEnd().split(/[\r\n]/)).toHaveLength(1);
        const read = runner(command);
        expect(read.data).toBe(message.join(''));
        expect(read.properties.file).toBe(`${name.join('')}x`);
      }),
      {
        examples: [
          [
            ['%', '0A'],
            [',', 'line=', '9'],
          ] as never,
        ],
      },
    );
  });

  test('over several lines it has no columns, and outside the root its whole path', () => {
    const wide = runner(github({ file: '/else/x.sh' }, { line: 1, column: 3, endLine: 2, endColumn: 1 }));
    expect(wide.properties).toMatchObject({ file: '/else/x.sh', line: '1', endLine: '2' });
    expect(wide.properties).not.toHaveProperty('col');
  });
});

describe('--format text', () => {
  const at = folderWith({ 'serve.sh': SERVE, 'model/config.json': MODEL });

  test('is one line per finding, which the problem matcher of the extension reads', () => {
    const { output, exitCode } = call(['lint', at(), 'test/golden', '--no-simulate']);
    const { name, pattern, owner } = contributes.problemMatchers[0]!;
    const lines = output.trimEnd().split('\n');
    expect([name, owner, exitCode]).toEqual(['moe-scope', 'moe-scope', 1]);
    expect(lines.length).toBeGreaterThan(200);
    const regexp = new RegExp(pattern.regexp);
    for (const line of lines) expect(line).toMatch(regexp);
    const match = regexp.exec(lines.find((line) => line.includes(at('serve.sh')))!)!;
    const group = (part: 'file' | 'line' | 'column' | 'severity' | 'code' | 'message') =>
      match[pattern[part]];
    expect([group('file'), group('line'), group('column'), group('severity'), group('code')]).toEqual([
      at('serve.sh'),
      '3',
      '5',
      'error',
      'VL001',
    ]);
    expect(group('message')).toMatch(/^EPLB needs --enable-expert-parallel/);
    expect(regexp.exec('C:\\jobs\\a.sh:3:5: warning MG001 Two: 2:3: error VL001 x')?.[1]).toBe(
      'C:\\jobs\\a.sh',
    );
  });

  test('on a terminal shows the line, what it rests on, and the fix', () => {
    const terminal = { colours: false, excerpts: true };
    const { output } = call(['lint', at()], { terminal });
    expect(output.split('\n')).toEqual([
      `${at('model/config.json')}:3:26: error HF001 Top-k 20 exceeds the 8 routed experts: a token cannot use more than 8.`,
      '  3 │   "num_experts_per_tok": 20,',
      '    │                          ^^',
      `    = see: ${at('model/config.json')}:2:49: num_local_experts is 8`,
      '',
      `${at('serve.sh')}:3:5: error VL001 EPLB needs --enable-expert-parallel: vLLM does not start without it.`,
      '  3 │     --enable-eplb',
      '    │     ^^^^^^^^^^^^^',
      '    = fix: Add --enable-expert-parallel',
      '',
      '',
    ]);
  });

  test('shows of a long line what is around the finding', () => {
    const line = `{${'"x": 1, '.repeat(40)}${MODEL.replaceAll('\n', '').slice(1, -1)}${', "y": 1'.repeat(40)}}`;
    const long = folderWith({ 'config.json': line });
    const { output } = call(['lint', long()], { terminal: { colours: false, excerpts: true } });
    const [, shown, underline] = output.split('\n');
    expect(shown).toMatch(/^ {2}1 │ ….*"num_experts_per_tok": 20,.*…$/);
    expect(shown!.length).toBeLessThan(140);
    expect(shown!.slice(underline!.indexOf('^'), underline!.lastIndexOf('^') + 1)).toBe('20');
  });

  test('underlines below characters that take two cells', () => {
    const wide = {
      ...view,
      textOf: () => '模型\t--ep 7\n',
      placeOf: () => ({ ...view.placeOf(), column: 9 }),
    };
    const [, , underline] = textReport(report([finding]), wide, { colours: false, excerpts: true }).split(
      '\n',
    );
    expect(underline).toBe(`    │ ${' '.repeat(10)}^`);
  });

  test('no text of a file reaches the terminal as a command', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (message) => {
        const line = findingLine({ ...finding, message, file: message }, view);
        expect(line).toMatch(/^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u);
      }),
      { examples: [['\u001b[2J'], ['\r\n::error::x'], ['\u202egnp.sh'], ['\u009b31m']] },
    );
    expect(printable('a\u001b[31mb')).toBe('a\\u001b[31mb');
  });
});

test.each([
  [true, {}, { colours: true, excerpts: true }],
  [true, { NO_COLOR: '1' }, { colours: false, excerpts: true }],
  [true, { NO_COLOR: '' }, { colours: true, excerpts: true }],
  [true, { TERM: 'dumb' }, { colours: false, excerpts: true }],
  [false, {}, { colours: false, excerpts: false }],
  [false, { FORCE_COLOR: '1' }, { colours: true, excerpts: false }],
  [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, { colours: false, excerpts: false }],
  [true, { FORCE_COLOR: '0' }, { colours: false, excerpts: true }],
])('terminal %s with %j: %j', (isTty, env, expected) => {
  expect(terminalOf(isTty, env)).toEqual(expected);
});

test('cells', () => {
  expect(['a', '模型', 'é', 'e\u0301', '🚀'].map(cells)).toEqual([1, 4, 1, 1, 2]);
});
