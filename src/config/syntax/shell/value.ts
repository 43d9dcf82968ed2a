import type { TextRange } from '../../fact';

/** One assignment that was followed: the variable, and the text that its value has there. */
export interface Step {
  readonly variable: string;
  readonly range: TextRange;
  /** Where `range` lies, when it is not the script: the file that answers what the script takes from outside. */
  readonly file?: string;
}

/** One of several branches (`if`, `case`, a loop that may not run) that a word depends on. */
export interface Condition {
  /** Same number for the branches of one decision. */
  readonly choice: number;
  readonly branch: number;
  /** How many branches the decision has, the one in which nothing happens included. */
  readonly branches: number;
  /** The test as written, e.g. `[ $MODEL_SIZE = A3B ]`, or `otherwise`. */
  readonly text: string;
}

/** Characters that are known. */
export interface TextPiece {
  readonly kind: 'text';
  readonly text: string;
  /** File offset at which `text` stands letter by letter; `null` when it was computed. */
  readonly at: number | null;
  /** Where the characters are used: the literal itself, or `$EP`. */
  readonly range: TextRange;
  /** Where `range` lies, when it is not the script. */
  readonly file?: string;
  readonly via: readonly Step[];
  /** False for what an unquoted expansion gave: the shell splits it into words. */
  readonly whole: boolean;
}

/** The blank that expansions put between words. */
export const SPACE: TextPiece = {
  kind: 'text',
  text: ' ',
  at: null,
  range: { start: 0, end: 0 },
  via: [],
  whole: true,
};

/** Characters that the file does not say. */
export interface UnknownPiece {
  readonly kind: 'unknown';
  /** As written, e.g. `${14}`. */
  readonly expression: string;
  readonly range: TextRange;
  readonly via: readonly Step[];
  /** True when it comes from outside (`$1`, the environment), so that `${X:-8}` may speak for it. */
  readonly external: boolean;
  readonly whole: boolean;
}

/** Different values after an `if` or `case`. */
export interface ChoicePiece {
  readonly kind: 'choice';
  readonly choice: number;
  readonly branches: readonly { readonly condition: string; readonly pieces: readonly Piece[] }[];
  readonly expression: string;
  readonly range: TextRange;
  readonly whole: boolean;
}

export type FlatPiece = TextPiece | UnknownPiece;
export type Piece = FlatPiece | ChoicePiece;
export type Pieces = readonly Piece[];

/** An element of an array; `conditions` says which branches put it there. */
export interface Item {
  readonly pieces: Pieces;
  readonly conditions: readonly Condition[];
}

export type Value =
  | {
      readonly kind: 'scalar';
      readonly pieces: Pieces;
      readonly exported: boolean;
      /** The one value that the file gives it, though not on the way that is taken: a default stands before it. */
      readonly notTaken?: true;
    }
  | { readonly kind: 'array'; readonly items: readonly Item[] };

export function isEmptyText(pieces: Pieces): boolean {
  return pieces.every((piece) => piece.kind === 'text' && piece.text === '');
}

/** Text of all pieces when every one is known. */
export function knownText(pieces: Pieces): string | null {
  let text = '';
  for (const piece of pieces) {
    if (piece.kind !== 'text') return null;
    text += piece.text;
  }
  return text;
}

/** The known characters with a letter in place of what is not known: enough to see whether options are in it. */
function outline(pieces: Pieces): string {
  let text = '';
  for (const piece of pieces) {
    if (piece.kind === 'text') text += piece.text;
    else if (piece.kind === 'unknown') text += '?';
    else for (const branch of piece.branches) text += ` ${outline(branch.pieces)} `;
    if (text.length > 10_000) break;
  }
  return text;
}

/** `--flag`, or Hydra's `section.key=`, at the start of a word. */
const OPTION_START = /(^|[\s'"])(--?[A-Za-z]|\+{0,2}[A-Za-z_]\w*(\.[\w?]+)+=)/;

/**
 * True when a variable holds options or a whole command (`--a 1 --b 2`, `model.a=1 model.b=2`) rather than one value.
 * Its words then speak for themselves, at their own place; a single value belongs where the variable is used.
 */
export function holdsOptions(pieces: Pieces): boolean {
  return OPTION_START.test(outline(pieces));
}

function samePiece(a: Piece, b: Piece): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.range.start !== b.range.start || a.range.end !== b.range.end) return false;
  if (a.kind === 'text' && b.kind === 'text') return a.text === b.text && a.at === b.at;
  if (a.kind === 'unknown' && b.kind === 'unknown') return a.expression === b.expression;
  return a.kind === 'choice' && b.kind === 'choice' && a.choice === b.choice;
}

function sameItem(a: Item, b: Item): boolean {
  if (a === b) return true;
  return (
    a.pieces.length === b.pieces.length &&
    a.pieces.every((piece, i) => samePiece(piece, b.pieces[i]!)) &&
    a.conditions.length === b.conditions.length &&
    a.conditions.every((condition, i) => condition.choice === b.conditions[i]!.choice)
  );
}

function commonPrefix<T>(lists: readonly (readonly T[])[], same: (a: T, b: T) => boolean): number {
  const first = lists[0]!;
  let length = 0;
  while (
    length < first.length &&
    lists.every((list) => length < list.length && same(first[length]!, list[length]!))
  ) {
    length++;
  }
  return length;
}

/** True for `$2`, `${1#*=}` and `$OPTARG` of getopts: what the caller of the script passes. */
export function fromArguments(pieces: Pieces): boolean {
  return (
    pieces.length > 0 &&
    pieces.every((piece) => piece.kind === 'unknown' && /^\$\{?(\d|OPTARG\b)/.test(piece.expression))
  );
}

/** What a value may come to, over all branches, leaving out the variable itself as it was before (`own`). */
export function leavesOf(pieces: Pieces, own: string): FlatPiece[] {
  return pieces.flatMap((piece): FlatPiece[] => {
    if (piece.kind === 'choice') return piece.branches.flatMap((branch) => leavesOf(branch.pieces, own));
    return piece.kind === 'unknown' && piece.expression === own ? [] : [piece];
  });
}

export interface BranchValue {
  readonly condition: string;
  /** `undefined`: not assigned on this way. */
  readonly value: Value | undefined;
}

function piecesOf(value: Value | undefined): Pieces | null {
  if (value === undefined) return [];
  return value.kind === 'scalar' ? value.pieces : null;
}

function itemsOf(value: Value | undefined): readonly Item[] | null {
  if (value === undefined) return [];
  if (value.kind === 'array') return value.items;
  return isEmptyText(value.pieces) ? [] : null;
}

/** What a variable is after branches that leave it with different values. */
export function mergeValues(
  variable: string,
  branches: readonly BranchValue[],
  choice: number,
  range: TextRange,
): Value | undefined {
  const values = branches.map((branch) => branch.value);
  if (values.every((value) => value === values[0])) return values[0];
  const expression = `$${variable}`;
  if (values.some((value) => value?.kind === 'array')) {
    const lists = values.map(itemsOf);
    if (lists.some((list) => list === null)) {
      const unknown: Piece = { kind: 'unknown', expression, range, via: [], external: false, whole: false };
      return { kind: 'scalar', pieces: [unknown], exported: false };
    }
    const all = lists as (readonly Item[])[];
    const prefix = commonPrefix(all, sameItem);
    if (all.every((list) => list.length === prefix)) return { kind: 'array', items: all[0]! };
    const added = all.flatMap((list, index) =>
      list.slice(prefix).map((item): Item => {
        const text = branches[index]!.condition;
        const condition: Condition = { choice, branch: index, branches: branches.length, text };
        return { pieces: item.pieces, conditions: [condition, ...item.conditions] };
      }),
    );
    return { kind: 'array', items: [...all[0]!.slice(0, prefix), ...added] };
  }
  const exported = values.some((value) => value?.kind === 'scalar' && value.exported);
  const lists = values.map((value) => piecesOf(value) ?? []);
  const texts = lists.map(knownText);
  // The same text from different lines is known, but no single place holds it: the first one stands for all.
  if (
    texts[0] !== null &&
    values.every((value) => value !== undefined) &&
    texts.every((t) => t === texts[0])
  ) {
    return { kind: 'scalar', pieces: lists[0]!, exported };
  }
  // A value that a script argument may replace is to the argument what a default is: the one that the file says.
  const own = lists.filter((list) => !fromArguments(list));
  if (own.length < lists.length && own.length > 0 && values.every((value) => value !== undefined)) {
    const known = own.map(knownText);
    if (known[0] !== null && known.every((text) => text === known[0])) {
      return { kind: 'scalar', pieces: own[0]!, exported };
    }
  }
  // A single value with nothing assigned on any other way is the only one that the file says.
  const stated = lists.filter((_, index) => values[index] !== undefined);
  const [only] = stated;
  if (only !== undefined && only.length > 0 && !holdsOptions(only)) {
    const text = knownText(only);
    const agreed = text !== null && stated.every((list) => knownText(list) === text);
    if (stated.length === 1 || agreed) return { kind: 'scalar', pieces: only, exported };
  }
  const prefix = commonPrefix(lists, samePiece);
  if (lists.every((list) => list.length === prefix) && values.every((value) => value !== undefined)) {
    return { kind: 'scalar', pieces: lists[0]!, exported };
  }
  return {
    kind: 'scalar',
    exported,
    pieces: [
      ...lists[0]!.slice(0, prefix),
      {
        kind: 'choice',
        choice,
        expression,
        range,
        whole: true,
        branches: branches.map((branch, i) => ({
          condition: branch.condition,
          pieces: lists[i]!.slice(prefix),
        })),
      },
    ],
  };
}
