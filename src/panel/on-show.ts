import * as vscode from 'vscode';
import { CancelSource } from '../editor/cancel';
import type { FoundJob } from '../editor/job';
import type { FileState } from '../editor/session';
import { scenarioSettings } from '../editor/settings';
import type { Finding } from '../lint/finding';
import { changesText } from '../plan/knobs';
import type { Change } from '../plan/whatif';
import type { Provenance } from '../scenario/provenance';
import type { Scenario } from '../scenario/scenario';
import type { JobAnalysis, Simulated, WhatIfAnalysis } from '../worker/analysis';
import { Cancelled } from '../worker/client';
import type { Page } from './page';
import type { BesideBaseline, PanelJobRef, ToWebview, ViewId } from './protocol';
import { panelRefusals } from './refusals';
import type { PanelServices } from './services';
import { placesIn } from './side';
import { failedMessage, noJobMessage, notAJobMessage, refusedMessage, showMessage, whatIfOf } from './told';

/** Busy is only shown for work that takes longer than this, so that quick answers do not flicker. Milliseconds. */
const BUSY_AFTER_MILLISECONDS = 250;

/** Whether a what-if was seen, which a step of the walkthrough waits for. */
const WHAT_IF_KEY = 'moeScope.whatIfIsShown';

/** A job as the page has it. */
interface Shown {
  readonly state: FileState;
  readonly id: string;
  /** The settings under which it was simulated. */
  readonly settings: string;
  readonly whatIf: WhatIfAnalysis;
}

/** Who hears what is on show. */
interface Hearer {
  /** Figures are about to change. */
  begins(): void;
  /** The file of the job on show; `null`: it has no figures. */
  shows(file: string | null): void;
}

/**
 * The job of a panel: simulates it when it is another, its files change or a what-if is asked for, and tells the page. What
 * the page has of a job and stays the same is not told again.
 */
export class OnShow {
  job: PanelJobRef | null = null;
  /** The what-if beside it. */
  changes: readonly Change[] = [];
  /** Knobs beside the first ones that the page shows. */
  readonly openKnobs = new Set<string>();
  shown: Shown | null = null;
  /** What of it the page has. */
  private told: Shown | null = null;
  /** Where what is on the page comes from, the first that knows a field first. */
  origins: readonly Provenance[] = [];
  /** Findings in the order in which the page lists them. */
  listed: readonly Finding[] = [];
  /** The last changes that made a legal layout: what one refused change leaves. */
  private accepted: readonly Change[] = [];
  private refused: Pick<BesideBaseline, 'refusal' | 'refusals'> = {};
  private askedView: ViewId | undefined;
  /** What is under way for the page. */
  private work: CancelSource | null = null;

  constructor(
    private readonly services: PanelServices,
    private readonly page: Page,
    private readonly hearer: Hearer,
  ) {}

  /** Shows a job, at once or when the page is there. */
  follow(job: PanelJobRef, changes: readonly Change[], view: ViewId | undefined): Promise<void> {
    if (!this.isOf(job)) this.openKnobs.clear();
    this.job = job;
    this.changes = changes;
    this.accepted = [];
    this.refused = {};
    this.askedView = view ?? (changes.length > 0 ? 'whatif' : undefined);
    return this.refresh();
  }

  ask(changes: readonly Change[]): Promise<void> {
    this.changes = changes;
    return this.refresh();
  }

  /** The job on show, as it was analysed last. */
  found(): FoundJob | undefined {
    const state = this.shown?.state;
    const job = state?.analysis.jobs.find((one) => one.job.id === this.job?.id);
    return state && job && { state, job };
  }

  isOf({ file, id }: PanelJobRef): boolean {
    return this.job?.file === file && this.job.id === id;
  }

  /** The scenario of the job on show, without the changes. */
  get scenario(): Scenario | null {
    return this.shown?.whatIf.baseline.result?.scenario ?? null;
  }

  /** The page is gone, and with it what it was told. */
  forget(): void {
    this.work?.cancel();
    this.work = null;
    this.told = null;
  }

  /** Tells a page all that is new to it. */
  async tellAll(): Promise<void> {
    // What is about to come is whole.
    if (this.work && !this.told) return;
    this.forget();
    await this.refresh();
  }

  /** Simulates the job on show and tells the page, which VS Code may still load: it hands over what was said by then. */
  async refresh(): Promise<void> {
    const { job, page } = this;
    if (page.isHidden) return;
    if (!job) {
      page.post(noJobMessage());
      return;
    }
    this.work?.cancel();
    this.hearer.begins();
    const work = new CancelSource();
    this.work = work;
    const sayBusy = (message: string, fraction?: number) => {
      if (!work.isCancelled)
        page.post({ type: 'busy', message, ...(fraction === undefined ? {} : { fraction }) });
    };
    const busy = setTimeout(() => sayBusy(vscode.l10n.t('Simulating…')), BUSY_AFTER_MILLISECONDS);
    const tell = await this.figures(job, work, sayBusy).catch(
      (error: unknown) => () => this.fail(job, error),
    );
    clearTimeout(busy);
    await page.written;
    if (work.isCancelled) return;
    this.work = null;
    tell();
  }

  /** What there is to tell about a job. */
  private async figures(
    { file, id }: PanelJobRef,
    work: CancelSource,
    sayBusy: (message: string, fraction?: number) => void,
  ): Promise<() => void> {
    const { session } = this.services;
    const uri = vscode.Uri.parse(file);
    const state = session.state(file) ?? (await session.settled(uri));
    const job = state?.analysis.jobs.find((one) => one.job.id === id) ?? state?.analysis.jobs[0];
    if (!state || !job) return () => this.showNothing(notAJobMessage(file), undefined);
    if (!job.scenario) return () => this.refuseJob(state, job);
    const progress = (fraction: number) =>
      sayBusy(vscode.l10n.t('Simulating, {0}%', Math.round(fraction * 100)), fraction);
    const settings = JSON.stringify(scenarioSettings(uri));
    const known = this.told;
    const isKnown = known?.state === state && known.id === job.job.id && known.settings === settings;
    const shown = { state, id: job.job.id, settings };
    const { changes } = this;
    if (!isKnown) {
      const asked = { changes, openKnobs: [...this.openKnobs] };
      const whatIf = await session.jobs.whatIf(uri, shown.id, asked, work, progress);
      return () => this.show({ ...shown, whatIf });
    }
    const beside =
      changes.length > 0
        ? await session.jobs.variant(uri, shown.id, changes, work, progress)
        : unchanged(known.whatIf);
    return () => this.show({ ...shown, whatIf: { ...known.whatIf, ...beside } }, known);
  }

  private fail({ file }: PanelJobRef, error: unknown): void {
    if (error instanceof Cancelled) return;
    this.services.log.error(String(error));
    this.showNothing(failedMessage(file, error), undefined);
  }

  /** @param known what the page has of the same job */
  private show(shown: Shown, known: Shown | null = null): void {
    const { state, id, whatIf } = shown;
    const { baseline, variant } = whatIf;
    if (!baseline.result) {
      this.refuseJob(state, baseline);
      return;
    }
    if (this.changes.length > 0 && !variant.result) {
      this.goBack(variant, state);
      return;
    }
    const ended = this.changes.length > 0 && whatIf.isBaseline ? changesText(this.changes) : undefined;
    if (ended) this.changes = [];
    this.accepted = this.changes;
    this.shown = shown;
    this.told = shown;
    this.origins = [variant.provenance, baseline.provenance];
    this.listed = state.findings;
    this.hearer.shows(state.uri.toString());
    const { session } = this.services;
    const told: BesideBaseline = {
      whatIf: whatIfOf(session, state, this.changes, whatIf),
      ...this.refused,
      ...(ended ? { ended } : {}),
      ...(this.askedView ? { view: this.askedView } : {}),
    };
    if (told.whatIf) void vscode.commands.executeCommand('setContext', WHAT_IF_KEY, true);
    this.page.post(known ? { type: 'variant', ...told } : showMessage(session, state, id, whatIf, told));
    this.askedView = undefined;
    this.refused = {};
  }

  /** Goes back to the last changes that made a legal layout, and says why the new ones do not. */
  private goBack({ refusals, provenance }: Simulated, state: FileState): void {
    const messages = refusals.map(({ message }) => message).join(' ');
    this.changes = this.accepted;
    this.accepted = [];
    this.refused = {
      refusal: vscode.l10n.t('This layout cannot be simulated. {0}', messages),
      refusals: panelRefusals(refusals, provenance, placesIn(this.services.session, state)),
    };
    void this.refresh();
  }

  private refuseJob(state: FileState, refused: JobAnalysis | Simulated): void {
    this.showNothing(refusedMessage(this.services.session, state, refused), state);
    this.origins = [refused.provenance];
  }

  private showNothing(message: ToWebview, state: FileState | undefined): void {
    this.shown = null;
    this.told = null;
    this.origins = [];
    this.listed = state?.findings ?? [];
    this.hearer.shows(null);
    this.page.post(message);
  }
}

/** A job beside itself. */
const unchanged = ({ baseline }: WhatIfAnalysis): Omit<WhatIfAnalysis, 'baseline' | 'knobs'> => ({
  variant: baseline,
  changes: [],
  delta: [],
  refused: [],
  isBaseline: true,
});
