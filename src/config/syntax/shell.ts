import type { SyntaxProblem } from '../fact';
import type { ShellCommand, ShellFragment } from './shell/command';
import { lineProblems } from './shell/lines';
import { parseScript } from './shell/recover';
import { walkScript } from './shell/walk';

export type { ShellCommand, ShellFragment } from './shell/command';
export { cutAtEquals, type ShellWord } from './shell/word';

/** What a bash script runs, as far as the file alone says it. */
export interface ShellScript {
  readonly commands: readonly ShellCommand[];
  readonly fragments: readonly ShellFragment[];
  readonly problems: readonly SyntaxProblem[];
}

/**
 * Reads a bash script without running it: variables are followed inside the file, what branches leave open stays
 * open, and half-typed text keeps the rest of the file readable.
 * `watched` names the environment variables that commands are asked for.
 */
export function readShell(text: string, watched: readonly string[] = []): ShellScript {
  const recovered = parseScript(text);
  const walked = walkScript(recovered.script, recovered.source, recovered.doubtful, watched);
  return {
    commands: walked.commands,
    fragments: walked.fragments,
    problems: [...recovered.problems, ...lineProblems(text, walked.commands), ...walked.problems],
  };
}
