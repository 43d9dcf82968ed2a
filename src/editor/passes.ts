import { Backlog, type Task } from './backlog';
import { CancelSource } from './cancel';
import { Gate } from './gate';

/** Typing pauses longer than this start a look at the file, in milliseconds. */
const DEBOUNCE_MILLISECONDS = 150;

/** One look at a file, from its text to its figures. A later one takes its place and cancels it. */
interface Pass extends Task {
  readonly source: CancelSource;
}

/** What is done in a look at a file, which its key names. */
export interface Steps<Reading> {
  /** Its text, read; `undefined` for a file that is gone or none of ours. */
  read(key: string, source: CancelSource): Promise<Reading | undefined>;
  /** What follows, of which the figures wait for their turn. */
  complete(reading: Reading, turn: Gate, source: CancelSource): Promise<void>;
  gone(key: string): void;
  failed(key: string, error: unknown): void;
  /** A look began, ended or was called off. */
  changed(key: string): void;
}

/** Looks at files: which are to come, which are under way, and in which order. */
export class Passes<Reading> {
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly passes = new Map<string, Pass>();
  private readonly backlog = new Backlog();
  /** Reads that take longer than a pass waits, after each of which the file is looked at once more. */
  private readonly late = new Map<string, Promise<void>>();
  private readonly waiters = new Set<() => void>();

  constructor(private readonly steps: Steps<Reading>) {}

  /** Whether a look at the file is under way. */
  has(key: string): boolean {
    return this.passes.has(key);
  }

  /** Whether a look at the file is to come, as it was not begun yet. */
  awaits(key: string): boolean {
    return this.timers.has(key) || this.backlog.has(key);
  }

  /** Whether a look at the file is to come or under way; without one, at any file. */
  isBusy(key?: string): boolean {
    const lists = [this.timers, this.passes, this.backlog];
    return lists.some((list) => (key === undefined ? list.size > 0 : list.has(key)));
  }

  /** Files that are looked at, or wait for it behind others. */
  keys(): readonly string[] {
    return [...this.passes.keys(), ...this.backlog.keys()];
  }

  /** Looks at a file when its text has not changed for a moment. */
  schedule(key: string): void {
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => this.look(key), DEBOUNCE_MILLISECONDS),
    );
  }

  /** Forgets a change that was to be looked at. @returns whether there was one */
  unschedule(key: string): boolean {
    clearTimeout(this.timers.get(key));
    return this.timers.delete(key);
  }

  /** Looks at a file when those before it are done, and at its figures when no file is left without findings. */
  enqueue(key: string): void {
    this.backlog.add(key, () => this.look(key, false));
  }

  /** @param goesOn whether its figures follow at once, or when they are asked for */
  look(key: string, goesOn = true): Pass {
    this.unschedule(key);
    this.backlog.delete(key);
    this.passes.get(key)?.source.cancel();
    const source = new CancelSource();
    const turn = new Gate();
    source.onCancel(() => turn.open());
    if (goesOn) turn.open();
    // Not before the pass is noted: a file that is gone ends at once.
    const reading = Promise.resolve().then(() => this.steps.read(key, source));
    const run = async () => {
      try {
        const read = await reading;
        if (read) await this.steps.complete(read, turn, source);
        else if (!source.isCancelled) this.steps.gone(key);
      } catch (error) {
        this.steps.failed(key, error);
      }
      if (this.passes.get(key) !== pass) return;
      this.passes.delete(key);
      this.tell(key);
    };
    const first = reading.catch(() => undefined);
    const pass: Pass = { source, first, goOn: () => turn.open(), done: run() };
    this.passes.set(key, pass);
    this.tell(key);
    return pass;
  }

  /** Has a file looked at once more when what its jobs name is read. @param reading whether that is new */
  lookAgain(key: string, reading: Promise<boolean>, source: Pick<CancelSource, 'isCancelled'>): void {
    const late = reading.then((isNew) => {
      if (this.late.get(key) === late) this.late.delete(key);
      if (isNew && !source.isCancelled) this.look(key);
    });
    this.late.set(key, late);
  }

  /** Resolves when the file is looked at to the end, and so is what came meanwhile; its figures no longer wait. */
  async settled(key: string): Promise<void> {
    // While one waits, a newer pass may have taken the place of the one that was waited for.
    for (;;) {
      const pass = this.passes.get(key);
      pass?.goOn();
      const work = pass?.done ?? this.late.get(key);
      if (work === undefined) return;
      await work;
    }
  }

  /** Resolves when nothing is left to look at. */
  idle(): Promise<void> {
    if (!this.isBusy()) return Promise.resolve();
    return new Promise((resolve) => {
      const look = () => {
        if (this.isBusy()) return;
        this.waiters.delete(look);
        resolve();
      };
      this.waiters.add(look);
    });
  }

  /** Calls off what is to come and under way for a file. */
  cancel(key: string): void {
    this.unschedule(key);
    this.backlog.delete(key);
    this.passes.get(key)?.source.cancel();
  }

  /** Says that something about looks at the file changed. */
  tell(key: string): void {
    this.steps.changed(key);
    for (const waiter of [...this.waiters]) waiter();
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.backlog.clear();
    for (const { source } of this.passes.values()) source.cancel();
  }
}
