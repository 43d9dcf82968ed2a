import * as vscode from 'vscode';
import { assert } from '../assert';
import { analysed, eventually, find, open, sample } from '../editor';
import { test } from '../registry';

function hoverText(hovers: vscode.Hover[]): string {
  return hovers
    .flatMap(({ contents }) => contents.map((one) => (typeof one === 'string' ? one : one.value)))
    .join('\n');
}

async function lensTitles(uri: vscode.Uri): Promise<string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    uri,
    10,
  );
  return lenses.flatMap(({ command }) => command?.title ?? []);
}

test('a hover on EP says experts per rank and remote nodes per token', async () => {
  const { document } = await open(sample('deepseek-v3/pretrain.sh'));
  const position = find(document, '--expert-model-parallel-size', 5);
  const hover = () =>
    vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, position);
  await simulated(document.uri);
  const text = hoverText(await hover());
  assert(text.includes('4 experts per rank'), text);
  assert(/\d\.\d remote nodes/.test(text), text);
});

test('a code lens opens the panel', async () => {
  const { document } = await open(sample('deepseek-v3/pretrain.sh'));
  await simulated(document.uri);
  const titles = await lensTitles(document.uri);
  assert(
    titles.some((title) => title.includes('Open MoE Scope') && title.includes('GiB')),
    titles.join(' | '),
  );
});

test('a rule page is shown from the extension itself', async () => {
  await vscode.commands.executeCommand('moeScope.explainRule', 'MG002');
  const page = await vscode.workspace.openTextDocument(vscode.Uri.parse('moe-scope:/rules/MG002.md'));
  assert(page.getText().includes('MG002'), page.getText().slice(0, 200));
});

test('the panel opens beside the editor', async () => {
  const { document } = await open(sample('deepseek-v3/pretrain.sh'));
  await simulated(document.uri);
  await vscode.commands.executeCommand('moeScope.openPanel');
  await eventually(
    () =>
      tabs().find((tab) => tab.input instanceof vscode.TabInputWebview && tab.label.includes('pretrain.sh')),
    vscode.window.tabGroups.onDidChangeTabs,
    () =>
      tabs()
        .map(({ label }) => label)
        .join(', '),
  );
});

const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);

/** Waits until the file is analysed and simulated. */
async function simulated(uri: vscode.Uri): Promise<void> {
  const state = await analysed(uri);
  assert(state && state.simulated.size > 0, 'the file has figures');
}
