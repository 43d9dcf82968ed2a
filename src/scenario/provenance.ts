import type { Fact } from '../config/fact';

/** Where the value of one scenario field comes from; the panel shows it and leads to the line. */
export type Origin =
  | { readonly kind: 'fact'; readonly fact: Fact }
  | { readonly kind: 'preset'; readonly preset: string; readonly source: string }
  | { readonly kind: 'setting'; readonly setting: string }
  /** A file of numbers; `says` is what it holds, `fact` where a file of the job names it. */
  | { readonly kind: 'artefact'; readonly file: string; readonly says: string; readonly fact: Fact }
  | { readonly kind: 'override' }
  | { readonly kind: 'derived'; readonly rule: string }
  | { readonly kind: 'assumed'; readonly why: string };

/** Origins by dotted scenario name (`layout.ep`). */
export type Provenance = Readonly<Record<string, Origin>>;
