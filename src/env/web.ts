import type { FromWorker, Port, ToWorker, WorkerLike } from '../worker/rpc';
import type { WorkerScript } from './script';

/** Folder of this host's bundles inside `dist/`. */
export const bundleFolder = 'web';

/** Whether the worker reads files by their path: here every file comes through the editor. */
export const readsFiles = false;

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
  try {
    return inWorker(new Worker(script.toString(true)));
  } catch {
    return inThread();
  }
}

/** A script that cannot be loaded shows only as an error event: what was asked until then is asked on this thread. */
function inWorker(worker: WebWorker): WorkerLike {
  let fallback: WorkerLike | null = null;
  let unanswered: ToWorker[] | null = [];
  let toClient: (message: FromWorker) => void = () => {};
  let exited: (reason: string) => void = () => {};
  worker.onmessage = ({ data }) => {
    unanswered = null;
    toClient(data);
  };
  worker.onerror = ({ message }) => {
    worker.terminate();
    if (!unanswered) {
      exited(`The engine stopped: ${message ?? 'unknown reason'}`);
      return;
    }
    fallback = inThread();
    fallback.onMessage(toClient);
    for (const waiting of unanswered.splice(0)) fallback.post(waiting);
  };
  return {
    post: (message) => {
      if (fallback) return fallback.post(message);
      unanswered?.push(message);
      worker.postMessage(message);
    },
    onMessage: (listener) => {
      toClient = listener;
    },
    onExit: (listener) => {
      exited = listener;
    },
    terminate: () => (fallback ?? worker).terminate(),
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
  // Loaded only here: where a worker starts, this thread needs no engine.
  const serving = import('../worker/serve').then(({ serve }) => serve(port));
  return {
    post: (message) => void serving.then(() => later(() => toEngine(message))),
    onMessage: (listener) => {
      toClient = listener;
    },
    onExit: () => {},
    terminate: () => {
      toEngine = () => {};
    },
  };
}
