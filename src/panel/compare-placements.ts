import * as vscode from 'vscode';
import type { FindJob } from '../editor/find-job';
import { targetOf } from '../editor/job';
import type { Panels } from './panels';

/** The command that compares the placements of a job, in the panel: there it can be stopped. */
export function registerComparison(findJob: FindJob, panels: Panels): vscode.Disposable {
  return vscode.commands.registerCommand('moeScope.comparePlacements', async (given?: unknown) => {
    const found = await findJob(given);
    if (found) panels.show(targetOf(found), { view: 'placement', compares: true });
  });
}
