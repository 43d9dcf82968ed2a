import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { SyntaxProblem, TextRange } from '../fact';

/** One key of a JSON object with the ranges that editors need. */
export interface JsonMember {
  readonly key: string;
  /** The key's text without quotes. */
  readonly keyRange: TextRange;
  readonly value: Node;
  readonly valueRange: TextRange;
}

export interface JsonDocument {
  /** `null` when the text holds no JSON value at all. */
  readonly root: Node | null;
  readonly problems: readonly SyntaxProblem[];
}

/** What to say for the mistakes that half-typed JSON makes; other codes are spelled as the parser names them. */
const MESSAGES: Readonly<Record<string, string>> = {
  InvalidSymbol: 'This is not a JSON value.',
  InvalidNumberFormat: 'This is not a JSON number.',
  PropertyNameExpected: 'A key in double quotes is expected here.',
  ValueExpected: 'A value is expected here.',
  ColonExpected: 'A colon is expected here.',
  CommaExpected: 'A comma is expected here.',
  CloseBraceExpected: 'The closing } is missing.',
  CloseBracketExpected: 'The closing ] is missing.',
  EndOfFileExpected: 'Nothing may follow the end of the JSON value.',
  InvalidCommentToken: 'JSON has no comments: Python refuses this file.',
  UnexpectedEndOfString: 'The closing quote is missing.',
  UnexpectedEndOfNumber: 'The number is not complete.',
};

/** More problems than this in one file help nobody; the first ones say where it went wrong. */
const MAX_PROBLEMS = 20;

/** Parses strict JSON (as Python's `json` reads it) and keeps whatever is readable of half-typed text. */
export function parseJson(text: string): JsonDocument {
  const errors: ParseError[] = [];
  // A byte order mark is not JSON, but every tool that writes one means the rest.
  const source = withStandIns(text.charCodeAt(0) === 0xfeff ? ` ${text.slice(1)}` : text);
  let root: Node | null;
  try {
    root = parseTree(source, errors, { disallowComments: true, allowTrailingComma: false }) ?? null;
  } catch {
    // The parser is recursive: thousands of brackets inside each other are more than the stack holds.
    const message = 'The brackets are nested too deeply.';
    return { root: null, problems: [{ severity: 'error', message, range: { start: 0, end: 0 } }] };
  }
  const problems = errors.slice(0, MAX_PROBLEMS).map((error): SyntaxProblem => {
    const start = Math.min(error.offset, text.length);
    const name = printParseErrorCode(error.error);
    return {
      severity: 'error',
      message: MESSAGES[name] ?? name,
      range: { start, end: Math.min(start + error.length, text.length) },
    };
  });
  return { root, problems };
}

/** Stands at both ends of a string that stands in for a template: no text has it. */
const TEMPLATED = '\uE000';
const STRING_CONSTANT_TEMPLATE =
  /"(?:[^"\\\n]|\\.)*"?|-?\bInfinity\b|\bNaN\b|\{\{-?\s*[A-Za-z_.][^{}\n]*\}\}/g;

/**
 * Python's `json` writes and reads NaN, Infinity and -Infinity, and published configs hold them (`time_step_limit` of
 * Nemotron-H). No key that is read here is one, so an empty string of the same length stands in for each. So does a
 * string for a `{{ template }}` that a tool fills in before anybody reads the file: `{{` cannot begin a JSON value.
 */
function withStandIns(text: string): string {
  return text.replace(STRING_CONSTANT_TEMPLATE, (token) => {
    if (token.startsWith('"')) return token;
    if (!token.startsWith('{{')) return '""'.padEnd(token.length);
    const inner = token.slice(2, -2).replace(/["\\]|\p{Cc}/gu, ' ');
    return `"${TEMPLATED}${inner}${TEMPLATED}"`;
  });
}

const isStandIn = ({ value }: Node): boolean => typeof value === 'string' && value.startsWith(TEMPLATED);

/** Whether a template such as `{{ layers }}`, in quotes or without, fills the value in. */
export function isTemplate(node: Node): boolean {
  const value = node.value as unknown;
  return isStandIn(node) || (typeof value === 'string' && /\{\{.*\}\}/s.test(value));
}

export function rangeOf(node: Node): TextRange {
  return { start: node.offset, end: node.offset + node.length };
}

/** The text of a scalar: strings without their quotes, so that an edit keeps them. */
function scalarRange(node: Node): TextRange {
  const range = rangeOf(node);
  const isQuoted = node.type === 'string' && node.length >= 2 && !isStandIn(node);
  return isQuoted ? { start: range.start + 1, end: range.end - 1 } : range;
}

/** The members of an object in order; half-typed members without a value are left out. */
export function membersOf(node: Node | null | undefined): JsonMember[] {
  if (node?.type !== 'object') return [];
  const members: JsonMember[] = [];
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key === undefined || value === undefined || typeof key.value !== 'string') continue;
    members.push({ key: key.value, keyRange: scalarRange(key), value, valueRange: scalarRange(value) });
  }
  return members;
}

/** Keys that are written without a readable value, such as `"num_experts": ,`. */
export function keysWithoutValue(node: Node | null | undefined): ReadonlySet<string> {
  const keys = new Set<string>();
  if (node?.type !== 'object') return keys;
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key !== undefined && value === undefined && typeof key.value === 'string') keys.add(key.value);
  }
  return keys;
}
