/** Where the worker's bundle lies; a `vscode.Uri` fits. */
export interface WorkerScript {
  readonly fsPath: string;
  toString(skipEncoding?: boolean): string;
}
