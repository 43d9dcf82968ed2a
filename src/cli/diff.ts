import { applyEdits } from '../lint/edits';
import type { TextEdit } from '../lint/finding';

/** Lines around a change, as diff -u has them. */
const CONTEXT = 3;

/** Lines that are replaced: from `start` (counted from 0) so many of the old text, by so many of the new one. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/**
 * A unified diff of edits of one text, as `patch` and `git apply` read it. The edits do not overlap.
 *
 * @param name what the file is called in the head
 */
export function unifiedDiff(name: string, text: string, edits: readonly TextEdit[]): string {
  const old = linesOf(text);
  const changes = changedLines(text, edits);
  const path = name.replaceAll('\\', '/');
  const label = (side: string) => (path.startsWith('/') ? path : `${side}/${path}`);
  const hunks: Change[][] = [];
  for (const change of changes) {
    const last = hunks.at(-1);
    if (last && change.start - last.at(-1)!.end <= 2 * CONTEXT) last.push(change);
    else hunks.push([change]);
  }
  let shift = 0;
  const bodies = hunks.map((hunk) => {
    const { text: body, grown } = hunkText(old, hunk, shift);
    shift += grown;
    return body;
  });
  return bodies.length === 0 ? '' : `--- ${label('a')}\n+++ ${label('b')}\n${bodies.join('')}`;
}

function hunkText(
  old: readonly string[],
  hunk: readonly Change[],
  shift: number,
): { readonly text: string; readonly grown: number } {
  const from = Math.max(0, hunk[0]!.start - CONTEXT);
  const to = Math.min(old.length, hunk.at(-1)!.end + CONTEXT);
  const out: string[] = [];
  let at = from;
  for (const { start, end, lines } of hunk) {
    out.push(...old.slice(at, start).map((line) => marked(' ', line)));
    out.push(...old.slice(start, end).map((line) => marked('-', line)));
    out.push(...lines.map((line) => marked('+', line)));
    at = end;
  }
  out.push(...old.slice(at, to).map((line) => marked(' ', line)));
  const grown = hunk.reduce((sum, { start, end, lines }) => sum + lines.length - (end - start), 0);
  // Without a line on one side, the number is that of the line before.
  const range = (first: number, count: number) => `${count === 0 ? first : first + 1},${count}`;
  const head = `@@ -${range(from, to - from)} +${range(from + shift, to - from + grown)} @@\n`;
  return { text: head + out.join(''), grown };
}

const marked = (mark: string, line: string): string =>
  line.endsWith('\n') ? `${mark}${line}` : `${mark}${line}\n\\ No newline at end of file\n`;

/** Lines with their line breaks; a text that ends in one has no empty line behind it. */
const linesOf = (text: string): string[] => text.split(/(?<=\n)/).filter((line) => line !== '');

/** Whole lines around the edits, those that share or touch a line together. */
function changedLines(text: string, edits: readonly TextEdit[]): Change[] {
  // From before the text on, a search would find what stands at its start.
  const lineStart = (offset: number) => (offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1);
  const lineEnd = (offset: number) => {
    const next = text.indexOf('\n', offset);
    return next < 0 ? text.length : next + 1;
  };
  const groups: { start: number; end: number; edits: TextEdit[] }[] = [];
  for (const edit of [...edits].sort((a, b) => a.range.start - b.range.start)) {
    const start = lineStart(edit.range.start);
    // What ends with a whole line leaves the next one as it is.
    const isWhole = edit.range.end > edit.range.start && text[edit.range.end - 1] === '\n';
    const end = isWhole && edit.range.start === start ? edit.range.end : lineEnd(edit.range.end);
    const last = groups.at(-1);
    if (last && start < last.end) {
      last.end = Math.max(last.end, end);
      last.edits.push(edit);
    } else groups.push({ start, end, edits: [edit] });
  }
  const lineNumber = (offset: number) => linesOf(text.slice(0, offset)).length;
  const changes = groups.map(({ start, end, edits: own }) => {
    const moved = own.map((edit) => ({
      ...edit,
      range: { start: edit.range.start - start, end: edit.range.end - start },
    }));
    const before = linesOf(text.slice(start, end));
    const after = linesOf(applyEdits(text.slice(start, end), moved));
    const first = lineNumber(start);
    return trimmed(first, before, after);
  });
  return changes.filter(({ start, end, lines }) => end > start || lines.length > 0);
}

/** Without the lines at both ends that stay. */
function trimmed(first: number, before: readonly string[], after: readonly string[]): Change {
  let head = 0;
  while (head < Math.min(before.length, after.length) && before[head] === after[head]) head += 1;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return {
    start: first + head,
    end: first + before.length - tail,
    lines: after.slice(head, after.length - tail),
  };
}
