import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../src/lint/edits';
import type { Finding } from '../../../src/lint/finding';
import { fixAll } from '../../../src/lint/fix-all';
import { lintWorkspace, workspaces } from './fixtures';

const FILE = 'train.sh';

/** A linter that wants every word gone from the text or replaced, one finding a place. */
function linter(replacements: Readonly<Record<string, string>>, isPreferred = true) {
  return (text: string): Finding[] =>
    Object.entries(replacements).flatMap(([from, to]) =>
      [...text.matchAll(new RegExp(from, 'g'))].map(({ index }): Finding => {
        const range = { start: index, end: index + from.length };
        return {
          rule: from,
          name: from,
          severity: 'error',
          message: `${from} at ${index}`,
          file: FILE,
          range,
          related: [],
          fixes: [{ title: 'fix', edits: [{ file: FILE, range, newText: to }], isPreferred }],
        };
      }),
    );
}

describe('fix all', () => {
  it('fixes until nothing is left, what a fix uncovers included', () => {
    const { edits, fixed } = fixAll(FILE, 'a x b', linter({ a: 'b', b: 'c' }));
    expect(fixed).toEqual(['a', 'b', 'b']);
    expect(applyEdits('a x b', edits)).toBe('c x c');
    expect(edits.map(({ range }) => range)).toEqual([
      { start: 0, end: 1 },
      { start: 4, end: 5 },
    ]);
  });

  it('leaves alone what needs a decision, and what another file would be changed for', () => {
    expect(fixAll(FILE, 'a', linter({ a: 'b' }, false))).toEqual({ edits: [], fixed: [] });
    expect(fixAll('other.sh', 'a', linter({ a: 'b' }))).toEqual({ edits: [], fixed: [] });
  });

  it('leaves alone what a fix does not cure, and what it would make worse', () => {
    expect(fixAll(FILE, 'a', linter({ a: 'aa' })).edits).toEqual([]);
    expect(fixAll(FILE, 'a', linter({ a: 'bb', b: 'd' })).edits).toEqual([]);
  });

  it('ends where two fixes undo each other', () => {
    expect(fixAll(FILE, 'a', linter({ a: 'b', b: 'a' })).fixed.length).toBeLessThanOrEqual(200);
  });

  it('gives edits of the text as it was, whatever was edited in between', () => {
    const word = fc.constantFrom('a', 'b', 'c', ' ', '\n', 'xy');
    const table = fc.record({ a: fc.constantFrom('b', 'c', '', 'xyz'), b: fc.constantFrom('c', '', 'yy') });
    fc.assert(
      fc.property(fc.array(word), table, (words, replacements) => {
        const text = words.join('');
        const { edits } = fixAll(FILE, text, linter(replacements));
        const wanted = text.replaceAll('a', replacements.a).replaceAll('b', replacements.b);
        expect(applyEdits(text, edits)).toBe(wanted);
        for (const [i, edit] of edits.entries()) {
          expect(edit.range.start).toBeGreaterThan(edits[i - 1]?.range.end ?? -1);
        }
      }),
    );
  });
});

describe.each(workspaces(fileURLToPath(new URL('../../golden/', import.meta.url))))(
  'in %s',
  (_, workspace) => {
    const files = Object.keys(workspace).filter((file) => !file.endsWith('.want'));

    it.each(files)('fixing all of %s is done once, and leaves less to fix', (file) => {
      const text = workspace[file]!;
      const findingsOf = (other: string) => lintWorkspace({ ...workspace, [file]: other });
      const { edits, fixed } = fixAll(file, text, findingsOf);
      const after = applyEdits(text, edits);
      expect(after === text).toBe(fixed.length === 0);
      expect(fixAll(file, after, findingsOf).edits).toEqual([]);
      const errors = (all: readonly Finding[]) => all.filter(({ severity }) => severity === 'error').length;
      expect(errors(findingsOf(after))).toBeLessThanOrEqual(errors(findingsOf(text)));
    });
  },
);
