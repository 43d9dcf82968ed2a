import {
  type ChoicePiece,
  type Condition,
  type FlatPiece,
  holdsOptions,
  knownText,
  type Piece,
  type Pieces,
  type TextPiece,
  type UnknownPiece,
} from './value';

/** One word after expansion and splitting. */
export interface Field {
  readonly pieces: readonly FlatPiece[];
  readonly conditions: readonly Condition[];
}

/** True when the piece is used where its characters stand. */
export function standsInPlace(piece: TextPiece): boolean {
  return (
    piece.at !== null && piece.at === piece.range.start && piece.range.end === piece.at + piece.text.length
  );
}

function cut(piece: TextPiece, start: number, end: number): TextPiece {
  const at = piece.at === null ? null : piece.at + start;
  const range = standsInPlace(piece) ? { start: at!, end: at! + (end - start) } : piece.range;
  return { ...piece, text: piece.text.slice(start, end), at, range, whole: true };
}

/** More values are no help to whoever reads them. */
const MAX_NAMED = 3;

/** `$TP: 8 or 4`: what it may be, where every branch says it in a word. */
function expressionOf({ expression, branches }: ChoicePiece): string {
  const values = [...new Set(branches.map(({ pieces }) => knownText(pieces)))];
  const named = values.filter((value) => value !== null && /^[\w./+-]{1,30}$/.test(value));
  const isNamed = named.length === values.length && named.length > 1 && named.length <= MAX_NAMED;
  return isNamed ? `${expression}: ${named.join(' or ')}` : expression;
}

function opaque(piece: ChoicePiece): UnknownPiece {
  return {
    kind: 'unknown',
    expression: expressionOf(piece),
    range: piece.range,
    via: [],
    external: false,
    whole: true,
  };
}

function startsWithSpace(pieces: Pieces): boolean {
  const first = pieces[0];
  if (first === undefined) return true;
  if (first.kind === 'choice') return first.branches.every((branch) => startsWithSpace(branch.pieces));
  return (
    first.kind === 'text' && (first.text === '' ? startsWithSpace(pieces.slice(1)) : /^\s/.test(first.text))
  );
}

function endsWithSpace(pieces: Pieces): boolean {
  const last = pieces.at(-1);
  if (last === undefined) return true;
  if (last.kind === 'choice') return last.branches.every((branch) => endsWithSpace(branch.pieces));
  return (
    last.kind === 'text' && (last.text === '' ? endsWithSpace(pieces.slice(0, -1)) : /\s$/.test(last.text))
  );
}

export interface SplitOptions {
  /** `eval` and `bash -c`: quotes inside the text count again, and `;`, `&&` and `|` end commands. */
  readonly again: boolean;
  /** New lines end commands too: they are still there when the text was quoted. */
  readonly lines?: boolean;
}

const isSpace = (character: string): boolean =>
  character === ' ' || character === '\n' || character === '\t' || character === '\r';

/** `;`, `|` and `&`, but not the `&` of `2>&1` and `&> log`. */
function endsCommand(text: string, at: number): boolean {
  const character = text[at]!;
  if (character !== '&') return character === ';' || character === '|';
  return text[at + 1] !== '>' && text[at - 1] !== '>' && text[at - 1] !== '<';
}

/** Whether a backslash says that the next character stands for itself: any outside of quotes, a few inside double ones. */
function escapes(next: string | undefined, quote: string): boolean {
  if (next === undefined || quote === "'") return false;
  return quote === '' || '"\\$`\n'.includes(next);
}

/** Splits pieces into words as the shell does after expansion. In `again` mode an empty field separates commands. */
export function splitFields(pieces: Pieces, options: SplitOptions = { again: false }): Field[] {
  const fields: Field[] = [];
  let current: FlatPiece[] | null = null;
  let quote = '';
  let isEscaped = false;

  const close = () => {
    if (current !== null) fields.push({ pieces: current, conditions: [] });
    current = null;
  };
  const open = (): FlatPiece[] => {
    current ??= [];
    return current;
  };

  const splitText = (piece: TextPiece, next: Piece | undefined) => {
    const { text } = piece;
    const after = next?.kind === 'text' ? next.text[0] : undefined;
    let start = 0;
    const flush = (end: number) => {
      if (end > start) open().push(cut(piece, start, end));
    };
    for (let i = 0; i < text.length; i++) {
      const character = text[i]!;
      if (isEscaped) {
        isEscaped = false;
        // A line that goes on in the next one has no new line.
        if (character === '\n') start = i + 1;
      } else if (
        options.again &&
        (quote !== '' ? character === quote : character === '"' || character === "'")
      ) {
        flush(i);
        open();
        quote = quote === '' ? character : '';
        start = i + 1;
      } else if (options.again && character === '\\' && escapes(text[i + 1] ?? after, quote)) {
        flush(i);
        start = i + 1;
        isEscaped = true;
      } else if (quote === '' && isSpace(character)) {
        flush(i);
        close();
        if (options.lines === true && character === '\n') fields.push({ pieces: [], conditions: [] });
        start = i + 1;
      } else if (options.again && quote === '' && endsCommand(text, i)) {
        flush(i);
        close();
        fields.push({ pieces: [], conditions: [] });
        start = i + 1;
      }
    }
    flush(text.length);
  };

  const splitChoice = (piece: Extract<Piece, { kind: 'choice' }>, next: Pieces) => {
    const optionLike = piece.branches.some((branch) => holdsOptions(branch.pieces));
    const glued = current !== null && !piece.branches.every((branch) => startsWithSpace(branch.pieces));
    if (piece.whole || !optionLike || glued) {
      // Branches that all come to nothing leave no word behind.
      const words = piece.branches.map((branch) => splitFields(unquoted(branch.pieces), options));
      if (piece.whole || glued || words.some((list) => list.length > 0)) open().push(opaque(piece));
      return;
    }
    close();
    piece.branches.forEach((branch, index) => {
      const condition: Condition = {
        choice: piece.choice,
        branch: index,
        branches: piece.branches.length,
        text: branch.condition,
      };
      for (const field of splitFields(unquoted(branch.pieces), options)) {
        fields.push({ pieces: field.pieces, conditions: [condition, ...field.conditions] });
      }
    });
    const gluedAfter =
      !startsWithSpace(next) && !piece.branches.every((branch) => endsWithSpace(branch.pieces));
    if (gluedAfter) open().push(opaque(piece));
  };

  pieces.forEach((piece, index) => {
    if (piece.kind === 'choice') splitChoice(piece, pieces.slice(index + 1));
    else if (piece.kind === 'unknown') open().push(piece);
    else if (piece.whole && !options.again) open().push(piece);
    else splitText(piece, pieces[index + 1]);
  });
  close();
  return fields;
}

/** The pieces as an unquoted expansion hands them to splitting. */
export function unquoted(pieces: Pieces): Pieces {
  return pieces.map((piece) => (piece.whole ? { ...piece, whole: false } : piece));
}

/** The pieces as a quoted expansion keeps them together. */
export function quoted(pieces: Pieces): Pieces {
  return pieces.map((piece) => (piece.whole ? piece : { ...piece, whole: true }));
}
