import * as vscode from 'vscode';
import { fileName } from '../editor/convert';
import type { FoundJob } from '../editor/job';
import type { Session } from '../editor/session';
import { removeVariant, renameVariant, saveVariant } from '../editor/variants/actions';
import { offeredVariants } from '../editor/variants/offered';
import type { VariantStore } from '../editor/variants/store';
import { changesText } from '../plan/knobs';
import { sameChanges } from '../plan/variants';
import type { Change } from '../plan/whatif';
import type { CancelSignal } from '../worker/client';
import type { PanelVariant, PanelVariants, VariantAction } from './protocol';

/**
 * The variants of a job with what they come to, and among them the what-if on show where none of them is it. `null` where
 * the job cannot be simulated.
 */
export async function comparedVariants(
  session: Session,
  store: VariantStore,
  found: FoundJob,
  shown: readonly Change[],
  signal: CancelSignal,
): Promise<PanelVariants | null> {
  const offered = offeredVariants(session, store, found);
  const isOffered = shown.length === 0 || offered.some(({ changes }) => sameChanges(changes, shown));
  const listed = [
    ...(isOffered ? [] : [{ name: null, changes: shown, problem: null, file: null }]),
    ...offered,
  ];
  // What no field can hold is not simulated, and has its place all the same.
  const asked = listed.map(({ problem, changes }) => (problem === null ? changes : []));
  const { uri } = found.state;
  const [baseline, ...compared] = await session.jobs.compareVariants(uri, found.job.job.id, asked, signal);
  if (!baseline?.figures) return null;
  const variants = listed.map(({ problem, file, ...variant }, i): PanelVariant => {
    const { figures, refusals, errors, isBaseline } = compared[i]!;
    const known = {
      ...variant,
      changed: changesText(variant.changes),
      file: file === null ? null : { uri: file, name: fileName(file) },
    };
    if (problem !== null) return { ...known, figures: null, reasons: [problem], isBaseline: false };
    const reasons = [
      ...refusals.map(({ message }) => message),
      ...errors.map(({ rule, message }) => `${rule}: ${message}`),
    ];
    return { ...known, figures, reasons, isBaseline };
  });
  return { baseline: baseline.figures, variants };
}

/** Does what the page asks for with a variant that the workspace keeps. */
export async function changeVariant(
  session: Session,
  store: VariantStore,
  found: FoundJob,
  name: string,
  action: VariantAction,
): Promise<void> {
  const { id } = found.job.job;
  const variant = store.of(id).find((one) => one.name === name);
  if (!variant) return;
  if (action === 'rename') await renameVariant(store, id, name);
  else if (action === 'remove') await removeVariant(store, id, name);
  else await saveVariant(session, found, variant);
}

/** Opens the scenario file of a variant of the job; no other file, whatever the page asks for. */
export async function openVariantFile(
  session: Session,
  store: VariantStore,
  found: FoundJob,
  file: string,
): Promise<void> {
  if (!offeredVariants(session, store, found).some((one) => one.file === file)) return;
  await vscode.window.showTextDocument(vscode.Uri.parse(file), { viewColumn: vscode.ViewColumn.One });
}
