import type { LayoutScenario, Scenario, WorkloadScenario } from '../../scenario/scenario';
import { type Machine, machineOf } from '../../sim/compute/machine';
import { pipelineTime, type TimedStages, timedStages } from '../../sim/compute/pipeline';
import { stepTime, trainedTokens } from '../../sim/compute/train-step';
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
interface FamilyStages {
  readonly stages: readonly WeightedStages[];
  /** Bytes of states in each stage, of a rank with so many experts of each layer. */
  readonly states: (experts: number) => readonly number[];
  readonly update: () => UpdateTime;
}

/** What of each stage follows from a microbatch. */
interface FilledStages extends FamilyStages {
  readonly inFlight: readonly number[];
  readonly logits: readonly number[];
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

  return (family) => {
    const { layout, microBatches, workload } = family;
    const { recompute } = family.ways[0]!;
    const ofFamily = familyStages(
      base,
      machine,
      layout,
      stagesOf(layout),
      workload(microBatches[0]!, recompute),
    );
    const filledBy = (microBatchSize: number): FilledStages => {
      const setting = { model, layout, workload: workload(microBatchSize, recompute) };
      const { stages } = ofFamily;
      return {
        ...ofFamily,
        inFlight: stages.map(({ stage }) => inFlightFactor(setting, stage)),
        logits: stages.map(({ stage }) => logitBytes(setting, stage)),
      };
    };
    const least: RankTerms = {
      // No rank of a group holds less than the mean, and bytes grow with all that is left out here.
      experts: (model.routedExperts + placement.redundantExperts) / layout.ep,
      buffers: 0,
      activations: nothing,
    };
    const termsOfFamily = termsOf(family);
    return {
      capacityBytes,
      leastBytes: peakBytes(filledBy(microBatches[0]!), 'other', [least], runtime),
      of(microBatchSize) {
        const filled = filledBy(microBatchSize);
        const setting = { model, layout, workload: workload(microBatchSize, recompute) };
        const termsOfWay = termsOfFamily(setting.workload);
        const terms = family.ways.map(termsOfWay);
        const layerTerms = family.ways.map((way, at) => terms[at]!.of(way.recompute, layout));
        const secondsOf = ({ ends }: Terms, { seconds }: LayerTerms): number => {
          const pipeline = pipelineTime(filled.stages, ends(), seconds());
          return stepTime(setting, machine, pipeline, filled.update()).seconds;
        };
        const timeOf = (seconds: number): TimeFigures => ({
          seconds,
          tokensPerSecondPerGpu: trainedTokens(setting, seconds),
          tpotMilliseconds: null,
          ttftMilliseconds: null,
        });
        return {
          memory(way) {
            const mode = family.ways[way]!.recompute === 'full' ? 'full' : 'other';
            return {
              peakBytes: peakBytes(filled, mode, layerTerms[way]!.ranks, runtime),
              capacityBytes,
              kvSequences: null,
            };
          },
          time: (way) => timeOf(secondsOf(terms[way]!, layerTerms[way]!)),
          // Whatever runs again takes longer than if nothing did; of sums in another order no more is certain than this.
          fastest: (way) => timeOf(ROUNDED_DOWN * secondsOf(terms[way]!, terms[way]!.of('none', layout))),
        };
      },
    };
  };
}

/** Rounding errors of sums of a few hundred terms are far below it. */
const ROUNDED_DOWN = 1 - 1e-9;

/** Bytes of the fullest rank of all stages, as `simulate` finds it. */
function peakBytes(
  { stages, states, inFlight, logits }: FilledStages,
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

function familyStages(
  base: Scenario,
  machine: Machine,
  layout: LayoutScenario,
  stages: readonly WeightedStages[],
  workload: WorkloadScenario,
): FamilyStages {
  const scenario: Scenario = { ...base, layout, workload };
  const { model } = base;
  return {
    stages,
    states: remembered((experts) =>
      stages.map(({ stage, denseParameters }) => {
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
