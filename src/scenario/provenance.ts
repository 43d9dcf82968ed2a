import type { Fact, Location } from '../config/fact';

/** Where the value of one scenario field comes from; the panel shows it and leads to the line. */
export type Origin =
  | { readonly kind: 'fact'; readonly fact: Fact }
  | { readonly kind: 'preset'; readonly preset: string; readonly source: string }
  | { readonly kind: 'setting'; readonly setting: string }
  /** A file of numbers; `says` is what it holds, `fact` where a file of the job names it. */
  | { readonly kind: 'artefact'; readonly file: string; readonly says: string; readonly fact: Fact }
  | { readonly kind: 'override' }
  /** `fact`: what a file says under the same name, which the rule makes something else of. */
  | { readonly kind: 'derived'; readonly rule: string; readonly fact?: Fact }
  /** `fact`: what a file says of it without giving a value, an expression that is open or a word that is not understood. */
  | { readonly kind: 'assumed'; readonly why: string; readonly fact?: Fact }
  /** A table that was read from a file beside the configs. */
  | { readonly kind: 'file'; readonly file: string }
  /** Needed and not known, where there is no scenario. */
  | { readonly kind: 'unknown'; readonly fact?: Fact };

/** Origins by dotted scenario name (`layout.ep`). */
export type Provenance = Readonly<Record<string, Origin>>;

/** What a file says of a field, be it a value, an open expression or a word that is not understood. */
export function factOf(origin: Origin | undefined): Fact | undefined {
  return origin !== undefined && 'fact' in origin ? origin.fact : undefined;
}

/** Where a fact's value is written: the assignment, where it was followed through variables. */
export function writtenAt({ file, range, via }: Fact): Location {
  const last = via?.at(-1);
  return { file: last?.file ?? file, range: last?.range ?? range };
}

/** The line that decides a field, where a file has one. */
export function lineOf(origin: Origin | undefined): Location | undefined {
  const fact = factOf(origin);
  const isWritten = fact && fact.range.end > fact.range.start && !fact.file.startsWith('preset:');
  return isWritten ? writtenAt(fact) : undefined;
}
