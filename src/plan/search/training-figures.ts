import type { Scenario, WorkloadScenario } from '../../scenario/scenario';
import { machineOf } from '../../sim/compute/machine';
import { pipelineTime, type TimedStages, timedStages } from '../../sim/compute/pipeline';
import { stepTime, trainedTokens } from '../../sim/compute/train-step';
import { rankWeights, type UpdateTime, updateTime } from '../../sim/compute/update';
import { fullestOf } from '../../sim/memory/memory';
import { type Load, totalBytes } from '../../sim/memory/rank-memory';
import { runtimeBytes } from '../../sim/memory/runtime';
import { heldStates, type LayerActivations, stageActivations } from '../../sim/memory/training';
import { denseParametersPerRank, expertParametersPerRank } from '../../sim/parameters/rank';
import { pipelineStages, stageGroups } from '../../sim/parameters/stages';
import type { Evaluator, MemberFigures } from './evaluate';
import { inMap, lazily, remembered } from './remembered';
import type { Family, Way } from './space';
import { type Terms, trainingTerms } from './training-terms';

/** Stages that hold the same, on a rank of one TP. */
interface WeightedStages extends TimedStages {
  readonly denseParameters: number;
}

/** The same in one layout. */
interface FamilyStages extends WeightedStages {
  /** Bytes of a rank with so many experts of each layer. */
  readonly states: (experts: number) => number;
}

const NO_LAYER: LayerActivations = { kept: 0, whole: 0 };

/** Figures of the members of training families, put together from what they share. */
export function trainingEvaluator(base: Scenario): Evaluator {
  const { model, cluster, placement } = base;
  const machine = machineOf(cluster);
  const termsOf = trainingTerms(base, machine);
  const runtime = runtimeBytes(base);
  const capacityBytes = cluster.memoryGiB * 2 ** 30;
  const pipelines = new Map<string, readonly TimedStages[]>();
  const weighted = new Map<string, readonly WeightedStages[]>();

  const stagesOf = ({ layout }: Family): readonly WeightedStages[] => {
    const { pp, vpp, tp } = layout;
    return inMap(weighted, `${pp} ${vpp} ${tp}`, () =>
      inMap(pipelines, `${pp} ${vpp}`, () =>
        timedStages(model, stageGroups(pipelineStages(model, layout))),
      ).map((stages) => ({
        ...stages,
        denseParameters: denseParametersPerRank(model, stages.stage, tp).total,
      })),
    );
  };

  return (family) => {
    const { layout, ways, microBatches } = family;
    const scenario: Scenario = {
      ...base,
      layout,
      workload: family.workload(microBatches[0]!, ways[0]!.recompute),
    };
    const stages = stagesOf(family).map((one): FamilyStages => {
      const { stage, denseParameters } = one;
      const states = remembered((experts: number): number => {
        const elements = expertParametersPerRank(model, stage, experts, layout.etp);
        const { weights, gradients, optimizer } = heldStates(
          scenario,
          stage,
          experts,
          denseParameters,
          elements,
        );
        return weights + gradients + optimizer;
      });
      return { ...one, states };
    });
    const update = lazily((): UpdateTime => {
      const weights = stages.map(({ stage, denseParameters }) =>
        rankWeights(scenario, stage, denseParameters),
      );
      return updateTime(scenario, machine, weights);
    });
    // No rank of a group holds less than the mean, and bytes grow with all that is left out of the least.
    const slots = (model.routedExperts + placement.redundantExperts) / layout.ep;
    const termsOfFamily = termsOf(family);

    const peakBytes = ({ sent, activations }: Terms, workload: WorkloadScenario): number => {
      const setting = { model, layout, workload };
      const activationsOf = activations(workload.recompute);
      const bytesOf = ({ stage, kinds, states }: FamilyStages, load: Load): number => {
        const held = stageActivations(setting, stage, kinds, activationsOf(load));
        return totalBytes(states(load.experts), held, 0, load.buffers, runtime);
      };
      const fullest = fullestOf(stages, sent.tried, bytesOf);
      return sent.loads.reduce((most, load) => Math.max(most, bytesOf(fullest, load)), 0);
    };
    return {
      capacityBytes,
      leastBytes: Math.max(
        ...stages.map(({ stage, kinds, states }) => {
          const held = stageActivations(scenario, stage, kinds, () => NO_LAYER);
          return totalBytes(states(slots), held, 0, 0, runtime);
        }),
      ),
      of(microBatchSize) {
        const workloadOf = (recompute: Way['recompute']) => family.workload(microBatchSize, recompute);
        const termsOfWay = termsOfFamily(workloadOf(ways[0]!.recompute));
        return (way): MemberFigures => {
          const terms = termsOfWay(way);
          const workload = workloadOf(way.recompute);
          return {
            memory: { peakBytes: peakBytes(terms, workload), capacityBytes, kvSequences: null },
            time() {
              const setting = { model, layout, workload };
              const pipeline = pipelineTime(stages, terms.ends(), terms.seconds(way.recompute, layout));
              const { seconds } = stepTime(setting, machine, pipeline, update());
              return {
                seconds,
                tokensPerSecondPerGpu: trainedTokens(setting, seconds),
                tpotMilliseconds: null,
                ttftMilliseconds: null,
              };
            },
          };
        };
      },
    };
  };
}
