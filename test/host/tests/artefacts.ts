import * as vscode from 'vscode';
import { assert, assertEqual } from '../assert';
import { analysed, codesOf, diagnosticsWhere, find, open, sample } from '../editor';
import { test } from '../registry';

const LINES = [
  'model: mistralai/Mixtral-8x7B-v0.1',
  'layout: { ep: 8 }',
  'cluster: { nodes: 1 }',
  'routing:',
  '  file: measured/loads.json',
  '',
].join('\n');

/** Loads of 32 layers, nearly all of one expert. */
const loads = (hot: number, experts = 8): string => {
  const row = Array.from({ length: experts }, (_, expert) => (expert === hot ? 1000 : 10));
  return JSON.stringify({ logical_count: Array.from({ length: 32 }, () => row) });
};

const write = (file: vscode.Uri, text: string) =>
  vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));

interface Files {
  readonly scenario: vscode.Uri;
  readonly loads: vscode.Uri;
}

/** Runs a test with a scenario and its loads in a folder of their own, which goes whatever comes of it. */
async function withFiles(folder: string, body: (files: Files) => Promise<void>): Promise<void> {
  const files = {
    scenario: sample(`${folder}/hot.moe.yaml`),
    loads: sample(`${folder}/measured/loads.json`),
  };
  await write(files.loads, loads(5));
  await write(files.scenario, LINES);
  try {
    await body(files);
  } finally {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(sample(folder), { recursive: true });
  }
}

/** The rank with most tokens, as the panel shows it. */
async function busiest({ scenario }: Files): Promise<number | undefined> {
  const state = await analysed(scenario);
  const [figures] = [...(state?.simulated.values() ?? [])];
  const load = figures?.result?.traffic.load.perRank;
  return load?.indexOf(Math.max(...load));
}

test('a scenario follows the loads that it names, and their file as it changes on disk', () =>
  withFiles('loads-0', async (files) => {
    const { document } = await open(files.scenario);
    assertEqual(await busiest(files), 5, 'busiest rank at first');
    const state = await analysed(document.uri);
    const origin = state?.analysis.jobs[0]?.provenance['routing.distribution'];
    assertEqual(
      origin?.kind === 'artefact' && origin.file,
      'measured/loads.json',
      'where the routing is from',
    );
    assertEqual(codesOf(document.uri), [], 'codes');

    await write(files.loads, loads(3, 16));
    await diagnosticsWhere(document.uri, (codes) => codes.includes('AF002'));
    await write(files.loads, loads(2));
    await diagnosticsWhere(document.uri, (codes) => codes.length === 0);
    assertEqual(await busiest(files), 2, 'busiest rank of the new loads');
    await vscode.workspace.fs.delete(files.loads);
    await diagnosticsWhere(document.uri, (codes) => codes.includes('AF001'));
    await write(files.loads, loads(7));
    await diagnosticsWhere(document.uri, (codes) => codes.length === 0);
    assertEqual(await busiest(files), 7, 'busiest rank of the file that came back');
  }));

test('loads as they are typed count', () =>
  withFiles('loads-1', async (files) => {
    await open(files.scenario);
    assertEqual(await busiest(files), 5, 'busiest rank as saved');
    const editor = await open(files.loads);
    const end = editor.document.positionAt(editor.document.getText().length);
    await editor.edit((edit) => edit.replace(new vscode.Range(new vscode.Position(0, 0), end), loads(1, 4)));
    await diagnosticsWhere(files.scenario, (codes) => codes.includes('AF002'));
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await diagnosticsWhere(files.scenario, (codes) => codes.length === 0);
    assertEqual(await busiest(files), 5, 'busiest rank after the revert');
  }));

async function lensTitles(uri: vscode.Uri): Promise<string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    uri,
    10,
  );
  return lenses.flatMap(({ command }) => command?.title ?? []);
}

test('an open file of loads says what it is and makes a scenario; an ordinary one says nothing', () =>
  withFiles('loads-2', async (files) => {
    const state = await analysed(files.scenario);
    const { document } = await open(files.loads);
    const titles = await lensTitles(document.uri);
    assert(
      titles.some((title) =>
        title.startsWith('SGLang expert location: 32 layers × 8 experts, busiest expert'),
      ),
      titles.join(' | '),
    );
    assert(titles.includes('New scenario with these loads'), titles.join(' | '));
    const id = state?.analysis.jobs[0]?.job.id;
    const target = { file: files.scenario.toString(), id };
    await vscode.commands.executeCommand('moeScope.newScenarioWithFile', document.uri, target);
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert(text.includes('file: measured/loads.json'), text);

    const plain = await open(sample('deepseek-v3/config.json'));
    assertEqual(
      (await lensTitles(plain.document.uri)).filter((title) => /layers × /.test(title)),
      [],
      'lenses of a model config',
    );
  }));

test('paths of files are completed under the keys that take them', () =>
  withFiles('loads-3', async (files) => {
    const { document } = await open(files.scenario);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      find(document, 'loads.json'),
    );
    const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert(labels.includes('measured/loads.json'), labels.slice(0, 20).join(', '));
  }));
