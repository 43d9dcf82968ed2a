import type * as vscode from 'vscode';
import type { Finding } from '../lint/finding';
import type { FileAnalysis, Simulated } from '../worker/analysis';
import type { Positions } from './convert';

/** What is known about one file. Replaced as a whole, so a reader never sees half of an update. */
export interface FileState {
  readonly uri: vscode.Uri;
  readonly text: string;
  readonly positions: Positions;
  readonly analysis: FileAnalysis;
  /** Figures of the file's jobs by job id, without matrices; they may arrive after the analysis. */
  readonly simulated: ReadonlyMap<string, Simulated>;
  /** The figures are of this text; until then they are those of the text before. */
  readonly isSimulated: boolean;
  readonly findings: readonly Finding[];
  /** What its jobs found in other files that they are read from. */
  readonly elsewhere: readonly Finding[];
}
