import type { ShellWord } from '../../syntax/shell';
import { isOption, type OptionSpec } from '../shared/options';

/** Values that an option takes: known for those of the table and for `--option=value`. */
function takes(word: ShellWord, options: ReadonlyMap<string, readonly OptionSpec[]>): number | undefined {
  const text = word.text ?? '';
  if (text.includes('=')) return 0;
  const type = options.get(text)?.[0]?.type;
  if (type === undefined || type === 'words') return undefined;
  return type === 'switch' ? 0 : 1;
}

/**
 * The word of a server's command that is surely no value of an option: it stands first, after all values of a known
 * option, or on every branch after an option that only some branches have. A server takes one such word: where there are
 * more, those that are not known are options.
 */
export function positionalWord(
  words: readonly ShellWord[],
  options: ReadonlyMap<string, readonly OptionSpec[]>,
): ShellWord | undefined {
  let left: number | undefined = 0;
  let conditions = 0;
  let unknown: ShellWord | undefined;
  for (const word of words) {
    if (isOption(word)) {
      left = takes(word, options);
      conditions = word.conditions.length;
    } else if (left === 0 || word.conditions.length < conditions) {
      if (word.text === null) unknown ??= word;
      else if (word.text !== '') return word;
    } else if (left !== undefined) left--;
  }
  return unknown;
}
