import * as vscode from 'vscode';
import type { Finding, Fix } from '../lint/finding';
import { safeFix } from '../lint/fix-all';
import type { EngineClient } from '../worker/client';
import type { Positions } from './convert';
import { SOURCE } from './diagnostics';
import { openDocument } from './documents';
import { allFixes, FIX_ALL } from './fix-all';
import { silencing } from './ignore';
import { jobAt, targetOf } from './job';
import { selector } from './selector';
import type { Session } from './session';

/** Findings that something else than an edit answers: a command, which gets the job. */
const answers: Readonly<Record<string, { readonly title: string; readonly command: string }>> = {
  GN002: { title: vscode.l10n.t('Answer it in a scenario file'), command: 'moeScope.pinOpenValues' },
  SC007: { title: vscode.l10n.t('Add a place for each answer'), command: 'moeScope.pinOpenValues' },
};

/** Quick fixes of the findings under the cursor, ways to silence them, the rule's page for each; and all safe fixes at once. */
export function registerCodeActions(session: Session, engine: EngineClient): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    selector,
    {
      async provideCodeActions(document, _range, context) {
        if (context.only?.contains(FIX_ALL)) return fixAllAction(document, session, engine);
        // Edits are offsets into the analysed text: after typing they wait for the next analysis.
        const positions = session.current(document)?.positions ?? session.readPositions(document);
        if (!positions) return [];
        const findings = session.findings(document.uri);
        const all = context.diagnostics.map((diagnostic) => {
          const finding = findingOf(diagnostic, findings, positions);
          return finding ? actions(finding, diagnostic, document, session) : [];
        });
        return (await Promise.all(all)).flat();
      },
    },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, FIX_ALL] },
  );
}

async function fixAllAction(
  document: vscode.TextDocument,
  session: Session,
  engine: EngineClient,
): Promise<vscode.CodeAction[]> {
  const all = session.state(document.uri) ? await allFixes(engine, document) : undefined;
  if (!all) return [];
  const action = new vscode.CodeAction(vscode.l10n.t('Fix all (MoE Scope)'), FIX_ALL);
  action.edit = all.edit;
  return [action];
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
async function actions(
  finding: Finding,
  diagnostic: vscode.Diagnostic,
  document: vscode.TextDocument,
  session: Session,
): Promise<vscode.CodeAction[]> {
  const { uri } = document;
  const state = session.state(uri);
  const job = state && jobAt(state, finding.range.start);
  const answer = answers[finding.rule];
  const all = [
    ...finding.fixes.flatMap((fix) => quickFix(fix, session) ?? []),
    ...(answer ? [commandAction(answer.title, answer.command, job ? targetOf(job) : uri)] : []),
    ...(hasMoreFixes(finding, session)
      ? [commandAction(vscode.l10n.t('Fix all in this file'), 'moeScope.fixAll', uri)]
      : []),
    ...(await silencing(finding, document)),
    commandAction(vscode.l10n.t('Explain {0}', finding.rule), 'moeScope.explainRule', finding.rule),
  ];
  for (const action of all) action.diagnostics = [diagnostic];
  return all;
}

function commandAction(title: string, command: string, argument: unknown): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.command = { command, title, arguments: [argument] };
  return action;
}

/** Whether the finding is one of several that can be fixed without a decision. */
function hasMoreFixes(finding: Finding, session: Session): boolean {
  const { file } = finding;
  const fixable = session.findings(file).filter((one) => safeFix(one, file));
  return fixable.length > 1 && fixable.includes(finding);
}

/** `undefined` while a file that the fix would edit is not the one that was analysed. */
function quickFix(fix: Fix, session: Session): vscode.CodeAction | undefined {
  const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
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
