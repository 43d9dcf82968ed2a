import { foundName } from '../plan/placements/found';
import type { LayerTable } from '../scenario/scenario';
import type { DocumentReply } from './analysis';
import type { Args, CallName, FromWorker, ToWorker, Value, WorkerLike } from './rpc';

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

/** Hears the fraction done, and of some calls what was found so far. */
export type Progress = (fraction: number, soFar?: unknown) => void;

type Call = Exclude<ToWorker, { cancel: number }>;

interface Pending {
  readonly message: Call;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly progress?: Progress | undefined;
}

/**
 * The engine behind a worker. The worker starts with the first call and again after a crash: then every file is given
 * anew, since the texts lived in it, and the calls that waited are asked again. Only the call that it died on fails.
 */
export class EngineClient {
  private worker: WorkerLike | null = null;
  private isDisposed = false;
  private nextId = 1;
  /** In the order in which they were asked, which is that of the answers but for files that are read beside them. */
  private readonly pending = new Map<number, Pending>();
  private readonly texts = new Map<string, string>();
  /** Placements that somebody keeps, by name. */
  private readonly placements = new Map<string, LayerTable>();

  constructor(private readonly start: () => WorkerLike) {}

  /** Text that the engine has of a file. */
  text(file: string): string | undefined {
    return this.texts.get(file);
  }

  /** Files that the engine was given. */
  files(): Iterable<string> {
    return this.texts.keys();
  }

  /** Gives or replaces a file's text; `null` forgets the file. */
  setDocument(file: string, text: string | null): Promise<DocumentReply> {
    // Before the text is noted: a worker that starts here is given the noted ones besides.
    const reply = this.call('setDocument', { file, text });
    if (text === null) this.texts.delete(file);
    else this.texts.set(file, text);
    return reply;
  }

  /** Has the engine know a placement that somebody keeps, for as long as it runs; a worker that is not needed yet gets it later. */
  keepPlacement(slots: LayerTable): void {
    const name = foundName(slots);
    if (this.placements.has(name)) return;
    this.placements.set(name, slots);
    if (this.worker) this.give(slots);
  }

  /** @throws Cancelled when `signal` fires first; Error with the worker's message when the call fails. */
  call<K extends CallName>(
    call: K,
    args: Args<K>,
    signal?: CancelSignal,
    progress?: Progress,
  ): Promise<Value<K>> {
    if (signal?.isCancelled) return Promise.reject(new Cancelled());
    if (this.isDisposed) return Promise.reject(new Error('The engine was stopped.'));
    return new Promise<Value<K>>((resolve, reject) => {
      this.worker ??= this.startWorker();
      const id = this.send({ call, args }, resolve as (value: unknown) => void, reject, progress);
      signal?.onCancel(() => {
        if (this.pending.has(id)) this.worker?.post({ cancel: id });
      });
    });
  }

  dispose(): void {
    this.isDisposed = true;
    this.worker?.terminate();
    this.worker = null;
    for (const { reject } of this.pending.values()) reject(new Error('The engine was stopped.'));
    this.pending.clear();
  }

  private startWorker(): WorkerLike {
    const worker = this.start();
    worker.onMessage((message) => {
      if (this.worker === worker) this.receive(message);
    });
    worker.onExit((reason) => {
      if (this.worker === worker) this.recover(reason);
    });
    this.worker = worker;
    const ignore = () => {};
    for (const [file, text] of this.texts) {
      this.send({ call: 'setDocument', args: { file, text } }, ignore, ignore);
    }
    for (const slots of this.placements.values()) this.give(slots);
    return worker;
  }

  private give(slots: LayerTable): void {
    const ignore = () => {};
    this.send({ call: 'keepPlacement', args: { slots } }, ignore, ignore);
  }

  private send(
    what: { readonly call: CallName; readonly args: unknown },
    resolve: Pending['resolve'],
    reject: Pending['reject'],
    progress?: Pending['progress'],
  ): number {
    const id = this.nextId++;
    const message = { id, ...what } as Call;
    this.pending.set(id, { message, resolve, reject, progress });
    this.worker?.post(message);
    return id;
  }

  private receive(message: FromWorker): void {
    const waiting = this.pending.get(message.id);
    if (!waiting) return;
    if (message.kind === 'progress') {
      waiting.progress?.(message.fraction, message.soFar);
      return;
    }
    this.pending.delete(message.id);
    if (message.kind === 'done') waiting.resolve(message.value);
    else waiting.reject(message.kind === 'cancelled' ? new Cancelled() : new Error(message.message));
  }

  /** Starts again without what the worker died on. Every crash costs one call, so that this ends. */
  private recover(reason: string): void {
    this.worker = null;
    const [culprit, ...others] = this.pending.values();
    this.pending.clear();
    if (!culprit) return;
    const { message } = culprit;
    if (message.call === 'setDocument') this.texts.delete(message.args.file);
    try {
      if (others.length > 0) this.worker = this.startWorker();
    } catch (error) {
      for (const { reject } of others.splice(0)) reject(error as Error);
    }
    for (const waiting of others) {
      this.pending.set(waiting.message.id, waiting);
      this.worker?.post(waiting.message);
    }
    culprit.reject(new Error(reason));
  }
}
