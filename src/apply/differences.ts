import { field, fieldValue } from '../scenario/fields';
import type { Scenario } from '../scenario/scenario';

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Of the tables of files nothing is compared, since they are the same while the files are; and the name of a model is what
 * a catalog makes of its sizes.
 */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'routing.loads',
  'routing.trace',
  'placement.slots',
  'model.name',
]);

/** Dotted names of all values in which two scenarios differ. */
export function differences(a: Scenario, b: Scenario): string[] {
  return differing(a as unknown as Node, b as unknown as Node, '');
}

function differing(a: Node, b: Node, path: string): string[] {
  return Object.keys(a).flatMap((key) => {
    const name = `${path}${key}`;
    const [one, other] = [a[key], b[key]];
    if (LEFT_OUT.has(name) || one === other) return [];
    if (isNode(one) && isNode(other)) return differing(one, other, `${name}.`);
    return JSON.stringify(one) === JSON.stringify(other) ? [] : [name];
  });
}

/** `DP 8 in place of 4`: what the files would say, and what was meant. */
export function differenceText(name: string, said: Scenario, meant: Scenario): string {
  const text = (value: unknown) => (value === null ? 'none' : String(value));
  const label = field(name)?.label ?? name;
  return `${label} ${text(fieldValue(said, name))} in place of ${text(fieldValue(meant, name))}`;
}
