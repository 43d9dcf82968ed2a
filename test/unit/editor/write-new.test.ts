import { expect, test, vi } from 'vitest';

const said: string[][] = [];
const opened: { content?: string }[] = [];
const written: string[] = [];
let mayWrite = true;
vi.doMock('vscode', () => ({
  window: {
    showWarningMessage: async (text: string, ...buttons: string[]) => {
      said.push([text, ...buttons]);
      return buttons[0];
    },
    showTextDocument: async () => undefined,
  },
  workspace: {
    fs: {
      writeFile: async (uri: string, bytes: Uint8Array) => {
        if (!mayWrite) throw new Error('EROFS: read-only file system');
        written.push(`${uri} ${new TextDecoder().decode(bytes)}`);
      },
    },
    openTextDocument: async (options: { content?: string }) => opened.push(options),
  },
  l10n: {
    t: (text: string, ...values: string[]) => text.replace(/\{(\d)\}/g, (_, at) => values[Number(at)]!),
  },
}));
const { writeNew } = await import('../../../src/editor/write-new');
const target = 'file:///w/run.moe.yaml' as never;

test('writes where it may', async () => {
  expect(await writeNew(target, 'job: run.sh', 'job: /w/run.sh')).toBe(true);
  expect(written).toEqual(['file:///w/run.moe.yaml job: run.sh']);
  expect(said).toEqual([]);
});

test('on a read-only file system says why, and opens a text that is right anywhere', async () => {
  mayWrite = false;
  expect(await writeNew(target, 'job: run.sh', 'job: /w/run.sh')).toBe(false);
  expect(said[0]).toEqual([
    'run.moe.yaml cannot be written there. EROFS: read-only file system',
    'Open It Unsaved',
  ]);
  await vi.waitFor(() => expect(opened).toMatchObject([{ content: 'job: /w/run.sh' }]));
});
