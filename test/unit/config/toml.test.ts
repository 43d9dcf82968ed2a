import { describe, expect, test } from 'vitest';
import { parseToml } from '../../../src/config/syntax/toml';

const textOf = (text: string, range: { start: number; end: number }) => text.slice(range.start, range.end);

/** Values by path. */
function valuesOf(text: string): Record<string, unknown> {
  return Object.fromEntries(parseToml(text).settings.map(({ path, value }) => [path, value]));
}

describe('TOML', () => {
  test('has every key with its tables, its value and both places', () => {
    const text = [
      '# 😀 a comment',
      'top = "a word"',
      '[a.b]',
      'n = 1_0',
      "lit = 'x'",
      'in = { p.q = true, r = [1, 2] }',
      'words = ["x"]',
      'day = 2026-01-01',
      '[[list]]',
      'f = 2.5',
    ].join('\r\n');
    const { settings, problems } = parseToml(text);
    expect(problems).toEqual([]);
    expect(
      settings.map(({ path, value, keyRange, range }) => [
        path,
        value,
        textOf(text, keyRange),
        textOf(text, range),
      ]),
    ).toEqual([
      ['top', 'a word', 'top', 'a word'],
      ['a.b.n', 10, 'n', '1_0'],
      ['a.b.lit', 'x', 'lit', 'x'],
      ['a.b.in.p.q', true, 'p.q', 'true'],
      ['a.b.in.r', [1, 2], 'r', '[1, 2]'],
      ['a.b.words', undefined, 'words', '["x"]'],
      ['a.b.day', undefined, 'day', '2026-01-01'],
      ['list.0.f', 2.5, 'f', '2.5'],
    ]);
  });

  test.each([
    ['a value that is not there yet', 'a = 1\nb =\nc = 2\n', { a: 1, c: 2 }, 'b ='],
    ['a word that is no value', 'a = tru\nc = 2\n', { c: 2 }, 'tru'],
    ['a key without a sign', 'ab\nc = 2\n', { c: 2 }, 'ab'],
    ['an open quote', 'a = "x\nc = 2\n', { c: 2 }, 'a = "x'],
    ['an open list', 'a = 1\nb = [1,\n  2,\n[t]\nc = 2\n', { a: 1, 't.c': 2 }, '2,'],
    ['a repeated key', 'a = 1\na = 2\nc = 2\n', { a: 1, c: 2 }, 'a = 2'],
  ])('%s leaves the rest readable', (_, text, values, wrong) => {
    expect(valuesOf(text)).toEqual(values);
    const { problems } = parseToml(text);
    expect(problems).toHaveLength(1);
    expect(textOf(text, problems[0]!.range)).toBe(wrong);
  });

  test('keys under a half-typed table belong to no other table', () => {
    expect(valuesOf('[t]\na = 1\n[parallel\nb = 2\n[u]\nc = 3\n')).toEqual({ 't.a': 1, 'u.c': 3 });
  });

  test('gives up on a text that is not TOML', () => {
    const text = '}{\n'.repeat(50);
    const { settings, problems } = parseToml(text);
    expect(settings).toEqual([]);
    expect(problems.length).toBeLessThan(12);
  });
});
