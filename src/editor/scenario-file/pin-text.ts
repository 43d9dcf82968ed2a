import type { TextRange } from '../../config/fact';
import { read } from '../../config/read';
import type { ScenarioEntry } from '../../config/scenario-file';
import { scalar } from './text';

type Value = string | number | boolean;

/** Text to put into a scenario file so that it pins a field, and where the value then stands. */
export interface Pin {
  readonly offset: number;
  /** Empty where the file has the field already. */
  readonly newText: string;
  readonly value: TextRange;
}

/**
 * Pins a field: behind the last key of its section where the file has that section as a block, else on a line of its own
 * at the end, which is right in every file. `null` for text that is no scenario file.
 *
 * @param name dotted field name; `value` what it is pinned to
 */
export function pinIn(file: string, text: string, name: string, value: Value): Pin | null {
  const entries = entriesOf(file, text);
  if (!entries) return null;
  const there = entries.find(({ path, shape }) => path === name && shape === 'scalar');
  if (there) return { offset: there.range.start, newText: '', value: there.range };
  const tried = [inSection(text, entries, name, value), atEnd(text, name, value)];
  for (const edit of tried) {
    if (!edit) continue;
    const pinned = applied(text, edit);
    const entry = entriesOf(file, pinned)?.find(({ path }) => path === name);
    // Whatever the file's style, what was written is what will be read.
    if (entry?.value === value) return { ...edit, value: entry.range };
  }
  return null;
}

type Edit = Pick<Pin, 'offset' | 'newText'>;

const entriesOf = (file: string, text: string): readonly ScenarioEntry[] | undefined =>
  read({ file, text })?.scenario?.entries;

const applied = (text: string, { offset, newText }: Edit): string =>
  text.slice(0, offset) + newText + text.slice(offset);

function inSection(text: string, entries: readonly ScenarioEntry[], name: string, value: Value): Edit | null {
  const at = name.lastIndexOf('.');
  const section = name.slice(0, at);
  const siblings = entries.filter(({ path, key }) => path === `${section}.${key}` && !key.includes('.'));
  const last = siblings.at(-1);
  if (last?.shape !== 'scalar') return null;
  const lineStart = text.lastIndexOf('\n', last.keyRange.start - 1) + 1;
  const indent = text.slice(lineStart, last.keyRange.start);
  if (!/^ +$/.test(indent)) return null;
  const newline = text.indexOf('\n', last.range.end);
  const end = newline < 0 ? text.length : newline;
  const offset = text[end - 1] === '\r' ? end - 1 : end;
  return { offset, newText: `${lineBreakOf(text)}${indent}${name.slice(at + 1)}: ${scalar(value)}` };
}

function atEnd(text: string, name: string, value: Value): Edit {
  const lineBreak = lineBreakOf(text);
  const before = text === '' || text.endsWith('\n') ? '' : lineBreak;
  return { offset: text.length, newText: `${before}${name}: ${scalar(value)}${lineBreak}` };
}

const lineBreakOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');
