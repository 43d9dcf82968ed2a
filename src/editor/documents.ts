import * as vscode from 'vscode';
import { hasOurEnding, LANGUAGES } from './file-kinds';

/** Larger files are data, not configs: the reader would refuse them as well. */
const MAX_BYTES = 5_000_000;

const languages: ReadonlySet<string> = new Set(LANGUAGES);
/** What is not saved yet may be anything until it has a name. */
const UNNAMED = new Set(['plaintext', 'properties']);

/** The document of a file that is open in the editor. */
export function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const key = uri.toString();
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === key);
}

/** Whether a document may be a config: by its language or its name, and a file or on its way to be one. */
export function isCandidate({ languageId, uri, isUntitled }: vscode.TextDocument): boolean {
  const isUnnamed = isUntitled && UNNAMED.has(languageId);
  return (languages.has(languageId) || hasOurEnding(uri.path) || isUnnamed) && (isUntitled || isFile(uri));
}

/** Not an old version, a diff's other side, an answer of a chat, or what else is shown as a document. */
function isFile({ scheme }: vscode.Uri): boolean {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return (
    scheme === 'file' ||
    folders.some(({ uri }) => uri.scheme === scheme) ||
    vscode.workspace.fs.isWritableFileSystem(scheme) === true
  );
}

/** The newest text of a file that may be a MoE config. */
export async function configText(uri: vscode.Uri): Promise<string | undefined> {
  // Loaded with the first file: the readers come along, and activation must not wait for them.
  const { mightBeOurs } = await import('../config/read');
  const document = openDocument(uri);
  if (document && !isCandidate(document)) return undefined;
  const text = await fileText(uri);
  return text !== undefined && mightBeOurs(text, uri.path) ? text : undefined;
}

/** The newest text of a file, whatever it is: of its editor, else from disk; `undefined` when there is none. */
export async function fileText(uri: vscode.Uri): Promise<string | undefined> {
  const document = openDocument(uri);
  if (document) return document.getText();
  if (uri.scheme === 'untitled') return undefined;
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri);
    if (size > MAX_BYTES || !(type & vscode.FileType.File)) return undefined;
    const bytes = await vscode.workspace.fs.readFile(uri);
    // Opened in the meantime: then the editor's text is the newer one.
    return openDocument(uri) ? fileText(uri) : new TextDecoder().decode(bytes);
  } catch {
    return undefined;
  }
}
