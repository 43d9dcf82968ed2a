import * as vscode from 'vscode';
import type { Finding, Fix } from '../lint/finding';
import type { Positions } from './convert';
import { SOURCE } from './diagnostics';
import { openDocument } from './documents';
import { selector } from './selector';
import type { Session } from './session';

/** Quick fixes of the findings under the cursor, and the rule's page for each. */
export function registerCodeActions(session: Session): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    selector,
    {
      provideCodeActions(document, _range, context) {
        // Edits are offsets into the analysed text: after typing they wait for the next analysis.
        const positions = session.current(document)?.positions ?? session.readPositions(document);
        if (!positions) return [];
        const findings = session.findings(document.uri);
        return context.diagnostics.flatMap((diagnostic) => {
          const finding = findingOf(diagnostic, findings, positions);
          return finding ? actions(finding, diagnostic, session) : [];
        });
      },
    },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}

/** The finding that a diagnostic shows. */
function findingOf(
  diagnostic: vscode.Diagnostic,
  findings: readonly Finding[],
  positions: Positions,
): Finding | undefined {
  const { source, code, message, range } = diagnostic;
  if (source !== SOURCE) return undefined;
  const rule = typeof code === 'object' ? code.value : code;
  return findings.find(
    (one) => one.rule === rule && one.message === message && positions.range(one.range).isEqual(range),
  );
}

/** Actions carry the editor's own diagnostic: by its identity they are found from Problems and from the hover. */
function actions(finding: Finding, diagnostic: vscode.Diagnostic, session: Session): vscode.CodeAction[] {
  const explain = new vscode.CodeAction(`Explain ${finding.rule}`, vscode.CodeActionKind.QuickFix);
  explain.diagnostics = [diagnostic];
  explain.command = { command: 'moeScope.explainRule', title: explain.title, arguments: [finding.rule] };
  return [...finding.fixes.flatMap((fix) => quickFix(fix, diagnostic, session) ?? []), explain];
}

/** `undefined` while a file that the fix would edit is not the one that was analysed. */
function quickFix(fix: Fix, diagnostic: vscode.Diagnostic, session: Session): vscode.CodeAction | undefined {
  const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  action.isPreferred = fix.isPreferred ?? false;
  action.edit = new vscode.WorkspaceEdit();
  for (const { file, range, newText } of fix.edits) {
    const uri = vscode.Uri.parse(file);
    const document = openDocument(uri);
    const positions = document
      ? (session.current(document)?.positions ?? session.readPositions(document))
      : session.positions(file);
    if (!positions) return undefined;
    action.edit.replace(uri, positions.range(range), newText);
  }
  return action;
}
