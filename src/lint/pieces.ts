import type { TextRange } from '../config/fact';
import type { TextEdit } from './finding';

/** A stretch of the text as it was, or what stands in its place. */
export type Piece = TextRange | string;

/** A text of which nothing was changed yet. */
export const wholeText = (text: string): readonly Piece[] => [{ start: 0, end: text.length }];

/** The pieces after edits of the text that they make. Precondition: the edits do not overlap. */
export function withEdits(pieces: readonly Piece[], edits: readonly TextEdit[]): readonly Piece[] {
  return [...edits]
    .sort((a, b) => b.range.start - a.range.start || b.range.end - a.range.end)
    .reduce((all, edit) => replaced(all, edit.range, edit.newText), pieces);
}

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

/** What makes the pieces of the text: the edits of it as it was, which do not overlap. */
export function editsOf(file: string, pieces: readonly Piece[], length: number): TextEdit[] {
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
