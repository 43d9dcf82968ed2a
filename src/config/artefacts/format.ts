import type { Artefact, ArtefactFormatId } from './artefact';
import type { LineSink } from './line-splitter';

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
  /** In the beginning of every file that is one without being asked for. */
  readonly hint: RegExp;
  /** `null` when the file is something else. Never throws. */
  read(document: ArtefactDocument): Artefact | null;
}

/** Sums up a file line by line, so that its length does not matter. Never throws. */
export interface LineReader extends LineSink {
  end(): Artefact;
}

/** A format of lines. A new one is an entry of the registry in `formats.ts`. */
export interface LineFormat {
  readonly id: ArtefactFormatId;
  /** In the first line of every file of this format. */
  readonly hint: RegExp;
  /** A reader of all lines, the first again among them; `null` when the first line belongs to something else. */
  start(firstLine: Uint8Array, file: string): LineReader | null;
}
