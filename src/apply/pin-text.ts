import type { TextRange } from '../config/fact';
import { read } from '../config/read';
import type { ScenarioEntry } from '../config/scenario-file';
import { scalar } from './yaml-scalar';

type Value = string | number | boolean;

/** An edit of a scenario file so that it pins a field, and where the value then stands. */
export interface Pin {
  /** What is replaced; empty for an insertion, and where the file has the field already. */
  readonly range: TextRange;
  readonly newText: string;
  readonly value: TextRange;
}

/**
 * Pins a field: in the place of the comment that says what was assumed of it, else behind the last key of its section where
 * the file has that section as a block, else on a line of its own at the end, which is right in every file. `null` for text
 * that is no scenario file.
 *
 * @param name dotted field name; `value` what it is pinned to
 * @param present what becomes of a value that the file has for it
 */
export function pinIn(
  file: string,
  text: string,
  name: string,
  value: Value,
  present: 'kept' | 'replaced' = 'kept',
): Pin | null {
  const entries = entriesOf(file, text);
  if (!entries) return null;
  const there = entries.find(({ path, shape }) => path === name && shape === 'scalar');
  if (there && present === 'kept') return { range: at(there.range.start), newText: '', value: there.range };
  const tried = there
    ? [inPlace(there, value)]
    : [asComment(text, name, value), inSection(text, entries, name, value), atEnd(text, name, value)];
  for (const edit of tried) {
    if (!edit) continue;
    const pinned = applied(text, edit);
    const entry = entriesOf(file, pinned)?.find(({ path }) => path === name);
    // Whatever the file's style, what was written is what will be read.
    if (entry?.value === value) return { ...edit, value: entry.range };
  }
  return null;
}

type Edit = Pick<Pin, 'range' | 'newText'>;

const at = (offset: number): TextRange => ({ start: offset, end: offset });

const entriesOf = (file: string, text: string): readonly ScenarioEntry[] | undefined =>
  read({ file, text })?.scenario?.entries;

const applied = (text: string, { range, newText }: Edit): string =>
  text.slice(0, range.start) + newText + text.slice(range.end);

/** With its quotes, so that the new value has those that it needs. */
function inPlace({ range: { start, end }, isQuoted }: ScenarioEntry, value: Value): Edit {
  const quote = isQuoted ? 1 : 0;
  return { range: { start: start - quote, end: end + quote }, newText: scalar(value) };
}

/** `# name: value  # why`, as a new scenario file lists what is assumed. */
function asComment(text: string, name: string, value: Value): Edit | null {
  const comment = new RegExp(`^# ${name.replaceAll('.', '\\.')}:[^#\r\n]*`, 'm').exec(text);
  if (!comment) return null;
  const blanks = /\s*$/.exec(comment[0])?.[0] ?? '';
  const range = { start: comment.index, end: comment.index + comment[0].length - blanks.length };
  return { range, newText: `${name}: ${scalar(value)}` };
}

function inSection(text: string, entries: readonly ScenarioEntry[], name: string, value: Value): Edit | null {
  const dot = name.lastIndexOf('.');
  const section = name.slice(0, dot);
  const siblings = entries.filter(({ path, key }) => path === `${section}.${key}` && !key.includes('.'));
  const last = siblings.at(-1);
  if (last?.shape !== 'scalar') return null;
  const lineStart = text.lastIndexOf('\n', last.keyRange.start - 1) + 1;
  const indent = text.slice(lineStart, last.keyRange.start);
  if (!/^ +$/.test(indent)) return null;
  const newline = text.indexOf('\n', last.range.end);
  const end = newline < 0 ? text.length : newline;
  const offset = text[end - 1] === '\r' ? end - 1 : end;
  return {
    range: at(offset),
    newText: `${lineBreakOf(text)}${indent}${name.slice(dot + 1)}: ${scalar(value)}`,
  };
}

function atEnd(text: string, name: string, value: Value): Edit {
  const lineBreak = lineBreakOf(text);
  const before = text === '' || text.endsWith('\n') ? '' : lineBreak;
  return { range: at(text.length), newText: `${before}${name}: ${scalar(value)}${lineBreak}` };
}

const lineBreakOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');
