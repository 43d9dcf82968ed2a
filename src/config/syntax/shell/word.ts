import type { TextRange } from '../../fact';
import { type Field, standsInPlace } from './split';
import type { Condition, FlatPiece, Step, TextPiece } from './value';

/** One word of a command with what is known about it. */
export interface ShellWord {
  /** The word after expansion; `null` when the file does not say it. */
  readonly text: string | null;
  /** Where the word is used, without its quotes. */
  readonly range: TextRange;
  readonly state: 'literal' | 'constant' | 'unresolved';
  /** Assignments that were followed, from the use to the literal text. Empty when no single text holds the value. */
  readonly via: readonly Step[];
  /** For unresolved words: what is not known, as written (`${14}`). */
  readonly expression: string | null;
  /** File offset at which the text stands letter by letter, where it does. */
  readonly at: number | null;
  readonly conditions: readonly Condition[];
  readonly pieces: readonly FlatPiece[];
}

/** Where a word's text stands in its own file: the last assignment that was followed there, else its use. */
export function placeOfText(word: ShellWord): TextRange {
  return word.via.filter((step) => step.file === undefined).at(-1)?.range ?? word.range;
}

/** Neighbouring pieces that are one stretch of the file. */
function joinNeighbours(pieces: readonly FlatPiece[]): readonly FlatPiece[] {
  const joined: FlatPiece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (piece.kind === 'text' && piece.text === '' && pieces.length > 1) continue;
    if (
      last?.kind === 'text' &&
      piece.kind === 'text' &&
      standsInPlace(last) &&
      standsInPlace(piece) &&
      last.range.end === piece.range.start
    ) {
      const range = { start: last.range.start, end: piece.range.end };
      joined[joined.length - 1] = { ...last, text: last.text + piece.text, range };
    } else joined.push(piece);
  }
  return joined;
}

function hull(pieces: readonly FlatPiece[]): TextRange {
  let { start, end } = pieces[0]!.range;
  for (const piece of pieces) {
    // What `eval` and joined arrays put between words has no place of its own.
    if (piece.range.end === 0) continue;
    start = Math.min(start, piece.range.start);
    end = Math.max(end, piece.range.end);
  }
  return { start, end };
}

/** A hull is only a sensible place when its pieces stand close together. */
const MAX_WORD_SPAN = 2_000;

function placeOf(pieces: readonly FlatPiece[]): TextRange {
  const whole = hull(pieces);
  return whole.end - whole.start <= MAX_WORD_SPAN ? whole : pieces.at(-1)!.range;
}

function toWord(field: Field): ShellWord | null {
  const pieces = joinNeighbours(field.pieces);
  const [first] = pieces;
  if (first === undefined) return null;
  const { conditions } = field;
  const unknown = pieces.find((piece) => piece.kind === 'unknown');
  if (unknown !== undefined) {
    return {
      text: null,
      range: placeOf(pieces),
      state: 'unresolved',
      via: unknown.via,
      expression: unknown.expression,
      at: null,
      conditions,
      pieces,
    };
  }
  const texts = pieces as readonly TextPiece[];
  const text = texts.map((piece) => piece.text).join('');
  if (texts.length === 1 && first.kind === 'text') {
    const literal = first.via.length === 0 && standsInPlace(first);
    const state = literal ? 'literal' : 'constant';
    const isAnswer = first.via.at(-1)?.file !== undefined;
    const via = first.at === null && !isAnswer ? [] : first.via;
    return { text, range: first.range, state, via, expression: null, at: first.at, conditions, pieces };
  }
  return {
    text,
    range: placeOf(pieces),
    state: 'constant',
    via: [],
    expression: null,
    at: null,
    conditions,
    pieces,
  };
}

/** Cuts a word such as `--flag=value` at its first `=`; `null` when it has none in its known text. */
export function cutAtEquals(
  word: ShellWord,
): { key: string; keyRange: TextRange; value: ShellWord | null } | null {
  const index = word.pieces.findIndex((piece) => piece.kind === 'unknown' || piece.text.includes('='));
  const piece = word.pieces[index];
  if (piece?.kind !== 'text' || !piece.text.includes('=')) return null;
  const cut = piece.text.indexOf('=');
  const before = word.pieces.slice(0, index) as readonly TextPiece[];
  const key = before.map((part) => part.text).join('') + piece.text.slice(0, cut);
  const inPlace = standsInPlace(piece);
  const keyEnd = inPlace ? piece.range.start + cut : piece.range.end;
  const rest: TextPiece = {
    ...piece,
    text: piece.text.slice(cut + 1),
    at: piece.at === null ? null : piece.at + cut + 1,
    range: inPlace ? { start: piece.range.start + cut + 1, end: piece.range.end } : piece.range,
  };
  const after = word.pieces.slice(index + 1);
  const valuePieces = rest.text === '' && after.length > 0 ? after : [rest, ...after];
  return {
    key,
    keyRange: { start: Math.min(word.range.start, keyEnd), end: keyEnd },
    value: toWord({ pieces: valuePieces, conditions: word.conditions }),
  };
}

/** The words of a command; a field without any characters is none. */
export function wordsOf(fields: readonly Field[]): ShellWord[] {
  return fields.map(toWord).filter((word) => word !== null);
}
