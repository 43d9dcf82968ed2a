import type { ParameterOperation, Word } from 'unbash';
import { removeMatch, replaceMatch } from './pattern';

/** Characters that only mean themselves in a pattern whose quotes are gone. */
const SPECIAL = /[*?[\]\\]/g;

/** Texts of the words of an operation; `null` for one that is not known. */
export interface OperandTexts {
  /** As text, and as a pattern in which quoted characters stand for themselves. */
  text(word: Word): string | null;
  pattern(word: Word): string | null;
}

export const escapePattern = (text: string): string => text.replace(SPECIAL, '\\$&');

function slice(text: string, offset: number, length: number | undefined): string | null {
  const start = offset < 0 ? text.length + offset : offset;
  if (start < 0) return '';
  if (length === undefined) return text.slice(start);
  const end = length < 0 ? text.length + length : start + length;
  return end < start ? null : text.slice(start, end);
}

const integer = (text: string | null): number | null =>
  text !== null && /^\s*-?\d{1,9}\s*$/.test(text) ? Number(text) : null;

function changeCase(text: string, operator: '^' | '^^' | ',' | ',,'): string {
  const change = (part: string): string =>
    operator.startsWith('^') ? part.toUpperCase() : part.toLowerCase();
  return operator.length === 2 ? change(text) : change(text.slice(0, 1)) + text.slice(1);
}

/** What `${X%.sh}`, `${X/a/b}`, `${X:0:2}` and `${X,,}` make of a known text; `null` when that is not known. */
export function applyOperation(
  text: string,
  operation: Exclude<ParameterOperation, { type: 'Default' }>,
  words: OperandTexts,
): string | null {
  switch (operation.type) {
    case 'Remove': {
      const pattern = words.pattern(operation.operand);
      return pattern === null ? null : removeMatch(text, pattern, operation.operator);
    }
    case 'Replace': {
      const pattern = words.pattern(operation.pattern);
      const replacement = words.text(operation.replacement);
      if (pattern === null || replacement === null) return null;
      return replaceMatch(text, pattern, replacement, operation.operator);
    }
    case 'Slice': {
      const offset = integer(words.text(operation.offset));
      const length = operation.length === undefined ? undefined : integer(words.text(operation.length));
      return offset === null || length === null ? null : slice(text, offset, length);
    }
    case 'CaseModification':
      return operation.operand === undefined || operation.operand.text === ''
        ? changeCase(text, operation.operator)
        : null;
    default:
      return null;
  }
}
