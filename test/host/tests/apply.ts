import * as vscode from 'vscode';
import { assert, assertEqual } from '../assert';
import { analysed, eventually, open, sample } from '../editor';
import { test } from '../registry';

async function epOf(uri: vscode.Uri): Promise<number | undefined> {
  return (await analysed(uri))?.analysis.jobs[0]?.scenario?.layout.ep;
}

test('changes of a job are written where its values stand, and undone in one step', async () => {
  const { document } = await open(sample('deepseek-v3/pretrain.sh'));
  const { uri } = document;
  const before = document.getText();
  const state = await analysed(uri);
  const job = state?.analysis.jobs[0]?.job.id;
  const changes = [{ name: 'layout.ep', value: 32 }];
  const written = await vscode.commands.executeCommand<boolean>(
    'moeScope.applyChanges',
    uri.toString(),
    job,
    changes,
    { preview: false },
  );
  assert(written, 'the changes were written');
  assertEqual(document.getText(), before.replace('EP=64', 'EP=32'), 'the variable is what changed');
  assertEqual(await epOf(uri), 32, 'EP as read again');
  await vscode.commands.executeCommand('undo');
  assertEqual(document.getText(), before, 'the text after one undo');
  assertEqual(await epOf(uri), 64, 'EP after one undo');
  await vscode.commands.executeCommand('workbench.action.files.revert');
});

test('a size has an action that changes its value', async () => {
  const { document } = await open(sample('deepseek-v3/pretrain.sh'));
  await analysed(document.uri);
  const at = document.positionAt(document.getText().indexOf('EP=64') + 'EP='.length);
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    new vscode.Range(at, at),
  );
  const commands = actions.map((action) => ('command' in action ? action.command : undefined));
  assert(
    commands.some(
      (command) => (typeof command === 'string' ? command : command?.command) === 'moeScope.changeValues',
    ),
    actions.map(({ title }) => title).join(', '),
  );
});

test('changes are shown as a diff first, and nothing is written without a yes', async () => {
  const { document } = await open(sample('deepseek-v3/pretrain.sh'));
  const { uri } = document;
  const before = document.getText();
  const job = (await analysed(uri))?.analysis.jobs[0]?.job.id;
  const changes = [{ name: 'layout.ep', value: 32 }];
  const answer = vscode.commands.executeCommand<boolean>(
    'moeScope.applyChanges',
    uri.toString(),
    job,
    changes,
  );
  const diff = await eventually(
    () => tabs().find(({ input }) => input instanceof vscode.TabInputTextDiff),
    vscode.window.tabGroups.onDidChangeTabs,
    () =>
      tabs()
        .map(({ label }) => label)
        .join(', '),
  );
  assertEqual(diff.label, 'EP 32: pretrain.sh', 'what the diff is called');
  const { modified } = diff.input as vscode.TabInputTextDiff;
  const after = await vscode.workspace.openTextDocument(modified);
  assertEqual(after.getText(), before.replace('EP=64', 'EP=32'), 'the text as it would be');
  let isAnswered = false;
  void answer.then(() => {
    isAnswered = true;
  });
  // The question comes after the diff, and no event says so.
  while (!isAnswered) await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
  assertEqual(await answer, false, 'whether something was written');
  assertEqual(document.getText(), before, 'the text');
  assertEqual(
    tabs().some(({ input }) => input instanceof vscode.TabInputTextDiff),
    false,
    'the diff is there',
  );
});

const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
