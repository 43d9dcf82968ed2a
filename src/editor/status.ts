import * as vscode from 'vscode';
import type { Finding, Severity } from '../lint/finding';
import { capital, format, withoutIcons } from './format';
import { type FoundJob, jobAt, jobName, type Outcome, severityOf, targetOf, verdictOf } from './job';
import { selector } from './selector';
import type { Session } from './session';

/** Work that is done sooner shows no sign of it: the status would flicker with every key. Milliseconds. */
const BUSY_AFTER_MILLISECONDS = 400;

const levels: Readonly<Record<Severity, vscode.LanguageStatusSeverity>> = {
  error: vscode.LanguageStatusSeverity.Error,
  warning: vscode.LanguageStatusSeverity.Warning,
  info: vscode.LanguageStatusSeverity.Information,
};
const icons: Readonly<Record<Outcome, string>> = {
  fits: '$(pass)',
  'fewer-sequences': '$(info)',
  'no-sequence': '$(warning)',
  'does-not-fit': '$(warning)',
  model: '$(symbol-structure)',
  open: '$(question)',
  waiting: '$(loading~spin)',
};

/** The verdict on the job at the cursor, in the language status of its file; a click opens the panel. */
export function showStatus(session: Session): vscode.Disposable {
  let item: vscode.LanguageStatusItem | undefined;
  let busy: ReturnType<typeof setTimeout> | undefined;

  const remove = () => {
    item?.dispose();
    item = undefined;
  };
  const update = () => {
    const editor = vscode.window.activeTextEditor;
    const state = editor && session.state(editor.document.uri);
    const found = state && jobAt(state, editor.document.offsetAt(editor.selection.active));
    // Without one, the language status of every JSON file would say that it has no job.
    if (!found) return remove();
    item ??= vscode.languages.createLanguageStatusItem('moeScope.verdict', selector);
    describe(item, found, session.findings(found.state.uri));
    clearTimeout(busy);
    const isBusy = session.isBusy(found.state.uri);
    if (!isBusy) item.busy = false;
    else if (!item.busy) {
      busy = setTimeout(() => {
        if (item) item.busy = session.isBusy(found.state.uri);
      }, BUSY_AFTER_MILLISECONDS);
    }
  };
  const isActive = (uri: vscode.Uri) =>
    vscode.window.activeTextEditor?.document.uri.toString() === uri.toString();
  const updateIfActive = (uri: vscode.Uri) => {
    if (isActive(uri)) update();
  };

  update();
  return vscode.Disposable.from(
    session.onDidChange(updateIfActive),
    session.onDidChangeFindings(updateIfActive),
    session.onDidChangeActivity(updateIfActive),
    vscode.window.onDidChangeActiveTextEditor(update),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => updateIfActive(textEditor.document.uri)),
    new vscode.Disposable(() => {
      clearTimeout(busy);
      remove();
    }),
  );
}

function describe(item: vscode.LanguageStatusItem, found: FoundJob, findings: readonly Finding[]): void {
  const { outcome, text, subtitle } = verdictOf(found);
  const said = findingsText(findings);
  const severity = severityOf(outcome, findings);
  item.name = 'MoE Scope';
  const icon = severity === 'error' ? '$(error)' : icons[outcome];
  item.text = `${icon} ${withoutIcons(capital(text))}${said === '' ? '' : `, ${said}`}`;
  const several = found.state.analysis.jobs.length > 1;
  item.detail = [several ? jobName(found) : '', subtitle].filter(Boolean).join(': ');
  item.severity = levels[severity];
  item.command = {
    command: 'moeScope.openPanel',
    title: vscode.l10n.t('Open panel'),
    arguments: [targetOf(found)],
  };
  item.accessibilityInformation = { label: `MoE Scope: ${text}${said === '' ? '' : `, ${said}`}` };
}

function severityCount(many: number, severity: 'error' | 'warning'): string {
  if (severity === 'error')
    return many === 1 ? vscode.l10n.t('1 error') : vscode.l10n.t('{0} errors', format(many));
  return many === 1 ? vscode.l10n.t('1 warning') : vscode.l10n.t('{0} warnings', format(many));
}

/** `2 errors, 1 warning`; what is only information is not counted. */
function findingsText(findings: readonly Finding[]): string {
  const of = (severity: Severity) => findings.filter((one) => one.severity === severity).length;
  return (['error', 'warning'] as const)
    .flatMap((severity) => (of(severity) > 0 ? severityCount(of(severity), severity) : []))
    .join(', ');
}
