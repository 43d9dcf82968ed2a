import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';

/**
 * Runs a module of this folder as the extension runs its engine: bundled, in a worker with a heap of its own. The runner of
 * the tests looks up imports at each use, and its garbage is collected together with that of what it runs.
 *
 * @returns posts a message and waits for the answer
 */
export function inWorker<Message>(module: string): (message: Message) => Promise<void> {
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, module)],
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'warning',
  });
  const worker = new Worker(outputFiles[0]!.text, { eval: true });
  worker.unref();
  return async (message) => {
    const answer = once(worker, 'message');
    worker.postMessage(message);
    await answer;
  };
}
