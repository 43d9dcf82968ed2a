import * as vscode from 'vscode';
import { findJob } from '../editor/find-job';
import { targetOf } from '../editor/job';
import type { Session } from '../editor/session';
import type { Panels } from './panels';

/** The command that compares the placements of a job, in the panel: there it can be stopped. */
export function registerComparison(session: Session, panels: Panels): vscode.Disposable {
  return vscode.commands.registerCommand('moeScope.comparePlacements', async (given?: unknown) => {
    const found = await findJob(session, given);
    if (found) panels.show(targetOf(found), { view: 'placement', compares: true });
  });
}
