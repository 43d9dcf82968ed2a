import type { TextRange } from './fact';

/** Lines of a merge that was not finished (git-merge, "How conflicts are presented"): ours, the common ancestor, theirs. */
const MARKER = /^(?:<{7} |\|{7}(?: |\r?$)|={7}\r?$|>{7} )/;

/** The first conflict marker of a text that holds all three in order. */
export function conflictOf(text: string): TextRange | undefined {
  if (!text.includes('<<<<<<< ')) return undefined;
  const found = /^<{7} [^\n]*$/m.exec(text);
  if (!found) return undefined;
  const middle = followedBy(text, /^={7}\r?$/gm, found.index);
  return middle !== -1 && followedBy(text, /^>{7} /gm, middle) !== -1
    ? { start: found.index, end: found.index + found[0].trimEnd().length }
    : undefined;
}

/** Where a line after `from` begins that `line` matches, or -1. */
function followedBy(text: string, line: RegExp, from: number): number {
  line.lastIndex = from;
  return line.exec(text)?.index ?? -1;
}

/**
 * Both versions of a text with conflict markers, each with spaces for the other one and the markers, so that every
 * offset stays what it is, and a command that is continued around them stays one.
 */
export function sidesOf(text: string): readonly [ours: string, theirs: string] {
  let section = '';
  const lines = text.split('\n').map((line) => {
    const marker = MARKER.exec(line)?.[0][0];
    if (marker !== undefined) section = marker === '>' ? '' : marker;
    return { line, section: marker === undefined ? section : 'marker' };
  });
  const side = (own: string) => {
    let isContinued = false;
    const kept = lines.map((one) => {
      if (one.section !== '' && one.section !== own) return blank(one.line, isContinued);
      isContinued = one.line.endsWith('\\');
      return one.line;
    });
    return kept.join('\n');
  };
  return [side('<'), side('=')];
}

const blank = (line: string, isContinued: boolean): string =>
  isContinued && line !== '' ? `${' '.repeat(line.length - 1)}\\` : ' '.repeat(line.length);
