import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
import Ajv from 'ajv';
import type { Log, Region, Result } from 'sarif';
import { describe, expect, test } from 'vitest';
import { allRules } from '../../../src/lint/registry';
import { call, folderWith, found, MODEL, SERVE } from './workspace';

/** The schema of the OASIS standard; its `id` names a draft of JSON schema that says the same with other words. */
const { id: _, $schema: __, ...keywords } = schema;
const isUri = (text: string) => URL.canParse(text);
const isReference = (text: string) => URL.canParse(text, 'file:///root/') && !/[\s\\]/.test(text);
const validate = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
  .addFormat('uri', isUri)
  .addFormat('uri-reference', isReference)
  .addFormat('date-time', true)
  .compile(keywords);

function sarif(...argv: string[]): Log {
  return JSON.parse(call(['lint', ...argv, '--format', 'sarif']).output);
}
const resultsOf = (log: Log): Result[] => log.runs[0]!.results!;
const uriOf = ({ locations }: Result) => locations?.[0]?.physicalLocation?.artifactLocation?.uri;

describe('the examples of all rules', () => {
  const log = sarif('test/golden', '--no-simulate');
  const [run] = log.runs;
  const results = resultsOf(log);

  test('are valid by the schema of SARIF 2.1.0', () => {
    validate(log);
    expect(validate.errors).toBe(null);
    expect(results.length).toBeGreaterThan(200);
    // Broken on purpose, to see that the schema is looked at.
    expect(validate({ ...log, version: '2.0' })).toBe(false);
    expect(validate({ ...log, runs: [{ ...run, results: [{ ...results[0], level: 'fatal' }] }] })).toBe(
      false,
    );
  });

  test('each result names its rule, and its file from the root of the repository', () => {
    for (const result of results) {
      expect(run!.tool.driver.rules![result.ruleIndex!]!.id).toBe(result.ruleId);
      expect(uriOf(result)).toMatch(/^test\/golden\//);
      expect(result.locations![0]!.physicalLocation!.artifactLocation!.uriBaseId).toBe('SRCROOT');
    }
    expect(run!.originalUriBaseIds!.SRCROOT!.uri).toMatch(/^file:\/\/\/.*\/$/);
    expect(run!.columnKind).toBe('utf16CodeUnits');
  });

  test('rules come with their page, and only those that ran', () => {
    const { rules } = run!.tool.driver;
    expect(rules).toHaveLength(allRules.length);
    for (const rule of rules!) {
      expect(rule.help!.markdown).toContain(`# ${rule.id}`);
      expect(rule.helpUri).toContain(`/docs/rules/${rule.id}.md`);
    }
    const few = sarif('test/golden/vllm', '--select', 'VL001,VL002').runs[0]!;
    expect(few.tool.driver.rules!.map(({ id }) => id)).toEqual(['VL001', 'VL002']);
    expect(new Set(few.results!.map(({ ruleId }) => ruleId))).toEqual(new Set(['VL001', 'VL002']));
  });

  test('have as many results as findings, and those that are silenced besides', () => {
    const silenced = results.filter(({ suppressions }) => suppressions!.length > 0);
    expect(results.length - silenced.length).toBe(found('test/golden', '--no-simulate').length);
    expect(silenced.length).toBeGreaterThan(0);
  });

  test('have fingerprints that tell all results of a file apart', () => {
    const marks = results.map((result) =>
      [uriOf(result), ...Object.values(result.partialFingerprints!)].join(),
    );
    expect(new Set(marks).size).toBe(marks.length);
  });
});

describe('fingerprints', () => {
  const twice = `${SERVE}\n${SERVE}`;
  const marksOf = (text: string) => {
    const at = folderWith({ 'serve.sh': text });
    return resultsOf(sarif(at())).map(({ ruleId, partialFingerprints }) => ({ ruleId, partialFingerprints }));
  };

  test.each([
    ['lines above', (text: string) => `#!/bin/bash\nset -e\n\n${text}`],
    ['lines between', (text: string) => text.replace('\n\n', '\n\necho next\n\n')],
    ['indentation', (text: string) => text.replaceAll('    --enable', '\t\t--enable')],
    ['line breaks of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
  ])('stay with other %s', (_what, change) => {
    const before = marksOf(twice);
    expect(before).toHaveLength(2);
    const after = marksOf(change(twice));
    expect(after.filter(({ ruleId }) => ruleId === 'VL001')).toEqual(before);
  });

  test('stay where a comment silences the finding', () => {
    const silenced = SERVE.replace('eplb', 'eplb # moe-scope: ignore VL001');
    expect(marksOf(silenced)).toEqual(marksOf(SERVE));
  });

  test('differ for other rules, other lines, and the second of two alike', () => {
    const [first, second] = marksOf(twice);
    expect(first).not.toEqual(second);
    expect(marksOf(SERVE.replace('--enable-eplb', '--enable-eplb --seed 1'))).not.toEqual([first]);
  });
});

test('a comment that silences is said with its reason and place', () => {
  const at = folderWith({
    'a.sh': SERVE.replace('eplb', 'eplb # moe-scope: ignore VL001 -- a test rig, not a server'),
    'b.sh': `# moe-scope: ignore-file\n${SERVE}`,
    'c.sh': SERVE,
  });
  const log = sarif(at());
  const suppressions = Object.fromEntries(
    resultsOf(log).map((result) => [uriOf(result)!.split('/').at(-1), result.suppressions]),
  );
  const region = (value: Region) => ({ physicalLocation: expect.objectContaining({ region: value }) });
  expect(suppressions).toEqual({
    'a.sh': [
      {
        kind: 'inSource',
        justification: 'a test rig, not a server',
        location: region({ startLine: 3, startColumn: 19, endLine: 3, endColumn: 72 }),
      },
    ],
    'b.sh': [
      { kind: 'inSource', location: region({ startLine: 1, startColumn: 1, endLine: 1, endColumn: 25 }) },
    ],
    'c.sh': [],
  });
  expect(call(['lint', at('a.sh'), at('b.sh')])).toMatchObject({ exitCode: 0, output: '' });
  expect(call(['lint', at('a.sh')]).message).toContain('1 silenced');
  const { suppressed } = JSON.parse(call(['lint', at('a.sh'), '--format', 'json']).output);
  expect(suppressed).toMatchObject([
    { rule: 'VL001', suppression: { line: 3, reason: 'a test rig, not a server' } },
  ]);
});

test('fixes replace what they say: done by line and column they leave a clean file', () => {
  const at = folderWith({ 'serve.sh': SERVE });
  const [result] = resultsOf(sarif(at()));
  const [change] = result!.fixes![0]!.artifactChanges;
  const [replacement] = change!.replacements;
  const { startLine, startColumn, endLine, endColumn } = replacement!.deletedRegion;
  const lines = SERVE.split('\n');
  const offset = (line: number, column: number) =>
    lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, column - 1);
  const fixed =
    SERVE.slice(0, offset(startLine!, startColumn!)) +
    (replacement!.insertedContent?.text ?? '') +
    SERVE.slice(offset(endLine!, endColumn!));
  const output = call(['lint', '--stdin-filename', at('serve.sh')], { stdin: fixed });
  expect(fixed).toContain('--enable-expert-parallel');
  expect(output.exitCode).toBe(0);
});

test('other places that a finding rests on are related locations', () => {
  const at = folderWith({ 'a model/config.json': MODEL });
  const [result] = resultsOf(sarif(at()));
  expect(result).toMatchObject({ ruleId: 'HF001', level: 'error' });
  expect(result!.relatedLocations).toMatchObject([
    { id: 1, message: { text: 'num_local_experts is 8' }, physicalLocation: { region: { startLine: 2 } } },
  ]);
  // Outside the repository, and with a blank in its path.
  expect(uriOf(result!)).toMatch(/^file:\/\/\/.*\/a%20model\/config\.json$/);
});

test('what could not be looked at is a notification of the run', () => {
  const at = folderWith({ 'binary.json': Uint8Array.of(0, 1) });
  const [invocation] = sarif(at('binary.json')).runs[0]!.invocations!;
  expect(invocation).toMatchObject({
    executionSuccessful: true,
    toolExecutionNotifications: [{ message: { text: expect.stringContaining('it is binary') } }],
  });
});
