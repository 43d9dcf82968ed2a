import type { TextRange } from '../config/fact';

/** One line of a text, without its line break. */
export interface Line extends TextRange {
  readonly text: string;
}

/** The line around an offset, without its line break (LF or CRLF). */
export function lineAt(text: string, offset: number): Line {
  // A search from before the text would find a line break at its start.
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  const next = text.indexOf('\n', offset);
  const last = next < 0 ? text.length : next;
  const end = last > start && text[last - 1] === '\r' ? last - 1 : last;
  return { start, end, text: text.slice(start, end) };
}

/** Whether the next line belongs to the same command. */
export const continued = (line: string): boolean => /(^|[^\\])(\\\\)*\\$/.test(line);

export function lineBefore(text: string, line: Line): Line | null {
  return line.start === 0 ? null : lineAt(text, line.start - 1);
}

/** End of the shell word that a range is the value of: a closing quote belongs to it. */
export function endOfWord(text: string, range: TextRange): number {
  const quote = text[range.end];
  const opened = text[range.start - 1];
  return (quote === '"' || quote === "'") && quote === opened ? range.end + 1 : range.end;
}
