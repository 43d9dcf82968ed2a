import * as vscode from 'vscode';
import { isAbsolutePath } from '../../config/paths';
import { isScenarioName, scenarioEntry } from '../../config/scenario-file';
import type { Change } from '../../plan/whatif';
import type { JobAnalysis } from '../../worker/analysis';
import { fileName } from '../convert';
import { fileText } from '../documents';
import { writeNew } from '../write-new';

/** Names tried for one job before giving up: `train.moe.yaml`, `train-2.moe.yaml` … */
const MAX_NAMES = 100;

/**
 * Writes a scenario file beside a job's file and opens it with the cursor where the first answer goes. A job of a
 * scenario file gets another one, with what that one says. `name` is what the scenario is called, if anything.
 */
export async function createScenario(
  file: vscode.Uri,
  analysis: JobAnalysis,
  changes: readonly Change[] = [],
  name?: string,
): Promise<vscode.Uri | undefined> {
  if (file.scheme === 'untitled') {
    await vscode.window.showInformationMessage(
      vscode.l10n.t('Save the file first: a scenario names it by its path.'),
    );
    return undefined;
  }
  const { scenarioText } = await import('./text');
  const target = await freeName(file, name);
  if (!target) return undefined;
  // Both stand in one folder, so that what the one names the other names alike.
  const before = analysis.job.scenarioFile?.scenario;
  const path = before ? (scenarioEntry(before, 'job')?.text ?? null) : fileName(file.toString());
  const textOf = await jobTexts(analysis.job);
  const told = { ...(name === undefined ? {} : { name }), changes, textOf };
  const { text, cursor } = scenarioText(path, analysis, told);
  // In another folder only its whole path means the job.
  const elsewhere = path === null || isAbsolutePath(path) ? path : vscode.Uri.joinPath(file, '..', path).path;
  if (!(await writeNew(target, text, scenarioText(elsewhere, analysis, told).text))) return undefined;
  const document = await vscode.workspace.openTextDocument(target);
  // Where the panel is in front, its own column would hide it.
  const viewColumn = vscode.window.activeTextEditor?.viewColumn ?? vscode.ViewColumn.One;
  const editor = await vscode.window.showTextDocument(document, viewColumn);
  const position = document.positionAt(cursor);
  editor.selection = new vscode.Selection(position, position);
  return target;
}

/** What any file system takes of a name. */
const inFileName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');

/** Texts of the files in which a job leaves something open. */
export async function jobTexts({
  facts,
}: Pick<JobAnalysis['job'], 'facts'>): Promise<(file: string) => string | undefined> {
  const open = new Set(facts.flatMap(({ state, file }) => (state === 'unresolved' ? file : [])));
  const texts = await Promise.all(
    [...open].map(async (file) => [file, await fileText(vscode.Uri.parse(file))] as const),
  );
  const byFile = new Map(texts);
  return (file) => byFile.get(file);
}

/** A name beside the file that nothing has yet: `train.moe.yaml`, `train-wide-ep.moe.yaml` of a variant “wide EP”. */
export async function freeName(
  file: vscode.Uri,
  variant?: string,
  extension = 'moe.yaml',
): Promise<vscode.Uri | undefined> {
  const own = fileName(file.toString());
  const base = isScenarioName(own) ? own.replace(/\.moe\.ya?ml$/i, '') : own.replace(/(.)\.[^.]+$/, '$1');
  const plain = [base, inFileName(variant ?? '')].filter(Boolean).join('-');
  for (let i = 1; i <= MAX_NAMES; i++) {
    const candidate = vscode.Uri.joinPath(file, '..', `${plain}${i === 1 ? '' : `-${i}`}.${extension}`);
    try {
      await vscode.workspace.fs.stat(candidate);
    } catch {
      return candidate;
    }
  }
  return undefined;
}
