import type { Location, TextRange } from '../config/fact';
import { LineIndex } from '../config/lines';

/** The comment that silences a finding. */
export interface Suppression extends Location {
  /** What stands behind `--`. */
  readonly reason: string | null;
}

/** The comment that silences a rule at one of these places of the file. */
export type SuppressionAt = (
  rule: { code: string; name: string },
  ranges: readonly TextRange[],
) => Suppression | undefined;

/** A comment that silences rules, in a line of its own or behind one. */
export interface SuppressionComment extends Suppression {
  /** Codes or names, each with its place; none of them means every rule. */
  readonly words: readonly { readonly word: string; readonly range: TextRange }[];
  readonly isOfFile: boolean;
  /** Number of its line, from 0. */
  readonly line: number;
  /** Nothing else stands in the line. */
  readonly isAlone: boolean;
}

const never: SuppressionAt = () => undefined;
/** A comment that silences rules: what it silences them for, and the words after it. */
export const marker = /#\s*moe-scope:\s*(ignore-file|ignore)\b[ \t:]*([^\n\r]*)/;
/** Whether a file can hold such a comment. */
export const hasComments = (file: string): boolean => !/\.json$/i.test(file);

const isComment = (line: string | undefined): boolean => /^\s*#/.test(line ?? '');
const isContinued = (line: string | undefined): boolean => /\\\r?$/.test(line ?? '');

/** The comments of a file that silence rules. */
export function suppressionComments(file: string, text: string | undefined): readonly SuppressionComment[] {
  if (text === undefined || !hasComments(file) || !text.includes('moe-scope:')) return [];
  let lineStart = 0;
  return text.split('\n').flatMap((content, line) => {
    const found = marker.exec(content);
    const start = lineStart + (found?.index ?? 0);
    lineStart += content.length + 1;
    if (!found) return [];
    const [whole, kind, rest = ''] = found;
    const { list, reason } = parts(rest);
    const listStart = start + whole.length - rest.length;
    return {
      file,
      range: { start, end: start + whole.trimEnd().length },
      reason,
      words: [...list.matchAll(/[^\s,]+/g)].map(({ 0: word, index }) => ({
        word,
        range: { start: listStart + index, end: listStart + index + word.length },
      })),
      isOfFile: kind === 'ignore-file',
      line,
      isAlone: content.slice(0, found.index).trim() === '',
    };
  });
}

/**
 * Reads the `# moe-scope: ignore MG005 -- reason` comments of a file that has comments.
 * Behind a value it silences that line; on a line of its own the next line that is no comment, with all lines that
 * continue it; `ignore-file` anywhere the whole file. Several codes or rule names are separated by blanks or commas.
 */
export function readSuppressions(file: string, text: string | undefined): SuppressionAt {
  const comments = suppressionComments(file, text);
  if (text === undefined || comments.length === 0) return never;
  const lines = text.split('\n');
  const index = new LineIndex(text);
  const byLine = new Map<number, SuppressionComment[]>();
  const add = (line: number, comment: SuppressionComment) =>
    byLine.set(line, [...(byLine.get(line) ?? []), comment]);
  for (const comment of comments) {
    if (comment.isOfFile) continue;
    if (!comment.isAlone) add(comment.line, comment);
    else {
      let next = comment.line + 1;
      while (isComment(lines[next])) next++;
      add(next, comment);
      while (isContinued(lines[next])) add(++next, comment);
    }
  }
  const wholeFile = comments.filter(({ isOfFile }) => isOfFile);

  return (rule, ranges) => {
    const covers = ({ words }: SuppressionComment) =>
      words.length === 0 || words.some(({ word }) => word.toUpperCase() === rule.code || word === rule.name);
    const here = ranges.flatMap((range) => byLine.get(index.at(range.start).line) ?? []);
    const comment = [...here, ...wholeFile].find(covers);
    return comment && { file, range: comment.range, reason: comment.reason };
  };
}

/** What a comment lists, and what stands behind `--`. */
function parts(rest: string): { list: string; reason: string | null } {
  const [, list = '', reason = ''] = /^(.*?)(?:(?:^|\s)--\s+(.*))?$/.exec(rest) ?? [];
  return { list, reason: reason.trim() || null };
}
