/** Work on one file in two steps. Neither promise rejects. */
export interface Task {
  readonly first: Promise<unknown>;
  /** Starts the second step, when the first is done. */
  goOn(): void;
  readonly done: Promise<unknown>;
}

/**
 * Files that are worked on one after the other, so that those in editors never wait behind them: the first step of each
 * before the second of any. What is added meanwhile goes before second steps too.
 */
export class Backlog {
  private readonly waiting = new Map<string, () => Task>();
  private readonly halfDone: Task[] = [];
  private isDraining = false;

  get size(): number {
    return this.waiting.size;
  }

  has(key: string): boolean {
    return this.waiting.has(key);
  }

  /** Files of which nothing is done yet. */
  keys(): Iterable<string> {
    return this.waiting.keys();
  }

  add(key: string, start: () => Task): void {
    this.waiting.set(key, start);
    if (!this.isDraining) void this.drain();
  }

  delete(key: string): void {
    this.waiting.delete(key);
  }

  clear(): void {
    this.waiting.clear();
    this.halfDone.length = 0;
  }

  private async drain(): Promise<void> {
    this.isDraining = true;
    while (this.waiting.size + this.halfDone.length > 0) {
      for (const [key, start] of this.waiting) {
        this.waiting.delete(key);
        const task = start();
        await task.first;
        this.halfDone.push(task);
      }
      const task = this.halfDone.shift();
      task?.goOn();
      await task?.done;
    }
    this.isDraining = false;
  }
}
