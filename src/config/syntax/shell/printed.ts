import type { Command, ParsedScript, Word } from 'unbash';
import { standsInPlace } from './split';
import { type Piece, type Pieces, SPACE } from './value';

/** What a command substitution prints, when that is the words it is given. */
interface Printed {
  readonly words: readonly Word[];
  /** New lines come out as spaces. */
  readonly onOneLine: boolean;
}

/** A `sed` script that only makes one space of several. */
const SQUEEZES_SPACES = /^s([/|,#])( |\[\[:space:\]\]|\\s)+(\\?\+|\*)\1 \1g$/;

/** Arguments of a plain command, when all are words. */
function argumentsOf(command: Command): readonly Word[] | null {
  if (command.redirects.length > 0 || command.prefix.length > 0) return null;
  const words = command.args.filter((arg) => arg.type === 'Word');
  return words.length === command.args.length ? words : null;
}

/** The words that `echo` prints, or `printf` by a format that puts a space after each. */
function printedBy(command: Command): readonly Word[] | null {
  const words = argumentsOf(command);
  if (words === null) return null;
  const [first] = words;
  if (command.name?.text === 'echo') {
    const rest = first?.text === '-n' ? words.slice(1) : words;
    return rest[0]?.text.startsWith('-') ? null : rest;
  }
  const isSpaced = first?.value === '%s ' || (first?.value === '%s' && words.length === 2);
  return command.name?.text === 'printf' && isSpaced ? words.slice(1) : null;
}

/** What a filter does to the words that go through it: nothing, or its new lines become spaces; `null` for all else. */
function filtered(command: Command): 'kept' | 'joined' | null {
  const words = argumentsOf(command);
  if (words === null) return null;
  const values = words.map((word) => word.value).join('\u0000');
  switch (command.name?.text) {
    case 'xargs':
      return words.length === 0 ? 'joined' : null;
    case 'tr':
      if (values === '-s\u0000 ') return 'kept';
      return values === '\\n\u0000 ' || values === '-s\u0000\\n\u0000 ' ? 'joined' : null;
    case 'sed': {
      const scripts = words.filter((word) => !/^-[Eer]$/.test(word.text));
      return scripts.length === 1 && SQUEEZES_SPACES.test(scripts[0]!.value) ? 'kept' : null;
    }
    default:
      return null;
  }
}

/** `$(echo "$ARGS" | tr '\n' ' ' | sed 's/  \+/ /g')` prints what it is given; `null` for all that does more. */
export function printedWords(script: ParsedScript | undefined): Printed | null {
  const [statement, ...more] = script?.commands ?? [];
  // Decoded text has other positions.
  if (statement === undefined || more.length > 0 || script?.source !== undefined) return null;
  const line = statement.command;
  const commands = line.type === 'Pipeline' ? line.commands : [line];
  if (commands.some((command) => command.type !== 'Command')) return null;
  const [first, ...filters] = commands as readonly Command[];
  const words = first === undefined ? null : printedBy(first);
  const effects = filters.map(filtered);
  return words === null || effects.includes(null) ? null : { words, onOneLine: effects.includes('joined') };
}

function splitLines(piece: Piece): Piece[] {
  if (piece.kind === 'choice') {
    const branches = piece.branches.map((branch) => ({
      ...branch,
      pieces: branch.pieces.flatMap(splitLines),
    }));
    return [{ ...piece, branches }];
  }
  if (piece.kind !== 'text' || !piece.text.includes('\n')) return [piece];
  let from = 0;
  return piece.text.split('\n').flatMap((text, index): Piece[] => {
    const at = piece.at === null ? null : piece.at + from;
    from += text.length + 1;
    const range = standsInPlace(piece) ? { start: at!, end: at! + text.length } : piece.range;
    const part = { ...piece, text, at, range };
    return index === 0 ? [part] : [SPACE, part];
  });
}

/** A word in quotes as a whole: its new lines stay. */
function isQuoted(word: Word): boolean {
  const [only, ...more] = word.parts ?? [];
  return more.length === 0 && (only?.type === 'DoubleQuoted' || only?.type === 'SingleQuoted');
}

/** The printed words as one text with a space between each. */
export function printedPieces({ words, onOneLine }: Printed, piecesOf: (word: Word) => Pieces): Piece[] {
  return words.flatMap((word, index): Piece[] => {
    const pieces = piecesOf(word);
    const own = onOneLine || !isQuoted(word) ? pieces.flatMap(splitLines) : pieces;
    return index === 0 ? [...own] : [SPACE, ...own];
  });
}
