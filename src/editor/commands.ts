import * as vscode from 'vscode';
import type { Change } from '../plan/whatif';
import type { Plan } from '../worker/plan';
import type { FindJob } from './find-job';
import { type FoundJob, isTarget, type JobTarget, targetOf } from './job';
import { showPage } from './rule-pages';
import { createScenario } from './scenario-file/new-scenario';
import type { Session } from './session';
import { askChanges } from './whatif';

/** What shows a job, with changes beside it when there are any: the panel. */
export type ShowJob = (target: JobTarget, changes: readonly Change[]) => void;

/** What writes a job's report to a file that it asks for. */
export type ExportJob = (found: FoundJob, changes: readonly Change[], plan: Plan | null) => Promise<void>;

export function registerCommands(
  session: Session,
  findJob: FindJob,
  extensionUri: vscode.Uri,
  show: ShowJob,
  exportJob: ExportJob,
): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('moeScope.openPanel', async (given?: unknown) => {
      const found = await findJob(given);
      if (found) show(targetOf(found), []);
    }),
    vscode.commands.registerCommand('moeScope.whatIf', async (given?: unknown) => {
      const found = await findJob(given);
      if (!found) return;
      const changes = await askChanges(session, found);
      if (changes) show(targetOf(found), changes);
    }),
    vscode.commands.registerCommand(
      'moeScope.exportReport',
      async (given?: unknown, changes: readonly Change[] = [], plan: Plan | null = null) => {
        const found = await findJob(given);
        // From a menu of a file the editor passes all that is selected besides.
        if (found) await (isTarget(given) ? exportJob(found, changes, plan) : exportJob(found, [], null));
      },
    ),
    vscode.commands.registerCommand('moeScope.newScenario', async (given?: unknown) => {
      const found = await findJob(given);
      if (found) await createScenario(found.state.uri, found.job);
    }),
    vscode.commands.registerCommand('moeScope.pinOpenValues', async (given?: unknown) => {
      const found = await findJob(given);
      if (!found) return;
      const { pinOpenOperands } = await import('./scenario-file/pin');
      await pinOpenOperands(session, found);
    }),
    vscode.commands.registerCommand('moeScope.chooseModel', async (given?: unknown) => {
      const found = await findJob(given);
      if (!found) return;
      const { chooseModel } = await import('./scenario-file/choose-model');
      await chooseModel(session, found);
    }),
    vscode.commands.registerCommand('moeScope.openSample', () => openSample(extensionUri)),
    vscode.commands.registerCommand('moeScope.openWalkthrough', () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', 'moe-scope.moe-scope#start', false),
    ),
    vscode.commands.registerCommand('moeScope.openReadme', () =>
      showPage(vscode.Uri.joinPath(extensionUri, 'README.md')),
    ),
  );
}

/** Opens the sample jobs that ship with the extension: beside what is open, so that nothing of the user's is closed. */
async function openSample(extensionUri: vscode.Uri): Promise<void> {
  const sample = vscode.Uri.joinPath(extensionUri, 'media', 'sample');
  const isOpen = vscode.workspace.workspaceFolders?.some(({ uri }) => uri.path === sample.path);
  if (!isOpen && extensionUri.scheme === 'file') {
    await vscode.commands.executeCommand('vscode.openFolder', sample, { forceNewWindow: true });
    return;
  }
  for (const name of ['deepseek-v3/pretrain.sh', 'mixtral/pretrain.sh']) {
    await vscode.window.showTextDocument(vscode.Uri.joinPath(sample, name), { preview: false });
  }
}
