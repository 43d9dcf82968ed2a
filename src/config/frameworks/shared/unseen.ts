import type { ShellWord } from '../../syntax/shell';
import type { OptionSpec, OptionUse } from './options';

/**
 * Words of a command that are neither an option nor the value of one and that the file does not say: `$EXTRA`, `"$@"`.
 * Options may stand in them.
 *
 * @param words those behind the program
 * @returns as they are written, each once
 */
export function unseenWords(
  words: readonly ShellWord[],
  uses: readonly OptionUse[],
  specsFor: (use: OptionUse) => readonly OptionSpec[],
): string[] {
  const values = new Set(uses.flatMap((use) => use.values.slice(0, valuesOf(use, specsFor(use)))));
  const unseen = words.filter(
    (word) => word.text === null && word.pieces.every(({ kind }) => kind !== 'text') && !values.has(word),
  );
  return [...new Set(unseen.flatMap(({ expression }) => expression ?? []))];
}

/** How many words an option takes; one that is not known may have a value. */
function valuesOf({ inline, values }: OptionUse, specs: readonly OptionSpec[]): number {
  if (inline) return 0;
  if (specs.some(({ type }) => type === 'words')) return values.length;
  return specs.length > 0 && specs.every(({ type }) => type === 'switch') ? 0 : 1;
}
