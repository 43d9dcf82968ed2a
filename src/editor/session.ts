import * as vscode from 'vscode';
import { failureText, type RuleFailure, untold } from '../lint/failures';
import type { Finding } from '../lint/finding';
import { Cancelled, type EngineClient } from '../worker/client';
import { ArtefactFiles } from './artefacts/artefact-files';
import { Positions } from './convert';
import { isCandidate, openDocument } from './documents';
import { EngineTexts } from './engine-texts';
import type { FileState } from './file-state';
import { type JobCalls, jobCalls } from './job-calls';
import { complete, type Reading, readFile, type Surroundings } from './look';
import { Passes } from './passes';

export type { FileState };

const placeOf = ({ rule, range }: Finding): string => `${rule} ${range.start} ${range.end}`;

/**
 * Follows the MoE configs of the workspace: gives their text to the engine as it changes and keeps what comes back.
 * Nothing happens on a keystroke but a timer; a file that is not ours costs one look at its text and nothing else.
 */
export class Session implements vscode.Disposable {
  private readonly states = new Map<string, FileState>();
  /** Failures of rules that the log has. */
  private readonly told = new Set<string>();
  /** Which version of a document the file's state was compared with, since comparing means to build its text. */
  private readonly compared = new WeakMap<vscode.TextDocument, { state: FileState; version: number }>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();

  private readonly judged = new vscode.EventEmitter<vscode.Uri>();

  private readonly activity = new vscode.EventEmitter<vscode.Uri>();
  private readonly passes: Passes<Reading>;

  private readonly texts: EngineTexts;
  private readonly around: Surroundings;
  /** Placements, loads and traces that jobs name. */
  readonly artefacts: ArtefactFiles;
  /** What the engine says of a job. */
  readonly jobs: JobCalls;
  private readonly subscriptions: vscode.Disposable[] = [this.changed, this.judged, this.activity];

  /** Fires after a file's state was replaced or dropped. */
  readonly onDidChange = this.changed.event;
  /** Fires for every file in which findings came, changed or went. */
  readonly onDidChangeFindings = this.judged.event;
  /** Fires when a look at a file begins or ends. */
  readonly onDidChangeActivity = this.activity.event;

  /** Settles when the workspace is searched, and what was found is looked at. */
  searching: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly engine: EngineClient,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.jobs = jobCalls(engine);
    this.texts = new EngineTexts(engine, (file) => {
      if (this.states.has(file) || this.passes.has(file)) this.again(vscode.Uri.parse(file));
    });
    this.artefacts = new ArtefactFiles(engine, log, (script) => {
      if (this.follows(vscode.Uri.parse(script))) this.again(vscode.Uri.parse(script));
    });
    const told: Surroundings['told'] = {
      failures: (failures) => this.reportRules(failures),
      error: (file, error) => this.report(file, error),
      late: (uri, reading, signal) => this.passes.lookAgain(uri.toString(), reading, signal),
    };
    this.around = { engine, texts: this.texts, artefacts: this.artefacts, told };
    this.passes = new Passes<Reading>({
      read: (file, source) => readFile(vscode.Uri.parse(file), this.around, source),
      complete: (read, turn, source) =>
        complete(read, this.states.get(read.given.file), turn, this.around, source, (state) => {
          if (!source.isCancelled) this.publish(state);
        }),
      gone: (file) => this.drop(vscode.Uri.parse(file)),
      failed: (file, error) => this.report(file, error),
      changed: (file) => this.activity.fire(vscode.Uri.parse(file)),
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
    return this.passes.isBusy(uri?.toString());
  }

  /** URIs of all files that the session has anything of. */
  files(): string[] {
    return [...new Set([...this.states.keys(), ...this.passes.keys(), ...this.engine.files()])];
  }

  /** The file's state once its newest text is analysed and simulated; `undefined` when the file is gone or not ours. */
  async settled(uri: vscode.Uri): Promise<FileState | undefined> {
    const key = uri.toString();
    const isKnown = this.passes.has(key) || this.states.has(key);
    if (this.passes.awaits(key) || !isKnown) this.passes.look(key);
    await this.passes.settled(key);
    return this.state(uri);
  }

  /** Resolves when nothing is left to look at. */
  idle(): Promise<void> {
    return this.passes.idle();
  }

  /** Looks at a file when those before it are done, and at its figures when no file is left without findings. */
  enqueue(uri: vscode.Uri): void {
    this.passes.enqueue(uri.toString());
  }

  drop(uri: vscode.Uri): void {
    const key = uri.toString();
    this.passes.cancel(key);
    this.artefacts.unfollow(key);
    if (this.engine.text(key) !== undefined)
      void this.texts.give(key, null).catch((error) => this.report(key, error));
    const before = this.states.get(key);
    if (this.states.delete(key)) this.tell(uri, before);
    this.passes.tell(key);
  }

  dispose(): void {
    this.passes.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Looks at every file again. */
  refreshAll(): void {
    for (const { uri } of this.all()) this.again(uri);
  }

  /** What is before the user comes first. */
  private again(uri: vscode.Uri): void {
    if (openDocument(uri)) this.passes.schedule(uri.toString());
    else this.enqueue(uri);
  }

  private follow(document: vscode.TextDocument): void {
    if (isCandidate(document)) this.passes.schedule(document.uri.toString());
    else if (this.states.has(document.uri.toString())) this.drop(document.uri);
  }

  private closed({ uri, isUntitled }: vscode.TextDocument): void {
    // A file of the workspace keeps its findings, those of its text on disk; other text takes them along.
    const stays = !isUntitled && vscode.workspace.getWorkspaceFolder(uri);
    const key = uri.toString();
    if (!stays) this.drop(uri);
    else if (this.passes.unschedule(key) || this.passes.has(key) || this.states.has(key)) this.enqueue(uri);
  }

  /** A rule that fails does so at every keystroke: the log has it once. */
  private reportRules(failures: readonly RuleFailure[]): void {
    for (const failure of untold(failures, this.told)) this.log.error(failureText(failure));
  }

  private publish(state: FileState): void {
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

  private report(key: string, error: unknown): void {
    if (!(error instanceof Cancelled)) this.log.error(`${key}: ${String(error)}`);
  }
}
