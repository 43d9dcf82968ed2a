import { Worker } from 'node:worker_threads';
import type { FromWorker, WorkerLike } from '../worker/rpc';
import type { WorkerScript } from './script';

/** Folder of this host's bundles inside `dist/`. */
export const bundleFolder = 'node';

/** Whether the worker reads files by their path. */
export const readsFiles = true;

/** The engine in a worker thread. */
export function startWorker(script: WorkerScript): WorkerLike {
  const worker = new Worker(script.fsPath);
  // The extension host must be able to end while the worker idles.
  worker.unref();
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.on('message', (message: FromWorker) => listener(message)),
    onExit: (listener) => {
      worker.on('error', (error) => listener(`The engine stopped: ${error.message}`));
      worker.on('exit', () => listener('The engine stopped.'));
    },
    terminate: () => void worker.terminate(),
  };
}
