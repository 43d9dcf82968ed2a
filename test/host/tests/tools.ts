import * as vscode from 'vscode';
import { assert, assertEqual } from '../assert';
import { test } from '../registry';

/** The part of VS Code's tool API that is used here; the types of the oldest VS Code that is supported have none of it. */
interface ToolApi {
  readonly tools?: readonly { readonly name: string }[];
  invokeTool?(
    name: string,
    options: { readonly input: object; readonly toolInvocationToken: undefined },
    token?: vscode.CancellationToken,
  ): Promise<{ readonly content: readonly { readonly value: string }[] }>;
}
const { lm } = vscode as unknown as { lm?: ToolApi };

async function invoke(name: string, input: object): Promise<{ text: string; data: Record<string, unknown> }> {
  const result = await lm?.invokeTool?.(name, { input, toolInvocationToken: undefined });
  const [text, json] = (result?.content ?? []).map(({ value }) => value);
  assert(text !== undefined && json !== undefined, `${name} answers with text and JSON`);
  return { text, data: JSON.parse(json) };
}

/** Older editors have no such API: there the extension works without its tools. */
function toolTest(name: string, body: () => Promise<void>): void {
  test(name, async () => {
    if (lm?.invokeTool) await body();
  });
}

toolTest('language models find the three tools', async () => {
  const names = (lm?.tools ?? []).map(({ name }) => name).filter((name) => name.startsWith('moe_'));
  assertEqual(names.sort(), ['moe_explain_finding', 'moe_lint_config', 'moe_simulate_layout'], 'tools');
});

toolTest('a language model lints a config', async () => {
  const { text, data } = await invoke('moe_lint_config', {
    path: 'mixtral/pretrain.sh',
    minimumSeverity: 'error',
  });
  assert(text.includes('error MG002') && text.includes('mixtral/pretrain.sh:39:34'), text);
  const findings = data.findings as {
    rule: string;
    line: number;
    fixes: { edits: { newText: string }[] }[];
  }[];
  const indivisible = findings.find(({ rule }) => rule === 'MG002');
  assertEqual(indivisible?.line, 39, 'the line');
  assertEqual(indivisible?.fixes[0]?.edits[0]?.newText, '4', 'the first fix');
});

toolTest('a language model simulates a layout, and compares it with another', async () => {
  const model = await invoke('moe_simulate_layout', {
    model: 'deepseek-ai/DeepSeek-V3',
    changes: { 'layout.ep': 64, 'layout.tp': 1, 'cluster.accelerator': 'h200-sxm', 'cluster.nodes': 8 },
  });
  assert(model.text.includes('EP 64') && model.text.includes('Assumed'), model.text);
  assert((model.data.time as { basis?: unknown }).basis, 'a basis');
  const file = await invoke('moe_simulate_layout', {
    path: 'deepseek-v3/pretrain.sh',
    changes: { 'layout.ep': 32 },
  });
  assert(file.text.includes('With layout.ep = 32') && file.text.includes('→'), file.text);
});

toolTest('a language model has a finding explained', async () => {
  const rule = await invoke('moe_explain_finding', { rule: 'MG002' });
  assert(rule.text.includes('## Source'), rule.text);
  const line = await invoke('moe_explain_finding', { path: 'mixtral/pretrain.sh', line: 39 });
  assert(line.text.includes('MG002') && line.text.includes('8 experts do not divide'), line.text);
});

toolTest('wrong input is answered with what would be right', async () => {
  const wrong: readonly (readonly [string, object, RegExp])[] = [
    ['moe_lint_config', { path: 'nowhere.sh' }, /no file nowhere\.sh.*mixtral\/pretrain\.sh/],
    ['moe_lint_config', { path: 'README.md' }, /no Mixture-of-Experts config/],
    ['moe_simulate_layout', { model: 'nobody/nothing' }, /no model nobody\/nothing/],
    ['moe_simulate_layout', { model: 'deepseek-ai/DeepSeek-V3', changes: { 'layout.epp': 8 } }, /layout\.ep/],
    ['moe_explain_finding', { rule: 'ZZ999' }, /no rule ZZ999/],
  ];
  for (const [name, input, expected] of wrong) {
    const said = await invoke(name, input).then(
      () => 'an answer',
      (error) => String(error),
    );
    assert(expected.test(said), `${name} ${JSON.stringify(input)}: ${said}`);
  }
});
