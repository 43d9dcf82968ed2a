import { beforeEach, expect, test, vi } from 'vitest';
import type { JobTarget } from '../../../src/editor/job';
import type { FileState, Session } from '../../../src/editor/session';
import { Engine } from '../../../src/worker/engine';

const SERVE = 'vllm serve Qwen/Qwen3-30B-A3B --tensor-parallel-size 4\n';

/** What the user would see: pick lists with their rows, messages, and notifications that wait. */
const shown: { picks: string[][]; said: string[]; waited: number } = { picks: [], said: [], waited: 0 };
const window: { activeTextEditor?: unknown } & Record<string, unknown> = {
  showQuickPick: async (items: { label: string; description: string }[]) => {
    shown.picks.push(items.map(({ label, description }) => `${label} (${description})`));
    return items[0];
  },
  showInformationMessage: async (text: string) => void shown.said.push(text),
  withProgress: async (_options: unknown, task: (progress: unknown, token: unknown) => Promise<void>) => {
    shown.waited += 1;
    await task(null, { onCancellationRequested: () => undefined });
  },
};
class Uri {
  constructor(readonly path: string) {}
  toString() {
    return this.path;
  }
}
vi.doMock('vscode', () => ({
  window,
  Uri,
  ProgressLocation: { Notification: 15 },
  commands: { executeCommand: async () => undefined },
  workspace: { asRelativePath: ({ path }: Uri) => path.replace('/w/', '') },
  l10n: { t: (text: string) => text },
}));
const { jobFinder } = await import('../../../src/editor/find-job');

beforeEach(() => {
  Object.assign(shown, { picks: [], said: [], waited: 0 });
  window.activeTextEditor = undefined;
});

/** A session that knows some files; `later` are those that the search of the workspace brings. */
function sessionOf(files: Readonly<Record<string, string>>, later: Readonly<Record<string, string>> = {}) {
  const engine = new Engine();
  const states: FileState[] = [];
  const add = (all: Readonly<Record<string, string>>) => {
    for (const [file, text] of Object.entries(all)) {
      engine.setDocument(file, text);
      states.push({ uri: new Uri(file), analysis: engine.analyse(file, {}, []) } as unknown as FileState);
    }
  };
  add(files);
  return {
    state: (uri: Uri | string) => states.find((one) => one.uri.toString() === uri.toString()),
    settled: async (uri: Uri) => states.find((one) => one.uri.toString() === uri.toString()),
    all: () => states,
    get hasJobs() {
      return states.some(({ analysis }) => analysis.jobs.length > 0);
    },
    get searching() {
      return Promise.resolve().then(() => add(later));
    },
  } as unknown as Session;
}
const editorOf = (file: string, offset = 0) => ({
  document: { uri: new Uri(file), offsetAt: () => offset },
  selection: { active: null },
});
const none = () => null;

test('the job of the active file, without asking', async () => {
  window.activeTextEditor = editorOf('/w/a.sh');
  const found = await jobFinder(sessionOf({ '/w/a.sh': SERVE, '/w/b.sh': SERVE }), none)(undefined);
  expect(found?.state.uri.path).toBe('/w/a.sh');
  expect(shown.picks).toEqual([]);
});

test('where no editor is active, that of the panel', async () => {
  const session = sessionOf({ '/w/a.sh': SERVE, '/w/b.sh': SERVE });
  const id = session.all()[1]!.analysis.jobs[0]!.job.id;
  const panel = (): JobTarget => ({ file: '/w/b.sh', id });
  expect((await jobFinder(session, panel)(undefined))?.state.uri.path).toBe('/w/b.sh');
  window.activeTextEditor = editorOf('/w/a.sh');
  expect((await jobFinder(session, panel)(undefined))?.state.uri.path).toBe('/w/a.sh');
  expect(shown.picks).toEqual([]);
});

test('of several in a file, the one at the cursor is offered first', async () => {
  const two = `${SERVE.trim()} &\n${SERVE}`;
  window.activeTextEditor = editorOf('/w/two.sh', two.length - 1);
  const found = await jobFinder(sessionOf({ '/w/two.sh': two }), none)(undefined);
  expect(shown.picks[0]?.[0]).toMatch(/^two\.sh, command 2/);
  expect(found?.job.job.command).toBe(1);
});

test('files of one name are told apart by their folders and models', async () => {
  await jobFinder(sessionOf({ '/w/one/run.sh': SERVE, '/w/two/run.sh': SERVE }), none)(undefined);
  expect(shown.picks).toEqual([['run.sh (one · Qwen3-30B-A3B)', 'run.sh (two · Qwen3-30B-A3B)']]);
});

test('while the workspace is searched it waits, and says that there is none only then', async () => {
  const found = await jobFinder(sessionOf({}, { '/w/a.sh': SERVE }), none)(undefined);
  expect(found?.state.uri.path).toBe('/w/a.sh');
  expect(shown).toMatchObject({ waited: 1, said: [] });
  expect(await jobFinder(sessionOf({}), none)(undefined)).toBeUndefined();
  expect(shown.said).toHaveLength(1);
});
