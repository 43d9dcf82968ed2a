import type { LayerTable } from './scenario';

/** A table of numbers by layer that was read from a file. */
export interface Artefact {
  readonly table: LayerTable;
  /** Name of the file, for provenance and messages. */
  readonly file: string;
}

/** What files beside the configs say about a job: measured loads, a recorded trace, a placement. */
export interface Artefacts {
  /** [MoE layers][routedExperts] tokens. */
  readonly loads?: Artefact;
  /** [tokens][topK] chosen experts of one layer. */
  readonly trace?: Artefact;
  /** [MoE layers or 1][physical experts] logical experts. */
  readonly placement?: Artefact;
}

/** What is wrong with the loads for a model of so many experts; `undefined` when nothing is. */
export function loadsProblem({ table, file }: Artefact, experts: number): string | undefined {
  const layer = table.findIndex((row) => row.length !== experts);
  if (layer >= 0) {
    return `${file}: layer ${layer} has loads of ${table[layer]?.length} experts, the model has ${experts}.`;
  }
  const idle = table.findIndex((row) => !row.some((tokens) => tokens > 0));
  return idle >= 0 ? `${file}: layer ${idle} has no load at all.` : undefined;
}

/** What is wrong with a trace for a model; `undefined` when nothing is. */
export function traceProblem({ table, file }: Artefact, experts: number, topK: number): string | undefined {
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
}

/** What is wrong with a placement for a model; `undefined` when nothing is. */
export function placementProblem({ table, file }: Artefact, experts: number): string | undefined {
  const slots = table[0]?.length ?? 0;
  for (const [layer, row] of table.entries()) {
    if (row.length !== slots) return `${file}: layer ${layer} has ${row.length} slots, layer 0 has ${slots}.`;
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
}

const isIndex = (value: number, below: number): boolean =>
  Number.isInteger(value) && value >= 0 && value < below;
