import type { Args, CallName, FromWorker, Value, WorkerLike } from './rpc';

/** A call that was given up on purpose: not an error to report. */
export class Cancelled extends Error {
  constructor() {
    super('Cancelled');
  }
}

/** What cancels a call; VS Code's CancellationToken and AbortSignal adapters both fit. */
export interface CancelSignal {
  readonly isCancelled: boolean;
  onCancel(listener: () => void): void;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly progress?: ((fraction: number) => void) | undefined;
}

/**
 * The engine behind a worker. The worker starts with the first call and again after a crash: then every file is
 * given anew, since the texts lived in it.
 */
export class EngineClient {
  private worker: WorkerLike | null = null;
  private nextId = 1;
  private readonly pending = new Map<number, Pending>();
  private readonly texts = new Map<string, string>();

  constructor(private readonly start: () => WorkerLike) {}

  /** Gives or replaces a file's text; `null` forgets the file. */
  setDocument(file: string, text: string | null): Promise<{ recognised: boolean }> {
    if (text === null) this.texts.delete(file);
    else this.texts.set(file, text);
    return this.call('setDocument', { file, text });
  }

  /** @throws Cancelled when `signal` fires first; Error with the worker's message when the call fails. */
  call<K extends CallName>(
    call: K,
    args: Args<K>,
    signal?: CancelSignal,
    progress?: (fraction: number) => void,
  ): Promise<Value<K>> {
    if (signal?.isCancelled) return Promise.reject(new Cancelled());
    const worker = this.ensureWorker();
    const id = this.nextId++;
    return new Promise<Value<K>>((resolve, reject) => {
      this.pending.set(id, { resolve: resolve as (value: unknown) => void, reject, progress });
      worker.post({ id, call, args } as Parameters<WorkerLike['post']>[0]);
      signal?.onCancel(() => {
        if (this.pending.has(id)) worker.post({ cancel: id });
      });
    });
  }

  dispose(): void {
    this.worker?.terminate();
    this.drop('The engine was stopped.');
  }

  private ensureWorker(): WorkerLike {
    if (this.worker) return this.worker;
    const worker = this.start();
    this.worker = worker;
    worker.onMessage((message) => this.receive(message));
    worker.onExit((reason) => {
      if (this.worker === worker) this.drop(reason);
    });
    for (const [file, text] of this.texts) {
      worker.post({ id: this.nextId++, call: 'setDocument', args: { file, text } });
    }
    return worker;
  }

  private receive(message: FromWorker): void {
    const waiting = this.pending.get(message.id);
    if (!waiting) return;
    if (message.kind === 'progress') {
      waiting.progress?.(message.fraction);
      return;
    }
    this.pending.delete(message.id);
    if (message.kind === 'done') waiting.resolve(message.value);
    else waiting.reject(message.kind === 'cancelled' ? new Cancelled() : new Error(message.message));
  }

  private drop(reason: string): void {
    this.worker = null;
    const waiting = [...this.pending.values()];
    this.pending.clear();
    for (const { reject } of waiting) reject(new Error(reason));
  }
}
