import type { TextRange } from '../../fact';
import type { ShellWord } from '../../syntax/shell';

/** Variables that hold options for a program. */
const OPTIONS = /(ARGS?|ARGUMENTS?|OPTS?|OPTIONS?|FLAGS?|PARAMS?|OVERRIDES?|CONFIGS?)(_\w+)?$/i;
/** Variables that name what is run, not options for it. */
const PROGRAM = /SCRIPT|FILE|PATH|ENTRY|MAIN|PYTHON|LAUNCH|MODEL|CMD|BIN|EXE/i;
/** Variables for what someone may want to add. */
const EXTRA = /EXTRA|OPTIONAL|ADDITIONAL/i;
const EXPANSION = /^(?:\$\{!?#?(\w+|[@*])[^{}]*\}|\$(\w+|[@*]))$/;

/** The variable that a word is and nothing else; `null` for other words. */
function variableOf(range: TextRange, text: string): string | null {
  const match = EXPANSION.exec(text.slice(range.start, range.end));
  return match?.[1] ?? match?.[2] ?? null;
}

/** Whether a word stands where options may be, and does not show them: `"$@"`, `$EXTRA_ARGS`, an array of another file. */
export function mayHoldOptions(range: TextRange, text: string): boolean {
  const name = variableOf(range, text);
  return name !== null && (OPTIONS.test(name) || !PROGRAM.test(name));
}

/**
 * Whether a command takes options that another file gives: its own program is followed by `$MODEL_ARGS`, which this file
 * does not assign. What the command leaves out is then not at its default.
 */
export function takesOptionsOfAnotherFile(words: readonly ShellWord[], text: string): boolean {
  const program = words.findIndex((word) => /\.py$/.test(word.text ?? word.expression ?? ''));
  return words.slice(program + 1).some((word, index, rest) => {
    const name = word.state === 'unresolved' ? variableOf(word.range, text) : null;
    if (name === null || !OPTIONS.test(name) || EXTRA.test(name)) return false;
    const previous = rest[index - 1]?.text ?? '';
    return !/^--?[A-Za-z]/.test(previous) || /\[[@*]\]\}$/.test(text.slice(word.range.start, word.range.end));
  });
}
