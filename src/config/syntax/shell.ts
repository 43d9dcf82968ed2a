import type { Answers } from '../answers';
import type { SyntaxProblem } from '../fact';
import type { ShellCommand, ShellFragment } from './shell/command';
import { lineProblems } from './shell/lines';
import { parseScript } from './shell/recover';
import { walkScript } from './shell/walk';

export type { ShellCommand, ShellFragment } from './shell/command';
export { cutAtEquals, placeOfText, type ShellWord } from './shell/word';

/** What a bash script runs, as far as the file alone says it. */
export interface ShellScript {
  readonly commands: readonly ShellCommand[];
  readonly fragments: readonly ShellFragment[];
  readonly problems: readonly SyntaxProblem[];
  /** Variables and numbered arguments that the script takes from its caller, those that are answered included. */
  readonly outside: readonly string[];
}

/** `EP`, and `2` for the second argument; not `$?` and its kin. */
const NAME = /^([A-Za-z_]\w*|[1-9]\d*)$/;

/**
 * Reads a bash script without running it: variables are followed inside the file, what branches leave open stays
 * open, and half-typed text keeps the rest of the file readable.
 * `watched` names the environment variables that commands are asked for; `answers` are taken for what the caller of
 * the script gives, so that what the script itself assigns goes before them.
 */
export function readShell(text: string, watched: readonly string[] = [], answers?: Answers): ShellScript {
  const recovered = parseScript(text);
  const walked = walkScript(recovered.script, recovered.source, recovered.doubtful, watched, answers);
  return {
    commands: walked.commands,
    fragments: walked.fragments,
    problems: [...recovered.problems, ...lineProblems(text, walked.commands), ...walked.problems],
    outside: [...walked.outside].filter((name) => NAME.test(name)),
  };
}
