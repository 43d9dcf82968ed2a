import * as vscode from 'vscode';

const SCHEME = 'moe-scope';

/** The rules are loaded when one is asked for: activation must not wait for them. */
const registry = () => import('../lint/registry');

/** What a diagnostic's code links to: the rule's page, inside the editor, without a network. */
export function ruleCommandUri(code: string): vscode.Uri {
  return vscode.Uri.parse(`command:moeScope.explainRule?${encodeURIComponent(JSON.stringify([code]))}`);
}

/** Serves the rule pages as read-only documents and opens them as rendered Markdown. */
export function registerRulePages(): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: async (uri) => {
        const [{ findRule }, { ruleMarkdown }] = await Promise.all([registry(), import('../lint/markdown')]);
        const code = uri.path.replace(/^.*\/|\.md$/g, '');
        const rule = findRule(code);
        return rule ? ruleMarkdown(rule) : `There is no rule ${code}.`;
      },
    }),
    vscode.commands.registerCommand('moeScope.explainRule', async (given?: unknown) => {
      // A link can carry anything, and a row of the tree its finding: what is no rule is asked for.
      const { findRule } = await registry();
      const asked = typeof given === 'object' && given !== null && 'rule' in given ? given.rule : given;
      const known = typeof asked === 'string' ? findRule(asked)?.code : undefined;
      const code = known ?? (await pickRule());
      if (code) await showPage(vscode.Uri.parse(`${SCHEME}:/rules/${code}.md`));
    }),
  );
}

/** Shows a Markdown file rendered. */
export async function showPage(page: vscode.Uri): Promise<void> {
  try {
    await vscode.commands.executeCommand('markdown.showPreview', page);
  } catch {
    // The built-in Markdown extension can be switched off.
    await vscode.window.showTextDocument(page, { preview: true });
  }
}

async function pickRule(): Promise<string | undefined> {
  const { allRules } = await registry();
  const items = allRules.map(({ code, name, summary }) => ({
    label: code,
    description: name,
    detail: summary,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Explain a rule'),
    placeHolder: vscode.l10n.t('Code or words of the rule'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.label;
}
