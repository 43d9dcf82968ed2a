import * as vscode from 'vscode';
import { type FoundJob, isTarget, jobName } from './job';
import type { FileState, Session } from './session';

/** The job that a command is about: the one it was given, the active file's, or one that the user picks. */
export async function findJob(session: Session, given: unknown): Promise<FoundJob | undefined> {
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
  const open = vscode.l10n.t('Open Sample Workspace');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      'No Mixture-of-Experts config is open. MoE Scope reads Hugging Face config.json files and Megatron-LM and vLLM launch scripts.',
    ),
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
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Which job?'),
    matchOnDescription: true,
  });
  return picked?.one;
}
