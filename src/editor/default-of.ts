import type { Fact, FactValue, TextRange } from '../config/fact';
import { read } from '../config/read';
import { applyEdits } from '../lint/edits';
import type { TextEdit } from '../lint/finding';
import { removeOption } from '../lint/option-edits';
import { removeProperty } from '../lint/property-edits';

/** What the framework takes where an option is not written. */
export interface Default {
  readonly value: FactValue;
  /** The framework's source, or the rule that it follows from. */
  readonly origin: string;
}

/** The default of an option in its very file: what is read of the file without it; `undefined` where nothing is. */
export function defaultOf(fact: Fact, text: string): Default | undefined {
  const edit = without(fact, text);
  const found = read({ file: fact.file, text: applyEdits(text, [edit]) })?.facts.find(
    ({ name, state, role, command }) =>
      name === fact.name &&
      role === fact.role &&
      command === fact.command &&
      (state === 'default' || state === 'derived'),
  );
  return found?.origin === undefined ? undefined : { value: found.value, origin: found.origin };
}

/** The option taken out; blanks in its place where the file's form is another. */
function without(fact: Fact, text: string): TextEdit {
  const { file, keyRange, range } = fact;
  const removed = /\.json$/i.test(file) ? removeProperty(fact, text) : removeOption(fact, text);
  const start = Math.min(keyRange.start, range.start);
  const whole: TextRange = { start, end: Math.max(keyRange.end, range.end) };
  return removed ?? { file, range: whole, newText: ' '.repeat(whole.end - whole.start) };
}
