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

/** `--tp`, or Hydra's `+actor.megatron.ep=`: no program is called so. */
const OPTION = /^(--?[A-Za-z]|\+{0,2}[A-Za-z_]\w*(\.\w+)+=)/;

/** Options that stand where a command should: what is above them does not go on to their line. */
function cutOff(text: string, commands: readonly ShellCommand[]): SyntaxProblem[] {
  return commands.flatMap(({ range: { start } }) => {
    const option = OPTION.exec(text.slice(start, start + 200));
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    if (option === null || lineStart === 0 || text.slice(lineStart, start).trim() !== '') return [];
    return cutOffBy(text, lineStart) ?? [];
  });
}

/** What ends the command above a line that starts with an option. */
function cutOffBy(text: string, lineStart: number): SyntaxProblem | null {
  const above = text.lastIndexOf('\n', lineStart - 2) + 1;
  const line = text.slice(above, lineStart - 1).trimEnd();
  const comment = /(^|\s)#/.exec(line);
  const place = (from: number) => ({ start: above + from, end: above + line.length });
  if (comment !== null) {
    const message = 'This comment ends the command above it: the options that follow are not passed.';
    return { severity: 'warning', message, range: place(line.indexOf('#', comment.index)) };
  }
  // The space behind a backslash is said by itself.
  if (line === '' || line.endsWith('\\')) return null;
  const message = 'No backslash ends this line, so the options in the next one are not passed.';
  return { severity: 'warning', message, range: place(line.length - line.trimStart().length) };
}

/** Mistakes of lines that parse, but do not mean what they look like. */
export function lineProblems(text: string, commands: readonly ShellCommand[]): SyntaxProblem[] {
  return [...carriageReturns(text), ...spacesAfterBackslash(text), ...cutOff(text, commands)];
}
