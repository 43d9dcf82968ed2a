import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unifiedDiff } from '../../../src/cli/diff';
import { applyEdits } from '../../../src/lint/edits';
import type { TextEdit } from '../../../src/lint/finding';

const edit = (start: number, end: number, newText: string): TextEdit => ({
  file: 'a.sh',
  range: { start, end },
  newText,
});

test('shows what goes and what comes, with three lines around', () => {
  const text = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine';
  const at = text.indexOf('five');
  expect(unifiedDiff('a.sh', text, [edit(at, at + 4, '5'), edit(text.length, text.length, '\nten')])).toBe(
    [
      '--- a/a.sh',
      '+++ b/a.sh',
      '@@ -2,8 +2,9 @@',
      ' two',
      ' three',
      ' four',
      '-five',
      '+5',
      ' six',
      ' seven',
      ' eight',
      '-nine',
      '\\ No newline at end of file',
      '+nine',
      '+ten',
      '\\ No newline at end of file',
      '',
    ].join('\n'),
  );
  expect(unifiedDiff('a.sh', text, [])).toBe('');
});

/** Whether git takes the diff is what counts: it is the tool that people give it to. */
test('is what git apply makes the edited text of', () => {
  const folder = mkdtempSync(join(tmpdir(), 'moe-scope-diff-'));
  const line = fc.constantFrom('', 'a', 'b', 'NODES=4', '    --flag 1 \\');
  const texts = fc.tuple(fc.array(line, { minLength: 1, maxLength: 30 }), fc.boolean());
  const cuts = fc.array(fc.tuple(fc.nat(200), fc.nat(8), fc.constantFrom('', 'x', '\n', 'p\nq', '\ny\n')), {
    minLength: 1,
    maxLength: 4,
  });
  try {
    fc.assert(
      fc.property(texts, cuts, ([lines, ends], places) => {
        const text = lines.join('\n') + (ends ? '\n' : '');
        let from = 0;
        const edits = [...places]
          .sort((a, b) => a[0] - b[0])
          .flatMap(([start, length, newText]) => {
            const begin = Math.min(Math.max(start, from), text.length);
            const end = Math.min(begin + length, text.length);
            if (begin < from) return [];
            from = end + 1;
            return [edit(begin, end, newText)];
          });
        const after = applyEdits(text, edits);
        const diff = unifiedDiff('a.sh', text, edits);
        if (after === text) return;
        writeFileSync(join(folder, 'a.sh'), text);
        execFileSync('git', ['apply', '--unidiff-zero', '-'], { cwd: folder, input: diff, stdio: 'pipe' });
        expect(readFileSync(join(folder, 'a.sh'), 'utf8')).toBe(after);
      }),
      { numRuns: 60 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
