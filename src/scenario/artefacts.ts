import type { Fact } from '../config/fact';
import { derived, type Sourced } from './resolve/resolver';
import type { LayerTable } from './scenario';

/** A table of numbers by layer that was read from a file. */
export interface Artefact {
  readonly table: LayerTable;
  /** Name of the file, for provenance and messages. */
  readonly file: string;
  /** Where a file of the job names it; absent for one that is named on the command line. */
  readonly named?: Fact;
  /** How much of what it holds: `58 layers × 256 experts`. */
  readonly holds?: string;
}

/** What files beside the configs say about a job: measured loads, a recorded trace, a placement. */
export interface Artefacts {
  /** [MoE layers][routedExperts] tokens. `placesBy`: the file whose loads the engine places experts by when it starts. */
  readonly loads?: Artefact & { readonly placesBy?: string };
  /** [tokens][topK] chosen experts of one layer; `layer`: its index among the recorded MoE layers. */
  readonly trace?: Artefact & { readonly layer?: number };
  /** [MoE layers or 1][physical experts] logical experts. `isStart`: an engine that rebalances begins with it. */
  readonly placement?: Artefact & { readonly isStart?: boolean };
}

/** A value that follows from a file: the file is its origin, or, of one named on the command line, `what` in it. */
export function fromArtefact<T>(value: T, what: string, { file, named, holds }: Artefact): Sourced<T> {
  if (named === undefined) return derived(value, `${what} in ${file}`);
  const says = holds === undefined ? what : `${what}, ${holds}`;
  return { value, origin: { kind: 'artefact', file, says, fact: named } };
}

/** The table of a file as the value of a field. */
export function tableOf(artefact: Artefact): Sourced<LayerTable> {
  const { file, named, table, holds } = artefact;
  const says = holds ?? '';
  return {
    value: table,
    origin: named ? { kind: 'artefact', file, says, fact: named } : { kind: 'file', file },
  };
}
