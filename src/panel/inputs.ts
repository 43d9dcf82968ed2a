import type { Knob } from '../plan/knobs';
import { type Field, fields, fieldValue } from '../scenario/fields';
import type { Scenario } from '../scenario/scenario';
import type { Input } from './protocol';
import { isUsed } from './used';

/** Every field that holds one value and that no knob turns. */
export function inputs(scenario: Scenario, knobs: readonly Knob[]): Input[] {
  const turned = new Set(knobs.map(({ name }) => name));
  return fields.flatMap((field) => {
    const value = fieldValue(scenario, field.name);
    const isPlain = typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
    const counts = isUsed(scenario, field.name) || field.name === 'routing.exponent';
    if (field.kind === 'text' || turned.has(field.name) || !isPlain || !counts) return [];
    const { name, label, kind, minimum = 0, maximum = Number.MAX_SAFE_INTEGER, unit = '' } = field;
    return {
      name,
      label,
      value: String(value),
      choices: choicesOf(field),
      isWhole: kind === 'integer',
      minimum,
      maximum,
      unit,
    };
  });
}

function choicesOf({ kind, choices }: Field): readonly string[] | null {
  if (kind === 'boolean') return ['true', 'false'];
  return kind === 'choice' ? (choices ?? []) : null;
}
