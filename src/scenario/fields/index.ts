import type { FieldName } from '../field-name';
import type { Scenario } from '../scenario';
import { exchangeFields } from './exchange';
import type { Field } from './field';
import { layoutFields } from './layout';
import { modelFields } from './model';
import { workloadFields } from './workload';

/** Every field that a user can set, in the order in which they are listed. */
export const fields: readonly Field[] = [
  ...modelFields,
  ...layoutFields,
  ...workloadFields,
  ...exchangeFields,
];

const byName = new Map(fields.map((field) => [field.name, field]));

/** The field of that dotted name, or `undefined`. */
export function field(name: string): Field | undefined {
  return byName.get(name);
}

/** What is called something on screen and that no one sets as a value. */
const otherLabels: Partial<Record<FieldName, string>> = {
  framework: 'Job',
  'model.family': 'Model family',
  'routing.loads': 'Loads',
  'routing.trace': 'Trace',
  'placement.slots': 'Placement file',
};

/** How a value of a scenario is called on screen: `EP`; its name where it has no other. */
export const fieldLabel = (name: FieldName): string => byName.get(name)?.label ?? otherLabels[name] ?? name;

/** The value that a scenario has under a dotted name; `undefined` when there is no such field in it. */
export function fieldValue(scenario: Scenario, name: string): unknown {
  return valueAt(scenario, name.split('.'));
}

/** The same by the parts of the name, for who looks up many. */
export const valueAt = (scenario: Scenario, path: readonly string[]): unknown =>
  path.reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], scenario);
