import * as vscode from 'vscode';
import { mightBeOurs } from '../config/read';
import type { Session } from './session';
import { scanEnabled } from './settings';

const INCLUDE = '**/*.{json,sh,bash,slurm,sbatch}';
const EXCLUDE = '**/{node_modules,.git,dist,build,.venv,venv,__pycache__}/**';
/** Bounds for one scan: a workspace beyond them is read as its files are opened. */
const MAX_FILES = 3000;
const MAX_BYTES = 5_000_000;

/**
 * Finds the MoE configs of the workspace by what is in them and keeps up with changes on disk.
 * Files are read one after the other, so that the editor stays quick while a large workspace is looked through.
 */
export function watchWorkspace(session: Session, log: vscode.LogOutputChannel): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(INCLUDE);
  let stopped = false;

  const look = async (uri: vscode.Uri): Promise<void> => {
    if (stopped || isOpen(uri)) return;
    try {
      const { size } = await vscode.workspace.fs.stat(uri);
      if (size > MAX_BYTES) return;
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      if (session.state(uri) || mightBeOurs(text)) await session.background(uri, text);
    } catch (error) {
      log.debug(`${uri.toString()}: ${String(error)}`);
    }
  };
  const scan = async (): Promise<void> => {
    if (!scanEnabled()) return;
    const files = await vscode.workspace.findFiles(INCLUDE, EXCLUDE, MAX_FILES);
    if (files.length === MAX_FILES)
      log.info(`Only the first ${MAX_FILES} files are scanned; others are read when opened.`);
    for (const uri of files) await look(uri);
  };

  const subscriptions = [
    watcher,
    watcher.onDidCreate((uri) => void look(uri)),
    watcher.onDidChange((uri) => void look(uri)),
    watcher.onDidDelete((uri) => session.drop(uri)),
    vscode.workspace.onDidChangeWorkspaceFolders(() => void scan()),
  ];
  void scan();
  return {
    dispose: () => {
      stopped = true;
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}

function isOpen(uri: vscode.Uri): boolean {
  return vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
}
