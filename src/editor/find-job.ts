import * as vscode from 'vscode';
import { type FoundJob, isTarget, type JobTarget, jobAt, jobName } from './job';
import type { FileState, Session } from './session';

/**
 * The job that a command is about: the one it was given, the active file's, where no editor is active that of the panel,
 * or one that the user picks.
 */
export type FindJob = (given: unknown) => Promise<FoundJob | undefined>;

/** @param shown the job of the panel that was looked at last */
export function jobFinder(session: Session, shown: () => JobTarget | null): FindJob {
  return async (given) => {
    const editor = vscode.window.activeTextEditor;
    const target = isTarget(given) ? given : editor || given instanceof vscode.Uri ? null : shown();
    const exact = target && known(session, target);
    if (exact) return exact;
    const uri = given instanceof vscode.Uri ? given : editor?.document.uri;
    const here = uri && (session.state(uri) ?? (await session.settled(uri)));
    if (here && here.analysis.jobs.length > 0) return pickJob(cursorFirst(here, editor));
    if (!session.hasJobs) await searched(session);
    if (session.hasJobs) return pickJob(session.all().flatMap(jobsOf));
    await sayNone();
    return undefined;
  };
}

function known(session: Session, { file, id }: JobTarget): FoundJob | undefined {
  const state = session.state(file);
  const job = state?.analysis.jobs.find((one) => one.job.id === id);
  return state && job && { state, job };
}

const jobsOf = (state: FileState): FoundJob[] => state.analysis.jobs.map((job) => ({ state, job }));

/** The jobs of a file, the one at the cursor first. */
function cursorFirst(state: FileState, editor: vscode.TextEditor | undefined): FoundJob[] {
  const isShown = editor?.document.uri.toString() === state.uri.toString();
  const first = isShown && jobAt(state, editor.document.offsetAt(editor.selection.active))?.job;
  const all = jobsOf(state);
  return [...all.filter(({ job }) => job === first), ...all.filter(({ job }) => job !== first)];
}

/** Resolves when the workspace is searched, or the user would not wait for it. */
async function searched(session: Session): Promise<void> {
  const location = vscode.ProgressLocation.Notification;
  const title = vscode.l10n.t('Searching the workspace for Mixture-of-Experts jobs…');
  await vscode.window.withProgress({ location, title, cancellable: true }, (_progress, token) =>
    Promise.race([
      session.searching,
      new Promise<void>((resolve) => token.onCancellationRequested(() => resolve())),
    ]),
  );
}

async function sayNone(): Promise<void> {
  const open = vscode.l10n.t('Open Sample Workspace');
  const what = vscode.l10n.t('What MoE Scope Reads');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      'No Mixture-of-Experts job is known here. Open a launch script or a model config, or a folder that has some.',
    ),
    open,
    what,
  );
  if (answer === open) await vscode.commands.executeCommand('moeScope.openSample');
  if (answer === what) await vscode.commands.executeCommand('moeScope.openReadme');
}

async function pickJob(found: readonly FoundJob[]): Promise<FoundJob | undefined> {
  if (found.length <= 1) return found[0];
  const items = found.map((one) => ({ label: jobName(one), description: description(one), one }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Which job?'),
    matchOnDescription: true,
  });
  return picked?.one;
}

/** Where the job's file lies, since many are called alike, and its model: `deepseek-v3 · DeepSeek-V3`. */
function description({ state, job }: FoundJob): string {
  const path = vscode.workspace.asRelativePath(state.uri);
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  return [folder, job.scenario?.model.name ?? job.refusals[0]?.message ?? ''].filter(Boolean).join(' · ');
}
