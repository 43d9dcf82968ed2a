import type { SimulationResult } from '../sim/result';
import type { Simulated, WhatIfAnalysis } from './analysis';
import { Engine } from './engine';
import type { CallName, Port, ToWorker } from './rpc';

/** Longest stretch of work between two looks at the messages that wait, in milliseconds. */
const SLICE_MILLISECONDS = 8;

type Call = Exclude<ToWorker, { cancel: number }>;
type Steps = Generator<number, unknown>;

/** How each call runs: as steps, so that it can be cancelled between them. */
const handlers: { [K in CallName]: (engine: Engine, args: Extract<Call, { call: K }>['args']) => Steps } = {
  *setDocument(engine, { file, text }) {
    yield 0;
    return engine.setDocument(file, text);
  },
  *analyse(engine, { file, settings, disabled }) {
    yield 0;
    return engine.analyse(file, settings, disabled);
  },
  *simulate(engine, args) {
    return packSimulated(yield* engine.simulateInSteps(args));
  },
  *whatIf(engine, args) {
    const whatIf = yield* engine.whatIfInSteps(args);
    const packed: WhatIfAnalysis = {
      ...whatIf,
      baseline: packSimulated(whatIf.baseline),
      variant: packSimulated(whatIf.variant),
    };
    return packed;
  },
};

/** Answers calls on `port` in the order in which they come, one at a time, until the worker is terminated. */
export function serve(port: Port): void {
  const engine = new Engine();
  const cancelled = new Set<number>();
  const waiting: Call[] = [];
  let current: Call | undefined;

  port.onMessage((message) => {
    if ('cancel' in message) {
      // The wish may cross the answer on the line; then there is nothing to remember it for.
      if ([current, ...waiting].some((call) => call?.id === message.cancel)) cancelled.add(message.cancel);
      return;
    }
    waiting.push(message);
    if (!current) void drain();
  });

  async function drain(): Promise<void> {
    for (current = waiting.shift(); current; current = waiting.shift()) {
      await answer(current);
      cancelled.delete(current.id);
    }
  }

  async function answer(call: Call): Promise<void> {
    const { id } = call;
    try {
      // The handler table is keyed by the call's own name, which the compiler cannot relate to its arguments.
      const steps = (handlers[call.call] as (engine: Engine, args: unknown) => Steps)(engine, call.args);
      let sliceEnd = Date.now() + SLICE_MILLISECONDS;
      for (;;) {
        if (cancelled.has(id)) return port.post({ id, kind: 'cancelled' }, []);
        const step = steps.next();
        if (step.done) return port.post({ id, kind: 'done', value: step.value }, buffersOf(step.value));
        if (Date.now() >= sliceEnd) {
          port.post({ id, kind: 'progress', fraction: step.value }, []);
          await port.breathe();
          sliceEnd = Date.now() + SLICE_MILLISECONDS;
        }
      }
    } catch (error) {
      port.post({ id, kind: 'failed', message: error instanceof Error ? error.message : String(error) }, []);
    }
  }
}

/** Matrices as single-precision copies: half the bytes on the line, and the engine's cached ones stay whole. */
function packSimulated(simulated: Simulated): Simulated {
  return simulated.result ? { ...simulated, result: packResult(simulated.result) } : simulated;
}

function packResult(result: SimulationResult): SimulationResult {
  const { rows, nodeRows } = result.traffic;
  return {
    ...result,
    traffic: {
      ...result.traffic,
      rows: { size: rows.size, data: Float32Array.from(rows.data) },
      nodeRows: { size: nodeRows.size, data: Float32Array.from(nodeRows.data) },
    },
  };
}

function buffersOf(value: unknown): ArrayBuffer[] {
  const reply = value as Partial<Simulated & WhatIfAnalysis> | null;
  return [reply?.result, reply?.baseline?.result, reply?.variant?.result].flatMap((result) =>
    result
      ? [result.traffic.rows.data.buffer as ArrayBuffer, result.traffic.nodeRows.data.buffer as ArrayBuffer]
      : [],
  );
}
