import type { TextRange } from '../../fact';
import type { ShellWord } from './word';

/** One command of a script, in the order in which they run. */
export interface ShellCommand {
  readonly words: readonly ShellWord[];
  readonly range: TextRange;
  /** Watched environment variables that the command sees. */
  readonly environment: ReadonlyMap<string, ShellWord>;
}

/** Options kept in a variable that no command of this file takes: another file uses them. */
export interface ShellFragment {
  readonly variable: string;
  readonly words: readonly ShellWord[];
}
