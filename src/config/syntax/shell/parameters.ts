import type { ParameterExpansionPart, ParameterOperation, Word, WordPart } from 'unbash';
import type { TextRange } from '../../fact';
import { applyOperation, escapePattern } from './operations';
import {
  holdsOptions,
  type Item,
  isEmptyText,
  knownText,
  type Piece,
  type Pieces,
  SPACE,
  type Step,
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

/** What a parameter expansion needs of the words around it. */
export interface ParameterContext {
  readonly source: string;
  readonly variables: Variables;
  spend(amount: number): void;
  wordPieces(word: Word): Pieces;
  partPieces(part: WordPart): Pieces;
}

export interface Parameters {
  /** The value of `$name` or `${name[index]}`. */
  value(name: string, index: string | undefined, range: TextRange): Pieces;
  /** The value of `${…}` with whatever is done to it. */
  expansion(part: ParameterExpansionPart): Pieces;
  unknown(range: TextRange, external?: boolean): UnknownPiece;
  /** Text that stands nowhere in the file. */
  computed(text: string, range: TextRange): Pieces;
}

/** Longest chain of assignments that is kept with a value; the ends matter, the middle does not. */
const MAX_STEPS = 16;
function chain(step: Step, rest: readonly Step[]): readonly Step[] {
  const steps = [step, ...rest];
  return steps.length <= MAX_STEPS ? steps : [...steps.slice(0, MAX_STEPS - 1), steps.at(-1)!];
}

/** An item with the conditions that are left when those around it are known. */
interface Conditional {
  readonly pieces: Pieces;
  readonly conditions: Item['conditions'];
}

/** Items that one decision put there, each branch with its own. */
function decided(items: readonly Conditional[], range: TextRange, expression: string): Piece {
  const { choice, branches: count } = items[0]!.conditions[0]!;
  const branches = Array.from({ length: count }, (_, branch) => {
    const own = items.filter((item) => item.conditions[0]!.branch === branch);
    const inner = own.map(({ pieces, conditions }) => ({ pieces, conditions: conditions.slice(1) }));
    return {
      condition: own[0]?.conditions[0]?.text ?? 'otherwise',
      pieces: spaced(inner, range, expression),
    };
  });
  return { kind: 'choice', choice, branches, expression, range, whole: true };
}

/** Every item with a space before it; what one decision leaves open is one piece. */
function spaced(items: readonly Conditional[], range: TextRange, expression: string): Piece[] {
  const pieces: Piece[] = [];
  for (let start = 0; start < items.length; ) {
    const item = items[start]!;
    const choice = item.conditions[0]?.choice;
    let end = start + 1;
    if (choice === undefined) pieces.push(SPACE, ...item.pieces);
    else {
      while (items[end]?.conditions[0]?.choice === choice) end++;
      pieces.push(decided(items.slice(start, end), range, expression));
    }
    start = end;
  }
  return pieces;
}

/** `"${X[*]}"`: the items as one text, with spaces between them. */
function joinedItems(items: readonly Item[], range: TextRange, expression: string): Piece[] {
  const pieces = spaced(items, range, expression);
  return pieces[0] === SPACE ? pieces.slice(1) : pieces;
}

/** Follows parameters to their values. */
export function createParameters(context: ParameterContext): Parameters {
  const { source, variables, spend, wordPieces } = context;

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
    const stay = holdsOptions(pieces);
    return pieces.map((piece): Piece => {
      if (piece.kind === 'text' && piece.file !== undefined) {
        const { file, ...rest } = piece;
        return { ...rest, range, via: chain({ variable: name, range: piece.range, file }, piece.via) };
      }
      if (stay) return piece;
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

  const value = (name: string, index: string | undefined, range: TextRange): Pieces => {
    const found = variables.get(name);
    variables.used(name);
    if (found === undefined) return [unknown(range, index === undefined)];
    if (index === '@' || index === '*') {
      if (found.kind === 'scalar') return use(found.pieces, name, range);
      return joinedItems(found.items, range, source.slice(range.start, range.end));
    }
    if (index !== undefined && !/^\d{1,6}$/.test(index)) return [unknown(range)];
    if (found.kind === 'scalar') {
      return Number(index ?? 0) === 0 ? use(found.pieces, name, range) : [unknown(range)];
    }
    const item = itemAt(found.items, Number(index ?? 0));
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
    const own = value(name, index, range);
    const emptyCounts = operation.operator.startsWith(':');
    const operator = operation.operator.replace(':', '');
    if (operator === '?') return own;
    if (operator === '+') {
      if (isEmptyText(own)) return emptyCounts ? [] : wordPieces(operation.operand);
      return knownText(own) === null ? [unknown(range)] : wordPieces(operation.operand);
    }
    const found = variables.get(name);
    const isElsewhere = found?.kind === 'scalar' && found.notTaken === true;
    if (!isElsewhere && !isOpen(own, emptyCounts)) return own;
    const fallback = wordPieces(operation.operand);
    if (operator === '=') variables.assignDefault(name, fallback);
    return use(fallback, name, range);
  };

  const computed = (text: string, range: TextRange): Pieces => [
    { kind: 'text', text, at: null, range, via: [], whole: true },
  ];

  /** `${#X}`: characters of a value, or elements of an array. */
  const lengthPieces = (name: string, index: string | undefined, range: TextRange): Pieces => {
    const found = variables.get(name);
    variables.used(name);
    if (index === '@' || index === '*') {
      const isCounted = found?.kind === 'array' && found.items.every((item) => item.conditions.length === 0);
      return isCounted ? computed(String(found.items.length), range) : [unknown(range)];
    }
    const text = found?.kind === 'scalar' && index === undefined ? knownText(found.pieces) : null;
    return text === null ? [unknown(range)] : computed(String(text.length), range);
  };

  /** `${!X}` is the variable that X names. */
  const nameOf = (part: ParameterExpansionPart): string | null => {
    if (part.prefix === undefined) return part.parameter;
    const found = variables.get(part.parameter);
    variables.used(part.parameter);
    const name = found?.kind === 'scalar' && part.index === undefined ? knownText(found.pieces) : null;
    return name !== null && /^[A-Za-z_]\w*$/.test(name) ? name : null;
  };

  const patternOf = (word: Word): string | null => {
    const pieces = word.parts?.map((part) => {
      const text = knownText(context.partPieces(part));
      const isPattern = part.type === 'Literal' || part.type === 'Glob';
      if (isPattern) return source.slice(part.pos, part.end);
      return text === null ? null : escapePattern(text);
    });
    if (pieces === undefined) return source.slice(word.pos, word.end);
    return pieces.includes(null) ? null : pieces.join('');
  };

  const parameterPieces = (part: ParameterExpansionPart): Pieces => {
    const range = { start: part.pos, end: part.end };
    const index = part.index?.text;
    if (part.prefix === '#') return lengthPieces(part.parameter, index, range);
    const name = nameOf(part);
    if (name === null) return [unknown(range)];
    const { operation } = part;
    if (operation?.type === 'Default') return withDefault(name, index, operation, range);
    const own = value(name, index, range);
    if (operation === undefined) return own;
    // What is done to `$@` or a whole array is done to its elements.
    const isList = [name, index].some((word) => word === '@' || word === '*');
    const text = isList ? null : knownText(own);
    const changed =
      text === null
        ? null
        : applyOperation(text, operation, {
            text: (word) => knownText(wordPieces(word)),
            pattern: patternOf,
          });
    if (changed === null) return [unknown(range)];
    return changed === text ? own : computed(changed, range);
  };

  return { value, expansion: parameterPieces, unknown, computed };
}
