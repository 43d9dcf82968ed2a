import type { Fact, Location } from '../config/fact';
import type { Fix, TextEdit } from './finding';

/** The text after all `edits` to one file. Precondition: the edits do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = [...edits].sort((a, b) => b.range.start - a.range.start || b.range.end - a.range.end);
  return ordered.reduce((t, e) => t.slice(0, e.range.start) + e.newText + t.slice(e.range.end), text);
}

/**
 * Where the literal text of a fact stands: the last assignment that was followed, else the value itself. It may be the
 * scenario file that answers a variable.
 */
export function literalPlace(fact: Fact): Location {
  const last = fact.state === 'constant' ? fact.via?.at(-1) : undefined;
  return { file: last?.file ?? fact.file, range: last?.range ?? fact.range };
}

/**
 * Change the literal behind a fact; `text` is that of the file in which it stands. `null` when the text there is not the plain value, so that nothing but
 * the value would be replaced (`$((8 * N))`, a range that does not cover a number).
 */
export function setValue(fact: Fact, value: string | number, text: string | undefined): TextEdit | null {
  if (fact.state !== 'literal' && fact.state !== 'constant') return null;
  if (text === undefined) return null;
  const { file, range } = literalPlace(fact);
  const written = /^(["']?)(.*)\1$/s.exec(text.slice(range.start, range.end));
  const quote = written?.[1] ?? '';
  // Python's and Hydra's True and False are YAML's as well.
  const now = typeof fact.value === 'boolean' ? written?.[2]?.toLowerCase() : written?.[2];
  if (!written || now !== String(fact.value)) return null;
  return { file, range, newText: `${quote}${value}${quote}` };
}

/** Two edits of which one could undo the other. */
const overlap = (a: TextEdit, b: TextEdit): boolean =>
  a.file === b.file && a.range.start < b.range.end && b.range.start < a.range.end;

/** A fix of these edits; none when one of them cannot be made, or two of them overlap. */
export function fix(title: string, edits: readonly (TextEdit | null)[], isPreferred = false): readonly Fix[] {
  const made = edits.filter((edit) => edit !== null);
  if (made.length === 0 || made.length < edits.length) return [];
  if (made.some((one, i) => made.slice(i + 1).some((other) => overlap(one, other)))) return [];
  return [{ title, edits: made, ...(isPreferred ? { isPreferred } : {}) }];
}

/** The place of a fact, as findings name it. */
export function place(fact: Fact): Location {
  return { file: fact.file, range: fact.range };
}
