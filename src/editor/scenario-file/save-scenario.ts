import * as vscode from 'vscode';
import { writtenSlots } from '../../config/artefacts/written-placement';
import { foundAmong } from '../../plan/placements/found';
import type { Change } from '../../plan/whatif';
import { fileName } from '../convert';
import type { FoundJob } from '../job';
import type { Session } from '../session';
import { writeNew } from '../write-new';
import { createScenario, freeName } from './new-scenario';

/**
 * Writes changes of a job into a scenario file beside it. A placement that a search found comes into a file of its own, which
 * the scenario names. `name` is what the scenario is called, if anything.
 */
export async function saveScenario(
  session: Session,
  { state: { uri }, job }: FoundJob,
  changes: readonly Change[],
  name?: string,
): Promise<vscode.Uri | undefined> {
  const found = foundAmong(changes);
  if (!found || uri.scheme === 'untitled') return createScenario(uri, job, changes, name);
  const slots = await session.jobs.foundPlacement(String(found.value));
  const target = slots && (await freeName(uri, name, 'placement.json'));
  if (!slots || !target) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t('The placement that was searched for is forgotten: compare placements again.'),
    );
    return undefined;
  }
  if (!(await writeNew(target, writtenSlots(slots)))) return undefined;
  const value = fileName(target.toString());
  return createScenario(
    uri,
    job,
    changes.map((change) => (change === found ? { ...change, value } : change)),
    name,
  );
}
