import * as vscode from 'vscode';
import type { TextRange } from '../../config/fact';
import { field, fieldValue } from '../../scenario/fields';
import type { JobAnalysis } from '../../worker/analysis';
import { createScenario } from './new-scenario';

/**
 * Writes the present value of a field where the user can change it, and puts the cursor on it: into the job's scenario
 * file, or into a new one beside the job.
 */
export async function pinField(file: vscode.Uri, analysis: JobAnalysis, name: string): Promise<void> {
  const value = field(name) && analysis.scenario && fieldValue(analysis.scenario, name);
  if (typeof value !== 'number' && typeof value !== 'string' && typeof value !== 'boolean') return;
  const own = analysis.job.scenarioFile;
  const target = own ? vscode.Uri.parse(own.file) : await createScenario(file, analysis, [{ name, value }]);
  if (!target) return;
  await pinIn(await vscode.workspace.openTextDocument(target), name, value);
}

/** Writes a value into a scenario file, where it has one of that name only to replace it, and puts the cursor on it. */
export async function pinIn(
  document: vscode.TextDocument,
  name: string,
  value: string | number | boolean,
  present: 'kept' | 'replaced' = 'kept',
): Promise<void> {
  const { pinIn: pinInText } = await import('../../apply/pin-text');
  const pin = pinInText(document.uri.toString(), document.getText(), name, value, present);
  if (!pin) {
    await vscode.window.showWarningMessage(
      vscode.l10n.t('{name} could not be written into {file}. Add the line {name}: {value}.', {
        name,
        value,
        file: vscode.workspace.asRelativePath(document.uri),
      }),
    );
    return;
  }
  if (pin.newText !== '') {
    const edit = new vscode.WorkspaceEdit();
    const { start, end } = pin.range;
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    edit.replace(document.uri, range, pin.newText);
    await vscode.workspace.applyEdit(edit);
  }
  await show(document, pin.value);
}

/** Brings a scenario file forward with a value selected. */
async function show(document: vscode.TextDocument, { start, end }: TextRange): Promise<void> {
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  await vscode.window.showTextDocument(document, {
    selection: new vscode.Range(document.positionAt(start), document.positionAt(end)),
    viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One,
  });
}
