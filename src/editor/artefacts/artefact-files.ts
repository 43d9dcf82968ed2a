import * as vscode from 'vscode';
import type { ArtefactNeed } from '../../worker/analysis';
import { Cancelled, type EngineClient } from '../../worker/client';
import { CancelSource } from '../cancel';
import { modelFiles } from '../model-files';
import { type FoundFile, findFile, sourceOf } from './sources';
import { FileUsers } from './users';

/** A read that takes longer than this says how far it is, in milliseconds. */
const PROGRESS_AFTER_MILLISECONDS = 1000;

/** A file that takes long and that a job keeps writing is read again at most so often, as a multiple of what a read takes. */
const REST_FACTOR = 10;
const LONG_MILLISECONDS = 500;

interface Read {
  readonly found: FoundFile;
  readonly source: CancelSource;
  readonly done: Promise<void>;
}

/**
 * The placements, loads and traces that jobs name: looks for them, has the engine read each version once, off this
 * thread, and tells when one of them changes on disk.
 */
export class ArtefactFiles implements vscode.Disposable {
  private readonly users: FileUsers;
  private readonly reads = new Map<string, Read>();
  /** Before this time a file that was read is not read again, however often it changes. */
  private readonly restUntil = new Map<string, number>();

  /** @param changed told the URI of a script when a file that its jobs name came, changed or went */
  constructor(
    private readonly engine: EngineClient,
    private readonly log: vscode.LogOutputChannel,
    changed: (script: string) => void,
  ) {
    this.users = new FileUsers(changed, (file) => this.restOf(file));
  }

  /** Whether a job names this file. */
  isNamed(uri: vscode.Uri): boolean {
    return this.users.has(uri.toString());
  }

  /**
   * Has what the jobs of a script name looked for and read. Files that only other scripts name any more are left to them,
   * and a read that nobody waits for ends. Never rejects.
   *
   * @returns whether the engine knows something new
   */
  async follow(script: vscode.Uri, needs: readonly ArtefactNeed[]): Promise<boolean> {
    const wanted = needs.map((need) => ({
      need,
      candidates: modelFiles(vscode.Uri.parse(need.from), [need.path]),
    }));
    this.forget(
      this.users.set(
        script.toString(),
        wanted.flatMap(({ candidates }) => candidates),
      ),
    );
    const news = await Promise.all(
      wanted.map(({ need, candidates }) =>
        this.bring(need, candidates).catch((error) => {
          if (!(error instanceof Cancelled)) this.log.error(`${need.path}: ${String(error)}`);
          return false;
        }),
      ),
    );
    return news.includes(true);
  }

  /** Forgets a script. */
  unfollow(script: string): void {
    this.forget(this.users.set(script, []));
  }

  dispose(): void {
    this.users.dispose();
    for (const { source } of this.reads.values()) source.cancel();
  }

  private forget(files: readonly string[]): void {
    for (const file of files) {
      this.reads.get(file)?.source.cancel();
      this.restUntil.delete(file);
    }
  }

  private async bring(need: ArtefactNeed, candidates: readonly vscode.Uri[]): Promise<boolean> {
    const found = await findFile(candidates);
    const file = found?.uri.toString() ?? null;
    const isElsewhere = file !== need.file;
    if (isElsewhere) await this.engine.call('locateArtefact', { from: need.from, path: need.path, file });
    if (found === null || found.version === need.version) return isElsewhere;
    // What was read of it stays until it has rested: then the watcher tells.
    if (need.version !== null && this.restOf(found.uri.toString()) > 0) {
      this.users.touch(found.uri.toString());
      return isElsewhere;
    }
    await this.read(found);
    return true;
  }

  private restOf(file: string): number {
    return Math.max(0, (this.restUntil.get(file) ?? 0) - Date.now());
  }

  /** Reads a version of a file, once for all who ask. */
  private read(found: FoundFile): Promise<void> {
    const key = found.uri.toString();
    const running = this.reads.get(key);
    if (running && continues(running.found, found)) return running.done;
    running?.source.cancel();
    const source = new CancelSource();
    const started = Date.now();
    const done = this.run(found, source).finally(() => {
      if (this.reads.get(key)?.source !== source) return;
      this.reads.delete(key);
      const took = Date.now() - started;
      if (took > LONG_MILLISECONDS) this.restUntil.set(key, Date.now() + took * REST_FACTOR);
    });
    this.reads.set(key, { found, source, done });
    return done;
  }

  private async run(found: FoundFile, signal: CancelSource): Promise<void> {
    const { uri, version } = found;
    const file = uri.toString();
    const progress = new ReadProgress(uri);
    try {
      const source = await sourceOf(found);
      await this.engine.call('readArtefact', { file, version, source }, signal, (done) => progress.at(done));
    } catch (error) {
      if (error instanceof Cancelled || signal.isCancelled) throw new Cancelled();
      this.log.error(`${file}: ${String(error)}`);
      const refused = error instanceof Error ? error.message : String(error);
      await this.engine.call('readArtefact', { file, version, source: { refused } }, signal);
    } finally {
      progress.end();
    }
  }
}

/** Whether who reads the one reads the other as well: a file that only grew is read up to its end. */
function continues(running: FoundFile, found: FoundFile): boolean {
  if (running.version === found.version) return true;
  return running.text === undefined && found.text === undefined && found.size >= running.size;
}

/** How far a read is, in the status bar, where it takes longer than a moment. */
class ReadProgress {
  private report: ((fraction: number) => void) | undefined;
  private finish: () => void = () => {};
  private readonly timer: ReturnType<typeof setTimeout>;

  constructor(uri: vscode.Uri) {
    this.timer = setTimeout(() => this.show(uri), PROGRESS_AFTER_MILLISECONDS);
  }

  at(fraction: number): void {
    this.report?.(fraction);
  }

  end(): void {
    clearTimeout(this.timer);
    this.finish();
  }

  private show(uri: vscode.Uri): void {
    const ended = new Promise<void>((resolve) => {
      this.finish = resolve;
    });
    const name = vscode.workspace.asRelativePath(uri);
    const options = {
      location: vscode.ProgressLocation.Window,
      title: vscode.l10n.t('MoE Scope reads {0}', name),
    };
    void vscode.window.withProgress(options, (progress) => {
      this.report = (fraction) => progress.report({ message: `${Math.round(fraction * 100)}%` });
      return ended;
    });
  }
}
