import type { ArithmeticExpression, DoubleQuotedChild, Word, WordPart } from 'unbash';
import type { TextRange } from '../../fact';
import { evaluateArithmetic } from './arithmetic';
import { braceAlternatives, MAX_BRACE_WORDS } from './braces';
import { createParameters, type Variables } from './parameters';
import { printedPieces, printedWords } from './printed';
import { type Field, quoted, splitFields, unquoted } from './split';
import { type Item, knownText, type Piece, type Pieces, type TextPiece, type Value } from './value';

export interface Expander {
  /** The value of a word where no splitting happens (the right side of an assignment). */
  pieces(word: Word): Pieces;
  /** The words that one word of a command becomes. */
  fields(word: Word): Field[];
}

/** The words that a variable would become when it is used unquoted (`"${X[@]}"` for an array). */
export function valueFields(value: Value): Field[] {
  return value.kind === 'array' ? itemFields(value.items) : splitFields(unquoted(value.pieces));
}

/** Values with more pieces than this are not followed: nothing that a person wrote is that long. */
const MAX_PIECES = 5_000;

function weightOf(pieces: Pieces): number {
  let weight = pieces.length;
  for (const piece of pieces) {
    if (piece.kind === 'choice') for (const branch of piece.branches) weight += weightOf(branch.pieces);
    if (weight > MAX_PIECES) break;
  }
  return weight;
}

function itemsWeight(items: readonly Item[]): number {
  let weight = items.length;
  for (const item of items) {
    weight += item.pieces.length + item.conditions.length;
    if (weight > MAX_PIECES) break;
  }
  return weight;
}

/** True when a value is too long to be followed further. */
export function isTooLong(value: Value): boolean {
  return (value.kind === 'array' ? itemsWeight(value.items) : weightOf(value.pieces)) > MAX_PIECES;
}

/** Characters after a backslash that lose the backslash inside double quotes. */
const ESCAPED_IN_DOUBLE_QUOTES = '$`"\\';

/** Literal text, cut where escapes and line continuations part what is written from what is meant. */
function literalPieces(source: string, start: number, end: number, inDoubleQuotes: boolean): TextPiece[] {
  const pieces: TextPiece[] = [];
  const push = (from: number, to: number) => {
    if (to <= from) return;
    const range = { start: from, end: to };
    pieces.push({ kind: 'text', text: source.slice(from, to), at: from, range, via: [], whole: true });
  };
  let from = start;
  for (let i = start; i < end; i++) {
    if (source[i] !== '\\' || i + 1 >= end) continue;
    const next = source[i + 1]!;
    if (next === '\n') {
      push(from, i);
      from = i + 2;
    } else if (!inDoubleQuotes || ESCAPED_IN_DOUBLE_QUOTES.includes(next)) {
      push(from, i);
      from = i + 1;
    }
    i++;
  }
  push(from, end);
  return pieces;
}

/** The items of an array as words; a choice inside one element stays one word, as it was when it was put there. */
function itemFields(items: readonly Item[]): Field[] {
  return items.flatMap((item) =>
    splitFields(quoted(item.pieces)).map((field): Field => ({ ...field, conditions: item.conditions })),
  );
}

/** The array that a word is, taken as a whole: `${X[@]}`, `"${X[@]}"`, `"$@"`. */
function wholeArray(word: Word): { name: string; quoted: boolean } | null {
  const only = word.parts?.length === 1 ? word.parts[0]! : null;
  const inner = only?.type === 'DoubleQuoted' && only.parts.length === 1 ? only.parts[0]! : only;
  const inQuotes = only !== inner;
  if (inner?.type === 'SimpleExpansion') {
    const all = inner.text === '$@' || (inner.text === '$*' && !inQuotes);
    return all ? { name: inner.text.slice(1), quoted: inQuotes } : null;
  }
  if (inner?.type !== 'ParameterExpansion' || inner.prefix !== undefined || inner.operation !== undefined) {
    return null;
  }
  const index = inner.index?.text;
  if (index !== '@' && (index !== '*' || inQuotes)) return null;
  return { name: inner.parameter, quoted: inQuotes };
}

export function createExpander(
  source: string,
  variables: Variables,
  isDoubtful: (range: TextRange) => boolean,
  spend: (amount: number) => void,
): Expander {
  const rangeOf = (node: { pos: number; end: number }): TextRange => ({ start: node.pos, end: node.end });

  const parameters = createParameters({
    source,
    variables,
    spend,
    wordPieces: (word) => wordPieces(word),
    partPieces: (part) => partPieces(part, false),
  });
  const { unknown, computed } = parameters;

  const integerOf = (name: string): number | null => {
    const value = variables.get(name);
    variables.used(name);
    if (value?.kind !== 'scalar') return null;
    return toInteger(knownText(value.pieces));
  };

  const arithmeticPieces = (expression: ArithmeticExpression | undefined, range: TextRange): Pieces => {
    const result =
      expression === undefined
        ? null
        : evaluateArithmetic(expression, {
            variable: integerOf,
            expansion: (parts) => toInteger(knownText(partsPieces(parts, false))),
          });
    return result === null ? [unknown(range)] : computed(String(result), range);
  };

  const partPieces = (part: WordPart | DoubleQuotedChild, inDoubleQuotes: boolean): Pieces => {
    const range = rangeOf(part);
    const asQuoted = inDoubleQuotes ? quoted : unquoted;
    switch (part.type) {
      case 'Literal':
      case 'Glob':
      case 'ExtendedGlob':
        return literalPieces(source, part.pos, part.end, inDoubleQuotes);
      case 'SingleQuoted': {
        const inner = { start: part.pos + 1, end: Math.max(part.pos + 1, part.end - 1) };
        const text = source.slice(inner.start, inner.end);
        return [{ kind: 'text', text, at: inner.start, range: inner, via: [], whole: true }];
      }
      case 'AnsiCQuoted':
        return [{ kind: 'text', text: part.value, at: null, range, via: [], whole: true }];
      case 'DoubleQuoted':
      case 'LocaleString': {
        const pieces = partsPieces(part.parts, true);
        if (pieces.length > 0) return pieces;
        const start = part.end - 1;
        return [{ kind: 'text', text: '', at: start, range: { start, end: start }, via: [], whole: true }];
      }
      case 'SimpleExpansion':
        return asQuoted(parameters.value(part.text.slice(1), undefined, range));
      case 'ParameterExpansion':
        return asQuoted(parameters.expansion(part));
      case 'ArithmeticExpansion':
        return asQuoted(arithmeticPieces(part.expression, range));
      case 'BraceExpansion':
        return /[\\'"`$]/.test(part.text)
          ? [unknown(range)]
          : literalPieces(source, part.pos, part.end, false);
      case 'CommandExpansion': {
        const printed = printedWords(part.script);
        return printed === null ? [unknown(range)] : asQuoted(printedPieces(printed, wordPieces));
      }
      case 'ProcessSubstitution':
        return [unknown(range)];
    }
  };

  const partsPieces = (
    parts: readonly (WordPart | DoubleQuotedChild)[],
    inDoubleQuotes: boolean,
  ): Piece[] => {
    const pieces: Piece[] = [];
    for (const part of parts) {
      for (const piece of partPieces(part, inDoubleQuotes)) pieces.push(piece);
      spend(1);
    }
    return pieces;
  };

  const wordPieces = (word: Word): Pieces => {
    spend(1);
    const range = rangeOf(word);
    if (isDoubtful(range)) return [unknown(range)];
    return word.parts === undefined
      ? literalPieces(source, word.pos, word.end, false)
      : partsPieces(word.parts, false);
  };

  const fields = (word: Word): Field[] => {
    const array = isDoubtful(rangeOf(word)) ? null : wholeArray(word);
    const value = array === null ? undefined : variables.get(array.name);
    if (array !== null && value?.kind === 'array') {
      variables.used(array.name);
      spend(itemsWeight(value.items));
      const words = itemFields(value.items);
      // Unquoted, elements with spaces are split again.
      return array.quoted
        ? words
        : words.flatMap((field) =>
            splitFields(unquoted(field.pieces)).map((part) => ({ ...part, conditions: field.conditions })),
          );
    }
    const split = wordsWithBraces(word).flatMap((pieces) => splitFields(pieces));
    spend(split.length);
    return split;
  };

  /** A word of a command is several words when it has `{1,2}` in it. */
  const wordsWithBraces = (word: Word): Pieces[] => {
    const parts = word.parts ?? [];
    if (!parts.some((part) => part.type === 'BraceExpansion') || isDoubtful(rangeOf(word))) {
      return [wordPieces(word)];
    }
    let words: Pieces[] = [[]];
    for (const part of parts) {
      const alternatives = part.type === 'BraceExpansion' ? braceAlternatives(part.text, part.pos) : null;
      const isInvolved = part.type === 'BraceExpansion' && alternatives === null && /,|\.\./.test(part.text);
      if (isInvolved || words.length * (alternatives?.length ?? 1) > MAX_BRACE_WORDS) {
        return [[unknown(rangeOf(word))]];
      }
      const own = alternatives?.map((piece) => [piece]) ?? [partPieces(part, false)];
      words = words.flatMap((before) => own.map((pieces) => [...before, ...pieces]));
      spend(words.length);
    }
    return words;
  };

  return { pieces: wordPieces, fields };
}

/** Whole decimal numbers only; bash reads a leading zero as octal, which nobody means in a config. */
function toInteger(text: string | null): number | null {
  if (text === null || !/^-?(0|[1-9]\d*)$/.test(text.trim())) return null;
  const value = Number(text.trim());
  return Number.isSafeInteger(value) ? value : null;
}
