import * as vscode from 'vscode';
import type { Applied } from '../apply/apply';
import { applyEdits } from '../lint/edits';
import { changesText } from '../plan/knobs';
import type { Change } from '../plan/whatif';
import type { EngineClient } from '../worker/client';
import { fileName } from './convert';
import type { FindJob } from './find-job';
import { type FoundJob, isTarget, type JobTarget } from './job';
import { type Planned, Preview } from './preview';
import { saveScenario } from './scenario-file/save-scenario';
import type { Session } from './session';
import { ruleChoices, scenarioSettings } from './settings';
import { askChanges } from './whatif';

const REST = vscode.l10n.t('Write the Rest');
const SCENARIO = vscode.l10n.t('Save as Scenario File');

/**
 * Commands that write changes of a scenario into the files of its job: those that are given (file, job id, changes), or
 * that the user is asked for.
 */
export function registerApply(session: Session, engine: EngineClient, findJob: FindJob): vscode.Disposable {
  const preview = new Preview();
  const apply = (found: FoundJob, changes: readonly Change[], options?: ApplyOptions) =>
    applyChanges({ engine, session, preview }, found, changes, options);
  return vscode.Disposable.from(
    preview,
    vscode.commands.registerCommand(
      'moeScope.applyChanges',
      async (file: string, id: string, changes: readonly Change[], options?: ApplyOptions) => {
        const found = await exactJob(session, { file: String(file), id });
        return found ? apply(found, changes, options) : false;
      },
    ),
    vscode.commands.registerCommand('moeScope.changeValues', async (given?: unknown, name?: unknown) => {
      const found = await findJob(isTarget(given) ? given : undefined);
      const changes =
        found && (await askChanges(session, found, typeof name === 'string' ? name : undefined));
      if (found && changes && changes.length > 0) await apply(found, changes);
    }),
  );
}

/** That very job: another one must not be changed in its place. */
async function exactJob(session: Session, { file, id }: JobTarget): Promise<FoundJob | undefined> {
  const state = await session.settled(vscode.Uri.parse(file));
  const job = state?.analysis.jobs.find((one) => one.job.id === id);
  return state && job && { state, job };
}

interface Tools {
  readonly engine: EngineClient;
  readonly session: Session;
  readonly preview: Preview;
}

interface ApplyOptions {
  /** `false` writes at once, without the diff that asks. */
  readonly preview?: boolean;
}

/** Whether something was written: a preview may be left. */
async function applyChanges(
  { engine, session, preview: previews }: Tools,
  found: FoundJob,
  changes: readonly Change[],
  { preview = true }: ApplyOptions = {},
): Promise<boolean> {
  const { state, job } = found;
  const { uri } = state;
  const settings = scenarioSettings(uri);
  const applied = await engine.call('apply', {
    jobId: job.job.id,
    settings,
    changes,
    disabled: ruleChoices(uri).disabled,
  });
  const answer = await askAboutRest(applied);
  if (answer === SCENARIO) await saveScenario(session, found, changes);
  if (answer !== REST || applied.edits.length === 0) return false;
  const files = await planned(applied, session);
  if (files && preview) {
    const what = changesText(applied.written);
    const where = files.map((file) => fileName(file.uri.toString())).join(', ');
    if (
      !(await previews.confirms(files, `${what}: ${where}`, vscode.l10n.t('Write {0} to {1}?', what, where)))
    )
      return false;
  }
  if (!files || files.some(({ document, before }) => document.getText() !== before)) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('A file was changed in the meantime. Nothing was written; try again.'),
    );
    return false;
  }
  const edit = new vscode.WorkspaceEdit();
  for (const { uri, edits } of files) edit.set(uri, [...edits]);
  return vscode.workspace.applyEdit(edit, { isRefactoring: true });
}

/** What to do where some changes cannot be written: the reasons, and what is left to do about them. */
async function askAboutRest({
  unwritten,
  edits,
}: Applied): Promise<typeof REST | typeof SCENARIO | undefined> {
  if (unwritten.length === 0) return REST;
  const said = unwritten.map(({ reason }) => reason).join(' ');
  const actions = edits.length > 0 ? ([REST, SCENARIO] as const) : ([SCENARIO] as const);
  return vscode.window.showWarningMessage(
    vscode.l10n.t('{0} cannot be written. {1}', changesText(unwritten.map(({ change }) => change)), said),
    ...actions,
  );
}

interface PlannedFile extends Planned {
  readonly document: vscode.TextDocument;
  /** The text that the edits are for. */
  readonly before: string;
  readonly edits: readonly vscode.TextEdit[];
}

/** Each file with its edits. `undefined` when a document is not the text that was read. */
async function planned({ edits }: Applied, session: Session): Promise<PlannedFile[] | undefined> {
  const files: PlannedFile[] = [];
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const uri = vscode.Uri.parse(file);
    const document = await vscode.workspace.openTextDocument(uri);
    const positions = session.current(document)?.positions ?? session.readPositions(document);
    if (!positions) return undefined;
    const own = edits.filter((edit) => edit.file === file);
    const before = document.getText();
    files.push({
      uri,
      document,
      before,
      text: applyEdits(before, own),
      edits: own.map(({ range, newText }) => vscode.TextEdit.replace(positions.range(range), newText)),
    });
  }
  return files;
}
