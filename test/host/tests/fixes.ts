import * as vscode from 'vscode';
import { assert, assertEqual } from '../assert';
import { analysed, diagnosticsOf, diagnosticsWhere, open, openText, sample } from '../editor';
import { test } from '../registry';

/** A mistake that needs no decision: load balancing without expert parallelism. */
const SERVE = 'vllm serve Qwen/Qwen3-30B-A3B --tensor-parallel-size 4 --enable-eplb\n';

async function withMistake(): Promise<vscode.TextDocument> {
  const { document } = await openText(SERVE);
  await diagnosticsWhere(document.uri, (codes) => codes.includes('VL001'));
  return document;
}

async function actionsFor({ uri }: vscode.TextDocument, code: string): Promise<vscode.CodeAction[]> {
  const found = diagnosticsOf(uri).find((one) => typeof one.code === 'object' && one.code.value === code);
  assert(found, `${code} is there`);
  const { QuickFix } = vscode.CodeActionKind;
  return vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri, found.range, QuickFix.value);
}

function titled(actions: readonly vscode.CodeAction[], title: string): vscode.CodeAction {
  const found = actions.find((action) => action.title === title);
  assert(found, `“${title}” among ${actions.map((action) => action.title).join(', ')}`);
  return found;
}

test('fix all makes every safe fix in one step', async () => {
  const document = await withMistake();
  const { uri } = document;
  await vscode.commands.executeCommand('moeScope.fixAll');
  assert(document.getText().includes('--enable-expert-parallel'), document.getText());
  await diagnosticsWhere(uri, (codes) => !codes.includes('VL001'));
  await vscode.commands.executeCommand('undo');
  assertEqual(document.getText(), SERVE, 'the text after one undo');
});

test('fix all is a source action, for fixing when saving', async () => {
  const { uri } = await withMistake();
  const all = new vscode.Range(0, 0, 1, 0);
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    uri,
    all,
    vscode.CodeActionKind.SourceFixAll.value,
  );
  const ours = actions.find(({ kind }) => kind?.value === 'source.fixAll.moeScope');
  assert(ours?.edit, `an edit among ${actions.map(({ title }) => title).join(', ')}`);
  await vscode.workspace.applyEdit(ours.edit);
  await diagnosticsWhere(uri, (codes) => !codes.includes('VL001'));
});

test('a finding is silenced on its line, and in its file', async () => {
  for (const title of ['Ignore VL001 here', 'Ignore VL001 in this file']) {
    const document = await withMistake();
    const { edit } = titled(await actionsFor(document, 'VL001'), title);
    assert(edit, 'an edit');
    await vscode.workspace.applyEdit(edit);
    assert(document.getText().includes('# moe-scope: ignore'), document.getText());
    await diagnosticsWhere(document.uri, (codes) => !codes.includes('VL001'));
  }
});

test('the settings decide how loud a rule is, also for files that can hold no comment', async () => {
  const settings = vscode.workspace.getConfiguration('moeScope');
  const { uri } = await withMistake();
  const severityIs = (wanted: vscode.DiagnosticSeverity) =>
    diagnosticsWhere(uri, () =>
      diagnosticsOf(uri).some(({ severity, message }) => severity === wanted && /EPLB/.test(message)),
    );
  try {
    await settings.update('rules', { VL001: 'info' }, vscode.ConfigurationTarget.Global);
    await severityIs(vscode.DiagnosticSeverity.Information);
    await vscode.commands.executeCommand('moeScope.turnOffRule', 'VL001', uri);
    await diagnosticsWhere(uri, (codes) => !codes.includes('VL001'));
  } finally {
    await settings.update('rules', undefined, vscode.ConfigurationTarget.Global);
  }
  await severityIs(vscode.DiagnosticSeverity.Error);
  const { document } = await open(sample('deepseek-v3/config.json'));
  await diagnosticsWhere(document.uri, (codes) => codes.includes('HF024'));
  titled(await actionsFor(document, 'HF024'), 'Turn off HF024 in the settings');
});

test('what a script leaves open is asked for in a scenario file, in the one that is there if there is one', async () => {
  const script = sample('deepseek-v3/open.sh');
  const scenario = sample('deepseek-v3/open.moe.yaml');
  const text = 'vllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size $TP --enable-expert-parallel\n';
  await vscode.workspace.fs.writeFile(script, new TextEncoder().encode(text));
  try {
    const { document } = await open(script);
    await diagnosticsWhere(script, (codes) => codes.includes('GN002'));
    const answer = titled(await actionsFor(document, 'GN002'), 'Answer it in a scenario file').command;
    assert(answer, 'a command');
    const ask = () => vscode.commands.executeCommand(answer.command, ...(answer.arguments ?? []));
    await ask();
    const shown = vscode.window.activeTextEditor;
    assertEqual(shown?.document.uri.toString(), scenario.toString(), 'the file that is shown');
    assert(shown, 'an editor');
    assert(shown.document.getText().includes('TP: '), shown.document.getText());
    const whole = new vscode.Range(0, 0, shown.document.lineCount, 0);
    await shown.edit((edit) => edit.replace(whole, 'job: open.sh\n'));
    await analysed(scenario);
    await open(script);
    await ask();
    const extended = vscode.window.activeTextEditor;
    assertEqual(
      extended?.document.getText(),
      'job: open.sh\nvariables:\n  TP:  # decides TP\n',
      'the extended file',
    );
    assertEqual(extended?.selection.active.line, 2, 'the line of the cursor');
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  } finally {
    for (const uri of [script, scenario]) await vscode.workspace.fs.delete(uri);
  }
});
