import * as vscode from 'vscode';
import { openDocument } from './documents';
import { ENDINGS, SCRIPTS, TREES, withEndings } from './file-kinds';
import type { Session } from './session';
import { scanEnabled } from './settings';
import { JOBS_VIEW } from './tree/view';

/** What is searched, in the order in which it counts when there are more files than a scan may read. */
const SEARCHES = [
  '**/*.moe.{yaml,yml}',
  withEndings(SCRIPTS),
  '**/*config*.json',
  withEndings(TREES),
  '**/*.json',
];
const SKIPPED = ['node_modules', '.git', 'dist', 'build', '.venv', 'venv', '__pycache__'];
const EXCLUDE = `**/{${SKIPPED.join(',')}}/**`;

/** Bounds for one scan: a workspace beyond them is read as its files are opened. */
const MAX_FILES = 3000;
/** Each file of a virtual workspace is a request to a server. */
const MAX_REMOTE_FILES = 300;

/**
 * Finds the MoE configs of the workspace by what is in them and keeps up with changes on disk. The session looks at
 * them one after the other, so that the editor stays quick while a large workspace is looked through.
 */
export function watchWorkspace(session: Session, log: vscode.LogOutputChannel): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(withEndings(ENDINGS), false, false, true);
  // Of a folder that is deleted only the folder itself is told.
  const deletions = vscode.workspace.createFileSystemWatcher('**', true, true, false);
  let wasEnabled = scanEnabled();

  const changed = (uri: vscode.Uri): void => {
    if (openDocument(uri) || isSkipped(uri)) return;
    if (scanEnabled() || session.follows(uri)) session.enqueue(uri);
  };
  const scan = async (within: vscode.Uri): Promise<void> => {
    if (!scanEnabled()) return;
    try {
      for (const uri of await find(within, log)) if (!openDocument(uri)) session.enqueue(uri);
    } catch (error) {
      log.error(`${within.toString()} could not be searched: ${String(error)}`);
    }
  };
  const scanAll = async (): Promise<void> => {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const all = Promise.all(folders.map(({ uri }) => scan(uri))).then(() => session.idle());
    session.searching = all;
    await vscode.window.withProgress({ location: { viewId: JOBS_VIEW } }, () => all);
    // From here on an empty list of jobs means that there are none.
    await vscode.commands.executeCommand('setContext', 'moeScope.searched', true);
  };

  void scanAll();
  return vscode.Disposable.from(
    watcher,
    deletions,
    watcher.onDidCreate(changed),
    watcher.onDidChange(changed),
    deletions.onDidDelete((uri) => dropWithin(session, uri)),
    vscode.workspace.onDidRenameFiles(({ files }) => {
      for (const { newUri } of files) void scan(newUri);
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      for (const { uri } of removed) dropWithin(session, uri);
      for (const { uri } of added) void scan(uri);
    }),
    vscode.workspace.onDidChangeConfiguration(() => {
      if (scanEnabled() === wasEnabled) return;
      wasEnabled = !wasEnabled;
      if (wasEnabled) void scanAll();
      else for (const { uri } of vscode.workspace.workspaceFolders ?? []) dropWithin(session, uri);
    }),
    vscode.commands.registerCommand('moeScope.refreshJobs', async () => {
      session.refreshAll();
      await scanAll();
    }),
  );
}

/** Files of a folder that may be configs, models before the scripts that run them: so each script is analysed once. */
async function find(folder: vscode.Uri, log: vscode.LogOutputChannel): Promise<vscode.Uri[]> {
  const isRemote = folder.scheme !== 'file' && folder.scheme !== 'vscode-remote';
  const limit = isRemote ? MAX_REMOTE_FILES : MAX_FILES;
  const found = new Map<string, vscode.Uri>();
  for (const search of SEARCHES) {
    const pattern = new vscode.RelativePattern(folder, search);
    for (const uri of await vscode.workspace.findFiles(pattern, EXCLUDE, limit)) {
      if (found.size < limit) found.set(uri.toString(), uri);
    }
  }
  if (found.size === limit)
    log.info(`Only ${limit} files of ${folder.toString()} are scanned; others are read when opened.`);
  return [...found.values()].reverse();
}

function isSkipped(uri: vscode.Uri): boolean {
  return vscode.workspace
    .asRelativePath(uri, false)
    .split('/')
    .some((part) => SKIPPED.includes(part));
}

/** Forgets a file, or all files of a folder, except those that an editor still holds. */
function dropWithin(session: Session, uri: vscode.Uri): void {
  const key = uri.toString();
  for (const file of session.files()) {
    const isWithin = file === key || file.startsWith(`${key}/`);
    const one = isWithin && vscode.Uri.parse(file);
    if (one && !openDocument(one)) session.drop(one);
  }
}
