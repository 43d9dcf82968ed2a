import * as vscode from 'vscode';
import type { EngineClient } from '../worker/client';
import { Positions } from './convert';
import { format } from './format';
import { ruleChoices, scenarioSettings } from './settings';

export const FIX_ALL = vscode.CodeActionKind.SourceFixAll.append('moeScope');

interface Fixed {
  readonly edit: vscode.WorkspaceEdit;
  /** How many findings go with it. */
  readonly fixed: number;
}

/** Every fix of a document that needs no decision, as one edit: one step for undo. `undefined` when there is none. */
export async function allFixes(
  engine: EngineClient,
  document: vscode.TextDocument,
): Promise<Fixed | undefined> {
  const { uri, version } = document;
  const text = document.getText();
  const trial = { file: uri.toString(), text, settings: scenarioSettings(uri), ...ruleChoices(uri) };
  const { edits, fixed } = await engine.call('fixAll', trial);
  // What was typed in the meantime waits for the next time.
  if (edits.length === 0 || document.version !== version) return undefined;
  const positions = new Positions(text);
  const edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of edits) edit.replace(uri, positions.range(range), newText);
  return { edit, fixed: fixed.length };
}

/** *Fix All in File*: of the active editor, or of the file that it is given. */
export function registerFixAll(engine: EngineClient): vscode.Disposable {
  return vscode.commands.registerCommand('moeScope.fixAll', async (given?: unknown) => {
    const document =
      given instanceof vscode.Uri
        ? await vscode.workspace.openTextDocument(given)
        : vscode.window.activeTextEditor?.document;
    if (!document) return;
    const all = await allFixes(engine, document);
    if (!all) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Nothing in this file can be fixed without a decision.'),
      );
      return;
    }
    await vscode.workspace.applyEdit(all.edit);
    vscode.window.setStatusBarMessage(
      all.fixed === 1
        ? vscode.l10n.t('MoE Scope: 1 finding fixed')
        : vscode.l10n.t('MoE Scope: {0} findings fixed', format(all.fixed)),
      3000,
    );
  });
}
