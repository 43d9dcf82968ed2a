import * as vscode from 'vscode';
import { isScenarioName } from '../config/scenario-file';
import { fileName } from '../editor/convert';
import type { Change } from '../plan/whatif';
import type { Answering } from './answers/answering';
import { answer } from './answers/answers';
import { turnsTo } from './follow';
import { readMessage } from './messages';
import { type OnDemand, onDemand } from './on-demand';
import { OnShow } from './on-show';
import { type Page, pageOf } from './page';
import type { PanelJobRef, ToWebview, ViewId } from './protocol';
import type { PanelServices } from './services';

/** What a panel shows of a job beside the job itself. */
export interface ShowOptions {
  readonly changes?: readonly Change[];
  /** View to bring forward. */
  readonly view?: ViewId;
  /** Its placements are compared at once. */
  readonly compares?: boolean;
}

/** Who knows all panels. */
interface PanelOwner {
  toFront(panel: Panel): void;
  closed(panel: Panel): void;
}

/**
 * A panel. It shows one job, that of the active file or the one that it is pinned to, and does what its page asks for.
 * The webview keeps which view is open; results are never stored, they are computed again after a reload.
 */
export class Panel implements vscode.Disposable, Answering {
  readonly onShow: OnShow;
  readonly asked: OnDemand;
  private readonly page: Page;
  private pinned = false;
  /** File that the title names. */
  private named: string | null = null;
  private readonly subscriptions: vscode.Disposable[] = [];

  constructor(
    private readonly view: vscode.WebviewPanel,
    readonly services: PanelServices,
    private readonly owner: PanelOwner,
  ) {
    const { session, variants, extensionUri } = services;
    this.page = pageOf(view, services.pageBundle(), (error) => this.fail(error));
    this.asked = onDemand(session, variants, this.post);
    this.onShow = new OnShow(services, this.page, {
      begins: () => this.asked.stopFigures(),
      shows: (file) => this.entitle(file),
    });
    view.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'panel.svg');
    this.subscriptions.push(
      view.webview.onDidReceiveMessage((data: unknown) => this.receive(data)),
      view.onDidDispose(() => this.dispose()),
      view.onDidChangeViewState(() => {
        if (!view.visible) this.hidden();
        else if (this.page.isHidden) this.comesBack();
        if (view.active) owner.toFront(this);
      }),
      session.onDidChange((uri) => {
        const editor = vscode.window.activeTextEditor;
        if (uri.toString() === this.onShow.job?.file) void this.onShow.refresh();
        else if (uri.toString() === editor?.document.uri.toString()) this.followEditor(editor);
        if (isScenarioName(uri.path)) this.listVariantsAgain();
      }),
      variants.onDidChange(() => this.listVariantsAgain()),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.followEditor(editor)),
    );
  }

  dispose(): void {
    this.page.dispose();
    this.owner.closed(this);
    this.onShow.forget();
    this.asked.stopAll();
    for (const subscription of this.subscriptions.splice(0)) subscription.dispose();
    this.view.dispose();
  }

  get isPinned(): boolean {
    return this.pinned;
  }

  /** The job on show, with what is changed about it. */
  get shownJob(): { readonly job: PanelJobRef; readonly changes: readonly Change[] } | null {
    const { job, changes } = this.onShow;
    return job && { job, changes };
  }

  isOf(job: PanelJobRef): boolean {
    return this.onShow.isOf(job);
  }

  reveal(): void {
    if (!this.view.visible) this.view.reveal(undefined, true);
  }

  /** Has the panel stay at its job whatever file is active, or follow again. */
  pin(pinned: boolean): void {
    this.pinned = pinned;
    this.entitle();
    this.post({ type: 'pinned', pinned });
    if (!pinned) this.followEditor(vscode.window.activeTextEditor);
  }

  /** Shows a job, at once or when the page is there. */
  follow(job: PanelJobRef, { changes = [], view, compares = false }: ShowOptions): void {
    this.asked.stopExploring();
    void this.onShow.follow(job, changes, view).then(() => {
      if (compares && this.isOf(job)) void this.asked.placements(job);
    });
  }

  /** Shows the job of the file that the user turned to, unless that would disturb. */
  followEditor(editor: vscode.TextEditor | undefined): void {
    if (this.pinned) return;
    const state = editor && this.services.session.state(editor.document.uri);
    const first = state?.analysis.jobs[0];
    const file = state?.uri.toString();
    const { job, shown, changes } = this.onShow;
    if (!first || !file || file === job?.file) return;
    const onShow = { analysis: shown?.state.analysis, changes: changes.length };
    if (turnsTo(file, onShow)) this.follow({ file, id: first.job.id }, {});
  }

  private hidden(): void {
    this.page.hide();
    this.onShow.forget();
    this.asked.stopAll();
  }

  /** VS Code builds its page anew, which says `ready` in the end. */
  private comesBack(): void {
    this.page.comeBack();
    void this.onShow.refresh();
  }

  private entitle(file: string | null = this.named): void {
    this.named = file;
    const about = file === null ? '' : `: ${fileName(file)}`;
    const title = `MoE Scope${about}`;
    this.view.title = this.pinned ? vscode.l10n.t('{0}, pinned', title) : title;
  }

  /** The page is there; what it was told before may have been lost, and one that was built anew knows nothing. */
  async pageListens(isTold: boolean): Promise<void> {
    this.post({ type: 'pinned', pinned: this.pinned });
    if (!isTold) await this.onShow.tellAll();
  }

  readonly post = (message: ToWebview): void => this.page.post(message);

  private async receive(data: unknown): Promise<void> {
    const { log } = this.services;
    const message = readMessage(data);
    if (!message) {
      log.warn('The panel sent something that is no message.');
      return;
    }
    try {
      await answer(this, message);
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    this.services.log.error(String(error));
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }

  private listVariantsAgain(): void {
    const found = this.onShow.found();
    if (!found) return;
    this.asked
      .listVariantsAgain(found, this.onShow.changes)
      .catch((error: unknown) => this.services.log.error(String(error)));
  }
}

/** Its script is in the page: it loads nothing. */
export const webviewOptions: vscode.WebviewOptions = { enableScripts: true, localResourceRoots: [] };
