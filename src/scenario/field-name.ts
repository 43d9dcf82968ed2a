import type { Scenario } from './scenario';

/** A value that has no fields of its own. A list is one value. */
type Leaf = string | number | boolean | readonly unknown[];

type NamesIn<T> = {
  [K in keyof T & string]: NonNullable<T[K]> extends Leaf ? K : `${K}.${NamesIn<NonNullable<T[K]>>}`;
}[keyof T & string];

/** Dotted name of one value of a scenario: `layout.ep`, `model.mla.kvLoraRank`, `placement.slots`. */
export type FieldName = NamesIn<Scenario>;
