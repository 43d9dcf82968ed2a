import * as vscode from 'vscode';
import { fileName } from '../convert';
import { openDocument } from '../documents';
import type { FoundJob } from '../job';
import { partOf } from '../job';
import type { FileState, Session } from '../session';
import type { NameOf, PlaceOf } from './report';

/**
 * The analysis of a file that a model names: relative to a folder of the workspace, absolute, or as a URI. Only of the
 * workspace and of what is open: what a model reads it may pass on.
 * @throws Error when there is no such file, or it is no MoE config
 */
export async function stateOf(session: Session, path: string): Promise<FileState> {
  const uris = candidates(path).filter(
    (uri) => vscode.workspace.getWorkspaceFolder(uri) !== undefined || openDocument(uri) !== undefined,
  );
  for (const uri of uris) {
    const state = await session.settled(uri);
    if (state) return state;
  }
  if (!(await anyExists(uris))) {
    throw new Error(`There is no file ${path} in this workspace. Known jobs: ${known(session)}.`);
  }
  throw new Error(
    `${path} is no Mixture-of-Experts config that MoE Scope reads: a launch script or config of a training or serving framework, or a Hugging Face config.json with experts. Known jobs: ${known(session)}.`,
  );
}

function candidates(path: string): vscode.Uri[] {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return [vscode.Uri.parse(path)];
  const folders = vscode.workspace.workspaceFolders ?? [];
  const slashed = path.replaceAll('\\', '/');
  if (/^(\/|[a-z]:\/)/i.test(slashed)) {
    return folders.map(({ uri }) => uri.with({ path: slashed.startsWith('/') ? slashed : `/${slashed}` }));
  }
  // `folder/train.sh` where several folders are open, and the first part names one of them.
  const [first, ...rest] = slashed.split('/');
  const named = folders.filter(({ name }) => name === first && rest.length > 0);
  return [
    ...folders.map(({ uri }) => vscode.Uri.joinPath(uri, slashed)),
    ...named.map(({ uri }) => vscode.Uri.joinPath(uri, rest.join('/'))),
  ];
}

async function anyExists(uris: readonly vscode.Uri[]): Promise<boolean> {
  const found = await Promise.all(
    uris.map((uri) =>
      vscode.workspace.fs.stat(uri).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.some(Boolean);
}

/** Most files that an error message lists. */
const MOST_LISTED = 12;

function known(session: Session): string {
  const names = session
    .all()
    .filter(({ analysis }) => analysis.jobs.length > 0)
    .map(({ uri }) => vscode.workspace.asRelativePath(uri));
  const shown = names.sort().slice(0, MOST_LISTED).join(', ');
  return names.length > MOST_LISTED ? `${shown} and ${names.length - MOST_LISTED} more` : shown || 'none';
}

/** The job of a file that a model means by `command 2` or `decode`; the first without a word. @throws Error for another word */
export function jobOf(state: FileState, part: string | undefined): FoundJob {
  const { jobs } = state.analysis;
  const names = jobs.map(({ job }) => partOf(job, jobs));
  const index =
    part === undefined ? 0 : names.findIndex((name) => name?.toLowerCase() === part.toLowerCase());
  const job = jobs[index];
  if (job) return { state, job };
  const name = fileName(state.uri.toString());
  throw new Error(
    jobs.length === 0
      ? `${name} describes no job by itself.`
      : `${name} has no job "${part}"; it has ${names.map((one) => `"${one ?? name}"`).join(', ')}.`,
  );
}

/** Places for a reader that counts from 1. */
export function placeOf(session: Session): PlaceOf {
  return (file, range) => {
    const found = session.positions(file)?.range(range);
    return (
      found && {
        line: found.start.line + 1,
        column: found.start.character + 1,
        endLine: found.end.line + 1,
        endColumn: found.end.character + 1,
      }
    );
  };
}

export const nameOf: NameOf = (file) => vscode.workspace.asRelativePath(vscode.Uri.parse(file));
