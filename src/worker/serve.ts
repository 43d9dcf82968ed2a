import { Engine } from './engine';
import { bytesFrom, NOT_HERE, type OpenFile } from './file-bytes';
import { BACKGROUND, type Call, handlers, type Room, type Step, type Steps } from './handlers';
import { buffersOf } from './packing';
import type { Port } from './rpc';

/** Longest stretch of work between two looks at the messages that wait, in milliseconds. */
const SLICE_MILLISECONDS = 8;

const told = (step: Step): { readonly fraction: number; readonly soFar?: unknown } =>
  typeof step === 'number' ? { fraction: step } : { fraction: step.fraction, soFar: step.soFar() };

/**
 * Answers calls on `port` in the order in which they come, until the worker is terminated. One at a time, but that calls
 * which read large files make way for the others between two steps.
 */
export function serve(port: Port, open: OpenFile = NOT_HERE): void {
  const room: Room = { engine: new Engine(), read: (source) => bytesFrom(source, open) };
  const cancelled = new Set<number>();
  const waiting: Call[] = [];
  const later: Call[] = [];
  const current = new Set<Call>();
  let isDraining = false;

  port.onMessage((message) => {
    if ('cancel' in message) {
      // The wish may cross the answer on the line; then there is nothing to remember it for.
      const known = [...current, ...waiting, ...later];
      if (known.some((call) => call.id === message.cancel)) cancelled.add(message.cancel);
      return;
    }
    (BACKGROUND.has(message.call) ? later : waiting).push(message);
    if (!isDraining) void drain();
  });

  async function drain(): Promise<void> {
    isDraining = true;
    for (;;) {
      await answerWaiting();
      const call = later.shift();
      if (call === undefined) break;
      await answer(call);
    }
    isDraining = false;
  }

  async function answerWaiting(): Promise<void> {
    for (let call = waiting.shift(); call; call = waiting.shift()) await answer(call);
  }

  async function answer(call: Call): Promise<void> {
    current.add(call);
    await run(call);
    current.delete(call);
    cancelled.delete(call.id);
  }

  async function run(call: Call): Promise<void> {
    const { id } = call;
    try {
      // The handler table is keyed by the call's own name, which the compiler cannot relate to its arguments.
      const steps = (handlers[call.call] as (room: Room, args: unknown) => Steps)(room, call.args);
      let sliceEnd = Date.now() + SLICE_MILLISECONDS;
      for (;;) {
        if (cancelled.has(id)) {
          // Files that are open are closed.
          steps.return(undefined);
          return port.post({ id, kind: 'cancelled' }, []);
        }
        const step = steps.next();
        if (step.done) return port.post({ id, kind: 'done', value: step.value }, buffersOf(step.value));
        if (Date.now() >= sliceEnd) {
          port.post({ id, kind: 'progress', ...told(step.value) }, []);
          await port.breathe();
          if (BACKGROUND.has(call.call)) await answerWaiting();
          sliceEnd = Date.now() + SLICE_MILLISECONDS;
        }
      }
    } catch (error) {
      port.post({ id, kind: 'failed', message: error instanceof Error ? error.message : String(error) }, []);
    }
  }
}
