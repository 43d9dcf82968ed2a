import type { OptionChoice } from '../../../catalog/choices/choice';
import type { OptionSpec } from './options';

/** Options of which nothing but the word is read. */
export const choiceSpecs = (choices: readonly OptionChoice[]): OptionSpec[] =>
  choices.flatMap(({ name, option }) =>
    option === undefined ? [] : [{ flags: [option], name, type: 'string' }],
  );
