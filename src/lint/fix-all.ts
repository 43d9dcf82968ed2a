import type { TextRange } from '../config/fact';
import { applyEdits } from './edits';
import type { Finding, Fix, TextEdit } from './finding';

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
  let pieces: readonly Piece[] = [{ start: 0, end: text.length }];
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
    pieces = [...fix.edits]
      .sort((a, b) => b.range.start - a.range.start || b.range.end - a.range.end)
      .reduce((all, edit) => replaced(all, edit.range, edit.newText), pieces);
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

/** A stretch of the text as it was, or what stands in its place. */
type Piece = TextRange | string;

const lengthOf = (piece: Piece): number =>
  typeof piece === 'string' ? piece.length : piece.end - piece.start;

function replaced(pieces: readonly Piece[], { start, end }: TextRange, newText: string): Piece[] {
  return [
    ...between(pieces, 0, start),
    ...(newText === '' ? [] : [newText]),
    ...between(pieces, end, Number.POSITIVE_INFINITY),
  ];
}

function between(pieces: readonly Piece[], from: number, to: number): Piece[] {
  let at = 0;
  return pieces.flatMap((piece): Piece[] => {
    const [first, last] = [Math.max(from - at, 0), Math.min(to - at, lengthOf(piece))];
    at += lengthOf(piece);
    if (first >= last) return [];
    return typeof piece === 'string'
      ? [piece.slice(first, last)]
      : [{ start: piece.start + first, end: piece.start + last }];
  });
}

function editsOf(file: string, pieces: readonly Piece[], length: number): TextEdit[] {
  const edits: TextEdit[] = [];
  let at = 0;
  let newText = '';
  for (const piece of [...pieces, { start: length, end: length }]) {
    if (typeof piece === 'string') newText += piece;
    else {
      if (newText !== '' || piece.start > at) {
        edits.push({ file, range: { start: at, end: piece.start }, newText });
      }
      at = piece.end;
      newText = '';
    }
  }
  return edits;
}
