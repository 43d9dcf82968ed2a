import {
  type Artefact,
  type ArtefactSummary,
  readArtefact,
  readArtefactInSteps,
  summarise,
} from '../config/artefacts';
import type { NamedArtefact } from '../config/link/artefacts';
import { fileNameOf } from '../config/paths';
import type { ArtefactFile, ArtefactOutcome } from '../scenario/artefact-files';
import type { ArtefactNeed } from './analysis';

/** What a file holds as it was last read. */
interface Stored {
  readonly version: string;
  readonly outcome: ArtefactOutcome;
  readonly summary: ArtefactSummary | null;
}

/** A file of numbers as it comes to the engine: in pieces, or not at all. */
export type ArtefactBytes =
  | { readonly chunks: Iterable<Uint8Array | string>; readonly size: number }
  | { readonly refused: string };

/** Files that stay although nothing names them any more. */
const KEPT = 4;
/** Paths that are remembered; every pause in typing one makes another. */
const MAX_PLACES = 4096;

const keyOf = (from: string, path: string): string => `${from}\n${path}`;

const PENDING: ArtefactOutcome = { kind: 'pending' };
const OTHER: ArtefactOutcome = { kind: 'other' };

/** Placements, loads and traces that jobs name, by file, each read once per version. */
export class ArtefactStore {
  /** The file that a path in a file leads to; `null` where it leads to none. */
  private readonly places = new Map<string, string | null>();
  private readonly files = new Map<string, Stored>();
  /** Of texts that stand in a file of the job. */
  private readonly texts = new Map<string, ArtefactOutcome>();

  /** Says which file the path in `from` means; `null`: none. */
  locate(from: string, path: string, file: string | null): void {
    this.places.set(keyOf(from, path), file);
  }

  /** Reads a file in steps; what was read of it before counts until the end. @yields the fraction done */
  *read(file: string, version: string, bytes: ArtefactBytes): Generator<number, void> {
    const outcome: ArtefactOutcome =
      'refused' in bytes
        ? { kind: 'unreadable', reason: bytes.refused }
        : outcomeOf(yield* readArtefactInSteps({ file: fileNameOf(file), asked: true, ...bytes }));
    const summary = outcome.kind === 'artefact' ? summarise(outcome.artefact) : null;
    // The file that was read last comes last.
    this.files.delete(file);
    this.files.set(file, { version, outcome, summary });
  }

  /** What is known of the artefacts of a job. */
  outcomes(named: readonly NamedArtefact[]): ArtefactFile[] {
    return named.map((one) => ({ ...one, outcome: this.outcome(one) }));
  }

  /** The files behind them, for who reads files. Those that stand in a text are there already. */
  needs(named: readonly NamedArtefact[]): ArtefactNeed[] {
    return named.flatMap(({ path, fact, text }): ArtefactNeed[] => {
      if (text !== undefined) return [];
      const file = this.places.get(keyOf(fact.file, path));
      const { version = null, summary = null } = (file ? this.files.get(file) : undefined) ?? {};
      return [{ from: fact.file, path, range: fact.range, file, version, summary }];
    });
  }

  /** Forgets what none of these names, but for the files that were read last: a line may be half-typed for a moment. */
  keepOnly(named: readonly NamedArtefact[]): void {
    const used = new Set(named.map(({ path, fact }) => this.places.get(keyOf(fact.file, path))));
    const unused = [...this.files.keys()].filter((file) => !used.has(file));
    for (const file of unused.slice(0, -KEPT)) this.files.delete(file);
    for (const key of [...this.places.keys()].slice(0, -MAX_PLACES)) this.places.delete(key);
    const texts = new Set(named.map(({ text }) => text));
    for (const text of this.texts.keys()) if (!texts.has(text)) this.texts.delete(text);
  }

  has(file: string): boolean {
    return this.files.has(file);
  }

  private outcome({ path, fact, text }: NamedArtefact): ArtefactOutcome {
    if (text !== undefined) return this.ofText(path, text);
    const file = this.places.get(keyOf(fact.file, path));
    if (file === null) return { kind: 'missing' };
    return (file === undefined ? undefined : this.files.get(file)?.outcome) ?? PENDING;
  }

  private ofText(file: string, text: string): ArtefactOutcome {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    const outcome = outcomeOf(readArtefact({ file, text, asked: true }));
    this.texts.set(text, outcome);
    return outcome;
  }
}

const outcomeOf = (artefact: Artefact | null): ArtefactOutcome =>
  artefact === null ? OTHER : { kind: 'artefact', artefact };
