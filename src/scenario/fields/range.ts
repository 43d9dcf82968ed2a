import type { FieldName } from '../field-name';
import type { Scenario } from '../scenario';
import type { Field } from './field';
import { fields, valueAt } from './index';

/** A value that its field cannot hold, and what it can. */
export interface IllegalValue {
  readonly field: FieldName;
  readonly problem: string;
}

/** Every field with the way to it: each scenario is checked whole. */
const paths = fields.map((one) => ({ one, path: one.name.split('.') }));

/** What a scenario holds outside the range or the choices of its fields. `null` stands for a value that there is not. */
export function outOfRange(scenario: Scenario): readonly IllegalValue[] {
  return paths.flatMap(({ one, path }) => {
    const problem = rangeProblem(one, valueAt(scenario, path));
    return problem === null ? [] : [{ field: one.name as FieldName, problem }];
  });
}

/** Why a field cannot hold a number or a choice; `null` when it can, and for values of other kinds. */
export function rangeProblem(one: Field, value: unknown): string | null {
  const { name, kind, choices, words, minimum = 0, maximum = Number.POSITIVE_INFINITY } = one;
  if (words && typeof value === 'string' && !value.split(/[\s,]+/).every((word) => words.includes(word))) {
    return `${name} is one or more of ${words.join(', ')}, not ${value}.`;
  }
  if (kind === 'choice' && typeof value === 'string' && !choices?.includes(value)) {
    return `${name} is one of ${choices?.join(', ')}, not ${value}.`;
  }
  if (typeof value !== 'number') return null;
  if (Number.isFinite(value) && value > maximum) return tooLarge(one, value);
  const what = kind === 'integer' ? 'a whole number' : 'a number';
  const isWhole = kind !== 'integer' || Number.isInteger(value);
  return value >= minimum && value <= maximum && isWhole
    ? null
    : `${name} is ${what} of at least ${minimum}, not ${value}.`;
}

/** That a number is beyond the largest that is simulated. */
export function tooLarge({ name, maximum }: Field, value: number): string {
  const most = (maximum ?? 0).toLocaleString('en-US');
  return `${name} ${value.toLocaleString('en-US')} is more than is simulated; the most is ${most}.`;
}
