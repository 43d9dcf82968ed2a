import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { read } from '../../../src/config/read';
import { lintWorkspace, type Workspace, workspaces } from './fixtures';

const all = workspaces(fileURLToPath(new URL('../../golden/', import.meta.url)));
/** A step that falls on every kind of place sooner or later, without taking long. */
const STEP = 41;

const lengthOf = (workspace: Workspace): number =>
  Math.max(...Object.values(workspace).map((text) => text.length));

describe('half-typed files', () => {
  it.each(all)('%s: no rule throws, and every place is inside the text', (_, workspace) => {
    for (let end = 0; end < lengthOf(workspace); end += STEP) {
      const cut = Object.fromEntries(
        Object.entries(workspace).map(([file, text]) => [file, text.slice(0, end)]),
      );
      for (const finding of lintWorkspace(cut)) {
        const places = [finding, ...finding.related, ...finding.fixes.flatMap((fix) => fix.edits)];
        for (const { file, range } of places) {
          expect(range.start).toBeLessThanOrEqual(range.end);
          expect(range.end).toBeLessThanOrEqual(cut[file]?.length ?? 0);
        }
      }
    }
  });

  it.each(all)('%s: the same with the line ends of Windows', (_, workspace) => {
    const crlf = Object.fromEntries(
      Object.entries(workspace).map(([file, text]) => [file, text.replaceAll('\n', '\r\n')]),
    );
    expect(() => lintWorkspace(crlf)).not.toThrow();
  });
});

/** Every JavaScript object has something by this name. */
const INHERITED = 'constructor';

it('a key or a word that every object has is no entry of a table: what is read can be sent from the worker', () => {
  const tried = new Set<string>();
  const texts = all.flatMap(([, workspace]) => Object.entries(workspace));
  for (const [file, text] of texts) {
    for (const { name, value, range, keyRange, role } of read({ file, text })?.facts ?? []) {
      for (const { start, end } of typeof value === 'string' ? [range, keyRange] : [keyRange]) {
        const what = [name, role, start === keyRange.start, file.slice(file.lastIndexOf('.'))].join(' ');
        if (tried.has(what)) continue;
        tried.add(what);
        const changed = text.slice(0, start) + INHERITED + text.slice(end);
        expect(() => structuredClone(read({ file, text: changed })), `${file}: ${what}`).not.toThrow();
      }
    }
  }
  expect(tried.size).toBeGreaterThan(500);
});
