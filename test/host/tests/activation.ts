import * as vscode from 'vscode';
import { assert, assertEqual } from '../assert';
import { test } from '../registry';

const id = 'moe-scope.moe-scope';

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(id);
  assert(found, `VS Code does not list ${id}`);
  return found;
}

test('the extension activates', async () => {
  await extension().activate();
  assert(extension().isActive, `${id} is not active`);
});

test('every command of the manifest is registered', async () => {
  await extension().activate();
  const contributed: { command: string }[] = extension().packageJSON.contributes?.commands ?? [];
  assert(contributed.length > 0, 'the manifest contributes no command');
  const registered = new Set(await vscode.commands.getCommands(true));
  const missing = contributed.map(({ command }) => command).filter((command) => !registered.has(command));
  assertEqual(missing, [], 'commands without an implementation');
});
