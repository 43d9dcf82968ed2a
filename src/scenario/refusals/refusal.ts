import type { FieldName } from '../field-name';
import type { Reason } from './reason';
import { type DetailsOf, type ReasonId, reasons } from './reasons';

/** Why there is no result: one reason, the fields at fault, and what to do. */
export interface Refusal {
  readonly reason: ReasonId;
  /** At least one, the one to change first. Where each comes from is in the provenance. */
  readonly fields: readonly FieldName[];
  /** What is wrong, with its numbers, and what to do. */
  readonly message: string;
}

export function refusal<I extends ReasonId>(id: I, details: DetailsOf<I>): Refusal {
  const { fields, message } = reasons[id] as Reason<DetailsOf<I>>;
  return { reason: id, fields: fields(details), message: message(details) };
}

/** What the simulator says to a scenario that `resolveScenario` would not have made. */
export class RefusedScenario extends Error {
  constructor(readonly refusals: readonly Refusal[]) {
    super(refusals.map(({ message }) => message).join(' '));
  }
}
