import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  frozenDtypes,
  gradientDtypes,
  parameterDtypes,
  shardings,
  stateDtypes,
} from '../../../src/scenario/choices';
import type { WorkloadScenario } from '../../../src/scenario/scenario';
import { type MemoryPart, memoryPartNames } from '../../../src/sim/memory/parts';
import { stateBytes } from '../../../src/sim/memory/states';
import { simulate } from '../../../src/sim/simulate';
import { deepseekV3, mixtral8x22b, qwen3With30b } from '../../accuracy/models';
import { layoutOf, scenarioOf, usualWorkload } from '../../accuracy/scenarios';

const recipe = fc.record({
  sharding: fc.constantFrom(...shardings),
  parameterDtype: fc.constantFrom(...parameterDtypes),
  gradientDtype: fc.constantFrom(...gradientDtypes),
  masterDtype: fc.constantFrom(...stateDtypes),
  momentDtype: fc.constantFrom(...stateDtypes),
  optimizerOffload: fc.constantFrom(0, 0.25, 1),
  gradientOffload: fc.boolean(),
  parameterOffload: fc.boolean(),
  adapterRank: fc.constantFrom(0, 1, 16, 256),
  frozenDtype: fc.constantFrom(...frozenDtypes),
});
type Recipe = Partial<WorkloadScenario>;

const heldPerParameter = (workload: Recipe, ranks: number): number => {
  const { weights, gradients, optimizer } = stateBytes({ ...usualWorkload, ...workload }, ranks);
  return weights + gradients + optimizer;
};

describe('memory of any recipe', () => {
  it('is a sum of parts, none of them negative', () => {
    fc.assert(
      fc.property(
        recipe,
        fc.constantFrom(deepseekV3, mixtral8x22b, qwen3With30b),
        fc.constantFrom({ gpus: 8, ep: 8 }, { gpus: 32, ep: 4, tp: 2 }, { gpus: 64, ep: 8, pp: 4 }),
        (workload, model, mapping) => {
          const { perRank } = simulate(scenarioOf(model, 'h100-sxm', layoutOf(mapping), workload)).memory;
          return perRank.every((rank) => {
            const parts = (Object.keys(memoryPartNames) as MemoryPart[]).map((part) => rank[part]);
            const sum = parts.reduce((total, bytes) => total + bytes, 0);
            return parts.every((bytes) => bytes >= 0) && Math.abs(sum - rank.total) <= 1e-9 * rank.total;
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('holds no more states with more sharding, over more ranks, or with more on the host', () => {
    fc.assert(
      fc.property(recipe, fc.integer({ min: 1, max: 512 }), (workload, ranks) => {
        const stages = shardings.map((sharding) => heldPerParameter({ ...workload, sharding }, ranks));
        const host = { optimizerOffload: 1, gradientOffload: true, parameterOffload: true };
        const own = heldPerParameter(workload, ranks);
        return (
          stages.every((bytes, stage) => stage === 0 || bytes <= stages[stage - 1]! + 1e-9) &&
          heldPerParameter(workload, 2 * ranks) <= own &&
          heldPerParameter({ ...workload, ...host }, ranks) <= own
        );
      }),
    );
  });
});
