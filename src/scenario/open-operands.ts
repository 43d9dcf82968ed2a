import type { Fact } from '../config/fact';
import { namesOfExpression, takenFromOutside } from '../config/outside';
import { field } from './fields';

/** What a job leaves open although a field hangs on it. */
export interface OpenOperands {
  /** Labels of the fields that hang on each name that the job takes from outside: what a scenario file answers. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
  /** Fields that no such name decides: what a scenario file pins. */
  readonly fields: readonly string[];
  /** The facts behind both. */
  readonly facts: readonly Fact[];
}

/** Text of a job's file, where it is at hand. */
type TextOf = (file: string) => string | undefined;

/**
 * What is open of a job's fields, except of those that are pinned. What is open because another fact is counts with that
 * one. A variable that its file assigns itself is not answered but its field pinned: an answer would change nothing.
 */
export function openOperands(
  facts: readonly Fact[],
  pinned: ReadonlySet<string>,
  textOf: TextOf,
): OpenOperands {
  const isTaken = takenNames(textOf);
  const variables = new Map<string, string[]>();
  const fields = new Set<string>();
  const open = facts.filter(
    ({ state, origin, name }) => state === 'unresolved' && origin === undefined && !pinned.has(name),
  );
  const known = open.flatMap((fact) => {
    const found = field(fact.name);
    return found ? { fact, label: found.label } : [];
  });
  for (const { fact, label } of known) {
    const names = namesOfExpression(fact.expression ?? '').filter((name) => isTaken(fact.file, name));
    if (names.length === 0) fields.add(fact.name);
    for (const name of names) {
      const before = variables.get(name) ?? [];
      if (!before.includes(label)) variables.set(name, [...before, label]);
    }
  }
  return { variables, fields: [...fields], facts: known.map(({ fact }) => fact) };
}

/** Whether a file takes a name from outside; yes for one whose text is not at hand. */
function takenNames(textOf: TextOf): (file: string, name: string) => boolean {
  const taken = new Map<string, readonly string[] | null>();
  return (file, name) => {
    if (!taken.has(file)) {
      const text = textOf(file);
      taken.set(file, text === undefined ? null : takenFromOutside(file, text));
    }
    return taken.get(file)?.includes(name) ?? true;
  };
}
