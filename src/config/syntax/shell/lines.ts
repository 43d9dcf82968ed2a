import type { SyntaxProblem } from '../../fact';
import type { ShellCommand } from './command';

/** Carriage returns: bash takes them as part of the last word of each line. */
function carriageReturns(text: string): SyntaxProblem[] {
  const at = text.indexOf('\r\n');
  if (at === -1) return [];
  return [
    {
      severity: 'warning',
      message: 'The lines end with CRLF: bash on Linux takes the carriage return as part of the last word.',
      range: { start: at, end: at + 1 },
    },
  ];
}

function spacesAfterBackslash(text: string): SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  for (const match of text.matchAll(/\\[ \t]+(?=\r?\n|$)/g)) {
    const lineStart = text.lastIndexOf('\n', match.index) + 1;
    const before = text.slice(lineStart, match.index);
    // In a comment it does no harm, and `\\ ` is an escaped backslash.
    if (/(^|\s)#/.test(before) || /(^|[^\\])(\\\\)*\\$/.test(before)) continue;
    problems.push({
      severity: 'warning',
      message: 'A space follows the backslash, so the line does not continue: remove it.',
      range: { start: match.index, end: match.index + match[0].length },
    });
  }
  return problems;
}

/** Options that stand where a command should: a comment between them and their command has cut them off. */
function cutOffByComment(text: string, commands: readonly ShellCommand[]): SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  for (const command of commands) {
    if (!command.words[0]?.text?.startsWith('-')) continue;
    const lineStart = text.lastIndexOf('\n', command.range.start - 1) + 1;
    const previousStart = text.lastIndexOf('\n', lineStart - 2) + 1;
    const previous = text.slice(previousStart, Math.max(previousStart, lineStart - 1));
    const comment = /(^|\s)#/.exec(previous);
    if (comment === null || lineStart === 0) continue;
    const start = previousStart + previous.indexOf('#', comment.index);
    problems.push({
      severity: 'warning',
      message: 'This comment ends the command above it: the options that follow are not passed.',
      range: { start, end: previousStart + previous.trimEnd().length },
    });
  }
  return problems;
}

/** Mistakes of lines that parse, but do not mean what they look like. */
export function lineProblems(text: string, commands: readonly ShellCommand[]): SyntaxProblem[] {
  return [...carriageReturns(text), ...spacesAfterBackslash(text), ...cutOffByComment(text, commands)];
}
