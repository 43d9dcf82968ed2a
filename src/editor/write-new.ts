import * as vscode from 'vscode';
import { fileName } from './convert';

/**
 * Writes a new file. Where that is not allowed it says so, and offers the text in an editor where there is one for it.
 *
 * @param elsewhere the text for a file in any other place
 */
export async function writeNew(target: vscode.Uri, text: string, elsewhere?: string): Promise<boolean> {
  try {
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    return true;
  } catch (error) {
    const open = vscode.l10n.t('Open It Unsaved');
    const said = vscode.l10n.t(
      '{0} cannot be written there. {1}',
      fileName(target.toString()),
      error instanceof Error ? error.message : String(error),
    );
    // Nothing waits for the answer.
    void vscode.window
      .showWarningMessage(said, ...(elsewhere === undefined ? [] : [open]))
      .then((answer) => (answer === open && elsewhere !== undefined ? openUnsaved(elsewhere) : undefined));
    return false;
  }
}

async function openUnsaved(content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'yaml', content });
  await vscode.window.showTextDocument(document);
}
