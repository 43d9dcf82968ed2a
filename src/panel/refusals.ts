import type { FactValue } from '../config/fact';
import { fieldLabel } from '../scenario/fields';
import { factOf, type Provenance } from '../scenario/provenance';
import type { ReasonId } from '../scenario/refusals/reasons';
import type { Refusal } from '../scenario/refusals/refusal';
import { describe, type PlaceOf } from './chips';
import type { PanelRefusal } from './protocol';

/** Refusals that a command answers, which gets the job. */
const ANSWERS: Readonly<Partial<Record<ReasonId, { readonly title: string; readonly command: string }>>> = {
  'model-not-known': { title: 'Choose the model', command: 'moeScope.chooseModel' },
  'not-known': { title: 'Answer in a scenario file', command: 'moeScope.pinOpenValues' },
};

/** The command that answers a refusal, if one does. */
export const answerTo = (reason: string): string | undefined => ANSWERS[reason as ReasonId]?.command;

/** Why a job cannot be simulated, with a chip for each field at fault that opens its line. */
export function panelRefusals(
  refusals: readonly Refusal[],
  provenance: Provenance,
  placeOf: PlaceOf,
): PanelRefusal[] {
  return refusals.map(({ reason, message, fields }) => ({
    reason,
    message,
    ...(ANSWERS[reason] ? { answer: ANSWERS[reason].title } : {}),
    chips: fields.map((name) => {
      const fact = factOf(provenance[name]);
      return {
        name,
        label: fieldLabel(name),
        value: fact ? written(fact.value, fact.expression) : '',
        ...describe(provenance[name] ?? { kind: 'unknown' }, placeOf),
        primary: true,
        by: null,
      };
    }),
  }));
}

/** What stands in the file: the value, or the expression that leaves it open. */
function written(value: FactValue, expression: string | undefined): string {
  if (value === null) return expression ?? '';
  return typeof value === 'number' ? value.toLocaleString('en-US') : String(value);
}
