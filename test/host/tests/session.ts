import * as vscode from 'vscode';
import { assertEqual } from '../assert';
import { analysed, codesOf, diagnosticsWhere, find, open, openText, sample } from '../editor';
import { test } from '../registry';

const BAD_SCRIPT = `torchrun --nnodes 2 --nproc_per_node 8 pretrain_gpt.py \\
    --num-layers 8 --hidden-size 1024 --num-attention-heads 16 --seq-length 1024 --vocab-size 32000 \\
    --num-experts 64 --moe-router-topk 4 --moe-ffn-hidden-size 512 \\
    --moe-token-dispatcher-type alltoall \\
    --tensor-model-parallel-size 1 --expert-model-parallel-size 6 \\
    --micro-batch-size 1 --global-batch-size 64
`;

async function insert(uri: vscode.Uri, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(0, 0), text);
  await vscode.workspace.applyEdit(edit);
}

const hasMG002 = (codes: string[]) => codes.includes('MG002');

test('a script is analysed again when the model that it names changes in an editor', async () => {
  const script = sample('deepseek-v3/serve.sh');
  await open(script);
  const experts = async () => (await analysed(script))?.analysis.jobs[0]?.scenario?.model.routedExperts;
  assertEqual(await experts(), 256, 'experts at first');
  const config = await open(sample('deepseek-v3/config.json'));
  const start = find(config.document, '"n_routed_experts": 256', '"n_routed_experts": '.length);
  await config.edit((edit) => edit.replace(new vscode.Range(start, start.translate(0, 3)), '128'));
  await analysed(config.document.uri);
  assertEqual(await experts(), 128, 'experts as typed');
  await vscode.commands.executeCommand('workbench.action.files.revert');
  await analysed(config.document.uri);
  assertEqual(await experts(), 256, 'experts after the revert');
});

test('text that is closed right after a keystroke leaves no finding behind', async () => {
  const other = await openText('echo nothing yet\n');
  const { document } = await openText(BAD_SCRIPT);
  await diagnosticsWhere(document.uri, hasMG002);
  await insert(document.uri, '# another line\n');
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await diagnosticsWhere(document.uri, (codes) => codes.length === 0);
  // Later than the closed text's own pause: its finding would be back before this one's is there.
  await insert(other.document.uri, BAD_SCRIPT);
  await diagnosticsWhere(other.document.uri, hasMG002);
  assertEqual(codesOf(document.uri), [], 'codes of the closed text');
});

test('the newest text is what counts as analysed, however fast it is typed', async () => {
  const { document } = await openText(BAD_SCRIPT);
  for (const size of ['7', '5', '8']) {
    const at = find(document, 'expert-model-parallel-size ', 'expert-model-parallel-size '.length);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(at, at.translate(0, 1)), size);
    await vscode.workspace.applyEdit(edit);
  }
  const state = await analysed(document.uri);
  assertEqual(state?.text, document.getText(), 'the analysed text');
  assertEqual(hasMG002(codesOf(document.uri)), false, 'the finding is gone');
});

test('a file that does not exist, or is none of ours, is answered and not opened', async () => {
  assertEqual(await analysed(sample('nowhere/train.sh')), undefined, 'a file that is not there');
  assertEqual(
    await analysed(vscode.Uri.parse('untitled:Untitled-99')),
    undefined,
    'text that was never there',
  );
  assertEqual(await analysed(sample('README.md')), undefined, 'a foreign file');
  const opened = vscode.workspace.textDocuments.filter(({ uri }) => /nowhere|Untitled-99/.test(uri.path));
  assertEqual(opened.length, 0, 'documents that were opened for it');
});

test('without the scan, files that no editor holds have no findings', async () => {
  const closed = sample('mixtral/serve.sh');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await diagnosticsWhere(closed, (codes) => codes.includes('VL001'));
  const settings = vscode.workspace.getConfiguration('moeScope');
  await settings.update('scanWorkspace', false, vscode.ConfigurationTarget.Global);
  await diagnosticsWhere(closed, (codes) => codes.length === 0);
  await settings.update('scanWorkspace', undefined, vscode.ConfigurationTarget.Global);
  await diagnosticsWhere(closed, (codes) => codes.includes('VL001'));
});
