import type { TextPiece } from './value';

/** More words than a person lists by hand are not looked at. */
export const MAX_BRACE_WORDS = 64;

function literal(text: string, at: number | null, range: TextPiece['range']): TextPiece {
  return { kind: 'text', text, at, range, via: [], whole: true };
}

/** `{1..8}`, `{8..1..2}`, `{a..d}`. */
function sequence(inner: string): string[] | null {
  const match = /^(-?\d{1,9}|[A-Za-z])\.\.(-?\d{1,9}|[A-Za-z])(?:\.\.(-?\d{1,9}))?$/.exec(inner);
  if (match === null) return null;
  const [, from = '', to = '', by] = match;
  const areLetters = /^[A-Za-z]$/.test(from);
  if (areLetters !== /^[A-Za-z]$/.test(to)) return null;
  const isPadded = [from, to].some((text) => /^-?0\d/.test(text));
  const [start, end] = areLetters ? [from.charCodeAt(0), to.charCodeAt(0)] : [Number(from), Number(to)];
  const step = Math.max(1, Math.abs(Number(by ?? 1)));
  const count = Math.floor(Math.abs(end - start) / step) + 1;
  if (count > MAX_BRACE_WORDS || isPadded) return null;
  const values = Array.from({ length: count }, (_, i) => start + (start <= end ? i : -i) * step);
  return values.map((value) => (areLetters ? String.fromCharCode(value) : String(value)));
}

/**
 * The alternatives of `{1,2,4}` and `{1..8}` that stands at `pos`, each with its place; `null` for what bash reads in
 * another way, or what quotes, expansions and braces inside make too involved.
 */
export function braceAlternatives(text: string, pos: number): readonly TextPiece[] | null {
  const inner = text.slice(1, -1);
  if (/[\\'"`${}]/.test(inner)) return null;
  const range = { start: pos, end: pos + text.length };
  if (!inner.includes(',')) return sequence(inner)?.map((value) => literal(value, null, range)) ?? null;
  const parts = inner.split(',');
  if (parts.length > MAX_BRACE_WORDS) return null;
  let at = pos + 1;
  return parts.map((part) => {
    const start = at;
    at += part.length + 1;
    return literal(part, start, { start, end: start + part.length });
  });
}
