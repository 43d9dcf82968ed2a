import * as vscode from 'vscode';
import { assert } from '../assert';
import { analysed, eventually, find, open, openText, sample } from '../editor';
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
    titles.some((title) => /^MoE Scope: (fits|does not fit), .* GiB; /.test(title)),
    titles.join(' | '),
  );
});

test('a script that is too long to be read says so above its first line', async () => {
  const line = 'vllm serve Qwen/Qwen3-30B-A3B --enable-expert-parallel\n';
  const { document } = await openText(`${line}${'# a line of comment\n'.repeat(260_000)}`, 'shellscript');
  const titles = await lensTitles(document.uri);
  assert(
    titles.some((title) => title.includes('not read') && title.includes('more than 1,000,000')),
    titles.join(' | '),
  );
});

test('of a job that cannot be simulated the lenses say why and lead to the lines', async () => {
  const text = [
    'EP=48',
    'torchrun --nnodes 6 --nproc_per_node 8 pretrain_gpt.py --num-experts 64 --moe-router-topk 4 \\',
    '  --moe-ffn-hidden-size 512 --num-layers 8 --hidden-size 1024 --num-attention-heads 16 \\',
    '  --expert-model-parallel-size $EP',
  ].join('\n');
  const { document } = await openText(text);
  await analysed(document.uri);
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    10,
  );
  const titles = lenses.flatMap(({ command }) => command?.title ?? []);
  assert(
    titles.some((title) => title.includes('64 experts do not divide over EP 48')),
    titles.join(' | '),
  );
  const toEp = lenses.find(({ command }) => /^EP, .*:1$/.test(command?.title ?? ''))?.command;
  assert(toEp, titles.join(' | '));
  await vscode.commands.executeCommand(toEp.command, ...(toEp.arguments ?? []));
  const editor = vscode.window.activeTextEditor;
  const selected = editor?.document.getText(editor.selection);
  assert(selected === '48', `selected ${selected}`);
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
  await panelNamed('MoE Scope: pretrain.sh');
});

test('a pinned panel stays at its job, and another one follows beside it', async () => {
  await simulated((await open(sample('deepseek-v3/serve.sh'))).document.uri);
  await vscode.commands.executeCommand('moeScope.openPanel');
  await panelNamed('MoE Scope: serve.sh');
  await vscode.commands.executeCommand('moeScope.anotherPanel');
  await panelNamed('MoE Scope: serve.sh, pinned');
  await panelNamed('MoE Scope: serve.sh');
  await simulated((await open(sample('deepseek-v3/pretrain.sh'))).document.uri);
  await panelNamed('MoE Scope: pretrain.sh');
  await panelNamed('MoE Scope: serve.sh, pinned');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
});

const isPanel = (tab: vscode.Tab) => tab.input instanceof vscode.TabInputWebview;

function panelNamed(title: string): Promise<vscode.Tab> {
  return eventually(
    () => tabs().find((tab) => isPanel(tab) && tab.label === title),
    vscode.window.tabGroups.onDidChangeTabs,
    () => `tabs are ${tabs().map(({ label }) => label)}`,
  );
}

const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);

/** Waits until the file is analysed and simulated. */
async function simulated(uri: vscode.Uri): Promise<void> {
  const state = await analysed(uri);
  assert(state && state.simulated.size > 0, 'the file has figures');
}
