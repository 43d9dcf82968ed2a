import type { Scenario } from '../../scenario/scenario';
import { step } from '../../sim/compute/step';
import { fullestStage, heldBy, shortageOf } from '../../sim/memory/memory';
import { pipelineStages, type StageGroup, stageGroups } from '../../sim/parameters/stages';
import type { Figures, MemoryFigures, TimeFigures } from './figures';
import { inMap, remembered } from './remembered';
import { sharedTraffic } from './shared-traffic';
import { type Family, familyOf, memberOf } from './space';
import { trainingEvaluator } from './training-figures';

/** The figures of configurations of one job: exactly those of `simulate`, by its own functions. */
export type Evaluator = (family: Family) => FamilyFigures;

export interface FamilyFigures {
  readonly capacityBytes: number;
  /** Bytes that no member can do without. */
  readonly leastBytes: number;
  readonly of: (microBatchSize: number) => BatchFigures;
}

/** Figures of the members with one microbatch, by the place of their way in the family. */
export interface BatchFigures {
  readonly memory: (way: number) => MemoryFigures;
  readonly time: (way: number) => TimeFigures;
  /** What is certain before each is looked at; `null` where nothing is known for less than their own figures. */
  readonly bounds: BatchBounds | null;
}

export interface BatchBounds {
  /** All ways, in groups whose memory lies between two figures. */
  readonly memory: readonly MemoryBounds[];
  /** A time that no member falls below. */
  readonly fastest: () => TimeFigures;
  /** The same of those that communicate as one way does. */
  readonly fastestLike: (way: number) => TimeFigures;
}

export interface MemoryBounds {
  readonly ways: readonly number[];
  readonly leastBytes: number;
  readonly mostBytes: () => number;
}

/** An evaluation that remembers what configurations share. All have the model, the links and the routing of the first. */
export function evaluator(base: Scenario): Evaluator {
  return base.workload.mode === 'train' ? trainingEvaluator(base) : servingEvaluator(base);
}

/** The figures of one scenario. */
export function figuresOfScenario(scenario: Scenario, figures: Evaluator = evaluator(scenario)): Figures {
  const family = familyOf({ scenario, changes: () => [] });
  const { memory, time } = figures(family).of(family.microBatches[0]!);
  return { ...memory(0), ...time(0) };
}

function servingEvaluator({ model, cluster }: Scenario): Evaluator {
  const traffic = sharedTraffic(cluster);
  const byPipeline = new Map<string, readonly StageGroup[]>();
  const stagesOf = ({ layout }: Scenario): readonly StageGroup[] =>
    inMap(byPipeline, `${layout.pp} ${layout.vpp}`, () => stageGroups(pipelineStages(model, layout)));
  return (family) => ({
    capacityBytes: cluster.memoryGiB * 2 ** 30,
    leastBytes: 0,
    of(microBatchSize) {
      const scenarioOf = remembered(
        (way: number) => memberOf(family, microBatchSize, family.ways[way]!).scenario,
      );
      return {
        memory(way) {
          const scenario = scenarioOf(way);
          const sent = traffic.of(scenario);
          const stage = fullestStage(scenario, stagesOf(scenario), sent.tried);
          const { fullest, kvSequences } = heldBy(scenario, stage, sent.loads);
          const { total, capacity } = fullest.bytes;
          const shortage = shortageOf(fullest.bytes, kvSequences);
          return { peakBytes: total, capacityBytes: capacity, kvSequences, shortage };
        },
        bounds: null,
        time(way) {
          const scenario = scenarioOf(way);
          const sent = traffic.of(scenario);
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
