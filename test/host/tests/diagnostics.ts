import * as vscode from 'vscode';
import { assert, assertEqual } from '../assert';
import { codesOf, diagnosticsOf, diagnosticsWhere, find, open, openText, sample } from '../editor';
import { test } from '../registry';

const SCRIPT = `torchrun --nnodes 2 --nproc_per_node 8 pretrain_gpt.py \\
    --num-layers 8 --hidden-size 1024 --num-attention-heads 16 --seq-length 1024 --vocab-size 32000 \\
    --num-experts 64 --moe-router-topk 4 --moe-ffn-hidden-size 512 \\
    --moe-token-dispatcher-type alltoall \\
    --tensor-model-parallel-size 1 --expert-model-parallel-size 8 \\
    --micro-batch-size 1 --global-batch-size 64
`;

test('the mistakes of the Mixtral sample are on their lines', async () => {
  const { document } = await open(sample('mixtral/pretrain.sh'));
  await diagnosticsWhere(document.uri, (codes) => codes.includes('MG002'));
  const indivisible = diagnosticsOf(document.uri).find(
    ({ code }) => typeof code === 'object' && code.value === 'MG002',
  );
  assert(indivisible, 'MG002 is there');
  assertEqual(document.getText(indivisible.range), '6', 'its range');
  assert(
    indivisible.message.includes('8') && indivisible.message.includes('6'),
    `numbers: ${indivisible.message}`,
  );
  assertEqual(indivisible.severity, vscode.DiagnosticSeverity.Error, 'its severity');
});

test('files that are not open are found by their content', async () => {
  await diagnosticsWhere(sample('mixtral/serve.sh'), (codes) => codes.includes('VL001'));
});

test('a quick fix makes its finding go away', async () => {
  const editor = await openText(SCRIPT.replace('parallel-size 8', 'parallel-size 6'));
  const { uri } = editor.document;
  await diagnosticsWhere(uri, (codes) => codes.includes('MG002'));
  const finding = diagnosticsOf(uri).find(({ code }) => typeof code === 'object' && code.value === 'MG002')!;
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    uri,
    finding.range,
    vscode.CodeActionKind.QuickFix.value,
  );
  const fix = actions.find(({ edit }) => edit);
  assert(fix?.edit, `a fix among ${actions.map(({ title }) => title).join(', ')}`);
  await vscode.workspace.applyEdit(fix.edit);
  await diagnosticsWhere(uri, (codes) => !codes.includes('MG002'));
});

test('diagnostics follow typing and leave with the text', async () => {
  const editor = await openText(SCRIPT);
  const { document } = editor;
  const { uri } = document;
  const size = find(document, 'expert-model-parallel-size 8', 'expert-model-parallel-size '.length);
  await editor.edit((edit) => edit.replace(new vscode.Range(size, size.translate(0, 1)), '48'));
  await diagnosticsWhere(uri, (codes) => codes.includes('MG002'));
  const all = new vscode.Range(new vscode.Position(0, 0), document.positionAt(document.getText().length));
  await editor.edit((edit) => edit.replace(all, 'echo nothing to see\n'));
  await diagnosticsWhere(uri, (codes) => codes.length === 0);
});

test('a finding leads to its other operand, also in another file', async () => {
  const editor = await open(sample('deepseek-v3/serve.sh'));
  const { document } = editor;
  const size = find(document, '--tensor-parallel-size 1', '--tensor-parallel-size '.length);
  await editor.edit((edit) => edit.replace(new vscode.Range(size, size.translate(0, 1)), '3'));
  await diagnosticsWhere(document.uri, (codes) => codes.includes('VL009'));
  const finding = diagnosticsOf(document.uri).find(
    ({ code }) => typeof code === 'object' && code.value === 'VL009',
  );
  const [other] = finding?.relatedInformation ?? [];
  assertEqual(other?.location.uri.toString(), sample('deepseek-v3/config.json').toString(), 'its file');
  assertEqual(other?.message, 'num_attention_heads is 128', 'what it says');
  const config = await vscode.workspace.openTextDocument(sample('deepseek-v3/config.json'));
  assertEqual(config.getText(other?.location.range), '128', 'its place');
  await vscode.commands.executeCommand('workbench.action.files.revert');
  await diagnosticsWhere(document.uri, (codes) => !codes.includes('VL009'));
});

test('a value that the file leaves open raises no error', async () => {
  const editor = await openText(
    SCRIPT.replace('parallel-size 8', 'parallel-size $EP').replace('--num-experts 64', '--num-experts 63'),
  );
  const { uri } = editor.document;
  await diagnosticsWhere(uri, (codes) => codes.includes('GN002'));
  const errors = diagnosticsOf(uri).filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
  assertEqual(
    errors.map(({ message }) => message),
    [],
    'errors',
  );
});

test('bad input: half-typed, empty and foreign text raise nothing, and the extension lives on', async () => {
  const half = await openText(SCRIPT.slice(0, SCRIPT.indexOf('--moe-token')));
  const json = await openText(
    '{ "model_type": "mixtral", "num_local_experts": null, "hidden_size": ',
    'json',
  );
  const empty = await openText('', 'json');
  const foreign = await openText(JSON.stringify({ name: 'package', experts: true }), 'json');
  const good = await openText(SCRIPT.replace('parallel-size 8', 'parallel-size 6'));
  // Answers come in order: when the last file has its finding, the others have been looked at.
  await diagnosticsWhere(good.document.uri, (codes) => codes.includes('MG002'));
  for (const { document } of [half, json, empty, foreign]) {
    const errors = diagnosticsOf(document.uri).filter(
      ({ severity, code }) =>
        severity === vscode.DiagnosticSeverity.Error &&
        !String((code as { value: string }).value).startsWith('MS'),
    );
    assertEqual(
      errors.map(({ message }) => message),
      [],
      'errors',
    );
  }
  assertEqual(codesOf(empty.document.uri), [], 'an empty file');
  assertEqual(codesOf(foreign.document.uri), [], 'a foreign file');
});
