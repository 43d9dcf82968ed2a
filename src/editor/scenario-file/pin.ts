import * as vscode from 'vscode';
import { namedJob } from '../../config/link/scenario';
import { plainPath } from '../../config/paths';
import { fileName } from '../convert';
import { type FoundJob, jobName } from '../job';
import type { FileState, Session } from '../session';
import { createScenario, jobTexts } from './new-scenario';

/**
 * Asks in a scenario file for what a job leaves open: in one that is about the job already, else in a new one. The
 * cursor goes where the first answer is to be typed.
 */
export async function pinOpenOperands(session: Session, found: FoundJob): Promise<void> {
  const { openOperands } = await import('../../scenario/open-operands');
  const { job } = found.job;
  const own = job.scenarioFile ? found.state : scenarioOf(session, found.state);
  const pinned = new Set((own?.analysis.document?.facts ?? []).map(({ name }) => name));
  const open = openOperands(job.facts, pinned, await jobTexts(job));
  if (open.facts.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} leaves nothing open.', jobName(found)));
    return;
  }
  if (!own) {
    await createScenario(found.state.uri, found.job);
    return;
  }
  const { extension } = await import('./extend');
  const document = await vscode.workspace.openTextDocument(own.uri);
  const editor = await vscode.window.showTextDocument(document);
  const state = session.current(document);
  const added = state && extension(state.text, state.analysis.document?.scenario ?? { entries: [] }, open);
  if (!added) {
    const file = fileName(own.uri.toString());
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} already has a place for everything that is open.', file),
    );
    return;
  }
  const at = document.positionAt(added.offset);
  await editor.edit((edit) => edit.insert(at, added.newText));
  const cursor = document.positionAt(added.offset + added.cursor);
  editor.selection = new vscode.Selection(cursor, cursor);
  editor.revealRange(new vscode.Range(cursor, cursor));
}

/** The scenario file that is about a file, when the session knows one: the first by name. */
function scenarioOf(session: Session, { uri }: FileState): FileState | undefined {
  return session
    .all()
    .filter(({ analysis: { document } }) => document && namedJob(document, plainPath)?.isAt(uri.toString()))
    .sort((a, b) => (a.uri.path < b.uri.path ? -1 : 1))[0];
}
