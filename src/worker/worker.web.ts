import type { FromWorker, ToWorker } from './rpc';
import { serve } from './serve';

/** The part of a dedicated worker's global scope that is used here. */
interface WorkerScope {
  postMessage(message: FromWorker, transfer: ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: { data: ToWorker }) => void): void;
  setTimeout(handler: () => void, milliseconds: number): unknown;
}

const scope = globalThis as unknown as WorkerScope;

serve({
  post: (message, transfer) => scope.postMessage(message, [...transfer]),
  onMessage: (listener) => scope.addEventListener('message', (event) => listener(event.data)),
  breathe: () => new Promise((resolve) => scope.setTimeout(resolve, 0)),
});
