import type { FromWorker, Port, ToWorker, WorkerLike } from '../worker/rpc';
import { serve } from '../worker/serve';
import type { WorkerScript } from './script';

/** Folder of this host's bundles inside `dist/`. */
export const bundleFolder = 'web';

/** The part of the DOM's Worker that is used here: the web extension host has it, its TypeScript library does not. */
interface WebWorker {
  postMessage(message: unknown): void;
  onmessage: ((event: { data: FromWorker }) => void) | null;
  onerror: ((event: { message?: string }) => void) | null;
  terminate(): void;
}
declare const Worker: (new (url: string) => WebWorker) | undefined;
declare function setTimeout(handler: () => void, milliseconds: number): unknown;

/** The engine in a web worker; on this thread, in slices, where the host cannot start one (remote web extensions). */
export function startWorker(script: WorkerScript): WorkerLike {
  if (typeof Worker === 'undefined') return inThread();
  let worker: WebWorker;
  try {
    worker = new Worker(script.toString(true));
  } catch {
    return inThread();
  }
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => {
      worker.onmessage = (event) => listener(event.data);
    },
    onExit: (listener) => {
      worker.onerror = (event) => listener(`The engine stopped: ${event.message ?? 'unknown reason'}`);
    },
    terminate: () => worker.terminate(),
  };
}

function inThread(): WorkerLike {
  let toEngine: (message: ToWorker) => void = () => {};
  let toClient: (message: FromWorker) => void = () => {};
  const later = (deliver: () => void): void => void setTimeout(deliver, 0);
  const port: Port = {
    post: (message) => later(() => toClient(message)),
    onMessage: (listener) => {
      toEngine = listener;
    },
    breathe: () => new Promise((resolve) => later(resolve)),
  };
  serve(port);
  return {
    post: (message) => later(() => toEngine(message)),
    onMessage: (listener) => {
      toClient = listener;
    },
    onExit: () => {},
    terminate: () => {
      toEngine = () => {};
    },
  };
}
