import type { TextRange } from '../config/fact';
import { LineIndex } from '../config/lines';

/** Whether a rule is silenced at one of these places of the file. */
export type Suppressed = (rule: { code: string; name: string }, ranges: readonly TextRange[]) => boolean;

const never: Suppressed = () => false;
const marker = /#\s*moe-scope:\s*(ignore-file|ignore)\b[ \t:]*([^\n\r]*)/;

/** Codes or names after the marker; none of them means every rule. Words after `--` are the reason. */
function listed(rest: string): readonly string[] {
  const list = rest.split(/\s--\s|^--\s/)[0] ?? '';
  return list.split(/[\s,]+/).filter((word) => word !== '');
}

/**
 * Reads the `# moe-scope: ignore MG005` comments of a file that has comments.
 * Behind a value it silences that line, on a line of its own the next line with all lines that continue it,
 * `ignore-file` anywhere the whole file. Several codes or rule names are separated by blanks or commas.
 */
export function readSuppressions(file: string, text: string | undefined): Suppressed {
  if (text === undefined || /\.json$/i.test(file) || !text.includes('moe-scope:')) return never;
  const lines = text.split('\n');
  const index = new LineIndex(text);
  const wholeFile: (readonly string[])[] = [];
  const byLine = new Map<number, (readonly string[])[]>();
  const add = (line: number, words: readonly string[]) =>
    byLine.set(line, [...(byLine.get(line) ?? []), words]);

  lines.forEach((line, number) => {
    const found = marker.exec(line);
    if (!found) return;
    const words = listed(found[2] ?? '');
    if (found[1] === 'ignore-file') wholeFile.push(words);
    else if (line.slice(0, found.index).trim() !== '') add(number, words);
    else {
      let next = number + 1;
      add(next, words);
      while (/\\\r?$/.test(lines[next] ?? '')) add(++next, words);
    }
  });

  return (rule, ranges) => {
    const covers = (words: readonly string[]) =>
      words.length === 0 || words.some((w) => w.toUpperCase() === rule.code || w === rule.name);
    if (wholeFile.some(covers)) return true;
    return ranges.some((range) => byLine.get(index.at(range.start).line)?.some(covers) ?? false);
  };
}
