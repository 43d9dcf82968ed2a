import * as vscode from 'vscode';
import { type PlacementForm, placementForms } from '../config/artefacts/written-placement';
import { signalOf } from '../editor/cancel';
import { fileName } from '../editor/convert';
import type { FoundJob } from '../editor/job';
import type { Session } from '../editor/session';
import { Cancelled } from '../worker/client';

const COPY = vscode.l10n.t('Copy');

/**
 * Searches a placement of a job and writes it into a file that the user names, in the form that the job's engine reads.
 *
 * @returns where it is; `undefined` where the user left it, or there is none to save
 */
export async function savePlacement(
  session: Session,
  { state, job }: FoundJob,
  redundantExperts: number,
): Promise<vscode.Uri | undefined> {
  const forms = placementForms(job.job.framework);
  const form = forms.length > 1 ? await pickForm(forms) : forms[0];
  if (!form) return undefined;
  const defaultUri = vscode.Uri.joinPath(state.uri, '..', `placement.${form.extension}`);
  const target = await vscode.window.showSaveDialog({
    defaultUri,
    title: vscode.l10n.t('Save as {0}', form.title),
  });
  if (!target) return undefined;
  const asked = { redundantExperts, id: form.id, file: fileName(target.toString()) };
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Searching a placement by the loads as recorded'),
    cancellable: true,
  };
  try {
    const { text, use } = await vscode.window.withProgress(options, (progress, token) => {
      let told = 0;
      return session.jobs.placementFile(state.uri, job.job.id, asked, signalOf(token), (fraction) => {
        progress.report({ increment: 100 * (fraction - told) });
        told = fraction;
      });
    });
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    void sayHowToUse(asked.file, use);
    return target;
  } catch (error) {
    if (!(error instanceof Cancelled))
      void vscode.window.showWarningMessage(
        vscode.l10n.t(
          'The placement is not saved. {0}',
          error instanceof Error ? error.message : String(error),
        ),
      );
    return undefined;
  }
}

async function pickForm(forms: readonly PlacementForm[]): Promise<PlacementForm | undefined> {
  const items = forms.map((form) => ({ label: form.title, form }));
  const placeHolder = vscode.l10n.t('What reads the placement?');
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.form;
}

async function sayHowToUse(file: string, use: string): Promise<void> {
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('{0} is written. To use it: {1}', file, use),
    COPY,
  );
  if (answer === COPY) await vscode.env.clipboard.writeText(use);
}
