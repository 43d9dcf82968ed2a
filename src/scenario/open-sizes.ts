import type { Fact } from '../config/fact';
import type { FieldName } from './field-name';
import { fieldLabel } from './fields';
import type { Provenance } from './provenance';

/** Fields that decide the bytes of a rank: while a file leaves one of them open, nobody knows whether the job fits. */
const DECISIVE: readonly FieldName[] = [
  'layout.ep',
  'layout.tp',
  'layout.pp',
  'layout.dp',
  'layout.etp',
  'model.routedExperts',
  'model.layers',
  'model.hiddenSize',
  'model.expertIntermediateSize',
];

/** A decisive field that the job's files leave open. */
export interface OpenSize {
  readonly name: FieldName;
  /** `EP` */
  readonly label: string;
  /** What stands in its place: `$((NODES * 4))`. */
  readonly expression: string;
}

/** What data parallel ranks are the rest of. */
const SPLITS: readonly FieldName[] = ['layout.tp', 'layout.pp', 'layout.cp'];

/** The decisive fields that a job's files leave open and nothing answers: a scenario only has stand-ins for them. */
export const openSizes = (facts: readonly Fact[], provenance: Provenance): readonly OpenSize[] =>
  openOf(DECISIVE, facts, provenance);

/** Those of them on which the number of data parallel ranks rests. */
export const openSplits = (facts: readonly Fact[], provenance: Provenance): readonly OpenSize[] =>
  openOf(SPLITS, facts, provenance);

function openOf(names: readonly FieldName[], facts: readonly Fact[], provenance: Provenance): OpenSize[] {
  return names.flatMap((name) => {
    if (provenance[name]?.kind !== 'assumed') return [];
    const open = facts.find((fact) => fact.name === name && fact.state === 'unresolved');
    return open ? [{ name, label: fieldLabel(name), expression: open.expression ?? open.key }] : [];
  });
}

/** `EP`, `EP, TP and PP`. */
export function openLabels(open: readonly OpenSize[]): string {
  const labels = open.map(({ label }) => label);
  return labels.length > 1 ? `${labels.slice(0, -1).join(', ')} and ${labels.at(-1)}` : (labels[0] ?? '');
}
