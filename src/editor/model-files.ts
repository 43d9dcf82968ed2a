import * as vscode from 'vscode';

/** More candidates than any script has models; a generated list must not become a thousand reads. */
const MAX_CANDIDATES = 64;

/**
 * Files that may hold the models that a script names by path: beside it, in the workspace's folders, or where an
 * absolute path leads. In an untrusted workspace only files of the workspace itself, since the script decides.
 */
export function modelFiles(script: vscode.Uri, paths: readonly string[]): vscode.Uri[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
  const bases = script.scheme === 'untitled' ? folders : [vscode.Uri.joinPath(script, '..'), ...folders];
  const uris = paths.flatMap((path) => {
    const absolute = /^\/*([a-z]:\/.*)$|^\/+(.*)$/i.exec(path);
    if (!absolute) return bases.map((base) => vscode.Uri.joinPath(base, path));
    // One slash: with two the first part would name a server.
    return bases.slice(0, 1).map((base) => base.with({ path: `/${absolute[1] ?? absolute[2]}` }));
  });
  const unique = [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
  return unique
    .filter((uri) => vscode.workspace.isTrusted || vscode.workspace.getWorkspaceFolder(uri))
    .slice(0, MAX_CANDIDATES);
}
