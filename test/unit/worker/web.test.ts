import { afterEach, expect, test, vi } from 'vitest';
import { startWorker } from '../../../src/env/web';
import { EngineClient } from '../../../src/worker/client';

const script = { fsPath: '/worker.js', toString: () => 'https://host/worker.js' };

/** A worker whose script cannot be loaded: it says so with an error event, some time after it was made. */
class Unloadable {
  onmessage: unknown = null;
  onerror: ((event: { message?: string }) => void) | null = null;
  postMessage(): void {
    setTimeout(() => this.onerror?.({ message: 'NetworkError' }), 0);
  }
  terminate(): void {}
}

afterEach(() => vi.unstubAllGlobals());

test.each([
  ['cannot be made', undefined],
  [
    'may not be made',
    class {
      constructor() {
        throw new Error('not supported');
      }
    },
  ],
  ['cannot be loaded', Unloadable],
])('the engine answers on this thread where a worker %s', async (_why, worker) => {
  vi.stubGlobal('Worker', worker);
  const client = new EngineClient(() => startWorker(script));
  const replies = await Promise.all([client.setDocument('a.json', '{}'), client.setDocument('b.json', '{}')]);
  expect(replies.map(({ recognised }) => recognised)).toEqual([false, false]);
  client.dispose();
});
