import * as vscode from 'vscode';

/** Pause after which a file that is being written is looked at, in milliseconds. */
const SETTLE_MILLISECONDS = 300;

/**
 * Time between two looks at the files, in milliseconds. A watcher is told of changes only after it has been set up, and
 * on the network file systems of clusters never of those that another machine makes.
 */
const LOOK_MILLISECONDS = 5000;

interface Entry {
  readonly uri: vscode.Uri;
  readonly scripts: Set<string>;
  readonly watcher: vscode.Disposable;
  /** Time and size of the file when it was last looked at; another one for another content. */
  stamp: Promise<string>;
}

async function stampOf(uri: vscode.Uri): Promise<string> {
  try {
    const { mtime, size } = await vscode.workspace.fs.stat(uri);
    return `${mtime} ${size}`;
  } catch {
    return 'not there';
  }
}

/** Which scripts name which files. Each file is watched while one does, there or not, inside the workspace or outside. */
export class FileUsers implements vscode.Disposable {
  private readonly files = new Map<string, Entry>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly edits: vscode.Disposable;
  private looks: ReturnType<typeof setInterval> | undefined;

  /**
   * @param changed told each script that names a file which came, changed or went
   * @param restOf milliseconds for which a file is still left alone
   */
  constructor(
    private readonly changed: (script: string) => void,
    private readonly restOf: (file: string) => number,
  ) {
    this.edits = vscode.workspace.onDidChangeTextDocument(({ document }) => {
      this.touch(document.uri.toString());
    });
  }

  has(file: string): boolean {
    return this.files.has(file);
  }

  /** Says which files a script names now. @returns the files that no script names any more */
  set(script: string, uris: readonly vscode.Uri[]): string[] {
    const now = new Set(uris.map((uri) => uri.toString()));
    const gone = [...this.files].flatMap(([file, entry]) => {
      if (now.has(file) || !entry.scripts.delete(script) || entry.scripts.size > 0) return [];
      entry.watcher.dispose();
      this.files.delete(file);
      return file;
    });
    for (const uri of uris) {
      const entry = this.files.get(uri.toString()) ?? this.watch(uri);
      entry.scripts.add(script);
    }
    this.lookWhileNeeded();
    return gone;
  }

  /** Notes that a file may be another one; those who name it are told once it has rested. */
  touch(file: string): void {
    if (!this.files.has(file) || this.timers.has(file)) return;
    const wait = Math.max(SETTLE_MILLISECONDS, this.restOf(file));
    const tell = () => {
      this.timers.delete(file);
      for (const script of this.files.get(file)?.scripts ?? []) this.changed(script);
    };
    this.timers.set(file, setTimeout(tell, wait));
  }

  dispose(): void {
    this.edits.dispose();
    clearInterval(this.looks);
    for (const { watcher } of this.files.values()) watcher.dispose();
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private lookWhileNeeded(): void {
    if (this.files.size === 0) {
      clearInterval(this.looks);
      this.looks = undefined;
    } else {
      this.looks ??= setInterval(() => {
        for (const [file, entry] of this.files) void this.look(file, entry);
      }, LOOK_MILLISECONDS);
    }
  }

  private async look(file: string, entry: Entry): Promise<void> {
    const before = await entry.stamp;
    entry.stamp = stampOf(entry.uri);
    if ((await entry.stamp) !== before) this.touch(file);
  }

  private watch(uri: vscode.Uri): Entry {
    const key = uri.toString();
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1).replace(/[[\]{}*?]/g, '[$&]');
    const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), name);
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const touch = () => this.touch(key);
    const entry: Entry = {
      uri,
      scripts: new Set(),
      watcher: vscode.Disposable.from(
        watcher,
        watcher.onDidCreate(touch),
        watcher.onDidChange(touch),
        watcher.onDidDelete(touch),
      ),
      stamp: stampOf(uri),
    };
    this.files.set(key, entry);
    return entry;
  }
}
