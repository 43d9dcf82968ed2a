import * as vscode from 'vscode';
import type { Finding, Fix } from '../lint/finding';
import { Positions } from './convert';
import { SOURCE, toDiagnostic } from './diagnostics';
import { selector } from './selector';
import type { FileState, Session } from './session';

/** Quick fixes of the findings under the cursor, and the rule's page for each. */
export function registerCodeActions(session: Session): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    selector,
    {
      provideCodeActions(document, range, context) {
        const state = session.state(document.uri);
        // Edits are offsets into the analysed text: after typing they wait for the next analysis.
        if (!state || state.text !== document.getText()) return [];
        const codes = new Set(context.diagnostics.filter((one) => one.source === SOURCE).map(codeOf));
        return state.findings
          .filter(
            (finding) => codes.has(finding.rule) && state.positions.range(finding.range).intersection(range),
          )
          .flatMap((finding) => actions(finding, state, session));
      },
    },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}

function codeOf(diagnostic: vscode.Diagnostic): unknown {
  return typeof diagnostic.code === 'object' ? diagnostic.code.value : diagnostic.code;
}

function actions(finding: Finding, state: FileState, session: Session): vscode.CodeAction[] {
  const diagnostic = toDiagnostic(finding, state, session);
  const explain = new vscode.CodeAction(`Explain ${finding.rule}`, vscode.CodeActionKind.QuickFix);
  explain.diagnostics = [diagnostic];
  explain.command = { command: 'moeScope.explainRule', title: explain.title, arguments: [finding.rule] };
  return [...finding.fixes.map((fix) => quickFix(fix, diagnostic, session)), explain];
}

function quickFix(fix: Fix, diagnostic: vscode.Diagnostic, session: Session): vscode.CodeAction {
  const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  action.isPreferred = fix.isPreferred ?? false;
  action.edit = new vscode.WorkspaceEdit();
  for (const { file, range, newText } of fix.edits) {
    const uri = vscode.Uri.parse(file);
    const positions = session.state(file)?.positions ?? new Positions('');
    action.edit.replace(uri, positions.range(range), newText);
  }
  return action;
}
