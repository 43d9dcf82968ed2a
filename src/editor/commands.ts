import * as vscode from 'vscode';
import type { Change } from '../plan/whatif';
import { type FoundJob, isTarget, type JobTarget, jobName, targetOf } from './job';
import { showPage } from './rule-pages';
import { createScenario } from './scenario-file/new-scenario';
import type { FileState, Session } from './session';
import { askChanges } from './whatif';

/** What shows a job, with changes beside it when there are any: the panel. */
export type ShowJob = (target: JobTarget, changes: readonly Change[]) => void;

export function registerCommands(
  session: Session,
  extensionUri: vscode.Uri,
  show: ShowJob,
): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('moeScope.openPanel', async (given?: unknown) => {
      const found = await findJob(session, given);
      if (found) show(targetOf(found), []);
    }),
    vscode.commands.registerCommand('moeScope.whatIf', async (given?: unknown) => {
      const found = await findJob(session, given);
      if (!found) return;
      const changes = await askChanges(session, found);
      if (changes) show(targetOf(found), changes);
    }),
    vscode.commands.registerCommand('moeScope.newScenario', async (given?: unknown) => {
      const found = await findJob(session, given);
      if (found) await createScenario(found.state.uri, found.job);
    }),
    vscode.commands.registerCommand('moeScope.pinOpenValues', async (given?: unknown) => {
      const found = await findJob(session, given);
      if (!found) return;
      const { pinOpenOperands } = await import('./scenario-file/pin');
      await pinOpenOperands(session, found);
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

/** The job that a command is about: the one it was given, the active file's, or one that the user picks. */
async function findJob(session: Session, given: unknown): Promise<FoundJob | undefined> {
  if (isTarget(given)) {
    const state = session.state(given.file);
    const job = state?.analysis.jobs.find((one) => one.job.id === given.id);
    if (state && job) return { state, job };
  }
  const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
  const here = uri && (session.state(uri) ?? (await session.settled(uri)));
  if (here && here.analysis.jobs.length > 0) return pickJob([here]);
  const all = session.all().filter(({ analysis }) => analysis.jobs.length > 0);
  if (all.length > 0) return pickJob(all);
  const open = 'Open Sample Workspace';
  const answer = await vscode.window.showInformationMessage(
    'No Mixture-of-Experts config is open. MoE Scope reads Hugging Face config.json files and Megatron-LM and vLLM launch scripts.',
    open,
  );
  if (answer === open) await vscode.commands.executeCommand('moeScope.openSample');
  return undefined;
}

async function pickJob(states: readonly FileState[]): Promise<FoundJob | undefined> {
  const found = states.flatMap((state) => state.analysis.jobs.map((job): FoundJob => ({ state, job })));
  if (found.length <= 1) return found[0];
  const items = found.map((one) => ({
    label: jobName(one),
    description: one.job.scenario?.model.name ?? one.job.refusals[0]?.message ?? '',
    one,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: 'Which job?', matchOnDescription: true });
  return picked?.one;
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
