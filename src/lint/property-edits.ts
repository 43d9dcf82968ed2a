import type { Fact } from '../config/fact';
import type { TextEdit } from './finding';
import { endOfWord, lineAt } from './text-lines';

/** Remove one `"key": value` of a JSON object together with the comma that it no longer needs. */
export function removeProperty(fact: Fact, text: string | undefined): TextEdit | null {
  if (text === undefined || fact.state !== 'literal') return null;
  const start = text[fact.keyRange.start] === '"' ? fact.keyRange.start : fact.keyRange.start - 1;
  const end = endOfWord(text, fact.range);
  if (text[start] !== '"') return null;
  const comma = /^\s*,/.exec(text.slice(end));
  if (comma) {
    const line = lineAt(text, start);
    const ownLine = /^\s*$/.test(text.slice(line.start, start));
    const after = end + comma[0].length;
    const blank = /^[ \t]*\r?\n/.exec(text.slice(after))?.[0].length;
    if (ownLine && blank !== undefined) {
      return { file: fact.file, range: { start: line.start, end: after + blank }, newText: '' };
    }
    const space = /^\s*/.exec(text.slice(after))?.[0].length ?? 0;
    return { file: fact.file, range: { start, end: after + space }, newText: '' };
  }
  const before = /,\s*$/.exec(text.slice(0, start));
  return { file: fact.file, range: { start: before ? before.index : start, end }, newText: '' };
}

/** Add a `"key": value` behind another property of the same JSON object, on a line of its own where that one has one. */
export function insertProperty(after: Fact, property: string, text: string | undefined): TextEdit | null {
  if (text === undefined || after.state !== 'literal' || !/\.json$/i.test(after.file)) return null;
  const offset = endOfWord(text, after.range);
  const line = lineAt(text, offset);
  const indent = /^\s*(?=")/.exec(line.text)?.[0];
  const ownLine = indent !== undefined && /^\s*,?\s*$/.test(text.slice(offset, line.end));
  const lineBreak = text.startsWith('\r\n', line.end) ? '\r\n' : '\n';
  const newText = ownLine ? `,${lineBreak}${indent}${property}` : `, ${property}`;
  return { file: after.file, range: { start: offset, end: offset }, newText };
}
