import { posix } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';

/** As much of a `vscode.Uri` as is needed here. */
class FakeUri {
  constructor(
    readonly scheme: string,
    readonly path: string,
  ) {}
  static joinPath(base: FakeUri, ...parts: string[]) {
    return base.with({ path: posix.join(base.path, ...parts) });
  }
  with({ path }: { path: string }) {
    if (path.startsWith('//')) throw new Error('a path without authority cannot begin with two slashes');
    return new FakeUri(this.scheme, path);
  }
  toString() {
    return `${this.scheme}://${this.path}`;
  }
}

const workspace = {
  isTrusted: true,
  workspaceFolders: [] as { uri: { path: string } }[],
  getWorkspaceFolder: ({ path }: { path: string }) =>
    workspace.workspaceFolders.find(({ uri }) => path.startsWith(`${uri.path}/`)),
};
vi.doMock('vscode', () => ({ Uri: FakeUri, workspace }));
const { modelFiles } = await import('../../../src/editor/model-files');

const pathsOf = (script: FakeUri, ...paths: string[]) =>
  modelFiles(script as never, paths).map(({ path }) => path);
const SCRIPT = new FakeUri('file', '/w/jobs/serve.sh');

beforeEach(() => {
  workspace.isTrusted = true;
  workspace.workspaceFolders = [{ uri: new FakeUri('file', '/w') }];
});

test('a path is meant from the script, from the workspace, or as it stands', () => {
  expect(pathsOf(SCRIPT, 'model/config.json')).toEqual(['/w/jobs/model/config.json', '/w/model/config.json']);
  expect(pathsOf(SCRIPT, '/data/m/config.json')).toEqual(['/data/m/config.json']);
  expect(pathsOf(SCRIPT, 'C:/data/m/config.json')).toEqual(['/C:/data/m/config.json']);
});

test('a path with two slashes names no server', () => {
  expect(pathsOf(SCRIPT, '//server/share/config.json')).toEqual(['/server/share/config.json']);
});

test('text that is nowhere saved has only the workspace beside it', () => {
  const untitled = new FakeUri('untitled', 'Untitled-1');
  expect(pathsOf(untitled, 'model/config.json')).toEqual(['/w/model/config.json']);
});

test('in an untrusted workspace no path leads out of it', () => {
  workspace.isTrusted = false;
  const paths = [
    'model/config.json',
    '../../etc/config.json',
    '/etc/config.json',
    '//etc/config.json',
    'C:/config.json',
  ];
  expect(pathsOf(SCRIPT, ...paths)).toEqual(['/w/jobs/model/config.json', '/w/model/config.json']);
});
