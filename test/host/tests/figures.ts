import * as vscode from 'vscode';
import { assert, assertEqual } from '../assert';
import { analysed, eventually, find, open, openText, sample } from '../editor';
import { test } from '../registry';

async function hints(document: vscode.TextDocument): Promise<string[]> {
  const all = new vscode.Range(0, 0, document.lineCount, 0);
  const found = await vscode.commands.executeCommand<vscode.InlayHint[]>(
    'vscode.executeInlayHintProvider',
    document.uri,
    all,
  );
  return found.map(({ label, position }) => {
    const text = typeof label === 'string' ? label : label.map(({ value }) => value).join('');
    return `${position.line + 1}:${text}`;
  });
}

test('inlay hints stand behind what decides them, one on a line, and can be switched off', async () => {
  const { document } = await open(sample('deepseek-v3/pretrain.sh'));
  await analysed(document.uri);
  const shown = await hints(document);
  assertEqual(shown.slice(0, 2), ['13: 1,024 GPUs', '14: 4 experts/rank, 3.5 remote nodes/token'], 'hints');
  assert(/^58: [\d.]+ ms\/layer$/.test(shown[2] ?? ''), shown.join(' | '));
  const settings = vscode.workspace.getConfiguration('moeScope.inlayHints');
  try {
    await settings.update('gpus', false, vscode.ConfigurationTarget.Global);
    assertEqual((await hints(document)).length, 2, 'hints without GPUs');
    await settings.update('enabled', false, vscode.ConfigurationTarget.Global);
    assertEqual(await hints(document), [], 'hints when off');
  } finally {
    await settings.update('gpus', undefined, vscode.ConfigurationTarget.Global);
    await settings.update('enabled', undefined, vscode.ConfigurationTarget.Global);
  }
});

test('inlay hints follow the text, and a value that is open has none', async () => {
  const editor = await open(sample('deepseek-v3/pretrain.sh'));
  const { document } = editor;
  const start = find(document, 'EP=64', 'EP='.length);
  await editor.edit((edit) => edit.replace(new vscode.Range(start, start.translate(0, 2)), '32'));
  const changed = await hints(document);
  assert(changed[1]?.startsWith('14: 8 experts/rank'), changed.join(' | '));
  await editor.edit((edit) => edit.replace(new vscode.Range(start, start.translate(0, 2)), '$1'));
  const open_ = await hints(document);
  assert(!open_.some((text) => text.includes('experts')), open_.join(' | '));
  await vscode.commands.executeCommand('workbench.action.files.revert');
  await analysed(document.uri);
});

test('the legal values of a parallel size are completed, each with what it makes of the job', async () => {
  const editor = await open(sample('deepseek-v3/pretrain.sh'));
  const { document } = editor;
  await analysed(document.uri);
  const start = find(document, 'EP=64', 'EP='.length);
  await editor.edit((edit) => edit.delete(new vscode.Range(start, start.translate(0, 2))));
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    document.uri,
    start,
  );
  const ours = list.items.flatMap(({ label }) =>
    typeof label === 'object' && label.description?.includes('/rank') ? label : [],
  );
  assertEqual(
    ours.map(({ label }) => label),
    ['1', '2', '4', '8', '16', '32', '64'],
    'values',
  );
  assertEqual(ours.at(-1)?.description, '4 experts/rank, 3.5 remote nodes, fits', 'what 64 makes of it');
  assert(ours[0]?.description?.includes('does not fit'), String(ours[0]?.description));
  await vscode.commands.executeCommand('workbench.action.files.revert');
  await analysed(document.uri);
});

async function links(uri: vscode.Uri): Promise<(string | undefined)[]> {
  const found = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
    'vscode.executeLinkProvider',
    uri,
  );
  return found.map(({ target }) => target?.toString());
}

test('what a job names leads to its file', async () => {
  const script = await open(sample('deepseek-v3/serve.sh'));
  await analysed(script.document.uri);
  assert(
    (await links(script.document.uri)).includes(sample('deepseek-v3/config.json').toString()),
    'the model',
  );
  const scenario = await open(sample('deepseek-v3/serve-h200.moe.yaml'));
  await analysed(scenario.document.uri);
  assert((await links(scenario.document.uri)).includes(sample('deepseek-v3/serve.sh').toString()), 'the job');
  const named = await openText('vllm serve deepseek-ai/DeepSeek-V3 -tp 8 --enable-expert-parallel\n');
  await analysed(named.document.uri);
  assert(
    (await links(named.document.uri)).includes('https://huggingface.co/deepseek-ai/DeepSeek-V3'),
    'the Hub',
  );
});

test('the jobs view opens, is searched again, and a finding in it leads to its line', async () => {
  await vscode.commands.executeCommand('moeScope.jobs.focus');
  await vscode.commands.executeCommand('moeScope.refreshJobs');
  const state = await analysed(sample('mixtral/pretrain.sh'));
  const finding = state?.findings.find(({ rule }) => rule === 'MG002');
  assert(finding, 'MG002 is there');
  await vscode.commands.executeCommand('moeScope.openFinding', {
    kind: 'finding',
    file: finding.file,
    rule: 'MG002',
    finding,
  });
  const line = () => {
    const editor = vscode.window.activeTextEditor;
    return editor?.document.uri.path.endsWith('mixtral/pretrain.sh')
      ? editor.selection.start.line
      : undefined;
  };
  assertEqual(
    await eventually(line, vscode.window.onDidChangeTextEditorSelection, () => String(line())),
    38,
    'its line',
  );
});
