import type { Scenario } from '../../scenario/scenario';
import { step } from '../../sim/compute/step';
import { fullestStage, heldBy } from '../../sim/memory/memory';
import { pipelineStages, type StageGroup, stageGroups } from '../../sim/parameters/stages';
import type { Figures, MemoryFigures, TimeFigures } from './figures';
import { inMap } from './remembered';
import { sharedTraffic } from './shared-traffic';
import { type Family, familyOf, type Way } from './space';
import { trainingEvaluator } from './training-figures';

/** The figures of configurations of one job: exactly those of `simulate`, by its own functions. */
export type Evaluator = (family: Family) => FamilyFigures;

export interface FamilyFigures {
  readonly capacityBytes: number;
  /** Bytes that no member can do without. */
  readonly leastBytes: number;
  /** Of the members with a microbatch. */
  readonly of: (microBatchSize: number) => (way: Way) => MemberFigures;
}

/** Time is worked out where it is asked for. */
export interface MemberFigures {
  readonly memory: MemoryFigures;
  readonly time: () => TimeFigures;
}

/** An evaluation that remembers what configurations share. All have the model, the links and the routing of the first. */
export function evaluator(base: Scenario): Evaluator {
  return base.workload.mode === 'train' ? trainingEvaluator(base) : servingEvaluator(base);
}

/** The figures of one scenario. */
export function figuresOfScenario(scenario: Scenario, figures: Evaluator = evaluator(scenario)): Figures {
  const family = familyOf({ scenario, changes: () => [] });
  const { memory, time } = figures(family).of(family.microBatches[0]!)(family.ways[0]!);
  return { ...memory, ...time() };
}

function servingEvaluator({ model, cluster }: Scenario): Evaluator {
  const traffic = sharedTraffic(cluster);
  const byPipeline = new Map<string, readonly StageGroup[]>();
  const stagesOf = ({ layout }: Scenario): readonly StageGroup[] =>
    inMap(byPipeline, `${layout.pp} ${layout.vpp}`, () => stageGroups(pipelineStages(model, layout)));
  return ({ member }) => ({
    capacityBytes: cluster.memoryGiB * 2 ** 30,
    leastBytes: 0,
    of: (microBatchSize) => (way) => {
      const { scenario } = member(microBatchSize, way);
      const sent = traffic.of(scenario);
      const stage = fullestStage(scenario, stagesOf(scenario), sent.tried);
      const { fullest, kvSequences } = heldBy(scenario, stage, sent.loads);
      const { total, capacity } = fullest.bytes;
      return {
        memory: { peakBytes: total, capacityBytes: capacity, kvSequences },
        time() {
          const taken = step(scenario, sent, sent.time);
          return {
            seconds: taken.seconds,
            tokensPerSecondPerGpu: taken.tokensPerSecondPerGpu,
            tpotMilliseconds: taken.tpotMilliseconds ?? null,
            ttftMilliseconds: taken.ttftMilliseconds ?? null,
          };
        },
      };
    },
  });
}
