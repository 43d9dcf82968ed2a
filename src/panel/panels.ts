import * as vscode from 'vscode';
import { readKept } from './messages';
import { Panel, type ShowOptions, webviewOptions } from './panel';
import type { PanelJobRef } from './protocol';
import type { PanelServices } from './services';

const VIEW_TYPE = 'moeScope.panel';

/** Whether there is a panel, for the palette; and whether the one in front is pinned, for the buttons of its title. */
const OPEN_KEY = 'moeScope.panelIsOpen';
const PINNED_KEY = 'moeScope.panelPinned';

/** All panels. Those that are not pinned follow the active file; a job is shown in the one of them that was looked at last. */
export class Panels implements vscode.Disposable {
  /** The one looked at last first. */
  private open: readonly Panel[] = [];
  private readonly subscriptions: vscode.Disposable;

  constructor(private readonly services: PanelServices) {
    const command = (name: string, run: (panel: Panel) => void) =>
      vscode.commands.registerCommand(name, () => {
        const panel = this.open[0];
        if (panel) run(panel);
        else
          void vscode.window.showInformationMessage(
            vscode.l10n.t('No panel is open. "MoE Scope: Open Panel" opens one.'),
          );
      });
    this.subscriptions = vscode.Disposable.from(
      command('moeScope.pinPanel', (panel) => this.pin(panel, true)),
      command('moeScope.unpinPanel', (panel) => this.pin(panel, false)),
      command('moeScope.anotherPanel', (panel) => this.another(panel)),
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: async (view, state) => this.restore(view, state),
      }),
    );
  }

  /** Shows the job in a panel that follows, in one that is pinned to it, or in a new one. */
  show(job: PanelJobRef, options: ShowOptions = {}): void {
    const known = this.open.find((panel) => !panel.isPinned) ?? this.open.find((panel) => panel.isOf(job));
    known?.reveal();
    (known ?? this.create(vscode.ViewColumn.Beside)).follow(job, options);
  }

  /** What the panel shows that was looked at last. */
  get shown(): Panel['shownJob'] {
    return this.open[0]?.shownJob ?? null;
  }

  dispose(): void {
    this.subscriptions.dispose();
    for (const panel of this.open) panel.dispose();
  }

  /** Brings a panel back after the window was reloaded. */
  private restore(view: vscode.WebviewPanel, state: unknown): void {
    view.webview.options = webviewOptions;
    const panel = this.add(view);
    const kept = readKept(state);
    if (!kept) panel.followEditor(vscode.window.activeTextEditor);
    else {
      panel.pin(kept.pinned);
      panel.follow(kept.job, { changes: kept.changes });
    }
  }

  private pin(panel: Panel, pinned: boolean): void {
    panel.pin(pinned);
    this.tellPinned();
  }

  /** The panel stays at its job, and another one beside it starts there. */
  private another(panel: Panel): void {
    const shown = panel.shownJob;
    if (!shown) return;
    this.pin(panel, true);
    this.create(vscode.ViewColumn.Beside).follow(shown.job, shown);
  }

  private create(viewColumn: vscode.ViewColumn): Panel {
    const column = { viewColumn, preserveFocus: true };
    const options = webviewOptions;
    return this.add(vscode.window.createWebviewPanel(VIEW_TYPE, 'MoE Scope', column, options));
  }

  private add(view: vscode.WebviewPanel): Panel {
    const panel = new Panel(view, this.services, {
      toFront: (one) => {
        this.open = [one, ...this.open.filter((other) => other !== one)];
        this.tellPinned();
      },
      closed: (one) => {
        this.open = this.open.filter((other) => other !== one);
        this.tellPinned();
      },
    });
    this.open = [panel, ...this.open];
    this.tellPinned();
    return panel;
  }

  private tellPinned(): void {
    void vscode.commands.executeCommand('setContext', OPEN_KEY, this.open.length > 0);
    void vscode.commands.executeCommand('setContext', PINNED_KEY, this.open[0]?.isPinned ?? false);
  }
}
