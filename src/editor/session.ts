import * as vscode from 'vscode';
import { mightBeOurs } from '../config/read';
import type { Finding } from '../lint/finding';
import type { Change } from '../plan/whatif';
import type { FileAnalysis, Simulated, WhatIfAnalysis } from '../worker/analysis';
import { Cancelled, type CancelSignal, type EngineClient } from '../worker/client';
import { Positions } from './convert';
import { disabledRules, scenarioSettings } from './settings';

/** Typing pauses longer than this start an analysis, in milliseconds. */
const DEBOUNCE_MILLISECONDS = 150;

/** What is known about one file. Replaced as a whole, so a reader never sees half of an update. */
export interface FileState {
  readonly uri: vscode.Uri;
  readonly text: string;
  readonly positions: Positions;
  readonly analysis: FileAnalysis;
  /** Figures of the file's jobs by job id, without matrices; they arrive after the analysis. */
  readonly simulated: ReadonlyMap<string, Simulated>;
  readonly findings: readonly Finding[];
}

/**
 * Follows the MoE configs of the workspace: gives their text to the engine as it changes and keeps what comes back.
 * A file that is not ours costs one look at its text and nothing else.
 */
export class Session implements vscode.Disposable {
  private readonly states = new Map<string, FileState>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** Raised with every change of a file; an answer to an older one is dropped. */
  private readonly generations = new Map<string, number>();
  private readonly running = new Map<string, Update>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly subscriptions: vscode.Disposable[] = [this.changed];

  /** Fires after a file's state was replaced or dropped. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly engine: EngineClient,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions.push(
      vscode.workspace.onDidOpenTextDocument((document) => this.follow(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.follow(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.closed(document)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('moeScope')) this.refreshAll();
      }),
    );
    for (const document of vscode.workspace.textDocuments) this.follow(document);
  }

  state(uri: vscode.Uri | string): FileState | undefined {
    return this.states.get(uri.toString());
  }

  all(): readonly FileState[] {
    return [...this.states.values()];
  }

  /** The file's state once its newest text is analysed and simulated; `undefined` when the file is not ours. */
  async settled(uri: vscode.Uri): Promise<FileState | undefined> {
    const key = uri.toString();
    const text = (await vscode.workspace.openTextDocument(uri)).getText();
    const known = this.running.get(key);
    if (known?.text === text) await known.done;
    else if (this.state(uri)?.text !== text) await this.update(uri, text);
    return this.state(uri);
  }

  /** Analyses a file that is not open in an editor, from its text on disk. */
  async background(uri: vscode.Uri, text: string): Promise<void> {
    if (mightBeOurs(text)) await this.update(uri, text);
    else this.drop(uri);
  }

  drop(uri: vscode.Uri): void {
    const key = uri.toString();
    this.bump(key);
    if (!this.states.delete(key)) return;
    void this.engine.setDocument(key, null).catch((error) => this.log.error(String(error)));
    this.changed.fire(uri);
  }

  /** One job with every matrix, and beside it the same job with changes when there are any. */
  whatIf(
    uri: vscode.Uri,
    jobId: string,
    changes: readonly Change[],
    signal: CancelSignal,
    progress: (fraction: number) => void,
  ): Promise<WhatIfAnalysis> {
    return this.engine.call(
      'whatIf',
      {
        jobId,
        settings: scenarioSettings(uri),
        overrides: {},
        engine: 'expected',
        matrices: true,
        changes,
        disabled: disabledRules(uri),
      },
      signal,
      progress,
    );
  }

  refreshAll(): void {
    for (const { uri, text } of this.all()) this.schedule(uri, () => text);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const { source } of this.running.values()) source.cancel();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private follow(document: vscode.TextDocument): void {
    if (!isCandidate(document)) return;
    const text = document.getText();
    if (mightBeOurs(text)) this.schedule(document.uri, () => document.getText());
    else this.drop(document.uri);
  }

  private closed(document: vscode.TextDocument): void {
    // A file of the workspace keeps its findings; text that was never saved takes them along.
    if (document.isUntitled || !vscode.workspace.getWorkspaceFolder(document.uri)) this.drop(document.uri);
    else if (document.isDirty) this.schedule(document.uri, () => this.state(document.uri)?.text ?? '');
  }

  private schedule(uri: vscode.Uri, text: () => string): void {
    const key = uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => {
        this.timers.delete(key);
        void this.update(uri, text());
      }, DEBOUNCE_MILLISECONDS),
    );
  }

  private bump(key: string): number {
    const generation = (this.generations.get(key) ?? 0) + 1;
    this.generations.set(key, generation);
    this.running.get(key)?.source.cancel();
    return generation;
  }

  private async update(uri: vscode.Uri, text: string): Promise<void> {
    const key = uri.toString();
    const generation = this.bump(key);
    const source = new CancelSource();
    const done = this.analyse(uri, text, source, generation);
    const update = { text, source, done };
    this.running.set(key, update);
    await done;
    if (this.running.get(key) === update) this.running.delete(key);
  }

  private async analyse(
    uri: vscode.Uri,
    text: string,
    source: CancelSource,
    generation: number,
  ): Promise<void> {
    const key = uri.toString();
    const isCurrent = () => this.generations.get(key) === generation;
    const settings = scenarioSettings(uri);
    const disabled = disabledRules(uri);
    try {
      await this.engine.setDocument(key, text);
      let analysis = await this.engine.call('analyse', { file: key, settings, disabled }, source);
      if (!isCurrent()) return;
      if (!analysis.document) {
        this.drop(uri);
        return;
      }
      if (await this.readWanted(uri, analysis.wanted)) {
        analysis = await this.engine.call('analyse', { file: key, settings, disabled }, source);
      }
      if (!isCurrent()) return;
      const positions = new Positions(text);
      const before = this.states.get(key)?.simulated ?? new Map();
      this.publish({ uri, text, positions, analysis, simulated: before, findings: analysis.findings });

      const simulated = new Map<string, Simulated>();
      for (const { job, scenario } of analysis.jobs) {
        if (!scenario) continue;
        const request = {
          jobId: job.id,
          settings,
          overrides: {},
          engine: 'expected',
          matrices: false,
          disabled,
        } as const;
        simulated.set(job.id, await this.engine.call('simulate', request, source));
        if (!isCurrent()) return;
      }
      const findings = [
        ...analysis.findings,
        ...[...simulated.values()].flatMap((one) => one.findings.filter((finding) => finding.file === key)),
      ];
      this.publish({ uri, text, positions, analysis, simulated, findings });
    } catch (error) {
      if (!(error instanceof Cancelled)) this.log.error(`${key}: ${String(error)}`);
    }
  }

  private publish(state: FileState): void {
    this.states.set(state.uri.toString(), state);
    this.changed.fire(state.uri);
  }

  /** Gives the engine the model configs that a script refers to, as far as the workspace has them. */
  private async readWanted(script: vscode.Uri, paths: readonly string[]): Promise<boolean> {
    const folder = vscode.Uri.joinPath(script, '..');
    const roots = [folder, ...(vscode.workspace.workspaceFolders ?? []).map((one) => one.uri)];
    const found = await Promise.all(
      paths.flatMap((path) => {
        // In an untrusted workspace a script must not make us read files elsewhere on the machine.
        const absolute = path.startsWith('/') && vscode.workspace.isTrusted ? [script.with({ path })] : [];
        const inside = path.startsWith('/') ? [] : roots.map((root) => vscode.Uri.joinPath(root, path));
        return [...inside, ...absolute].map((uri) => this.readWantedFile(uri));
      }),
    );
    return found.some(Boolean);
  }

  private async readWantedFile(uri: vscode.Uri): Promise<boolean> {
    if (this.states.has(uri.toString())) return false;
    try {
      const bytes = await vscode.workspace.fs.readFile(uri);
      const { recognised } = await this.engine.setDocument(uri.toString(), new TextDecoder().decode(bytes));
      return recognised;
    } catch {
      // Most candidates do not exist: that is how one finds out which does.
      return false;
    }
  }
}

/** One pass over a file, from its text to its figures. */
interface Update {
  readonly text: string;
  readonly source: CancelSource;
  readonly done: Promise<void>;
}

/** A cancellation that both the session and the engine client understand. */
export class CancelSource implements CancelSignal {
  isCancelled = false;
  private readonly listeners: (() => void)[] = [];

  onCancel(listener: () => void): void {
    this.listeners.push(listener);
  }

  cancel(): void {
    if (this.isCancelled) return;
    this.isCancelled = true;
    for (const listener of this.listeners) listener();
  }
}

const languages = new Set(['json', 'jsonc', 'shellscript', 'plaintext']);
const schemes = new Set(['output', 'git', 'vscode-scm', 'moe-scope', 'search-editor']);

function isCandidate(document: vscode.TextDocument): boolean {
  return languages.has(document.languageId) && !schemes.has(document.uri.scheme);
}
