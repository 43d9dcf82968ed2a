import * as vscode from 'vscode';
import { isScenarioName } from '../config/scenario-file';
import { CancelSource } from '../editor/cancel';
import { fileName } from '../editor/convert';
import { Gate } from '../editor/gate';
import type { FoundJob } from '../editor/job';
import { openFact, openFinding } from '../editor/open';
import { createScenario } from '../editor/scenario-file/new-scenario';
import { pinField } from '../editor/scenario-file/pin-field';
import type { FileState, Session } from '../editor/session';
import { keepVariant } from '../editor/variants/actions';
import type { VariantStore } from '../editor/variants/store';
import type { Finding } from '../lint/finding';
import { changesText } from '../plan/knobs';
import type { Change } from '../plan/whatif';
import { factOf, type Provenance } from '../scenario/provenance';
import type { JobAnalysis, Simulated, WhatIfAnalysis } from '../worker/analysis';
import { Cancelled } from '../worker/client';
import type { Plan, PlanQuery } from '../worker/plan';
import { turnsTo } from './follow';
import { panelHtml } from './html';
import { readMessage } from './messages';
import { type OnDemand, onDemand } from './on-demand';
import {
  type FromWebview,
  type PanelJobRef,
  type PanelRefusal,
  type PanelSide,
  PROTOCOL_VERSION,
  type ToWebview,
  type ViewId,
} from './protocol';
import { answerTo, panelRefusals } from './refusals';
import { savePlacement, withSavedPlacement } from './save-placement';
import { findingsOf, placesIn, sideOf } from './side';
import { changeVariant, openVariantFile } from './variants';

type Show = Extract<ToWebview, { type: 'show' }>;
/** What the page asks for of the job on show. */
type OnJob = Extract<
  FromWebview,
  { type: 'saveScenario' | 'pin' | 'variants' | 'keepVariant' | 'changeVariant' | 'openVariant' }
>;

/** Busy is only shown for work that takes longer than this, so that quick answers do not flicker. Milliseconds. */
const BUSY_AFTER_MILLISECONDS = 250;

/** Whether a what-if was seen, which a step of the walkthrough waits for. */
const WHAT_IF_KEY = 'moeScope.whatIfIsShown';

/** What a panel shows of a job beside the job itself. */
export interface ShowOptions {
  readonly changes?: readonly Change[];
  /** View to bring forward. */
  readonly view?: ViewId;
  /** Its placements are compared at once. */
  readonly compares?: boolean;
}

/** What every panel works with. */
export interface PanelServices {
  readonly session: Session;
  readonly variants: VariantStore;
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
}

/** Who knows all panels. */
interface PanelOwner {
  toFront(panel: Panel): void;
  closed(panel: Panel): void;
}

/**
 * A panel. It shows one job: simulates it when its files change and posts what the webview draws.
 * The webview keeps which view is open; results are never stored, they are computed again after a reload.
 */
export class Panel implements vscode.Disposable {
  /** A hidden panel has no page. */
  private isHidden: boolean;
  /** Open from the page's first word on: it listens. */
  private page = new Gate();
  private job: PanelJobRef | null = null;
  private pinned = false;
  /** File that the title names. */
  private named: string | null = null;
  private changes: readonly Change[] = [];
  /** The last ones that made a legal layout: what one refused change leaves. */
  private accepted: readonly Change[] = [];
  /** Knobs beside the first ones that the page shows. */
  private readonly openKnobs = new Set<string>();
  private refused: Pick<Show, 'refusal' | 'refusals'> = {};
  /** What is under way for the page, or waits until it listens. */
  private work: CancelSource | null = null;
  private readonly asked: OnDemand;
  private shown: { state: FileState; whatIf: WhatIfAnalysis } | null = null;
  /** Where what is on the page comes from, the first that knows a field first. */
  private origins: readonly Provenance[] = [];
  /** Findings in the order in which the page lists them. */
  private listed: readonly Finding[] = [];
  private askedView: ViewId | undefined;
  /** What a search found, and of what: it is no longer part of a report once the job is another. */
  private planned: { readonly scenario: string; readonly plan: Plan } | null = null;
  /** The page lists the variants of what is on show. */
  private listsVariants = false;
  private readonly session: Session;
  private readonly log: vscode.LogOutputChannel;
  private readonly subscriptions: vscode.Disposable[] = [];

  constructor(
    private readonly view: vscode.WebviewPanel,
    private readonly services: PanelServices,
    private readonly owner: PanelOwner,
  ) {
    const { session, variants, extensionUri, log } = services;
    this.session = session;
    this.log = log;
    this.isHidden = !view.visible;
    this.asked = onDemand(session, variants, (message) => this.post(message));
    view.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'panel.svg');
    this.subscriptions.push(
      view.webview.onDidReceiveMessage((data: unknown) => this.receive(data)),
      view.onDidDispose(() => this.dispose()),
      view.onDidChangeViewState(() => {
        if (!view.visible) this.hidden();
        else if (this.isHidden) this.comesBack();
        if (view.active) owner.toFront(this);
      }),
      session.onDidChange((uri) => {
        const editor = vscode.window.activeTextEditor;
        if (uri.toString() === this.job?.file) void this.refresh();
        else if (uri.toString() === editor?.document.uri.toString()) this.followEditor(editor);
        if (this.listsVariants && isScenarioName(uri.path)) this.tellVariants();
      }),
      variants.onDidChange(() => {
        if (this.listsVariants) this.tellVariants();
      }),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.followEditor(editor)),
    );
    view.webview.html = panelHtml(view.webview, extensionUri);
  }

  dispose(): void {
    this.owner.closed(this);
    this.work?.cancel();
    this.asked.stopAll();
    for (const subscription of this.subscriptions.splice(0)) subscription.dispose();
    this.view.dispose();
  }

  get isPinned(): boolean {
    return this.pinned;
  }

  /** The job on show, with what is changed about it. */
  get shownJob(): { readonly job: PanelJobRef; readonly changes: readonly Change[] } | null {
    return this.job && { job: this.job, changes: this.changes };
  }

  isOf({ file, id }: PanelJobRef): boolean {
    return this.job?.file === file && this.job.id === id;
  }

  reveal(): void {
    this.view.reveal(undefined, true);
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
    if (!this.isOf(job)) this.openKnobs.clear();
    this.job = job;
    this.changes = changes;
    this.accepted = [];
    this.refused = {};
    this.askedView = view ?? (changes.length > 0 ? 'whatif' : undefined);
    void this.refresh().then(() => {
      if (compares && this.isOf(job)) void this.asked.placements(job);
    });
  }

  /** Shows the job of the file that the user turned to, unless that would disturb. */
  followEditor(editor: vscode.TextEditor | undefined): void {
    if (this.pinned) return;
    const state = editor && this.session.state(editor.document.uri);
    const first = state?.analysis.jobs[0];
    const file = state?.uri.toString();
    if (!first || !file || file === this.job?.file) return;
    const onShow = { analysis: this.shown?.state.analysis, changes: this.changes.length };
    if (turnsTo(file, onShow)) this.follow({ file, id: first.job.id }, {});
  }

  private hidden(): void {
    this.isHidden = true;
    this.page = new Gate();
    this.work?.cancel();
    this.work = null;
    this.asked.stopAll();
  }

  /** VS Code builds its page anew, which says `ready` in the end. */
  private comesBack(): void {
    this.isHidden = false;
    void this.refresh();
  }

  /** Simulates the job on show while VS Code loads the page, and shows it as soon as the page listens. */
  private async refresh(): Promise<void> {
    if (this.isHidden) return;
    if (!this.job) {
      this.post({
        type: 'empty',
        title: vscode.l10n.t('No job is shown'),
        message: vscode.l10n.t('Open a launch script or a model config, and this panel follows it.'),
        findings: [],
      });
      return;
    }
    const { job } = this;
    this.work?.cancel();
    this.asked.stopFigures();
    this.listsVariants = false;
    const work = new CancelSource();
    this.work = work;
    const sayBusy = (message: string) => {
      if (!work.isCancelled) this.post({ type: 'busy', message });
    };
    const busy = setTimeout(() => sayBusy(vscode.l10n.t('Simulating…')), BUSY_AFTER_MILLISECONDS);
    const { page } = this;
    const tell = await this.figures(job, work, sayBusy).catch(
      (error: unknown) => () => this.fail(job, error),
    );
    clearTimeout(busy);
    await page.opened;
    if (work.isCancelled) return;
    this.work = null;
    tell();
  }

  /** What there is to tell about a job. */
  private async figures(
    { file, id }: PanelJobRef,
    work: CancelSource,
    sayBusy: (message: string) => void,
  ): Promise<() => void> {
    const uri = vscode.Uri.parse(file);
    const state = this.session.state(file) ?? (await this.session.settled(uri));
    const job = state?.analysis.jobs.find((one) => one.job.id === id) ?? state?.analysis.jobs[0];
    if (!state || !job)
      return () =>
        this.postEmpty(
          file,
          vscode.l10n.t('This file does not describe a Mixture-of-Experts job (any more).'),
          undefined,
        );
    if (!job.scenario) return () => this.postRefused(state, job);
    const asked = { changes: this.changes, openKnobs: [...this.openKnobs] };
    const whatIf = await this.session.whatIf(uri, job.job.id, asked, work, (fraction) =>
      sayBusy(vscode.l10n.t('Simulating, {0}%', Math.round(fraction * 100))),
    );
    return () => this.show(state, job, whatIf);
  }

  private fail({ file }: PanelJobRef, error: unknown): void {
    if (error instanceof Cancelled) return;
    this.log.error(String(error));
    const message = vscode.l10n.t(
      'The simulation failed: {0}. The log "MoE Scope" has the details.',
      String(error),
    );
    this.postEmpty(file, message, undefined);
  }

  private show(state: FileState, analysis: JobAnalysis, whatIf: WhatIfAnalysis): void {
    const { baseline, variant } = whatIf;
    const file = state.uri.toString();
    if (!baseline.result) {
      this.postRefused(state, baseline);
      return;
    }
    if (this.changes.length > 0 && !variant.result) {
      this.refuse(variant, state);
      return;
    }
    const ended = this.changes.length > 0 && whatIf.isBaseline ? changesText(this.changes) : undefined;
    if (ended) this.changes = [];
    this.accepted = this.changes;
    this.shown = { state, whatIf };
    this.origins = [variant.provenance, baseline.provenance];
    this.listed = state.findings;
    this.entitle(file);
    const hasVariant = this.changes.length > 0 && variant.result;
    if (hasVariant) void vscode.commands.executeCommand('setContext', WHAT_IF_KEY, true);
    this.post({
      type: 'show',
      version: PROTOCOL_VERSION,
      job: { file, id: analysis.job.id },
      fileName: fileName(file),
      baseline: this.side(baseline, state),
      findings: findingsOf(state),
      knobs: whatIf.knobs,
      whatIf: hasVariant
        ? {
            changes: this.changes,
            variant: this.side(variant, state),
            delta: whatIf.delta,
            errors: whatIf.refused.map(({ rule, message }) => ({ rule, message })),
          }
        : null,
      ...this.refused,
      ...(ended ? { ended } : {}),
      ...(this.askedView ? { view: this.askedView } : {}),
    });
    this.askedView = undefined;
    this.refused = {};
  }

  /** Goes back to the last changes that made a legal layout, and says why the new ones do not. */
  private refuse({ refusals, provenance }: Simulated, state: FileState): void {
    const messages = refusals.map(({ message }) => message).join(' ');
    const before = this.accepted;
    this.accepted = [];
    this.changes = before;
    this.refused = {
      refusal: vscode.l10n.t('This layout cannot be simulated. {0}', messages),
      refusals: panelRefusals(refusals, provenance, placesIn(this.session, state)),
    };
    void this.refresh();
  }

  private entitle(file: string | null = this.named): void {
    this.named = file;
    const about = file === null ? '' : `: ${fileName(file)}`;
    const title = `MoE Scope${about}`;
    this.view.title = this.pinned ? vscode.l10n.t('{0}, pinned', title) : title;
  }

  private side(simulated: Simulated, state: FileState): PanelSide {
    return sideOf(simulated, placesIn(this.session, state));
  }

  private postRefused(state: FileState, { refusals, provenance }: JobAnalysis | Simulated): void {
    this.postEmpty(
      state.uri.toString(),
      '',
      state,
      panelRefusals(refusals, provenance, placesIn(this.session, state)),
    );
    this.origins = [provenance];
  }

  private postEmpty(
    file: string,
    message: string,
    state: FileState | undefined,
    refusals: readonly PanelRefusal[] = [],
  ): void {
    this.shown = null;
    this.origins = [];
    this.listed = state?.findings ?? [];
    this.entitle(null);
    this.post({
      type: 'empty',
      title: vscode.l10n.t('{0} cannot be simulated yet', fileName(file)),
      message,
      refusals,
      findings: state ? findingsOf(state) : [],
    });
  }

  /** A page that speaks first once more was built anew, and knows nothing. */
  private async pageListens(): Promise<void> {
    const awaitsFigures = !this.page.isOpen && this.work !== null;
    this.page.open();
    this.post({ type: 'pinned', pinned: this.pinned });
    if (!awaitsFigures) await this.refresh();
  }

  private post(message: ToWebview): void {
    if (this.page.isOpen) void this.view.webview.postMessage(message);
  }

  private async receive(data: unknown): Promise<void> {
    const message = readMessage(data);
    if (!message) {
      this.log.warn('The panel sent something that is no message.');
      return;
    }
    try {
      await this.answer(message);
    } catch (error) {
      this.log.error(String(error));
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  }

  private async answer(message: FromWebview): Promise<void> {
    switch (message.type) {
      case 'ready':
        await this.pageListens();
        return;
      case 'whatIf':
        this.changes = message.changes;
        await this.refresh();
        return;
      case 'growth':
        if (this.job && this.shown) await this.asked.growth(this.job);
        return;
      case 'layer':
        if (this.job && this.shown)
          await this.asked.layer(this.job, message.layer, this.shown.whatIf.changes);
        return;
      case 'plan':
        await this.search(message.query);
        return;
      case 'stopPlan':
        this.asked.stopPlan();
        return;
      case 'comparePlacements':
        if (this.job) await this.asked.placements(this.job);
        return;
      case 'stopComparing':
        this.asked.stopComparing();
        return;
      case 'savePlacement': {
        const found = this.jobOnShow();
        if (found) await savePlacement(this.session, found, message.redundantExperts);
        return;
      }
      case 'openKnob': {
        const { job } = this;
        if (!job) return;
        this.openKnobs.add(message.name);
        const knob = await this.session.knob(vscode.Uri.parse(job.file), job.id, message.name);
        if (knob) this.post({ type: 'knob', knob });
        return;
      }
      case 'openOrigin':
        await this.openOrigin(message.name);
        return;
      case 'openFinding': {
        const finding = this.listed[message.index];
        if (finding) await openFinding(finding, this.session);
        return;
      }
      case 'explore':
        if (this.job) await this.asked.explore(this.job, message);
        return;
      case 'stopExploring':
        this.asked.stopExploring();
        return;
      case 'apply':
        if (this.job && this.changes.length > 0) {
          const { file, id } = this.job;
          await vscode.commands.executeCommand('moeScope.applyChanges', file, id, this.changes);
        }
        return;
      case 'saveScenario':
      case 'pin':
      case 'variants':
      case 'keepVariant':
      case 'changeVariant':
      case 'openVariant': {
        const found = this.jobOnShow();
        if (found) await this.answerOnJob(message, found);
        return;
      }
      case 'answer': {
        const command = answerTo(message.reason);
        if (command && this.job) await vscode.commands.executeCommand(command, this.job);
        return;
      }
      case 'exportReport':
        await vscode.commands.executeCommand('moeScope.exportReport', this.job, this.changes, this.plan);
        return;
      case 'copyText':
        await vscode.env.clipboard.writeText(message.text);
        vscode.window.setStatusBarMessage(vscode.l10n.t('MoE Scope: {0} copied', message.what), 3000);
        return;
      case 'saveFile':
        await saveFile(message.fileName, message.base64, this.job?.file);
        return;
    }
  }

  private async answerOnJob(message: OnJob, found: FoundJob): Promise<void> {
    const { uri } = found.state;
    const { session, variants } = this.services;
    switch (message.type) {
      case 'pin':
        await pinField(uri, found.job, message.name);
        return;
      case 'saveScenario': {
        const changes = await withSavedPlacement(session, found, this.changes);
        if (changes) await createScenario(uri, found.job, changes);
        return;
      }
      case 'variants':
        this.listsVariants = true;
        await this.asked.variants(found, this.changes);
        return;
      case 'keepVariant':
        if (this.changes.length > 0) await keepVariant(variants, found, this.changes);
        return;
      case 'changeVariant':
        await changeVariant(variants, found, message.name, message.action);
        return;
      case 'openVariant':
        await openVariantFile(session, variants, found, message.file);
        return;
    }
  }

  /** The job on show, as it was analysed last. */
  private jobOnShow(): FoundJob | undefined {
    const state = this.shown?.state;
    const job = state?.analysis.jobs.find((one) => one.job.id === this.job?.id);
    return state && job && { state, job };
  }

  private async search(query: PlanQuery): Promise<void> {
    if (!this.job) return;
    const { scenario } = this;
    const plan = await this.asked.plan(this.job, query);
    if (plan) this.planned = { scenario, plan };
  }

  /** The job on show, whatever its files look like. */
  private get scenario(): string {
    return JSON.stringify(this.shown?.whatIf.baseline.result?.scenario ?? null);
  }

  private get plan(): Plan | null {
    return this.planned?.scenario === this.scenario ? this.planned.plan : null;
  }

  private tellVariants(): void {
    const found = this.jobOnShow();
    if (!found) return;
    this.asked.variants(found, this.changes).catch((error: unknown) => this.log.error(String(error)));
  }

  private async openOrigin(name: string): Promise<void> {
    const known = this.origins.flatMap((provenance) => provenance[name] ?? []);
    const fact = known.map(factOf).find((one) => one !== undefined);
    if (fact) await openFact(fact, this.session);
    else if (known.some(({ kind }) => kind === 'setting'))
      await vscode.commands.executeCommand('workbench.action.openSettings', 'moeScope');
  }
}

export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist', 'webview')] };
}

async function saveFile(name: string, base64: string, beside: string | undefined): Promise<void> {
  const folder = beside ? vscode.Uri.joinPath(vscode.Uri.parse(beside), '..') : undefined;
  const target = await vscode.window.showSaveDialog(
    folder ? { defaultUri: vscode.Uri.joinPath(folder, name.replace(/[\\/]/g, '-')) } : {},
  );
  if (!target) return;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  await vscode.workspace.fs.writeFile(target, bytes);
}
