import * as vscode from 'vscode';
import { ruleMarkdown } from '../lint/markdown';
import { allRules } from '../lint/registry';

const SCHEME = 'moe-scope';

/** What a diagnostic's code links to: the rule's page, inside the editor, without a network. */
export function ruleCommandUri(code: string): vscode.Uri {
  return vscode.Uri.parse(`command:moeScope.explainRule?${encodeURIComponent(JSON.stringify([code]))}`);
}

/** Serves the rule pages as read-only documents and opens them as rendered Markdown. */
export function registerRulePages(): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => {
        const code = uri.path.replace(/^.*\/|\.md$/g, '');
        const rule = allRules.find((one) => one.code === code);
        return rule ? ruleMarkdown(rule) : `There is no rule ${code}.`;
      },
    }),
    vscode.commands.registerCommand('moeScope.explainRule', async (given?: string) => {
      const code = given ?? (await pickRule());
      if (!code) return;
      await vscode.commands.executeCommand(
        'markdown.showPreview',
        vscode.Uri.parse(`${SCHEME}:/rules/${code}.md`),
      );
    }),
  );
}

async function pickRule(): Promise<string | undefined> {
  const items = allRules.map(({ code, name, summary }) => ({
    label: code,
    description: name,
    detail: summary,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Explain a rule',
    placeHolder: 'Code or words of the rule',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.label;
}
