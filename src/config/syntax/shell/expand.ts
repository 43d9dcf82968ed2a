import type {
  ArithmeticExpression,
  DoubleQuotedChild,
  ParameterExpansionPart,
  ParameterOperation,
  Word,
  WordPart,
} from 'unbash';
import type { TextRange } from '../../fact';
import { evaluateArithmetic } from './arithmetic';
import { type Field, quoted, splitFields, unquoted } from './split';
import {
  holdsOptions,
  type Item,
  isEmptyText,
  knownText,
  type Piece,
  type Pieces,
  type Step,
  type TextPiece,
  type UnknownPiece,
  type Value,
} from './value';

/** What expansion needs to know about the script so far. */
export interface Variables {
  get(name: string): Value | undefined;
  /** `${X:=8}` assigns. */
  assignDefault(name: string, pieces: Pieces): void;
  /** Called for every variable whose value was taken. */
  used(name: string): void;
}

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

/** Longest chain of assignments that is kept with a value; the ends matter, the middle does not. */
const MAX_STEPS = 16;
/** Values with more pieces than this are not followed: nothing that a person wrote is that long. */
const MAX_PIECES = 5_000;

function chain(step: Step, rest: readonly Step[]): readonly Step[] {
  const steps = [step, ...rest];
  return steps.length <= MAX_STEPS ? steps : [...steps.slice(0, MAX_STEPS - 1), steps.at(-1)!];
}

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

const SPACE: TextPiece = {
  kind: 'text',
  text: ' ',
  at: null,
  range: { start: 0, end: 0 },
  via: [],
  whole: true,
};

function joinedItems(items: readonly Item[], range: TextRange, expression: string): Piece[] {
  return items.flatMap((item, index): Piece[] => {
    const pieces = index > 0 ? [SPACE, ...item.pieces] : [...item.pieces];
    return item.conditions.reduceRight<Piece[]>((inner, condition) => {
      const branches = Array.from({ length: condition.branches }, (_, branch) => ({
        condition: condition.text,
        pieces: branch === condition.branch ? inner : [],
      }));
      return [{ kind: 'choice', choice: condition.choice, branches, expression, range, whole: true }];
    }, pieces);
  });
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

  const unknown = (range: TextRange, external = false): UnknownPiece => ({
    kind: 'unknown',
    expression: source.slice(range.start, range.end),
    range,
    via: [],
    external,
    whole: true,
  });

  /** A variable's value at the place where the variable is used. */
  const use = (pieces: Pieces, name: string, range: TextRange): Pieces => {
    spend(pieces.length);
    if (holdsOptions(pieces)) return pieces;
    return pieces.map((piece): Piece => {
      if (piece.kind === 'choice') {
        return { ...piece, range, expression: source.slice(range.start, range.end) };
      }
      return { ...piece, range, via: chain({ variable: name, range: piece.range }, piece.via) };
    });
  };

  const itemAt = (items: readonly Item[], index: number): Pieces | null =>
    items.slice(0, index + 1).some((item) => item.conditions.length > 0)
      ? null
      : (items[index]?.pieces ?? null);

  const valuePieces = (name: string, index: string | undefined, range: TextRange): Pieces => {
    const value = variables.get(name);
    variables.used(name);
    if (value === undefined) return [unknown(range, index === undefined)];
    if (index === '@' || index === '*') {
      if (value.kind === 'scalar') return use(value.pieces, name, range);
      return joinedItems(value.items, range, source.slice(range.start, range.end));
    }
    if (index !== undefined && !/^\d{1,6}$/.test(index)) return [unknown(range)];
    if (value.kind === 'scalar') {
      return Number(index ?? 0) === 0 ? use(value.pieces, name, range) : [unknown(range)];
    }
    const item = itemAt(value.items, Number(index ?? 0));
    return item === null ? [unknown(range)] : use(item, name, range);
  };

  /** True when the file leaves the variable open, so that the default written beside it is what the file says. */
  const isOpen = (pieces: Pieces, emptyCounts: boolean): boolean =>
    (emptyCounts && isEmptyText(pieces)) ||
    (pieces.length > 0 && pieces.every((piece) => piece.kind === 'unknown' && piece.external));

  const withDefault = (
    name: string,
    index: string | undefined,
    operation: Extract<ParameterOperation, { type: 'Default' }>,
    range: TextRange,
  ): Pieces => {
    const own = valuePieces(name, index, range);
    const emptyCounts = operation.operator.startsWith(':');
    const operator = operation.operator.replace(':', '');
    if (operator === '?') return own;
    if (operator === '+') {
      if (isEmptyText(own)) return emptyCounts ? [] : wordPieces(operation.operand);
      return knownText(own) === null ? [unknown(range)] : wordPieces(operation.operand);
    }
    if (!isOpen(own, emptyCounts)) return own;
    const fallback = wordPieces(operation.operand);
    if (operator === '=') variables.assignDefault(name, fallback);
    return use(fallback, name, range);
  };

  const parameterPieces = (part: ParameterExpansionPart): Pieces => {
    const range = rangeOf(part);
    if (part.prefix !== undefined) return [unknown(range)];
    const { operation } = part;
    if (operation === undefined) return valuePieces(part.parameter, part.index?.text, range);
    variables.used(part.parameter);
    if (operation.type === 'Default') return withDefault(part.parameter, part.index?.text, operation, range);
    return [unknown(range)];
  };

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
    if (result === null) return [unknown(range)];
    return [{ kind: 'text', text: String(result), at: null, range, via: [], whole: true }];
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
        return asQuoted(simplePieces(part.text.slice(1), range));
      case 'ParameterExpansion':
        return asQuoted(parameterPieces(part));
      case 'ArithmeticExpansion':
        return asQuoted(arithmeticPieces(part.expression, range));
      case 'BraceExpansion':
        return /,|\.\./.test(part.text) ? [unknown(range)] : literalPieces(source, part.pos, part.end, false);
      case 'CommandExpansion':
      case 'ProcessSubstitution':
        return [unknown(range)];
    }
  };

  const simplePieces = (name: string, range: TextRange): Pieces => valuePieces(name, undefined, range);

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
    const pieces = wordPieces(word);
    const split = splitFields(pieces);
    spend(split.length);
    return split;
  };

  return { pieces: wordPieces, fields };
}

/** Whole decimal numbers only; bash reads a leading zero as octal, which nobody means in a config. */
function toInteger(text: string | null): number | null {
  if (text === null || !/^-?(0|[1-9]\d*)$/.test(text.trim())) return null;
  const value = Number(text.trim());
  return Number.isSafeInteger(value) ? value : null;
}
