import type { Fact, TextRange } from '../config/fact';
import type { TextEdit } from './finding';
import { canStandBeside, formOf, isTree, isYaml, type Option, spelled } from './option-forms';
import { continued, endOfWord, type Line, lineAt, lineBefore } from './text-lines';

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

/** JSON and TOML hold keys and values only. */
const holdsWords = (file: string): boolean => isYaml(file) || !isTree(file);

/** Add options beside a related one, in the form that this one has. */
export function insertOption(
  beside: Fact,
  options: Option | readonly Option[],
  text: string | undefined,
): TextEdit | null {
  if (text === undefined || ![options].flat().every((one) => canStandBeside(beside, one))) return null;
  const written = [options].flat().map((option) => spelled(beside, option, text));
  switch (formOf(beside, text)) {
    case 'key':
      return insertKeys(beside, written, text);
    case 'item':
      return insertItems(
        beside,
        [options].flat().map((option) => itemOf(beside, option)),
        text,
      );
    case 'word':
      return insertFlag(beside, written.join(' '), text);
    default:
      return null;
  }
}

/** Remove an option with its value, in the form that it has. */
export function removeOption(fact: Fact, text: string | undefined): TextEdit | null {
  switch (text === undefined ? null : formOf(fact, text)) {
    case 'key':
      return removeKey(fact, text);
    case 'item':
      return removeItem(fact, text!);
    case 'word':
      return removeFlag(fact, text);
    default:
      return null;
  }
}

/** Put another option in an option's place, in the form that it has. */
export function replaceOption(fact: Fact, option: Option, text: string | undefined): TextEdit | null {
  if (text === undefined || (fact.state !== 'literal' && fact.state !== 'constant')) return null;
  if (!canStandBeside(fact, option)) return null;
  const form = formOf(fact, text);
  const span = form === 'word' ? flagSpan(fact, text) : keyAndValue(fact, text);
  const newText = form === 'item' ? itemOf(fact, option) : spelled(fact, option, text);
  return form === null || span === null || newText === null
    ? null
    : { file: fact.file, range: span, newText };
}

/** From the key to the end of the value, where both stand on one line. */
function keyAndValue({ keyRange, range }: Fact, text: string): TextRange | null {
  const span = { start: keyRange.start, end: Math.max(keyRange.end, endOfWord(text, range)) };
  return /["'\n]/.test(text.slice(span.start, span.end)) ? null : span;
}

/** The lines that the items of an option take up in a YAML list: `- --flag`, `- --flag=value`, or two of them. */
function itemLines(
  fact: Fact,
  text: string,
): { first: Line; last: Line; mark: string; quote: string } | null {
  const first = lineAt(text, fact.keyRange.start);
  const last = lineAt(text, Math.max(fact.keyRange.end, fact.range.end));
  const [, mark, quote] = /^(\s*-\s+)(["']?)/.exec(first.text) ?? [];
  const isWhole = (line: Line) => /^\s*-\s+("[^"]*"|'[^']*'|[^\s"'#]+)\s*$/.test(line.text);
  const isNext = last.start === first.start || last.start === first.end + lineBreakOf(text, first).length;
  if (mark === undefined || !isWhole(first) || !isWhole(last) || !isNext) return null;
  return { first, last, mark, quote: quote ?? '' };
}

const lineBreakOf = (text: string, line: Line): string => (text.startsWith('\r\n', line.end) ? '\r\n' : '\n');

function insertItems(after: Fact, items: readonly (string | null)[], text: string): TextEdit | null {
  const lines = itemLines(after, text);
  if (lines === null || items.some((item) => item === null)) return null;
  const { last, mark, quote } = lines;
  const newText = items.map((item) => `${lineBreakOf(text, last)}${mark}${quote}${item}${quote}`).join('');
  return { file: after.file, range: { start: last.end, end: last.end }, newText };
}

function removeItem(fact: Fact, text: string): TextEdit | null {
  const lines = itemLines(fact, text);
  if (lines === null) return null;
  const next = text.indexOf('\n', lines.last.end);
  const end = next < 0 ? lines.last.end : next + 1;
  return { file: fact.file, range: { start: lines.first.start, end }, newText: '' };
}

/** An option as one item of a list; `null` for a value whose quotes would end those of the list. */
function itemOf(beside: Fact, { option, value }: Option): string | null {
  const name = spelled(beside, { option });
  if (value === undefined) return name;
  return /["'\\\s]/.test(value) ? null : `${name}=${value}`;
}

/** Add `key: value` members of a YAML map behind another one, each on a line of its own. */
function insertKeys(after: Fact, members: readonly string[], text: string | undefined): TextEdit | null {
  if (text === undefined || after.state !== 'literal') return null;
  const line = lineAt(text, after.keyRange.start);
  const indent = line.text.slice(0, after.keyRange.start - line.start);
  if (!/^ *$/.test(indent) || after.range.end > line.end) return null;
  const lineBreak = lineBreakOf(text, line);
  return {
    file: after.file,
    range: { start: line.end, end: line.end },
    newText: members.map((member) => `${lineBreak}${indent}${member}`).join(''),
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
  if (text === undefined || !holdsWords(after.file)) return null;
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
  const lineBreak = lineBreakOf(text, line);
  const previous = lineBefore(text, line);
  if (continued(line.text) || (previous && continued(previous.text))) {
    return insertAt(span.end, ` \\${lineBreak}${indent}${flag}`);
  }
  return insertAt(line.end, `${lineBreak}${indent}${flag}`);
}

/** Remove a `key: value` of a YAML map that has a line of its own, with the line. */
function removeKey(fact: Fact, text: string | undefined): TextEdit | null {
  if (text === undefined || fact.state !== 'literal') return null;
  const line = lineAt(text, fact.keyRange.start);
  const before = line.text.slice(0, fact.keyRange.start - line.start);
  const between = text.slice(fact.keyRange.end, fact.range.start);
  const after = text.slice(endOfWord(text, fact.range), line.end);
  const isAlone =
    /^ *["']?$/.test(before) && /^["']?\s*:\s*["']?$/.test(between) && /^\s*(#.*)?$/.test(after);
  if (!isAlone || fact.range.end > line.end) return null;
  const next = text.indexOf('\n', line.end);
  return {
    file: fact.file,
    range: { start: line.start, end: next < 0 ? line.end : next + 1 },
    newText: '',
  };
}

/** Remove a flag with its value, and its line when nothing else stands there. The command stays one command. */
export function removeFlag(fact: Fact, text: string | undefined): TextEdit | null {
  if (text === undefined || !holdsWords(fact.file)) return null;
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
