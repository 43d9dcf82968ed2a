import * as vscode from 'vscode';
import { readsFiles } from '#env';
import type { ArtefactSource } from '../../worker/calls';
import { openDocument } from '../documents';

/** A file that the worker cannot read by itself comes as a whole, through two processes. */
const MAX_BYTES = 128 * 2 ** 20;
/** Of a longer text only what is saved counts. */
const MAX_TEXT = 5_000_000;

/** A file as it is now. */
export interface FoundFile {
  readonly uri: vscode.Uri;
  /** Another one for other content. */
  readonly version: string;
  /** Bytes on disk. */
  readonly size: number;
  /** Unsaved text of its editor. */
  readonly text?: string;
}

/** The first of these files that is there. */
export async function findFile(candidates: readonly vscode.Uri[]): Promise<FoundFile | null> {
  for (const uri of candidates) {
    const found = await foundAt(uri);
    if (found !== null) return found;
  }
  return null;
}

async function foundAt(uri: vscode.Uri): Promise<FoundFile | null> {
  try {
    const { size, mtime, type } = await vscode.workspace.fs.stat(uri);
    if (!(type & vscode.FileType.File)) return null;
    const document = openDocument(uri);
    const text = document?.isDirty ? document.getText() : undefined;
    return document !== undefined && text !== undefined && text.length <= MAX_TEXT
      ? { uri, size, version: `edited ${document.version}`, text }
      : { uri, size, version: `${mtime} ${size}` };
  } catch {
    return null;
  }
}

/** Where the worker gets a file's bytes from. @throws what the file system says */
export async function sourceOf({ uri, size, text }: FoundFile): Promise<ArtefactSource> {
  if (text !== undefined) return { text };
  if (readsFiles && uri.scheme === 'file') return { path: uri.fsPath };
  if (size > MAX_BYTES) {
    const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20).toLocaleString('en-US')} MiB`;
    return {
      refused: `it has ${megabytes(size)}, and in this window files are read up to ${megabytes(MAX_BYTES)}; a desktop window or the command line reads files of any size`,
    };
  }
  return { bytes: await vscode.workspace.fs.readFile(uri) };
}
