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

function suggestion(name: string): string {
  const last = name.split('.').at(-1)?.toLowerCase() ?? '';
  const near = fields.find((f) => f.name.toLowerCase().endsWith(`.${last}`));
  return near
    ? ` Did you mean ${near.name}?`
    : ' The names are listed in the README under "Scenario fields".';
}
