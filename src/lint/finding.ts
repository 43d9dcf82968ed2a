import type { Location, TextRange } from '../config/fact';
import type { Suppression } from './suppress';

export type Severity = 'error' | 'warning' | 'info';

/** Replace the text of `range` in `file`; an empty range inserts. */
export interface TextEdit extends Location {
  readonly newText: string;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** True for the one fix that is right without further thought. */
  readonly isPreferred?: boolean;
}

/** One thing to say about one place, the same for editor and command line. */
export interface Finding {
  /** Stable code, e.g. `MG002`. */
  readonly rule: string;
  /** Readable name, e.g. `megatron/experts-divisible-by-ep`. */
  readonly name: string;
  readonly severity: Severity;
  /** Names the numbers and says what to do. */
  readonly message: string;
  readonly file: string;
  readonly range: TextRange;
  readonly related: readonly (Location & { readonly message: string })[];
  readonly fixes: readonly Fix[];
  /** The comment that silences it: only where silenced findings were asked for. */
  readonly suppression?: Suppression;
}
