import * as vscode from 'vscode';
import { assert, assertEqual } from '../assert';
import { analysed, open, sample } from '../editor';
import { test } from '../registry';

test('commands keep, open and compare variants', async () => {
  const commands = await vscode.commands.getCommands(true);
  for (const name of ['keepVariant', 'openVariant', 'compareVariants'])
    assert(commands.includes(`moeScope.${name}`), name);
});

test('a line above a job asks what if', async () => {
  const { document } = await open(sample('deepseek-v3/pretrain.sh'));
  await analysed(document.uri);
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
  );
  const whatIf = lenses.find(({ command }) => command?.command === 'moeScope.whatIf');
  assertEqual(whatIf?.command?.title, 'What if…', 'the lens');
  assertEqual(whatIf?.command?.arguments?.[0]?.file, document.uri.toString(), 'the file that it is of');
});
