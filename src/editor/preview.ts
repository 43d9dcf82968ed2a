import * as vscode from 'vscode';

const SCHEME = 'moe-scope-preview';
const WRITE = vscode.l10n.t('Write');
const LEAVE = vscode.l10n.t('Do not write');

/** A file as it would be. */
export interface Planned {
  readonly uri: vscode.Uri;
  readonly text: string;
}

/** Shows files as they would be beside what they are. */
export class Preview implements vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly provider: vscode.Disposable;
  private shown = 0;

  constructor() {
    this.provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => this.texts.get(uri.toString()) ?? '',
    });
  }

  /** Opens a diff, of all files in one where there are several, and asks whether to write it. */
  async confirms(planned: readonly Planned[], title: string, question: string): Promise<boolean> {
    this.shown += 1;
    const query = String(this.shown);
    const pairs = planned.map(({ uri, text }) => {
      const preview = uri.with({ scheme: SCHEME, query });
      this.texts.set(preview.toString(), text);
      return [uri, preview] as const;
    });
    await this.open(pairs, title);
    // No notification, which may be switched off, and no dialog, which would stand before the diff.
    const answer = await vscode.window.showQuickPick([WRITE, LEAVE], {
      title: question,
      ignoreFocusOut: true,
    });
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await vscode.window.tabGroups.close(tabs.filter(({ label }) => label === title));
    for (const [, preview] of pairs) this.texts.delete(preview.toString());
    return answer === WRITE;
  }

  dispose(): void {
    this.provider.dispose();
  }

  private async open(pairs: readonly (readonly [vscode.Uri, vscode.Uri])[], title: string): Promise<void> {
    const [first, ...others] = pairs;
    if (!first) return;
    const [uri, preview] = first;
    const isFile = (editor: vscode.TextEditor) => editor.document.uri.toString() === uri.toString();
    // Where the file is, so that the panel that asked for it stays in sight.
    const viewColumn = vscode.window.visibleTextEditors.find(isFile)?.viewColumn ?? vscode.ViewColumn.One;
    if (others.length === 0)
      await vscode.commands.executeCommand('vscode.diff', uri, preview, title, { viewColumn });
    else
      await vscode.commands.executeCommand(
        'vscode.changes',
        title,
        pairs.map(([file, after]) => [file, file, after]),
      );
  }
}
