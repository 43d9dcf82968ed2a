import { parentPort } from 'node:worker_threads';
import { openArtefact } from './file-chunks.node';
import type { ToWorker } from './rpc';
import { serve } from './serve';

if (!parentPort) throw new Error('This file runs as a worker thread.');
const port = parentPort;

serve(
  {
    post: (message, transfer) => port.postMessage(message, [...transfer]),
    onMessage: (listener) => port.on('message', (message: ToWorker) => listener(message)),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  },
  openArtefact,
);
