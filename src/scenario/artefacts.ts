import type { Fact } from '../config/fact';
import { derived, type Sourced } from './resolver';
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

type Problem = string | undefined;

/** Checks are made once per table: a what-if tries a hundred changes of one scenario. */
const checked = new WeakMap<LayerTable, Map<string, Problem>>();

function once(table: LayerTable, key: string, check: () => Problem): Problem {
  const known = checked.get(table) ?? new Map<string, Problem>();
  checked.set(table, known);
  if (!known.has(key)) known.set(key, check());
  return known.get(key);
}

/** What is wrong with the loads for a model of so many experts; `undefined` when nothing is. */
export function loadsProblem({ table, file }: Artefact, experts: number): Problem {
  return once(table, `loads ${file} ${experts}`, () => {
    const layer = table.findIndex((row) => row.length !== experts);
    if (layer >= 0) {
      return `${file}: layer ${layer} has loads of ${table[layer]?.length} experts, the model has ${experts}.`;
    }
    const idle = table.findIndex((row) => !row.some((tokens) => tokens > 0));
    return idle >= 0 ? `${file}: layer ${idle} has no load at all.` : undefined;
  });
}

/** What is wrong with a trace for a model; `undefined` when nothing is. */
export function traceProblem({ table, file }: Artefact, experts: number, topK: number): Problem {
  return once(table, `trace ${file} ${experts} ${topK}`, () => {
    if (table.length === 0) return `${file}: the trace has no tokens.`;
    const token = table.findIndex(
      (chosen) =>
        chosen.length !== topK ||
        new Set(chosen).size !== topK ||
        chosen.some((expert) => !isIndex(expert, experts)),
    );
    return token >= 0
      ? `${file}: token ${token} does not have ${topK} different experts from 0 to ${experts - 1}.`
      : undefined;
  });
}

/** What is wrong with a placement for a model; `undefined` when nothing is. */
export function placementProblem({ table, file }: Artefact, experts: number): Problem {
  return once(table, `placement ${file} ${experts}`, () => {
    const slots = table[0]?.length ?? 0;
    for (const [layer, row] of table.entries()) {
      if (row.length !== slots)
        return `${file}: layer ${layer} has ${row.length} slots, layer 0 has ${slots}.`;
      const wrong = row.findIndex((expert) => !isIndex(expert, experts));
      if (wrong >= 0) {
        return `${file}: slot ${wrong} of layer ${layer} holds ${row[wrong]}, not an expert from 0 to ${experts - 1}.`;
      }
      const placed = new Set(row);
      const missing = Array.from({ length: experts }, (_, expert) => expert).find(
        (expert) => !placed.has(expert),
      );
      if (missing !== undefined) return `${file}: layer ${layer} has no slot for expert ${missing}.`;
    }
    return slots === 0 ? `${file}: the placement has no slots.` : undefined;
  });
}

const isIndex = (value: number, below: number): boolean =>
  Number.isInteger(value) && value >= 0 && value < below;
