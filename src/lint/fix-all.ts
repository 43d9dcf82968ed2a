import { applyEdits } from './edits';
import type { Finding, Fix, TextEdit } from './finding';
import { editsOf, wholeText, withEdits } from './pieces';

/** Bounds a pair of fixes that would take turns. */
const MAX_FIXES = 200;

/** What is left to change in a file when every safe fix of it is made. */
export interface FixedFile {
  /** In the text as it was; they do not overlap. */
  readonly edits: readonly TextEdit[];
  /** Codes of the findings that were fixed, in the order in which they were. */
  readonly fixed: readonly string[];
}

/**
 * Makes the fixes of a file that are right without further thought, one after the other, each on what the ones before
 * it left, until there is none. One that edits another file too, does not make its finding go or brings a new error is
 * left out. `findingsOf` lints the file with another text.
 */
export function fixAll(
  file: string,
  text: string,
  findingsOf: (text: string) => readonly Finding[],
): FixedFile {
  const fixed: string[] = [];
  const refused = new Set<string>();
  let pieces = wholeText(text);
  let now = text;
  let findings = findingsOf(text);
  while (fixed.length < MAX_FIXES) {
    const next = findings.find((finding) => safeFix(finding, file) && !refused.has(keyOf(finding)));
    const fix = next && safeFix(next, file);
    if (!next || !fix) break;
    const after = applyEdits(now, fix.edits);
    const later = findingsOf(after);
    if (!isBetter(next, findings, later)) {
      refused.add(keyOf(next));
      continue;
    }
    fixed.push(next.rule);
    pieces = withEdits(pieces, fix.edits);
    now = after;
    findings = later;
  }
  return { edits: editsOf(file, pieces, text.length), fixed };
}

/** The one fix of a finding that needs no thought and stays in its file. */
export function safeFix(finding: Finding, file: string): Fix | undefined {
  return finding.fixes.find((fix) => fix.isPreferred && fix.edits.every((edit) => edit.file === file));
}

const keyOf = ({ rule, message, range }: Finding): string => `${rule} ${range.start} ${message}`;

const isBetter = (done: Finding, before: readonly Finding[], after: readonly Finding[]): boolean => {
  const errors = (all: readonly Finding[]) => all.filter(({ severity }) => severity === 'error').length;
  const same = (all: readonly Finding[]) => all.filter(({ rule }) => rule === done.rule).length;
  return same(after) < same(before) && errors(after) <= errors(before);
};
