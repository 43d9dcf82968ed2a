import type { Fact, Location, TextRange } from '../config/fact';
import type { Fix, TextEdit } from './finding';
import { isYaml, type Option, spelled } from './option-forms';

/** The text after all `edits` to one file. Precondition: the edits do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = [...edits].sort((a, b) => b.range.start - a.range.start || b.range.end - a.range.end);
  return ordered.reduce((t, e) => t.slice(0, e.range.start) + e.newText + t.slice(e.range.end), text);
}

/**
 * Where the literal text of a fact stands: the last assignment that was followed, else the value itself. It may be the
 * scenario file that answers a variable.
 */
export function literalPlace(fact: Fact): Location {
  const last = fact.state === 'constant' ? fact.via?.at(-1) : undefined;
  return { file: last?.file ?? fact.file, range: last?.range ?? fact.range };
}

/**
 * Change the literal behind a fact; `text` is that of the file in which it stands. `null` when the text there is not the plain value, so that nothing but
 * the value would be replaced (`$((8 * N))`, a range that does not cover a number).
 */
export function setValue(fact: Fact, value: string | number, text: string | undefined): TextEdit | null {
  if (fact.state !== 'literal' && fact.state !== 'constant') return null;
  if (text === undefined) return null;
  const { file, range } = literalPlace(fact);
  const written = /^(["']?)(.*)\1$/s.exec(text.slice(range.start, range.end));
  const quote = written?.[1] ?? '';
  if (!written || written[2] !== String(fact.value)) return null;
  return { file, range, newText: `${quote}${value}${quote}` };
}

interface Line extends TextRange {
  readonly text: string;
}

/** The line around an offset, without its line break (LF or CRLF). */
function lineAt(text: string, offset: number): Line {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const next = text.indexOf('\n', offset);
  const last = next < 0 ? text.length : next;
  const end = last > start && text[last - 1] === '\r' ? last - 1 : last;
  return { start, end, text: text.slice(start, end) };
}

const continued = (line: string): boolean => /(^|[^\\])(\\\\)*\\$/.test(line);

function lineBefore(text: string, line: Line): Line | null {
  return line.start === 0 ? null : lineAt(text, line.start - 1);
}

/** End of the shell word that a range is the value of: a closing quote belongs to it. */
function endOfWord(text: string, range: TextRange): number {
  const quote = text[range.end];
  const opened = text[range.start - 1];
  return (quote === '"' || quote === "'") && quote === opened ? range.end + 1 : range.end;
}

/**
 * Start and end of `--flag value` (or `--flag=value`, `--flag`, Hydra's `+key=value`) in the text; `null` for an override
 * in quotes of its own, which nothing may be put behind or taken out of.
 */
function flagSpan(fact: Fact, text: string): TextRange | null {
  let start = Math.min(fact.keyRange.start, fact.range.start);
  const end = Math.max(fact.keyRange.end, endOfWord(text, fact.range));
  if (fact.key.startsWith('-')) return { start, end };
  while (text[start - 1] === '+') start--;
  return /["']/.test(text[start - 1] ?? '') ? null : { start, end };
}

const isShell = (file: string): boolean => !isYaml(file) && !/\.(json|toml)$/i.test(file);

/** Add an option beside a related one, in the form of the file. */
export function insertOption(beside: Fact, option: Option, text: string | undefined): TextEdit | null {
  const written = spelled(beside, option);
  return isYaml(beside.file) ? insertKey(beside, written, text) : insertFlag(beside, written, text);
}

/** Add a `key: value` of a YAML map behind another one, on a line of its own. */
function insertKey(after: Fact, member: string, text: string | undefined): TextEdit | null {
  if (text === undefined || after.state !== 'literal') return null;
  const line = lineAt(text, after.keyRange.start);
  const indent = line.text.slice(0, after.keyRange.start - line.start);
  if (!/^ *$/.test(indent) || after.range.end > line.end) return null;
  const lineBreak = text.startsWith('\r\n', line.end) ? '\r\n' : '\n';
  return {
    file: after.file,
    range: { start: line.end, end: line.end },
    newText: `${lineBreak}${indent}${member}`,
  };
}

/** Whether the line's own text around `span` is only indentation, and a continuation or comment after it. */
function aloneOnLine(line: Line, span: TextRange): { rest: string } | null {
  const before = line.text.slice(0, span.start - line.start);
  const rest = line.text.slice(span.end - line.start);
  return /^\s*$/.test(before) && /^\s*(\\|#.*)?$/.test(rest) ? { rest } : null;
}

/**
 * Insert `flag` (with its value) right after a related flag: on a line of its own where the related flag has one,
 * continued with ` \` where its neighbours are, else behind it on the same line.
 */
export function insertFlag(after: Fact, flag: string, text: string | undefined): TextEdit | null {
  if (text === undefined || !isShell(after.file)) return null;
  if (after.state !== 'literal' && after.state !== 'constant') return null;
  const span = flagSpan(after, text);
  if (span === null) return null;
  const line = lineAt(text, span.start);
  const alone = span.end <= line.end ? aloneOnLine(line, span) : null;
  const insertAt = (offset: number, newText: string): TextEdit => ({
    file: after.file,
    range: { start: offset, end: offset },
    newText,
  });
  if (!alone) return insertAt(span.end, ` ${flag}`);
  const indent = line.text.slice(0, span.start - line.start);
  const lineBreak = text.startsWith('\r\n', line.end) ? '\r\n' : '\n';
  const previous = lineBefore(text, line);
  if (continued(line.text) || (previous && continued(previous.text))) {
    return insertAt(span.end, ` \\${lineBreak}${indent}${flag}`);
  }
  return insertAt(line.end, `${lineBreak}${indent}${flag}`);
}

/** Remove a flag with its value, and its line when nothing else stands there. The command stays one command. */
export function removeFlag(fact: Fact, text: string | undefined): TextEdit | null {
  if (text === undefined || !isShell(fact.file)) return null;
  if (fact.state !== 'literal' && fact.state !== 'constant') return null;
  const span = flagSpan(fact, text);
  if (span === null) return null;
  const line = lineAt(text, span.start);
  const alone = span.end <= line.end ? aloneOnLine(line, span) : null;
  const remove = (start: number, end: number): TextEdit => ({
    file: fact.file,
    range: { start, end },
    newText: '',
  });
  if (!alone || alone.rest.includes('#')) {
    const space = /[ \t]*$/.exec(text.slice(line.start, span.start))?.[0].length ?? 0;
    const first = line.start + space === span.start;
    return first ? remove(span.start, span.end) : remove(span.start - space, span.end);
  }
  const previous = lineBefore(text, line);
  if (!continued(line.text) && previous && continued(previous.text)) {
    const kept = previous.text.replace(/\s*\\$/, '').length;
    return remove(previous.start + kept, line.end);
  }
  const next = text.indexOf('\n', line.end);
  return remove(line.start, next < 0 ? line.end : next + 1);
}

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

/** A fix of these edits; none when one of them cannot be made. */
export function fix(title: string, edits: readonly (TextEdit | null)[], isPreferred = false): readonly Fix[] {
  const made = edits.filter((edit) => edit !== null);
  if (made.length === 0 || made.length < edits.length) return [];
  return [{ title, edits: made, ...(isPreferred ? { isPreferred } : {}) }];
}

/** The place of a fact, as findings name it. */
export function place(fact: Fact): Location {
  return { file: fact.file, range: fact.range };
}
