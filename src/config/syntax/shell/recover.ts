import { type ParsedScript, type ParseError, parse } from 'unbash';
import type { SyntaxProblem, TextRange } from '../../fact';

/** A script that could be parsed, if need be with some of its characters put out of action. */
export interface RecoveredScript {
  readonly script: ParsedScript;
  /** The text that was parsed: as long as the original, offset for offset. */
  readonly source: string;
  readonly problems: readonly SyntaxProblem[];
  /** Parts of the file whose words may be read wrongly; no value may be taken from them. */
  readonly doubtful: readonly TextRange[];
}

/** Repairs tried on one text, and fewer on a long one, where each costs another parse. */
const MAX_REPAIRS = 8;
const MAX_REPAIRS_LONG = 2;
const LONG_TEXT = 200_000;
/** Quotes tried as the one that was left open. */
const MAX_QUOTE_CANDIDATES = 8;

interface Repair {
  readonly source: string;
  readonly doubtful: TextRange;
}

const EMPTY: ParsedScript = { type: 'Script', pos: 0, end: 0, shebang: undefined, commands: [] };

function tryParse(source: string): ParsedScript {
  try {
    return parse(source);
  } catch {
    return { ...EMPTY, errors: [{ message: 'the script cannot be read', pos: 0 }] };
  }
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function replace(text: string, start: number, replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(start + replacement.length);
}

/** From the character that was put out of action to the end of its line nothing is certain. */
function doubtfulFrom(text: string, start: number): TextRange {
  return { start, end: Math.max(start + 1, lineEnd(text, start)) };
}

/**
 * An array that is not closed: the first blank line or new statement after it is where it was meant to end.
 * A closing parenthesis in place of the new line keeps its elements together.
 */
function closeArray(source: string, error: ParseError): Repair | null {
  const open = source.indexOf('(', error.pos);
  if (open === -1 || open > error.pos + 2 || source[open - 1] !== '=') return null;
  const end =
    /\n(?=[ \t]*(\n|[A-Za-z_]\w*\+?=|(export|torchrun|python3?|srun|vllm|bash|eval|echo|if|for|fi|done)\b))/g;
  end.lastIndex = open;
  const found = end.exec(source);
  const at = found?.index ?? (source.endsWith('\n') ? source.length - 1 : -1);
  if (at <= open) return null;
  return { source: replace(source, at, ')'), doubtful: { start: at, end: at + 1 } };
}

/** Lines that quoted text runs over: a forgotten quote turns the rest of the file inside out and shows here. */
function quotedLineBreaks(source: string): number {
  let breaks = 0;
  let quote = '';
  for (let i = 0; i < source.length; i++) {
    const character = source[i]!;
    if (quote === '' && character === '#' && (i === 0 || /\s/.test(source[i - 1]!))) i = lineEnd(source, i);
    else if (character === '\\' && quote !== "'") i++;
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = '';
    else if (quote !== '' && character === '\n') breaks++;
  }
  return breaks;
}

/** Opening quotes whose text runs over a line end, the likeliest ones to have been left open. */
function quoteCandidates(source: string, error: ParseError): number[] {
  const mark = source.indexOf('"', error.pos) === error.pos ? '"' : "'";
  const candidates: number[] = [];
  let opened = -1;
  for (let i = 0; i < source.length && i <= error.pos; i++) {
    const character = source[i]!;
    if (opened === -1 && character === '#' && (i === 0 || /\s/.test(source[i - 1]!))) i = lineEnd(source, i);
    else if (character === '\\' && mark === '"') i++;
    else if (character === mark) {
      if (opened !== -1 && source.slice(opened, i).includes('\n')) candidates.push(opened);
      opened = opened === -1 ? i : -1;
    }
  }
  // The quote that the parser names is one more candidate, and the answer when all are equal.
  return [error.pos, ...candidates.slice(-MAX_QUOTE_CANDIDATES + 1)];
}

function dropQuote(source: string, error: ParseError): Repair | null {
  if (source[error.pos] !== '"' && source[error.pos] !== "'") return null;
  let best: { at: number; breaks: number } | null = null;
  for (const at of quoteCandidates(source, error)) {
    const breaks = quotedLineBreaks(replace(source, at, ' '));
    if (best === null || breaks < best.breaks) best = { at, breaks };
  }
  if (best === null) return null;
  return { source: replace(source, best.at, ' '), doubtful: doubtfulFrom(source, best.at) };
}

function dropOpener(source: string, error: ParseError): Repair | null {
  const found = /\$\{|\$\(|["'({`$]/g;
  found.lastIndex = error.pos;
  const match = found.exec(source);
  if (match === null) return null;
  const filler = ' '.repeat(match[0].length);
  return { source: replace(source, match.index, filler), doubtful: doubtfulFrom(source, match.index) };
}

/** A half-typed `[[ … ` hides everything after it; without it the rest of the script is readable. */
function dropTest(source: string, error: ParseError): Repair | null {
  const open = source.lastIndexOf('[[', error.pos);
  if (open === -1) return null;
  const end = Math.min(lineEnd(source, open), (source.indexOf(';', open) + 1 || source.length + 1) - 1);
  const filler = `:${' '.repeat(Math.max(0, end - open - 1))}`;
  return { source: replace(source, open, filler), doubtful: doubtfulFrom(source, open) };
}

function repair(source: string, error: ParseError): Repair | null {
  if (error.message.includes("']]'")) return dropTest(source, error);
  if (!error.message.startsWith('unterminated')) return null;
  return closeArray(source, error) ?? dropQuote(source, error) ?? dropOpener(source, error);
}

function describe(error: ParseError): string {
  const message = error.message.replace('unterminated extended glob', 'unterminated ( … )');
  return `${message[0]?.toUpperCase() ?? ''}${message.slice(1)}: what follows is read as well as it can be.`;
}

/** Carriage returns become spaces, moved before a continuation's backslash so that the line goes on as was meant. */
function withoutCarriageReturns(text: string): string {
  return text.replaceAll('\\\r\n', ' \\\n').replaceAll('\r\n', ' \n');
}

/** Parses a script; a quote, bracket or `${` left open costs its own line, not the rest of the file. */
export function parseScript(text: string): RecoveredScript {
  let source = text.includes('\r\n') ? withoutCarriageReturns(text) : text;
  let script = tryParse(source);
  const problems: SyntaxProblem[] = [];
  const doubtful: TextRange[] = [];
  const repairs = text.length > LONG_TEXT ? MAX_REPAIRS_LONG : MAX_REPAIRS;
  for (let i = 0; i <= repairs; i++) {
    const unread = [...(script.errors ?? [])];
    // The repairable error goes first: the ones before it may be its consequences.
    const index = unread.findIndex((error) => repair(source, error) !== null);
    const error = unread[Math.max(0, index)];
    if (error === undefined) break;
    const fixed = i < repairs ? repair(source, error) : null;
    const start = Math.min(fixed?.doubtful.start ?? error.pos, Math.max(0, text.length - 1));
    problems.push({
      severity: 'error',
      message: describe(error),
      range: { start, end: Math.min(text.length, start + 1) },
    });
    if (fixed === null) {
      // A missing `fi` or `done` leaves the words as they are; an open quote does not.
      if (error.message.startsWith('unterminated')) doubtful.push({ start: error.pos, end: text.length });
      break;
    }
    source = fixed.source;
    doubtful.push(fixed.doubtful);
    script = tryParse(source);
  }
  return { script, source, problems, doubtful };
}
