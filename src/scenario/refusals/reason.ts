import type { FieldName } from '../field-name';

/** One way in which a scenario can be impossible or incomplete. `D` is what its sentence needs to know. */
export interface Reason<D> {
  /** What it means, for documentation: one line without numbers. */
  readonly summary: string;
  /** The fields at fault, the one to change first. */
  readonly fields: (details: D) => readonly FieldName[];
  /** What is wrong, with its numbers, and what to do. */
  readonly message: (details: D) => string;
}

/** A reason whose fields are always the same ones, or follow from its details. */
export function reason<D>(
  summary: string,
  fields: readonly FieldName[] | Reason<D>['fields'],
  message: Reason<D>['message'],
): Reason<D> {
  return { summary, fields: typeof fields === 'function' ? fields : () => fields, message };
}
