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

interface Comment extends Suppression {
  /** Codes or names; none of them means every rule. */
  readonly words: readonly string[];
}

const never: SuppressionAt = () => undefined;
/** A comment that silences rules: what it silences them for, and the words after it. */
export const marker = /#\s*moe-scope:\s*(ignore-file|ignore)\b[ \t:]*([^\n\r]*)/;
/** Whether a file can hold such a comment. */
export const hasComments = (file: string): boolean => !/\.json$/i.test(file);

const isComment = (line: string | undefined): boolean => /^\s*#/.test(line ?? '');
const isContinued = (line: string | undefined): boolean => /\\\r?$/.test(line ?? '');

/**
 * Reads the `# moe-scope: ignore MG005 -- reason` comments of a file that has comments.
 * Behind a value it silences that line; on a line of its own the next line that is no comment, with all lines that
 * continue it; `ignore-file` anywhere the whole file. Several codes or rule names are separated by blanks or commas.
 */
export function readSuppressions(file: string, text: string | undefined): SuppressionAt {
  if (text === undefined || !hasComments(file) || !text.includes('moe-scope:')) return never;
  const lines = text.split('\n');
  const index = new LineIndex(text);
  const wholeFile: Comment[] = [];
  const byLine = new Map<number, Comment[]>();
  const add = (line: number, comment: Comment) => byLine.set(line, [...(byLine.get(line) ?? []), comment]);

  let lineStart = 0;
  lines.forEach((line, number) => {
    const found = marker.exec(line);
    const start = lineStart + (found?.index ?? 0);
    lineStart += line.length + 1;
    if (!found) return;
    const comment = {
      file,
      range: { start, end: start + found[0].trimEnd().length },
      ...listed(found[2] ?? ''),
    };
    if (found[1] === 'ignore-file') wholeFile.push(comment);
    else if (line.slice(0, found.index).trim() !== '') add(number, comment);
    else {
      let next = number + 1;
      while (isComment(lines[next])) next++;
      add(next, comment);
      while (isContinued(lines[next])) add(++next, comment);
    }
  });

  return (rule, ranges) => {
    const covers = ({ words }: Comment) =>
      words.length === 0 || words.some((word) => word.toUpperCase() === rule.code || word === rule.name);
    const here = ranges.flatMap((range) => byLine.get(index.at(range.start).line) ?? []);
    const comment = [...here, ...wholeFile].find(covers);
    return comment && { file, range: comment.range, reason: comment.reason };
  };
}

function listed(rest: string): Pick<Comment, 'words' | 'reason'> {
  const [, list = '', reason = ''] = /^(.*?)(?:(?:^|\s)--\s+(.*))?$/.exec(rest) ?? [];
  const words = list.split(/[\s,]+/).filter((word) => word !== '');
  return { words, reason: reason.trim() || null };
}
