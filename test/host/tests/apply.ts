import * as vscode from 'vscode';
import { assert, assertEqual } from '../assert';
import { analysed, open, sample } from '../editor';
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
