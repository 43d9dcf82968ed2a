import type { Location } from '../config/fact';
import { fieldLabel } from '../scenario/fields';
import { factOf, lineOf, type Origin, type Provenance } from '../scenario/provenance';
import type { Refusal } from '../scenario/refusals/refusal';
import type { View } from './report/report';

/** Why a job has no result, with what its fields come from. */
export interface Refused {
  readonly refusals: readonly Refusal[];
  readonly provenance: Provenance;
}

/** Words for an origin that is no line of a file. */
function detailOf(origin: Origin | undefined): string | undefined {
  switch (origin?.kind) {
    case 'preset':
      return `preset ${origin.preset}`;
    case 'override':
      return 'set for this run';
    case 'setting':
      return `setting ${origin.setting}`;
    case 'derived':
      return origin.rule;
    case 'assumed':
      return `assumed: ${origin.why}`;
    case 'file':
    case 'artefact':
      return origin.file;
    case 'unknown':
    case undefined:
      return 'stated nowhere';
    case 'fact':
      return undefined;
  }
}

type Places = Pick<View, 'placeOf' | 'nameOf'>;

function placed(location: Location | undefined, { placeOf, nameOf }: Places) {
  if (location === undefined) return undefined;
  const { line, column } = placeOf(location);
  return { file: nameOf(location.file), line, column };
}

/** Refusals as JSON: each field with its origin and, where a file decides it, its key, value and place. */
export function refusalsJson({ refusals, provenance }: Refused, view: Places) {
  return refusals.map(({ reason, message, fields }) => ({
    reason,
    message,
    fields: fields.map((name) => {
      const origin = provenance[name];
      const fact = factOf(origin);
      return {
        name,
        origin: origin?.kind ?? 'unknown',
        ...(fact ? { key: fact.key, value: fact.value, expression: fact.expression } : {}),
        ...placed(lineOf(origin), view),
        detail: detailOf(origin),
      };
    }),
  }));
}

/** Refusals for a terminal: the message, and under it each field with its line. */
export function refusalsText({ refusals, provenance }: Refused, view: Places): string {
  return refusals
    .map(({ reason, message, fields }) => {
      const lines = fields.map((name) => {
        const origin = provenance[name];
        const at = placed(lineOf(origin), view);
        const fact = factOf(origin);
        const written = fact && `${fact.key} ${String(fact.value ?? fact.expression ?? '')}`.trimEnd();
        const where = at ? `${at.file}:${at.line}:${at.column}: ${written}` : detailOf(origin);
        return `    ${fieldLabel(name)} (${name}): ${where ?? written}`;
      });
      return [`  ${message} [${reason}]`, ...lines].join('\n');
    })
    .join('\n');
}
