import * as vscode from 'vscode';
import type { Applied, Unwritten } from '../apply/apply';
import { valueName } from '../plan/knobs';
import type { Change } from '../plan/whatif';
import { field } from '../scenario/fields';
import type { EngineClient } from '../worker/client';
import { fileName } from './convert';
import { findJob } from './find-job';
import { type FoundJob, isTarget, type JobTarget } from './job';
import { createScenario } from './scenario-file/new-scenario';
import type { Session } from './session';
import { ruleChoices, scenarioSettings } from './settings';
import { askChanges } from './whatif';

const REST = 'Write the Rest';
const SCENARIO = 'Save as Scenario File';

/** `EP 32, TP 2` */
const changesText = (changes: readonly Change[]): string =>
  changes.map(({ name, value }) => `${field(name)?.label ?? name} ${valueName(name, value)}`).join(', ');

/**
 * Commands that write changes of a scenario into the files of its job: those that are given (file, job id, changes), or
 * that the user is asked for.
 */
export function registerApply(session: Session, engine: EngineClient): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand(
      'moeScope.applyChanges',
      async (file: string, id: string, changes: readonly Change[], options?: ApplyOptions) => {
        const found = await exactJob(session, { file: String(file), id });
        return found ? applyChanges(engine, session, found, changes, options) : false;
      },
    ),
    vscode.commands.registerCommand('moeScope.changeValues', async (given?: unknown, name?: unknown) => {
      const found = await findJob(session, isTarget(given) ? given : undefined);
      const changes =
        found && (await askChanges(session, found, typeof name === 'string' ? name : undefined));
      if (found && changes && changes.length > 0) await applyChanges(engine, session, found, changes);
    }),
  );
}

/** That very job: another one must not be changed in its place. */
async function exactJob(session: Session, { file, id }: JobTarget): Promise<FoundJob | undefined> {
  const state = await session.settled(vscode.Uri.parse(file));
  const job = state?.analysis.jobs.find((one) => one.job.id === id);
  return state && job && { state, job };
}

interface ApplyOptions {
  /** `false` writes at once, without the preview in which every edit can be taken or left. */
  readonly preview?: boolean;
}

/** Whether something was written: a preview may be left. */
async function applyChanges(
  engine: EngineClient,
  session: Session,
  { state, job }: FoundJob,
  changes: readonly Change[],
  { preview = true }: ApplyOptions = {},
): Promise<boolean> {
  const { uri } = state;
  const settings = scenarioSettings(uri);
  const applied = await engine.call('apply', {
    jobId: job.job.id,
    settings,
    changes,
    disabled: ruleChoices(uri).disabled,
  });
  const answer = await askAboutRest(applied);
  if (answer === SCENARIO) await createScenario(uri, job, changes);
  if (answer !== REST || applied.edits.length === 0) return false;
  const edit = await editOf(applied, session, preview ? `Write ${changesText(applied.written)}` : null);
  if (!edit) {
    void vscode.window.showWarningMessage(
      'A file was changed in the meantime. Nothing was written; try again.',
    );
    return false;
  }
  return vscode.workspace.applyEdit(edit, { isRefactoring: true });
}

/** What to do where some changes cannot be written: the reasons, and what is left to do about them. */
async function askAboutRest({
  unwritten,
  written,
}: Applied): Promise<typeof REST | typeof SCENARIO | undefined> {
  if (unwritten.length === 0) return REST;
  const said = unwritten.map(reasonText).join(' ');
  const actions = written.length > 0 ? ([REST, SCENARIO] as const) : ([SCENARIO] as const);
  return vscode.window.showWarningMessage(
    `${changesText(unwritten.map(({ change }) => change))} cannot be written. ${said}`,
    ...actions,
  );
}

const reasonText = ({ reason }: Unwritten): string => reason;

/**
 * One edit of all files, which is one step for undo. `undefined` when a document is not the text that was read.
 *
 * @param label what the preview is called; `null` for none
 */
async function editOf(
  { edits }: Applied,
  session: Session,
  label: string | null,
): Promise<vscode.WorkspaceEdit | undefined> {
  const edit = new vscode.WorkspaceEdit();
  for (const { file, range, newText } of edits) {
    const uri = vscode.Uri.parse(file);
    const document = await vscode.workspace.openTextDocument(uri);
    const positions = session.current(document)?.positions ?? session.readPositions(document);
    if (!positions) return undefined;
    const metadata =
      label === null ? undefined : { needsConfirmation: true, label, description: fileName(file) };
    edit.replace(uri, positions.range(range), newText, metadata);
  }
  return edit;
}
