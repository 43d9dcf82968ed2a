import * as vscode from 'vscode';
import { pinField } from '../../editor/scenario-file/pin-field';
import { saveScenario } from '../../editor/scenario-file/save-scenario';
import { keepVariant } from '../../editor/variants/actions';
import { savePlacement } from '../save-placement';
import { changeVariant } from '../variants';
import type { Answers } from './answering';

/** What the page has written: into the files of its job, beside them, into the workspace or the clipboard. */
export const fileAnswers: Answers<
  | 'apply'
  | 'pin'
  | 'saveScenario'
  | 'savePlacement'
  | 'keepVariant'
  | 'changeVariant'
  | 'exportReport'
  | 'copyText'
  | 'saveFile'
> = {
  async apply({ onShow: { job, changes } }) {
    if (!job || changes.length === 0) return;
    await vscode.commands.executeCommand('moeScope.applyChanges', job.file, job.id, changes);
  },
  pin({ onShow }, { name }) {
    const found = onShow.found();
    return found && pinField(found.state.uri, found.job, name);
  },
  async saveScenario({ onShow, services }) {
    const found = onShow.found();
    if (found) await saveScenario(services.session, found, onShow.changes);
  },
  savePlacement({ onShow, services }, { redundantExperts }) {
    const found = onShow.found();
    return found && savePlacement(services.session, found, redundantExperts);
  },
  async keepVariant({ onShow, services }) {
    const found = onShow.found();
    if (found && onShow.changes.length > 0)
      await keepVariant(services.session, services.variants, found, onShow.changes);
  },
  changeVariant({ onShow, services }, { name, action }) {
    const found = onShow.found();
    return found && changeVariant(services.session, services.variants, found, name, action);
  },
  exportReport: ({ onShow: { job, changes, scenario }, asked }) =>
    vscode.commands.executeCommand('moeScope.exportReport', job, changes, asked.planOf(scenario)),
  async copyText(_, { text, what }) {
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(vscode.l10n.t('MoE Scope: {0} copied', what), 3000);
  },
  saveFile: ({ onShow: { job } }, { fileName, base64 }) => saveFile(fileName, base64, job?.file),
};

async function saveFile(name: string, base64: string, beside: string | undefined): Promise<void> {
  const folder = beside ? vscode.Uri.joinPath(vscode.Uri.parse(beside), '..') : undefined;
  const target = await vscode.window.showSaveDialog(
    folder ? { defaultUri: vscode.Uri.joinPath(folder, name.replace(/[\\/]/g, '-')) } : {},
  );
  if (!target) return;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  await vscode.workspace.fs.writeFile(target, bytes);
}
