import { didYouMean, nearest } from '../spelling';
import { field, fields } from './index';
import { rangeProblem, tooLarge } from './range';

/** A change that cannot be made; `message` says what is wrong and what would be right. */
export class FieldError extends Error {}

/**
 * The typed value of a field from its text, as typed after `--set NAME=` or picked in a list.
 * @throws FieldError for an unknown name or a value that the field cannot hold.
 */
export function parseField(name: string, text: string): number | string | boolean {
  const found = field(name);
  if (!found) throw new FieldError(`There is no field ${name}.${suggestion(name)}`);
  switch (found.kind) {
    case 'text': {
      const problem = rangeProblem(found, text);
      if (problem) throw new FieldError(problem);
      return text;
    }
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true';
      throw new FieldError(`${name} is true or false, not "${text}".`);
    case 'choice':
      if (found.choices?.includes(text)) return text;
      throw new FieldError(`${name} is one of ${found.choices?.join(', ')}, not "${text}".`);
    case 'integer':
    case 'number': {
      const value = Number(text);
      const legal = text.trim() !== '' && Number.isFinite(value) && value >= (found.minimum ?? 0);
      if (!legal || (found.kind === 'integer' && !Number.isInteger(value))) {
        const what = found.kind === 'integer' ? 'a whole number' : 'a number';
        throw new FieldError(`${name} is ${what} of at least ${found.minimum ?? 0}, not "${text}".`);
      }
      if (value > (found.maximum ?? Number.POSITIVE_INFINITY)) throw new FieldError(tooLarge(found, value));
      return value;
    }
  }
}

/** The field that was probably meant: one of that name elsewhere, else the nearest in its section, else the nearest of all. */
function suggestion(name: string): string {
  const [section, last] = [name.slice(0, name.lastIndexOf('.') + 1), lastPart(name)];
  const elsewhere = fields.find((one) => lastPart(one.name).toLowerCase() === last.toLowerCase());
  const found = elsewhere?.name ?? nearestIn(section, last) ?? nearestIn('', last);
  return didYouMean(found) || ' The names are listed in the README under "Scenario fields".';
}

function nearestIn(section: string, last: string): string | undefined {
  const within = fields.filter((one) => one.name.startsWith(section));
  const near = nearest(
    last,
    within.map((one) => lastPart(one.name)),
  );
  return within.find((one) => lastPart(one.name) === near)?.name;
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
