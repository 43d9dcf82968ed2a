import { bench, describe } from 'vitest';
import { deepseekV3 } from '../accuracy/models';
import { type NetworkOptions, networkScenario } from '../accuracy/network-scenario';
import type { Asked } from './engine';
import { benchFigure } from './figures';
import { inWorker } from './in-worker';

const ask = inWorker<Asked>('engine.ts');

/** What one run of the engine takes, without getting ready for it. */
async function runOf(run: Asked['run'], options: NetworkOptions): Promise<() => Promise<void>> {
  await ask({ run, options, isFirst: true });
  return () => ask({ run, options, isFirst: false });
}

/** DeepSeek-V3 without and with its own limit, skewed as it serves. */
const routers: readonly (readonly [string, NetworkOptions])[] = [
  ['', {}],
  [', 4 of 8 groups', { groups: 8, topkGroups: 4 }],
];

describe('expected: all of a simulation, placement of 58 layers to memory, time and step', async () => {
  for (const ep of [64, 256, 2048]) {
    for (const [router, options] of routers) {
      const run = await runOf('simulation', { ep, ...options });
      bench(`EP${ep}${router}`, run, { time: 300, warmupIterations: 3 });
    }
  }
});

describe('expected: matrices of every one of 58 layers, and memory', async () => {
  for (const [router, options] of routers) {
    benchFigure(
      `EP64${router}, 58 layers`,
      await runOf('layers', { ep: 64, ...options }),
      { targetMilliseconds: 10 },
      { time: 2000, iterations: 40, warmupIterations: 40 },
    );
  }
});

describe('2048 ranks: one matrix', async () => {
  const target = { targetMilliseconds: 100 };
  const perNode = await runOf('matrix', { ep: 2048 });
  const perAssignment = await runOf('matrix', { ep: 2048, backend: 'nccl-alltoall' });
  benchFigure('one row per rank and node', perNode, target, { time: 300 });
  benchFigure('one row per assignment', perAssignment, target, { time: 300 });
});

for (const [router, options] of routers) {
  const drawn = { ep: 64, ...options };
  const assignments = networkScenario(drawn).workload.tokensPerRank * 64 * deepseekV3.topK;
  describe(`sampled: EP64${router}, drawn, counted once per rank and domain`, async () => {
    benchFigure(
      `sampled engine${router}, matrices included`,
      await runOf('sampled', drawn),
      { assignments, targetMillionsPerSecond: 40 },
      { time: 300, iterations: 5, warmupIterations: 2 },
    );
    benchFigure(
      `token by token, with sets${router}`,
      await runOf('naive', drawn),
      { assignments },
      { time: 1, iterations: 1, warmupIterations: 0, warmupTime: 0 },
    );
  });
}
