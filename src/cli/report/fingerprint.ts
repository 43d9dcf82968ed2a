import { createHash } from 'node:crypto';
import { LineIndex } from '../../config/lines';
import type { Finding } from '../../lint/finding';
import type { View } from './report';

/** Enough of a SHA-256 that two findings do not meet by chance. */
const LENGTH = 32;

/**
 * What a finding is recognised by when lines have moved: its rule, the text of its line without indentation and without
 * the comment that silences it, and which of several alike in the file it is. In the order of `findings`.
 */
export function fingerprints(findings: readonly Finding[], { textOf }: Pick<View, 'textOf'>): string[] {
  const lineOf = lineReader(textOf);
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const line = lineOf(finding).replace(/#\s*moe-scope:.*$/, '');
    const parts = [finding.rule, line.trim().replaceAll(/\s+/g, ' ')];
    const inFile = [finding.file, ...parts].join('\0');
    const before = seen.get(inFile) ?? 0;
    seen.set(inFile, before + 1);
    return createHash('sha256')
      .update([...parts, before].join('\0'))
      .digest('hex')
      .slice(0, LENGTH);
  });
}

function lineReader(textOf: View['textOf']) {
  const files = new Map<string, { readonly lines: readonly string[]; readonly index: LineIndex }>();
  return ({ file, range }: Finding): string => {
    const text = textOf(file) ?? '';
    const known = files.get(file) ?? { lines: text.split('\n'), index: new LineIndex(text) };
    files.set(file, known);
    return known.lines[known.index.at(range.start).line] ?? '';
  };
}
