import * as vscode from 'vscode';
import { assert, assertEqual } from '../assert';
import { analysed, codesOf, diagnosticsWhere, find, open, sample } from '../editor';
import { test } from '../registry';

const SCENARIO = 'deepseek-v3/serve-h200.moe.yaml';

const labelOf = ({ label }: vscode.CompletionItem): string =>
  typeof label === 'string' ? label : label.label;

async function completed({ uri }: vscode.TextDocument, position: vscode.Position): Promise<string[]> {
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    uri,
    position,
  );
  return list.items.map(labelOf);
}

test('a scenario file is its job with its answers and pins', async () => {
  const state = await analysed(sample(SCENARIO));
  const [job] = state?.analysis.jobs ?? [];
  assertEqual(job?.job.framework, 'vllm', 'framework of its job');
  assertEqual(job?.scenario?.layout.ep, 16, 'EP, from the answer for DP_SIZE');
  assertEqual(job?.scenario?.cluster.accelerator, 'h200-sxm', 'accelerator, from the pin');
  assertEqual(codesOf(sample(SCENARIO)), [], 'codes of the sample');
});

test('keys, values and variables of a scenario file are completed, and its mistakes are on their lines', async () => {
  const editor = await open(sample(SCENARIO));
  const { document } = editor;
  const accelerators = await completed(document, find(document, 'h200-sxm'));
  assert(accelerators.includes('b200-sxm'), `accelerators: ${accelerators.slice(0, 20).join(', ')}`);
  const keys = await completed(document, find(document, 'concurrency'));
  assert(keys.includes('inputLength'), `keys of workload: ${keys.slice(0, 20).join(', ')}`);
  const variables = await completed(document, find(document, 'DP_SIZE'));
  assert(variables.includes('DP_SIZE'), `variables: ${variables.slice(0, 20).join(', ')}`);
  const files = await completed(document, find(document, 'serve.sh'));
  assert(files.includes('pretrain.sh'), `files: ${files.slice(0, 20).join(', ')}`);

  const start = find(document, 'concurrency');
  await editor.edit((edit) => edit.replace(new vscode.Range(start, start.translate(0, 11)), 'concurency'));
  await diagnosticsWhere(document.uri, (codes) => codes.includes('SC001'));
  await vscode.commands.executeCommand('workbench.action.files.revert');
  await diagnosticsWhere(document.uri, (codes) => codes.length === 0);
});

test('a scenario file is analysed again when its job changes in an editor', async () => {
  const scenario = sample(SCENARIO);
  await open(scenario);
  const redundant = async () =>
    (await analysed(scenario))?.analysis.jobs[0]?.scenario?.placement.redundantExperts;
  assertEqual(await redundant(), 32, 'redundant experts at first');
  const script = await open(sample('deepseek-v3/serve.sh'));
  const start = find(script.document, 'num_redundant_experts": 32', 'num_redundant_experts": '.length);
  await script.edit((edit) => edit.replace(new vscode.Range(start, start.translate(0, 2)), '16'));
  await analysed(script.document.uri);
  assertEqual(await redundant(), 16, 'redundant experts as typed');
  await vscode.commands.executeCommand('workbench.action.files.revert');
  await analysed(script.document.uri);
  assertEqual(await redundant(), 32, 'redundant experts after the revert');
});

test('a new scenario for a file names it and stands beside it', async () => {
  const script = sample('deepseek-v3/pretrain.sh');
  await open(script);
  const created = sample('deepseek-v3/pretrain.moe.yaml');
  try {
    await vscode.commands.executeCommand('moeScope.newScenario', script);
    const { document } = vscode.window.activeTextEditor ?? {};
    assertEqual(document?.uri.toString(), created.toString(), 'the file that is shown');
    assert(document?.getText().includes('job: pretrain.sh'), document?.getText() ?? '');
    assertEqual((await analysed(created))?.analysis.jobs[0]?.scenario?.layout.ep, 64, 'EP of its job');
  } finally {
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await vscode.workspace.fs.delete(created);
  }
});

test('a model that no file names is chosen into a scenario file', async () => {
  const script = sample('nameless.sh');
  const created = sample('nameless.moe.yaml');
  const text = 'vllm serve acme/moe -tp 8 --enable-expert-parallel\n';
  await vscode.workspace.fs.writeFile(script, new TextEncoder().encode(text));
  try {
    await open(script);
    const before = (await analysed(script))?.analysis.jobs[0];
    assertEqual(
      before?.refusals.map(({ reason }) => reason),
      ['model-not-known'],
      'why it has no figures',
    );
    const isDone = vscode.commands.executeCommand('moeScope.chooseModel', script).then(() => true);
    const accepted = async (): Promise<void> => {
      // The list takes an answer as soon as it is there, and not before.
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      const rest = new Promise<boolean>((resolve) => setTimeout(resolve, 100, false));
      if (!(await Promise.race([isDone, rest]))) await accepted();
    };
    await accepted();
    assertEqual(vscode.window.activeTextEditor?.document.uri.toString(), created.toString(), 'file on show');
    const chosen = (await analysed(created))?.analysis.jobs[0];
    assertEqual(chosen?.scenario?.model.routedExperts, 256, 'experts of the config.json in the workspace');
    assertEqual(chosen?.scenario?.layout.tp, 8, 'TP of its job');
  } finally {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(script);
    await vscode.workspace.fs.delete(created);
  }
});
