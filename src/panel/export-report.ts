import * as vscode from 'vscode';
import { reportHtml } from '../../webview/report/report';
import { CancelSource } from '../editor/cancel';
import { fileName } from '../editor/convert';
import type { FoundJob } from '../editor/job';
import type { Session } from '../editor/session';
import type { Change } from '../plan/whatif';
import type { Plan } from '../worker/plan';
import { findingsOf, placesIn, sideOf } from './side';

/** Asks where to, and writes the whole panel of a job as one HTML file that needs nothing else. */
export async function exportReport(
  session: Session,
  { state, job }: FoundJob,
  changes: readonly Change[],
  plan: Plan | null,
): Promise<void> {
  const whatIf = await session.jobs.whatIf(state.uri, job.job.id, { changes }, new CancelSource(), () => {});
  const { baseline, variant, delta } = whatIf;
  if (!baseline.result) {
    const messages = baseline.refusals.map(({ message }) => message).join(' ');
    await vscode.window.showWarningMessage(vscode.l10n.t('This job cannot be simulated yet. {0}', messages));
    return;
  }
  const name = fileName(state.uri.toString());
  const html = reportHtml({
    fileName: name,
    side: sideOf(baseline, placesIn(session, state)),
    findings: findingsOf(state),
    whatIf: changes.length > 0 && variant.result ? { sentence: variant.sentence, delta } : null,
    plan,
  });
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(state.uri, '..', `${name}.html`),
    filters: { HTML: ['html'] },
    saveLabel: vscode.l10n.t('Export'),
  });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(html));
  vscode.window.setStatusBarMessage(
    vscode.l10n.t('MoE Scope: report saved as {0}', fileName(target.toString())),
    5000,
  );
}
