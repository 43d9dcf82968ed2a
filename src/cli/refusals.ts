import type { Location } from '../config/fact';
import { fieldLabel } from '../scenario/fields';
import { factOf, lineOf, type Origin, type Provenance } from '../scenario/provenance';
import type { Refusal } from '../scenario/refusals/refusal';
import { place, type TextOf } from './simulation-json';

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
      return origin.file;
    case 'unknown':
    case undefined:
      return 'stated nowhere';
    case 'fact':
      return undefined;
  }
}

function placed(location: Location | undefined, textOf: TextOf) {
  if (location === undefined) return undefined;
  const { line, column } = place(location, textOf);
  return { file: location.file, line, column };
}

/** Refusals as JSON: each field with its origin and, where a file decides it, its key, value and place. */
export function refusalsJson({ refusals, provenance }: Refused, textOf: TextOf) {
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
        ...placed(lineOf(origin), textOf),
        detail: detailOf(origin),
      };
    }),
  }));
}

/** Refusals for a terminal: the message, and under it each field with its line. */
export function refusalsText({ refusals, provenance }: Refused, textOf: TextOf): string {
  return refusals
    .map(({ reason, message, fields }) => {
      const lines = fields.map((name) => {
        const origin = provenance[name];
        const at = placed(lineOf(origin), textOf);
        const fact = factOf(origin);
        const written = fact && `${fact.key} ${String(fact.value ?? fact.expression ?? '')}`.trimEnd();
        const where = at ? `${at.file}:${at.line}:${at.column}: ${written}` : detailOf(origin);
        return `    ${fieldLabel(name)} (${name}): ${where ?? written}`;
      });
      return [`  ${message} [${reason}]`, ...lines].join('\n');
    })
    .join('\n');
}
