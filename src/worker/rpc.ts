import type { EngineCalls } from './calls';

export type CallName = keyof EngineCalls;
export type Args<K extends CallName> = Parameters<EngineCalls[K]>[0];
export type Value<K extends CallName> = ReturnType<EngineCalls[K]>;

/** What goes to the worker: a call, or the wish that an earlier one stop. */
export type ToWorker =
  | { [K in CallName]: { readonly id: number; readonly call: K; readonly args: Args<K> } }[CallName]
  | { readonly cancel: number };

/** What comes back: exactly one reply per call, progress before it. */
export type FromWorker =
  | { readonly id: number; readonly kind: 'done'; readonly value: unknown }
  | { readonly id: number; readonly kind: 'failed'; readonly message: string }
  | { readonly id: number; readonly kind: 'cancelled' }
  | { readonly id: number; readonly kind: 'progress'; readonly fraction: number; readonly soFar?: unknown };

/** A worker as both hosts can provide it. */
export interface WorkerLike {
  post(message: ToWorker): void;
  onMessage(listener: (message: FromWorker) => void): void;
  /** Called once when the worker dies; no replies follow. */
  onExit(listener: (reason: string) => void): void;
  terminate(): void;
}

/** The worker's side of the line. */
export interface Port {
  post(message: FromWorker, transfer: readonly ArrayBuffer[]): void;
  onMessage(listener: (message: ToWorker) => void): void;
  /** Resolves after messages that wait have been delivered. */
  breathe(): Promise<void>;
}
