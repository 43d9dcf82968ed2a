import * as vscode from 'vscode';
import { MODEL_PRESETS } from '../../catalog/models';
import { folderOf, relativePath } from '../../config/paths';
import { MODEL_CONFIG, modelEntry } from '../../config/scenario-file';
import type { FoundJob } from '../job';
import type { Session } from '../session';
import { createScenario } from './new-scenario';
import { pinIn } from './pin-field';

/**
 * Asks which model a job runs, one of the catalog or a config.json of the workspace, and writes it into the job's
 * scenario file, or into a new one beside the job.
 */
export async function chooseModel(session: Session, found: FoundJob): Promise<void> {
  const picked = await vscode.window.showQuickPick([...workspaceModels(session, found), ...catalog()], {
    title: vscode.l10n.t('MoE Scope: which model does this job run?'),
    placeHolder: vscode.l10n.t('The model is written into a scenario file beside the job'),
    matchOnDescription: true,
  });
  if (!picked) return;
  const own = found.job.job.scenarioFile;
  if (!own?.scenario) {
    await createScenario(found.state.uri, found.job, [{ name: MODEL_CONFIG, value: picked.model }]);
    return;
  }
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(own.file));
  const name = modelEntry(own.scenario)?.path ?? MODEL_CONFIG;
  await pinIn(document, name, picked.model, 'replaced');
}

interface ModelItem extends vscode.QuickPickItem {
  readonly model: string;
}

const separator = (label: string): ModelItem => ({
  label,
  kind: vscode.QuickPickItemKind.Separator,
  model: '',
});

const catalog = (): ModelItem[] => [
  separator(vscode.l10n.t('model catalog')),
  ...MODEL_PRESETS.map(({ id, aliases }) => ({
    label: id,
    description: aliases.slice(0, 3).join(', '),
    model: id,
  })),
];

/** Model configs of the job's own workspace, by the path that a scenario file beside the job has for them. */
function workspaceModels(session: Session, { state }: FoundJob): ModelItem[] {
  const configs = session
    .all()
    .filter(({ uri, analysis }) => analysis.document?.kind === 'model' && uri.scheme === state.uri.scheme);
  if (configs.length === 0) return [];
  const folder = folderOf(state.uri.path);
  return [
    separator(vscode.l10n.t('in the workspace')),
    ...configs.map(({ uri }) => ({
      label: relativePath(folder, uri.path),
      model: relativePath(folder, uri.path),
    })),
  ];
}
