import * as vscode from 'vscode';
import type { Knob } from '../plan/knobs';
import type { Change } from '../plan/whatif';
import { FieldError, parseField } from '../scenario/fields';
import { type FoundJob, isTarget, type JobTarget, jobName, targetOf } from './job';
import { showPage } from './rule-pages';
import { createScenario } from './scenario-file/new-scenario';
import type { FileState, Session } from './session';

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
      const changes = await askChange(session, found);
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

/** Asks for a knob and its new value. `undefined` when the user leaves, or when there is nothing to change. */
async function askChange(session: Session, { state, job }: FoundJob): Promise<readonly Change[] | undefined> {
  const { scenario, refusals } = job;
  if (!scenario) {
    const messages = refusals.map(({ message }) => message).join(' ');
    await vscode.window.showWarningMessage(`This job cannot be simulated yet. ${messages}`);
    return undefined;
  }
  const knob = await pickKnob(await session.knobs(state.uri, job.job.id));
  return knob && pickValue(knob);
}

async function pickKnob(all: readonly Knob[]): Promise<Knob | undefined> {
  const items = all.map((knob) => ({ label: knob.label, description: `now ${currentLabel(knob)}`, knob }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'What if…',
    placeHolder: 'What would you change?',
  });
  return picked?.knob;
}

async function pickValue(knob: Knob): Promise<readonly Change[] | undefined> {
  const other = 'Another value…';
  const items = [
    ...knob.options.filter(({ value }) => value !== knob.value).map(({ value, label }) => ({ label, value })),
    { label: other, value: '' },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: `What if ${knob.label} were…`,
    placeHolder: `now ${currentLabel(knob)}`,
  });
  if (!picked) return undefined;
  const text = picked.label === other ? await askValue(knob) : picked.value;
  return text === undefined ? undefined : [{ name: knob.name, value: parseField(knob.name, text) }];
}

function askValue(knob: Knob): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: `What if ${knob.label} were…`,
    value: knob.value,
    validateInput: (text) => {
      try {
        parseField(knob.name, text);
        return undefined;
      } catch (error) {
        return error instanceof FieldError ? error.message : String(error);
      }
    },
  });
}

function currentLabel(knob: Knob): string {
  return knob.options.find(({ value }) => value === knob.value)?.label ?? knob.value;
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
