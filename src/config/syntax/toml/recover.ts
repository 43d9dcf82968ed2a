import { parseTOML } from 'toml-eslint-parser';
import type { TextRange } from '../../fact';
import { LineIndex } from '../../lines';

/** Where the parser stopped, and the text without the statement that stopped it. */
interface Mistake {
  readonly range: TextRange;
  /** As long as the text before, so that every other place in it stays the same. */
  readonly rest: string;
}

/** Takes the statement out of which the parser made nothing. */
export function blankMistake(
  source: string,
  error: { readonly index: number; readonly message: string },
): Mistake {
  const lines = source.split('\n');
  const stopped = new LineIndex(source).at(error.index).line;
  const [first, last] = statementAround(lines, stopped, /multiple times/.test(error.message));
  const start = lines.slice(0, first).reduce((sum, line) => sum + line.length + 1, 0);
  const text = lines.slice(first, last + 1).join('\n');
  return {
    range: placeIn(source, start, start + text.length, error.index),
    rest: source.slice(0, start) + text.replace(/[^\r\n]/g, ' ') + source.slice(start + text.length),
  };
}

/** From where the parser stopped to the end of that line; when that is not in the statement, its last line. */
function placeIn(source: string, start: number, end: number, stopped: number): TextRange {
  const lineEnd = source.indexOf('\n', stopped);
  const last = lineEnd === -1 ? end : Math.min(lineEnd, end);
  const rest = stopped >= start ? source.slice(stopped, last).trimEnd() : '';
  if (rest !== '') return { start: stopped, end: stopped + rest.length };
  const statement = source.slice(start, end).trimEnd();
  const line = statement.slice(statement.lastIndexOf('\n') + 1).trimStart();
  return { start: start + statement.length - line.length, end: start + statement.length };
}

const isHeader = (line: string): boolean => /^\s*\[/.test(line);
const isEmpty = (line: string): boolean => /^\s*(#.*)?$/.test(line);

function parses(line: string): boolean {
  try {
    parseTOML(line);
    return true;
  } catch {
    return false;
  }
}

/** First and last line of what to leave out. */
function statementAround(lines: readonly string[], stopped: number, repeated: boolean): [number, number] {
  const line = lines[stopped] ?? '';
  // A line that is sound by itself was stopped by what stands before it: a missing value, an open bracket.
  const before = !repeated && (isEmpty(line) || parses(line)) ? startBefore(lines, stopped) : null;
  const first = before ?? stopped;
  const last = before === null ? stopped : stopped - 1;
  // Without its header nobody knows which table the keys below belong to.
  if (!isHeader(lines[first] ?? '')) return [first, last];
  const next = lines.findIndex((other, index) => index > last && isHeader(other));
  return [first, next === -1 ? lines.length - 1 : next - 1];
}

/** The line above on which the unfinished statement starts, past the elements of a list; `null` when there is none. */
function startBefore(lines: readonly string[], stopped: number): number | null {
  let nearest: number | null = null;
  for (let index = stopped - 1; index >= 0; index--) {
    const line = lines[index]!;
    if (isEmpty(line)) continue;
    nearest ??= index;
    if (isHeader(line) || line.includes('=') || /^\s*[\w."'-]+\s*$/.test(line)) return index;
  }
  return nearest;
}
