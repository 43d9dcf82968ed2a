import * as vscode from 'vscode';
import { changesText } from '../../plan/knobs';
import { foundAmong } from '../../plan/placements/found';
import { nameProblem, sameChanges, type Variant } from '../../plan/variants';
import type { Change } from '../../plan/whatif';
import { type FoundJob, jobName } from '../job';
import { saveScenario } from '../scenario-file/save-scenario';
import type { Session } from '../session';
import type { VariantStore } from './store';

/** Asks for a name, and keeps changes of a job under it. Whether they are kept. */
export async function keepVariant(
  session: Session,
  store: VariantStore,
  found: FoundJob,
  changes: readonly Change[],
): Promise<boolean> {
  const { uri } = found.state;
  const { id } = found.job.job;
  if (uri.scheme === 'untitled') {
    await vscode.window.showInformationMessage(
      vscode.l10n.t('Save the file first: a variant is kept for a file by its name.'),
    );
    return false;
  }
  const searched = foundAmong(changes);
  const slots = searched ? await session.jobs.foundPlacement(String(searched.value)) : null;
  if (searched && slots === null) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t('The placement that was searched for is forgotten: compare placements again.'),
    );
    return false;
  }
  const same = store.of(id).find((one) => sameChanges(one.changes, changes));
  if (same) {
    await vscode.window.showInformationMessage(vscode.l10n.t('This variant is kept as “{0}”.', same.name));
    return true;
  }
  const title = vscode.l10n.t('Keep {0} of {1}', changesText(changes), jobName(found));
  const name = await askName(store, id, { title, value: changesText(changes) });
  if (name === undefined) return false;
  await store.keep(id, { name, changes, slots });
  vscode.window.setStatusBarMessage(vscode.l10n.t('MoE Scope: kept as “{0}”', name.trim()), 3000);
  return true;
}

export async function renameVariant(store: VariantStore, jobId: string, name: string): Promise<void> {
  const to = await askName(store, jobId, { title: vscode.l10n.t('Rename “{0}”', name), value: name }, name);
  if (to !== undefined) await store.rename(jobId, name, to);
}

/** Removes a variant, and offers to take that back. */
export async function removeVariant(store: VariantStore, jobId: string, name: string): Promise<void> {
  const before = store.of(jobId);
  const at = before.findIndex((one) => one.name === name);
  const removed = before[at];
  if (!removed) return;
  await store.remove(jobId, name);
  const undo = vscode.l10n.t('Undo');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('The variant “{0}” is removed.', name),
    undo,
  );
  const isFree = store.of(jobId).every((one) => one.name !== name);
  if (answer === undo && isFree) await store.keep(jobId, removed, Math.min(at, store.of(jobId).length));
}

/** Writes a variant beside the job's file as a scenario file, which others can open, compare and lint. */
export async function saveVariant(
  session: Session,
  found: FoundJob,
  { name, changes }: Variant,
): Promise<void> {
  await saveScenario(session, found, changes, name);
}

/** @param own name that the variant has already */
function askName(
  store: VariantStore,
  jobId: string,
  input: { readonly title: string; readonly value: string },
  own?: string,
): Thenable<string | undefined> {
  const taken = store.of(jobId).flatMap(({ name }) => (name === own ? [] : name));
  return vscode.window.showInputBox({
    title: input.title,
    // What could not be taken as it is is no help to begin with.
    value: nameProblem(input.value, taken) === null ? input.value : '',
    prompt: vscode.l10n.t('Name of the variant'),
    validateInput: (text) => nameProblem(text, taken),
  });
}
