import type { LayoutScenario, Scenario, WorkloadScenario } from '../../scenario/scenario';
import { type Machine, machineOf } from '../../sim/compute/machine';
import { pipelineTime, type TimedStages, timedStages } from '../../sim/compute/pipeline';
import { type StepSetting, stepTime, trainedTokens } from '../../sim/compute/train-step';
import { rankWeights, type UpdateTime, updateTime } from '../../sim/compute/update';
import { totalBytes } from '../../sim/memory/rank-memory';
import { runtimeBytes } from '../../sim/memory/runtime';
import {
  heldStates,
  inFlightFactor,
  type LayerActivations,
  type LayerShares,
  layerShares,
  logitBytes,
  stageActivations,
} from '../../sim/memory/training';
import { kindsOf } from '../../sim/parameters/kinds';
import { denseParametersPerRank, expertParametersPerRank } from '../../sim/parameters/rank';
import { pipelineStages, stageGroups } from '../../sim/parameters/stages';
import type { Evaluator } from './evaluate';
import type { TimeFigures } from './figures';
import { inMap, lazily, remembered } from './remembered';
import { type LayerTerms, type RankTerms, type Terms, trainingTerms } from './training-terms';

/** Stages that hold the same, on a rank of one TP. */
interface WeightedStages extends TimedStages {
  readonly denseParameters: number;
  /** With full recomputation, and with any other mode. */
  readonly shares: Readonly<Record<'full' | 'other', LayerShares>>;
}

/** What of some stages follows from the weights of one layout. */
interface FamilyWeights {
  readonly stages: readonly WeightedStages[];
  /** Bytes of states in each stage, of a rank with so many experts of each layer. */
  readonly states: (experts: number) => Float64Array;
  readonly update: () => UpdateTime;
}

/** What of each stage follows from a microbatch. */
interface Filling {
  readonly inFlight: Float64Array;
  readonly logits: Float64Array;
}

/** Figures of the members of training families, put together from what they share. */
export function trainingEvaluator(base: Scenario): Evaluator {
  const { model, cluster, placement } = base;
  const machine = machineOf(cluster);
  const termsOf = trainingTerms(base, machine);
  const runtime = runtimeBytes(base);
  const capacityBytes = cluster.memoryGiB * 2 ** 30;
  const stagesOf = weightedStages(base);
  const none = new Float64Array(kindsOf(model).length);
  const nothing: LayerActivations = { kept: none, whole: none };
  const slots = model.routedExperts + placement.redundantExperts;

  return (family) => {
    const { layout, microBatches, ways, waysTogether } = family;
    const { recompute } = ways[0]!;
    const settingOf = (microBatchSize: number): StepSetting => ({
      model,
      layout,
      workload: family.workload(microBatchSize, recompute),
    });
    const least = settingOf(microBatches[0]!);
    const weights = weightsOf({ ...base, ...least }, machine, stagesOf(layout));
    const termsOfFamily = termsOf(family);
    return {
      capacityBytes,
      // No rank of a group holds less than the mean, and bytes grow with all that is left out here.
      leastBytes: peakBytes(
        weights,
        fillingOf(least, weights.stages),
        'other',
        [{ experts: slots / layout.ep, buffers: 0, activations: nothing }],
        runtime,
      ),
      of(microBatchSize) {
        const setting = settingOf(microBatchSize);
        const filling = fillingOf(setting, weights.stages);
        const termsOfWay = termsOfFamily(setting.workload);
        const terms: Terms[] = [];
        for (const together of waysTogether) {
          const shared = termsOfWay(ways[together[0]!]!);
          for (const way of together) terms[way] = shared;
        }
        const timeOf = ({ ends }: Terms, { seconds }: LayerTerms, factor: number): TimeFigures => {
          const pipeline = pipelineTime(weights.stages, ends(), seconds());
          const taken = factor * stepTime(setting, machine, pipeline, weights.update()).seconds;
          return {
            seconds: taken,
            tokensPerSecondPerGpu: trainedTokens(setting, taken),
            tpotMilliseconds: null,
            ttftMilliseconds: null,
          };
        };
        return {
          memory(way) {
            const mode = ways[way]!.recompute;
            const { ranks } = terms[way]!.of(mode, layout);
            const bytes = peakBytes(weights, filling, mode === 'full' ? 'full' : 'other', ranks, runtime);
            return { peakBytes: bytes, capacityBytes, kvSequences: null };
          },
          time: (way) => timeOf(terms[way]!, terms[way]!.of(ways[way]!.recompute, layout), 1),
          // Whatever runs again takes longer than if nothing did; of sums in another order no more is certain than this.
          fastest: (way) => timeOf(terms[way]!, terms[way]!.of('none', layout), ROUNDED_DOWN),
        };
      },
    };
  };
}

function fillingOf(setting: StepSetting, stages: readonly WeightedStages[]): Filling {
  const inFlight = new Float64Array(stages.length);
  const logits = new Float64Array(stages.length);
  for (let at = 0; at < stages.length; at++) {
    inFlight[at] = inFlightFactor(setting, stages[at]!.stage);
    logits[at] = logitBytes(setting, stages[at]!.stage);
  }
  return { inFlight, logits };
}

/** Rounding errors of sums of a few hundred terms are far below it. */
const ROUNDED_DOWN = 1 - 1e-9;

/** Bytes of the fullest rank of all stages, as `simulate` finds it. */
function peakBytes(
  { stages, states }: FamilyWeights,
  { inFlight, logits }: Filling,
  mode: 'full' | 'other',
  ranks: readonly RankTerms[],
  runtime: number,
): number {
  let most = 0;
  for (const { experts, buffers, activations } of ranks) {
    const held = states(experts);
    for (let at = 0; at < stages.length; at++) {
      const { layers, shares } = stages[at]!;
      const kept = stageActivations(layers, activations, shares[mode], inFlight[at]!, logits[at]!);
      most = Math.max(most, totalBytes(held[at]!, kept, 0, buffers, runtime));
    }
  }
  return most;
}

/** The stages of each pipeline, on a rank of each TP. */
function weightedStages({
  model,
  workload,
}: Scenario): (layout: LayoutScenario) => readonly WeightedStages[] {
  const known = new Map<string, readonly WeightedStages[]>();
  const full: WorkloadScenario = { ...workload, recompute: 'full' };
  const other: WorkloadScenario = { ...workload, recompute: 'none' };
  return (layout) =>
    inMap(known, `${layout.pp} ${layout.vpp} ${layout.tp}`, () =>
      timedStages(model, stageGroups(pipelineStages(model, layout))).map((timed) => ({
        ...timed,
        denseParameters: denseParametersPerRank(model, timed.stage, layout.tp).total,
        shares: {
          full: layerShares({ layout, workload: full }, timed.stage),
          other: layerShares({ layout, workload: other }, timed.stage),
        },
      })),
    );
}

function weightsOf(scenario: Scenario, machine: Machine, stages: readonly WeightedStages[]): FamilyWeights {
  const { model, layout } = scenario;
  return {
    stages,
    states: remembered((experts) =>
      Float64Array.from(stages, ({ stage, denseParameters }) => {
        const elements = expertParametersPerRank(model, stage, experts, layout.etp);
        const held = heldStates(scenario, stage, experts, denseParameters, elements);
        return held.weights + held.gradients + held.optimizer;
      }),
    ),
    update: lazily(() => {
      const weights = stages.map(({ stage, denseParameters }) =>
        rankWeights(scenario, stage, denseParameters),
      );
      return updateTime(scenario, machine, weights);
    }),
  };
}
