import * as vscode from 'vscode';
import { failureText, type RuleFailure, untold } from '../lint/failures';
import type { Finding } from '../lint/finding';
import type { Knob } from '../plan/knobs';
import type { LayerChoice, LayerTraffic } from '../sim/layer-traffic';
import type { FileAnalysis, Simulated, WhatIfAnalysis, WhatIfRequest } from '../worker/analysis';
import { Cancelled, type CancelSignal, type EngineClient } from '../worker/client';
import type { Args } from '../worker/rpc';
import { ArtefactFiles } from './artefacts/artefact-files';
import { CancelSource } from './cancel';
import { Positions } from './convert';
import { configText, fileText, isCandidate, openDocument } from './documents';
import { modelFiles } from './model-files';
import { ruleChoices, scenarioSettings } from './settings';

/** Typing pauses longer than this start an analysis, in milliseconds. */
const DEBOUNCE_MILLISECONDS = 150;

/** Findings wait this long for the figures, so that what the simulation found does not blink at every pause. Milliseconds. */
const FIGURES_WITHIN_MILLISECONDS = 300;

/** A script that starts a script that names a file that names a file. */
const MAX_ROUNDS = 4;

/** A model config is known by what is in it; options in a file of their own need not show whose they are. */
const isRecognised = (recognised: boolean): boolean => recognised;
const isAny = (): boolean => true;

const placeOf = ({ rule, range }: Finding): string => `${rule} ${range.start} ${range.end}`;

/** What a promise gives, if it does so in time. */
function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** What is known about one file. Replaced as a whole, so a reader never sees half of an update. */
export interface FileState {
  readonly uri: vscode.Uri;
  readonly text: string;
  readonly positions: Positions;
  readonly analysis: FileAnalysis;
  /** Figures of the file's jobs by job id, without matrices; they may arrive after the analysis. */
  readonly simulated: ReadonlyMap<string, Simulated>;
  /** The figures are of this text; until then they are those of the text before. */
  readonly isSimulated: boolean;
  readonly findings: readonly Finding[];
  /** What its jobs found in other files that they are read from. */
  readonly elsewhere: readonly Finding[];
}

/** One look at a file, from its text to its figures. A later one takes its place and cancels it. */
interface Pass {
  readonly source: CancelSource;
  readonly done: Promise<void>;
}

/**
 * Follows the MoE configs of the workspace: gives their text to the engine as it changes and keeps what comes back.
 * Nothing happens on a keystroke but a timer; a file that is not ours costs one look at its text and nothing else.
 */
export class Session implements vscode.Disposable {
  private readonly states = new Map<string, FileState>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly passes = new Map<string, Pass>();
  /** Files that are looked at one after the other, so that those in editors never wait behind them. */
  private readonly queue = new Map<string, vscode.Uri>();
  private isDraining = false;
  /** Failures of rules that the log has. */
  private readonly told = new Set<string>();
  /** Which version of a document the file's state was compared with, since comparing means to build its text. */
  private readonly compared = new WeakMap<vscode.TextDocument, { state: FileState; version: number }>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();

  private readonly judged = new vscode.EventEmitter<vscode.Uri>();

  private readonly activity = new vscode.EventEmitter<vscode.Uri>();

  /** Placements, loads and traces that jobs name. */
  readonly artefacts: ArtefactFiles;
  /** Reads of them that take longer than a pass waits, by the file whose jobs name them. */
  private readonly late = new Map<string, Promise<void>>();

  private readonly subscriptions: vscode.Disposable[] = [this.changed, this.judged, this.activity];

  /** Fires after a file's state was replaced or dropped. */
  readonly onDidChange = this.changed.event;
  /** Fires for every file in which findings came, changed or went. */
  readonly onDidChangeFindings = this.judged.event;
  /** Fires when a look at a file begins or ends. */
  readonly onDidChangeActivity = this.activity.event;

  constructor(
    private readonly engine: EngineClient,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.artefacts = new ArtefactFiles(engine, log, (script) => {
      if (this.follows(vscode.Uri.parse(script))) this.again(vscode.Uri.parse(script));
    });
    this.subscriptions.push(
      this.artefacts,
      vscode.workspace.onDidOpenTextDocument((document) => this.follow(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.follow(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.closed(document)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.refreshAll()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('moeScope')) this.refreshAll();
      }),
    );
    for (const document of vscode.workspace.textDocuments) this.follow(document);
  }

  state(uri: vscode.Uri | string): FileState | undefined {
    return this.states.get(uri.toString());
  }

  /** Findings in a file: its own, and those that jobs of other files have there. */
  findings(uri: vscode.Uri | string): readonly Finding[] {
    const key = uri.toString();
    const own = this.states.get(key)?.findings ?? [];
    const others = this.all().flatMap(({ elsewhere }) => elsewhere.filter(({ file }) => file === key));
    const said = new Set(own.map(placeOf));
    const more = new Map(others.filter((one) => !said.has(placeOf(one))).map((one) => [placeOf(one), one]));
    return [...own, ...more.values()];
  }

  /** The state of a document, if it is of the very text in the editor: offsets into any other lead astray. */
  current(document: vscode.TextDocument): FileState | undefined {
    const state = this.state(document.uri);
    if (!state) return undefined;
    const known = this.compared.get(document);
    if (known?.state === state && known.version === document.version) return state;
    if (state.text !== document.getText()) return undefined;
    this.compared.set(document, { state, version: document.version });
    return state;
  }

  /** Positions in a file that is followed, or that a job of such a file is read from. */
  positions(file: string): Positions | undefined {
    const known = this.state(file)?.positions;
    const text = known ? undefined : this.engine.text(file);
    return known ?? (text === undefined ? undefined : new Positions(text));
  }

  /** Positions in a document that has no jobs of its own, if a job of another file was read from its very text. */
  readPositions(document: vscode.TextDocument): Positions | undefined {
    const key = document.uri.toString();
    if (this.states.has(key) || this.engine.text(key) !== document.getText()) return undefined;
    return this.positions(key);
  }

  all(): readonly FileState[] {
    return [...this.states.values()];
  }

  get hasJobs(): boolean {
    return this.all().some(({ analysis }) => analysis.jobs.length > 0);
  }

  /** Whether the file has findings here or describes the model of one that has. */
  follows(uri: vscode.Uri): boolean {
    const key = uri.toString();
    return this.states.has(key) || this.passes.has(key) || this.engine.text(key) !== undefined;
  }

  /** Whether a look at the file is to come or under way; without one, at any file. */
  isBusy(uri?: vscode.Uri): boolean {
    const lists = [this.timers, this.passes, this.queue];
    return lists.some((list) => (uri ? list.has(uri.toString()) : list.size > 0));
  }

  /** URIs of all files that the session has anything of. */
  files(): string[] {
    return [
      ...new Set([
        ...this.states.keys(),
        ...this.passes.keys(),
        ...this.queue.keys(),
        ...this.engine.files(),
      ]),
    ];
  }

  /** The file's state once its newest text is analysed and simulated; `undefined` when the file is gone or not ours. */
  async settled(uri: vscode.Uri): Promise<FileState | undefined> {
    const key = uri.toString();
    const isKnown = this.passes.has(key) || this.states.has(key);
    if (this.timers.has(key) || this.queue.has(key) || !isKnown) this.look(uri);
    // While one waits, a newer pass may have taken the place of the one that was waited for.
    for (;;) {
      const work = this.passes.get(key)?.done ?? this.late.get(key);
      if (work === undefined) return this.state(uri);
      await work;
    }
  }

  /** Resolves when nothing is left to look at. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.isBusy()) return;
        subscription.dispose();
        resolve();
      };
      const subscription = this.onDidChangeActivity(look);
      look();
    });
  }

  /** Looks at a file when those before it are done. */
  enqueue(uri: vscode.Uri): void {
    this.queue.set(uri.toString(), uri);
    if (!this.isDraining) void this.drain();
  }

  drop(uri: vscode.Uri): void {
    const key = uri.toString();
    this.stopTimer(key);
    this.queue.delete(key);
    this.passes.get(key)?.source.cancel();
    this.artefacts.unfollow(key);
    if (this.engine.text(key) !== undefined)
      void this.give(key, null).catch((error) => this.report(key, error));
    const before = this.states.get(key);
    if (this.states.delete(key)) this.tell(uri, before);
    this.activity.fire(uri);
  }

  /** What a what-if can change about a job. */
  knobs(uri: vscode.Uri, jobId: string): Promise<readonly Knob[]> {
    return this.engine.call('knobs', { jobId, settings: scenarioSettings(uri) });
  }

  /** One of them with its values. */
  knob(uri: vscode.Uri, jobId: string, name: string): Promise<Knob | null> {
    return this.engine.call('knob', { jobId, settings: scenarioSettings(uri), name });
  }

  /** The traffic of one MoE layer of a job, or the mean over all. */
  layerTraffic(
    uri: vscode.Uri,
    jobId: string,
    layer: LayerChoice,
    signal: CancelSignal,
    progress: (fraction: number) => void,
  ): Promise<LayerTraffic> {
    return this.engine.call(
      'layerTraffic',
      { jobId, settings: scenarioSettings(uri), layer },
      signal,
      progress,
    );
  }

  /** One job, with every matrix unless they are not wanted, and beside it the same job with changes when there are any. */
  whatIf(
    uri: vscode.Uri,
    jobId: string,
    asked: WhatIfRequest,
    signal: CancelSignal,
    progress: (fraction: number) => void,
    matrices = true,
  ): Promise<WhatIfAnalysis> {
    return this.engine.call(
      'whatIf',
      {
        jobId,
        settings: scenarioSettings(uri),
        overrides: {},
        engine: 'expected',
        matrices,
        detail: matrices,
        // The panel shows what is found in the files, not in a variant of them.
        judged: !matrices,
        ...asked,
        ...ruleChoices(uri),
      },
      signal,
      progress,
    );
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.queue.clear();
    for (const { source } of this.passes.values()) source.cancel();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Looks at every file again. */
  refreshAll(): void {
    for (const { uri } of this.all()) this.again(uri);
  }

  /** What is before the user comes first. */
  private again(uri: vscode.Uri): void {
    if (openDocument(uri)) this.schedule(uri);
    else this.enqueue(uri);
  }

  private follow(document: vscode.TextDocument): void {
    if (isCandidate(document)) this.schedule(document.uri);
    else if (this.states.has(document.uri.toString())) this.drop(document.uri);
  }

  private closed({ uri, isUntitled }: vscode.TextDocument): void {
    // A file of the workspace keeps its findings, those of its text on disk; other text takes them along.
    const stays = !isUntitled && vscode.workspace.getWorkspaceFolder(uri);
    const key = uri.toString();
    if (!stays) this.drop(uri);
    else if (this.timers.has(key) || this.passes.has(key) || this.states.has(key)) {
      this.stopTimer(key);
      this.enqueue(uri);
    }
  }

  private schedule(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => this.look(uri), DEBOUNCE_MILLISECONDS),
    );
  }

  private stopTimer(key: string): void {
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
  }

  private async drain(): Promise<void> {
    this.isDraining = true;
    for (const uri of this.queue.values()) await this.look(uri).done;
    this.isDraining = false;
  }

  private look(uri: vscode.Uri): Pass {
    const key = uri.toString();
    this.stopTimer(key);
    this.queue.delete(key);
    this.passes.get(key)?.source.cancel();
    const source = new CancelSource();
    const run = async () => {
      try {
        await this.analyse(uri, source);
      } catch (error) {
        this.report(key, error);
      }
      if (this.passes.get(key) !== pass) return;
      this.passes.delete(key);
      this.activity.fire(uri);
    };
    // Not before the pass is noted: a file that is gone ends at once.
    const pass: Pass = { source, done: Promise.resolve().then(run) };
    this.passes.set(key, pass);
    this.activity.fire(uri);
    return pass;
  }

  private async analyse(uri: vscode.Uri, source: CancelSource): Promise<void> {
    const key = uri.toString();
    const text = await configText(uri);
    if (source.isCancelled) return;
    if (text === undefined) {
      this.drop(uri);
      return;
    }
    const given = { file: key, settings: scenarioSettings(uri), ...ruleChoices(uri) };
    await this.give(key, text);
    let analysis = await this.engine.call('analyse', given, source);
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const models = await this.giveAll(uri, analysis.wanted, configText, isRecognised);
      const files = await this.giveAll(uri, analysis.wantedFiles, fileText, isAny);
      if (!models && !files) break;
      analysis = await this.engine.call('analyse', given, source);
    }
    if (source.isCancelled) return;
    this.reportRules(analysis.failures);
    if (!analysis.document) {
      this.drop(uri);
      return;
    }
    const reading = this.artefacts.follow(uri, analysis.artefacts);
    const isNew = await within(FIGURES_WITHIN_MILLISECONDS, reading);
    if (source.isCancelled) return;
    if (isNew) analysis = await this.engine.call('analyse', given, source);
    if (isNew === undefined) this.lookAgain(uri, reading, source);
    const positions = new Positions(text);
    const base = { uri, text, positions, analysis };
    const split = (findings: readonly Finding[]) => ({
      findings: findings.filter(({ file }) => file === key),
      elsewhere: findings.filter(({ file }) => file !== key),
    });
    const before = this.states.get(key)?.simulated ?? new Map();
    const early = setTimeout(
      () =>
        this.publish({ ...base, simulated: before, isSimulated: false, ...split(analysis.findings) }, source),
      FIGURES_WITHIN_MILLISECONDS,
    );
    try {
      const simulated = await this.simulate(given, analysis, source);
      const figures = [...simulated.values()].flatMap(({ findings }) => findings);
      this.publish(
        { ...base, simulated, isSimulated: true, ...split([...analysis.findings, ...figures]) },
        source,
      );
    } finally {
      clearTimeout(early);
    }
  }

  /** Has a file looked at once more when what its jobs name is read. */
  private lookAgain(uri: vscode.Uri, reading: Promise<boolean>, source: CancelSource): void {
    const key = uri.toString();
    const late = reading.then((isNew) => {
      if (this.late.get(key) === late) this.late.delete(key);
      if (isNew && !source.isCancelled) this.look(uri);
    });
    this.late.set(key, late);
  }

  /** The figures of every job that can be simulated; a job on which the simulator fails keeps its other findings. */
  private async simulate(
    { file, ...given }: Args<'analyse'>,
    { jobs }: FileAnalysis,
    source: CancelSource,
  ): Promise<Map<string, Simulated>> {
    const simulated = new Map<string, Simulated>();
    const request = { ...given, overrides: {}, engine: 'expected', matrices: false } as const;
    for (const { job, scenario } of jobs) {
      if (!scenario) continue;
      try {
        const figures = await this.engine.call('simulate', { ...request, jobId: job.id }, source);
        this.reportRules(figures.failures);
        simulated.set(job.id, figures);
      } catch (error) {
        if (error instanceof Cancelled) throw error;
        this.report(file, error);
      }
    }
    return simulated;
  }

  /** A rule that fails does so at every keystroke: the log has it once. */
  private reportRules(failures: readonly RuleFailure[]): void {
    for (const failure of untold(failures, this.told)) this.log.error(failureText(failure));
  }

  private publish(state: FileState, source: CancelSource): void {
    if (source.isCancelled) return;
    const key = state.uri.toString();
    const before = this.states.get(key);
    this.states.set(key, state);
    this.tell(state.uri, before, state);
  }

  private tell(uri: vscode.Uri, before?: FileState, now?: FileState): void {
    this.changed.fire(uri);
    this.judged.fire(uri);
    const others = [...(before?.elsewhere ?? []), ...(now?.elsewhere ?? [])].map(({ file }) => file);
    for (const file of new Set(others)) this.judged.fire(vscode.Uri.parse(file));
  }

  /** Gives the engine a file's text, and has the scripts looked at again whose model it is or was. */
  private async give(key: string, text: string | null, asked?: vscode.Uri): Promise<boolean> {
    const { recognised, affects } = await this.engine.setDocument(key, text);
    for (const file of affects) {
      const isFollowed = this.states.has(file) || this.passes.has(file);
      if (isFollowed && file !== asked?.toString()) this.again(vscode.Uri.parse(file));
    }
    return recognised;
  }

  /** Gives the engine files that a script refers to; true when it did not have one of them. */
  private async giveAll(
    script: vscode.Uri,
    paths: readonly string[],
    textOf: (uri: vscode.Uri) => Promise<string | undefined>,
    suits: (recognised: boolean) => boolean,
  ): Promise<boolean> {
    const uris = modelFiles(script, paths);
    const found = await Promise.all(uris.map((uri) => this.giveReferred(uri, script, textOf, suits)));
    return found.some(Boolean);
  }

  private async giveReferred(
    uri: vscode.Uri,
    script: vscode.Uri,
    textOf: (uri: vscode.Uri) => Promise<string | undefined>,
    suits: (recognised: boolean) => boolean,
  ): Promise<boolean> {
    const key = uri.toString();
    if (this.engine.text(key) !== undefined) return false;
    // Most candidates do not exist: that is how one finds out which does.
    const text = await textOf(uri);
    if (text === undefined || this.engine.text(key) !== undefined) return false;
    const isSuited = suits(await this.give(key, text, script));
    if (!isSuited) await this.give(key, null, script);
    return isSuited;
  }

  private report(key: string, error: unknown): void {
    if (!(error instanceof Cancelled)) this.log.error(`${key}: ${String(error)}`);
  }
}
