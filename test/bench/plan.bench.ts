import { bench, describe } from 'vitest';
import { layerSearch } from '../../src/plan/placement-search/layer';
import { drawnTokens } from '../../src/plan/placement-search/tokens';
import { evaluator } from '../../src/plan/search/evaluate';
import { NO_LIMITS } from '../../src/plan/search/objective';
import { planInSteps, spacesOf } from '../../src/plan/search/plan';
import { type Family, isPruned, membersOf, sizeOf } from '../../src/plan/search/space';
import { simulate } from '../../src/sim/simulate';
import { presetJob } from '../unit/plan/search/jobs';
import { benchFigure } from './figures';

/**
 * DeepSeek-V3 on 2048 H100, batch 15360, sequence 4096, ZeRO-1: all sizes whose grids tile 2048 (powers of two), TP and ETP
 * within the node, microbatches of 1, 2, 4 and 8, NCCL, all-gather and DeepEP, four kinds of recomputation.
 */
const job = presetJob('megatron-lm', 'deepseek-ai/DeepSeek-V3', {
  'cluster.accelerator': 'h100-sxm',
  'workload.mode': 'train',
  'workload.globalBatchSize': 15360,
  'workload.sharding': 'optimizer',
  'layout.worldSize': 2048,
  'layout.pp': 16,
  'layout.ep': 64,
});

const families = spacesOf(job, [2048]).flatMap((space) =>
  [...space].flat().filter((one): one is Family => !isPruned(one)),
);
/** Every so many of all, in the order of the space. */
const some = (count: number): readonly Family[] =>
  families.filter((_, at) => at % Math.ceil(families.length / count) === 0);
const countOf = (of: readonly Family[]): number => of.reduce((sum, family) => sum + sizeOf(family), 0);
const ONCE = { iterations: 1, warmupIterations: 0, warmupTime: 0, time: 0 };
const REQUEST = { gpus: [2048], objective: 'step', limits: NO_LIMITS, top: 10 } as const;

describe('DeepSeek-V3 on 2048 H100, time and memory', () => {
  const few = some(20).map((family) => membersOf(family).next().value!.scenario);
  const target = { targetPerSecond: 20_000 };
  benchFigure(
    `naive: ${few.length} configurations, each by the whole simulator`,
    () => {
      for (const scenario of few) simulate(scenario);
    },
    { configurations: few.length },
    ONCE,
  );
  for (const [name, tried] of [
    ['one layout of eight', some(families.length / 8)],
    ['every layout', families],
  ] as const) {
    benchFigure(
      `planner, from nothing: time and memory of all ${countOf(tried)} configurations of ${name}`,
      () => {
        const figuresOf = evaluator(job.base);
        for (const family of tried) {
          const { of } = figuresOf(family);
          for (const microBatchSize of family.microBatches) {
            const { memory, time } = of(microBatchSize);
            for (let way = 0; way < family.ways.length; way++) {
              memory(way);
              time(way);
            }
          }
        }
      },
      { configurations: countOf(tried), ...target },
      ONCE,
    );
  }
  benchFigure(
    `the whole space to the complete answer, ${countOf(families)} legal configurations`,
    () => {
      const steps = planInSteps(job, REQUEST);
      while (!steps.next().done);
    },
    { configurations: countOf(families), targetMilliseconds: 1000, ...target },
    ONCE,
  );
});

describe('placement search, 128 ranks on 16 nodes, 256 experts in 384 slots', () => {
  const loads = Array.from({ length: 256 }, (_, expert) => 1 + ((expert * 7919) % 997));
  const choice = { topK: 8, groups: 1, topkGroups: 1 };
  const slots = Array.from({ length: 384 }, (_, slot) => slot % 256);
  const tokens = drawnTokens(loads, choice, 1024);
  const problem = { loads, slots, gpus: 128, nodes: 16, topK: 8, tokens };
  bench(
    '10,000 placements looked at',
    () => {
      const search = layerSearch(problem, 'nodes', 0);
      for (let look = 0; look < 10_000; look++) search.look();
    },
    { iterations: 3, warmupIterations: 1, time: 0 },
  );
});
