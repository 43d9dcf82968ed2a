import * as vscode from 'vscode';
import type { TextRange } from '../config/fact';
import { LineIndex } from '../config/lines';

/** Offset ranges of one text as editor ranges. */
export class Positions {
  private readonly lines: LineIndex;

  constructor(text: string) {
    this.lines = new LineIndex(text);
  }

  range({ start, end }: TextRange): vscode.Range {
    return new vscode.Range(this.position(start), this.position(end));
  }

  position(offset: number): vscode.Position {
    const { line, column } = this.lines.at(offset);
    return new vscode.Position(line, column);
  }
}

/** Last part of a URI's path: `train.sh`. */
export function fileName(uri: string): string {
  // What is not saved yet has no folder: `untitled:Untitled-1`.
  const last = uri.slice(uri.lastIndexOf('/') + 1).replace(/^untitled:/, '');
  try {
    return decodeURIComponent(last);
  } catch {
    // Not from a URI: an id that the webview kept, say.
    return last;
  }
}
