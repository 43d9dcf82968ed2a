import type { FactValue } from '../config/fact';
import { answerTo } from '../editor/refusal-answers';
import { fieldLabel } from '../scenario/fields';
import { factOf, type Provenance } from '../scenario/provenance';
import type { Refusal } from '../scenario/refusals/refusal';
import { describe, type PlaceOf } from './chips';
import type { PanelFinding, PanelRefusal } from './protocol';

/** Why a job cannot be simulated, with a chip for each field at fault that opens its line. */
export function panelRefusals(
  refusals: readonly Refusal[],
  provenance: Provenance,
  placeOf: PlaceOf,
): PanelRefusal[] {
  const answer = (reason: string) => {
    const title = answerTo(reason)?.title;
    return title === undefined ? {} : { answer: title };
  };
  return refusals.map(({ reason, message, fields }) => ({
    reason,
    message,
    ...answer(reason),
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

/** Rules on a text that cannot be read as it stands: what a job lacks may stand behind that. */
const UNREADABLE: ReadonlySet<string> = new Set(['MS000', 'GN001']);

export const isUnreadable = (findings: readonly Pick<PanelFinding, 'rule' | 'severity'>[]): boolean =>
  findings.some(({ rule, severity }) => UNREADABLE.has(rule) && severity === 'error');

/** What stands in the file: the value, or the expression that leaves it open. */
function written(value: FactValue, expression: string | undefined): string {
  if (value === null) return expression ?? '';
  return typeof value === 'number' ? value.toLocaleString('en-US') : String(value);
}
