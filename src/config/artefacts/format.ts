import type { Artefact, ArtefactFormatId } from './artefact';

/** A file that is read as a whole. */
export interface ArtefactDocument {
  readonly file: string;
  readonly bytes: Uint8Array;
  /**
   * Whether somebody said that this file is an artefact. Without that, what other files look like as well (a list of
   * lists of numbers) is left alone.
   */
  readonly asked: boolean;
}

/** A format of one document. A new one is an entry of the registry in `formats.ts`. */
export interface DocumentFormat {
  readonly id: ArtefactFormatId;
  /** `null` when the file is something else. Never throws. */
  read(document: ArtefactDocument): Artefact | null;
}
