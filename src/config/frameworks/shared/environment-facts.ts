import type { Fact, TextRange } from '../../fact';
import type { ShellWord } from '../../syntax/shell';
import type { SourceText } from '../framework';
import { type OptionType, parseOption } from './options';

/** A shell variable whose value a launcher takes as an option. */
export interface VariableSpec {
  readonly variable: string;
  readonly name: string;
  readonly type: OptionType;
}

/** Where the variable's name stands, when it stands right before its value. */
function nameBefore(text: string, name: string, word: ShellWord): TextRange {
  const quote = /["']/.test(text[word.range.start - 1] ?? '') ? 1 : 0;
  const end = word.range.start - quote - 1;
  const start = end - name.length;
  return start >= 0 && text.slice(start, end + 1) === `${name}=` ? { start, end } : word.range;
}

/** What the environment of one command states. */
export function variableFacts(
  source: SourceText,
  specs: readonly VariableSpec[],
  environment: ReadonlyMap<string, ShellWord>,
): Fact[] {
  return specs.flatMap(({ variable, name, type }): Fact[] => {
    const word = environment.get(variable);
    if (word === undefined || word.text === '') return [];
    const value = word.text === null ? undefined : parseOption(word.text, type);
    const keyRange = nameBefore(source.text, variable, word);
    const via = word.via.length > 0 ? { via: word.via } : {};
    const place = { name, key: variable, file: source.file, range: word.range, keyRange, ...via };
    if (value !== undefined) return [{ ...place, value, state: word.state }];
    return [{ ...place, value: null, state: 'unresolved', expression: word.expression ?? word.text ?? '' }];
  });
}
