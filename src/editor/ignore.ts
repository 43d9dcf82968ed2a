import * as vscode from 'vscode';
import type { Finding, TextEdit } from '../lint/finding';

/** Ways to silence a finding: a comment at its line or at the top of its file; the settings where no comment can stand. */
export async function silencing(
  finding: Finding,
  document: vscode.TextDocument,
): Promise<vscode.CodeAction[]> {
  // Loaded with the first use: the readers come along, and activation must not wait for them.
  const { ignoreHere, ignoreInFile } = await import('../lint/ignore');
  const text = document.getText();
  const here = editAction(
    vscode.l10n.t('Ignore {0} here', finding.rule),
    ignoreHere(finding, text),
    document,
  );
  const inFile = editAction(
    vscode.l10n.t('Ignore {0} in this file', finding.rule),
    ignoreInFile(finding, text),
    document,
  );
  if (here.length + inFile.length > 0) return [...here, ...inFile];
  const title = vscode.l10n.t('Turn off {0} in the settings', finding.rule);
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.command = { command: 'moeScope.turnOffRule', title, arguments: [finding.rule, document.uri] };
  return [action];
}

function editAction(
  title: string,
  edit: TextEdit | null,
  document: vscode.TextDocument,
): vscode.CodeAction[] {
  if (!edit) return [];
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  const { start, end } = edit.range;
  const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
  action.edit = new vscode.WorkspaceEdit();
  action.edit.replace(document.uri, range, edit.newText);
  return [action];
}

/** Writes a rule off in the settings: of the workspace where there is one, else of the user. */
export function registerTurnOff(): vscode.Disposable {
  return vscode.commands.registerCommand('moeScope.turnOffRule', async (rule: unknown, uri: unknown) => {
    if (typeof rule !== 'string' || !(uri instanceof vscode.Uri)) return;
    const settings = vscode.workspace.getConfiguration('moeScope', uri);
    const inWorkspace = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
    const { ConfigurationTarget } = vscode;
    const known = settings.inspect<Record<string, string>>('rules');
    const before = inWorkspace ? known?.workspaceValue : known?.globalValue;
    const target = inWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
    await settings.update('rules', { ...before, [rule]: 'off' }, target);
  });
}
