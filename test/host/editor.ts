import * as vscode from 'vscode';
import type { FileState } from '../../src/editor/session';
import type { MoeScopeApi } from '../../src/extension';

/** How long an event may take to come before the test fails; far beyond what it needs. */
const LIMIT_MILLISECONDS = 30_000;

/** A file of the sample workspace that is open. */
export function sample(path: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Error('The tests need the sample workspace open.');
  return vscode.Uri.joinPath(folder.uri, path);
}

export async function open(uri: vscode.Uri): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
}

/** An editor on text that is nowhere saved. */
export async function openText(content: string, language = 'shellscript'): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language }));
}

/** What the extension knows of a file once its newest text is analysed. */
export async function analysed(uri: vscode.Uri): Promise<FileState | undefined> {
  const extension = vscode.extensions.getExtension<MoeScopeApi>('moe-scope.moe-scope');
  return (await extension?.activate())?.analysed(uri);
}

/** Our diagnostics on a file. */
export function diagnosticsOf(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'MoE Scope');
}

/** Codes of our diagnostics on a file, sorted. */
export function codesOf(uri: vscode.Uri): string[] {
  return diagnosticsOf(uri)
    .map(({ code }) => String(typeof code === 'object' ? code.value : code))
    .sort();
}

/** Resolves as soon as the condition holds, which is looked at with every change of diagnostics. */
export function diagnosticsWhere(uri: vscode.Uri, holds: (codes: string[]) => boolean): Promise<string[]> {
  return eventually(
    () => {
      const codes = codesOf(uri);
      return holds(codes) ? codes : undefined;
    },
    vscode.languages.onDidChangeDiagnostics,
    () => `diagnostics are ${codesOf(uri).join(', ') || 'none'}`,
  );
}

/** The first defined value of `look`, which is tried now and with every event. */
export function eventually<T>(
  look: () => T | undefined,
  event: vscode.Event<unknown>,
  state: () => string,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const now = look();
    if (now !== undefined) {
      resolve(now);
      return;
    }
    const subscription = event(() => {
      const value = look();
      if (value === undefined) return;
      finish();
      resolve(value);
    });
    const timer = setTimeout(() => {
      finish();
      reject(new Error(`Waited in vain: ${state()}`));
    }, LIMIT_MILLISECONDS);
    const finish = () => {
      clearTimeout(timer);
      subscription.dispose();
    };
  });
}

/** Position of the first occurrence of `text`, moved by `offset`. */
export function find(document: vscode.TextDocument, text: string, offset = 0): vscode.Position {
  const at = document.getText().indexOf(text);
  if (at < 0) throw new Error(`${text} is not in the file.`);
  return document.positionAt(at + offset);
}
