import type { LayoutScenario, Scenario, WorkloadScenario } from '../../scenario/scenario';
import { type Machine, machineOf } from '../../sim/compute/machine';
import { pipelineTime, type TimedStages, timedStages } from '../../sim/compute/pipeline';
import { type StepSetting, stepTime, trainedTokens } from '../../sim/compute/train-step';
import { rankWeights, type UpdateTime, updateTime } from '../../sim/compute/update';
import { gatheredBytes } from '../../sim/memory/gathered';
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
  stateShares,
} from '../../sim/memory/training';
import { trainedElements } from '../../sim/parameters/adapters';
import { kindsOf } from '../../sim/parameters/kinds';
import { denseParametersPerRank, expertParametersPerRank } from '../../sim/parameters/rank';
import { pipelineStages, stageGroups } from '../../sim/parameters/stages';
import type { Evaluator } from './evaluate';
import { type TimeFigures, withoutCache } from './figures';
import { inMap, lazily, remembered } from './remembered';
import { type RankTerms, type Terms, trainingTerms } from './training-terms';

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
  const slots = model.routedExperts + placement.redundantExperts;

  return (family) => {
    const { layout, microBatches, ways, makes } = family;
    const { recompute } = ways[0]!;
    const settingOf = (microBatchSize: number): StepSetting => ({
      model,
      layout,
      workload: makes.workload(layout, microBatchSize, recompute),
    });
    const least = settingOf(microBatches[0]!);
    const weights = weightsOf(least, machine, stagesOf(layout));
    const termsOfFamily = termsOf(family);
    return {
      capacityBytes,
      // No rank of a group holds less than the mean, and bytes grow with all that is left out here.
      leastBytes: peakBytes(
        weights,
        fillingOf(least, weights.stages),
        'other',
        { experts: slots / layout.ep, assignments: 0, buffers: 0, activations: nothing },
        runtime,
      ),
      of(microBatchSize) {
        const setting = settingOf(microBatchSize);
        const filling = fillingOf(setting, weights.stages);
        const terms = termsOfFamily(setting.workload);
        const timeOf = ({ ends }: Terms, seconds: Float64Array, factor: number): TimeFigures => {
          const pipeline = pipelineTime(weights.stages, ends(), seconds);
          const taken = factor * stepTime(setting, machine, pipeline, weights.update()).seconds;
          return {
            seconds: taken,
            tokensPerSecondPerGpu: trainedTokens(setting, taken),
            tpotMilliseconds: null,
            ttftMilliseconds: null,
          };
        };
        const bytesOf = (mode: 'full' | 'other', rank: RankTerms): number =>
          peakBytes(weights, filling, mode, rank, runtime);
        return {
          memory(way) {
            const mode = ways[way]!.recompute;
            let bytes = 0;
            for (const rank of terms.ofWay[way]!.of(mode, layout).ranks)
              bytes = Math.max(bytes, bytesOf(mode === 'full' ? 'full' : 'other', rank));
            return withoutCache(bytes, capacityBytes);
          },
          time(way) {
            const ofWay = terms.ofWay[way]!;
            return timeOf(ofWay, ofWay.of(ways[way]!.recompute, layout).seconds(), 1);
          },
          bounds: {
            memory: terms.bounds.map(({ mode, ways: held, least: lightest, most }) => ({
              ways: held,
              leastBytes: bytesOf(mode, lightest),
              mostBytes: () => bytesOf(mode, most),
            })),
            // Whatever runs again takes longer than if nothing did; of sums in another order no more is certain than this.
            fastest: () => timeOf(terms.ofWay[0]!, terms.leastSeconds(), ROUNDED_DOWN),
            fastestLike(way) {
              const ofWay = terms.ofWay[way]!;
              return timeOf(ofWay, ofWay.of('none', layout).seconds(), ROUNDED_DOWN);
            },
          },
        };
      },
    };
  };
}

function fillingOf(setting: StepSetting, stages: readonly WeightedStages[]): Filling {
  const inFlight: number[] = [];
  const logits: number[] = [];
  for (const { stage } of stages) {
    inFlight.push(inFlightFactor(setting, stage));
    logits.push(logitBytes(setting, stage));
  }
  return { inFlight, logits };
}

/** Rounding errors of sums of a few hundred terms are far below it. */
const ROUNDED_DOWN = 1 - 1e-9;

/** Bytes of one rank in the stage where it holds most, as `simulate` finds it. */
function peakBytes(
  { stages, states }: FamilyWeights,
  { inFlight, logits }: Filling,
  mode: 'full' | 'other',
  { experts, buffers, activations }: RankTerms,
  runtime: number,
): number {
  const held = states(experts);
  let most = 0;
  for (let at = 0; at < stages.length; at++) {
    const { layers, shares } = stages[at]!;
    const kept = stageActivations(layers, activations, shares[mode], inFlight[at]!, logits[at]!);
    most = Math.max(most, totalBytes(held[at]!, kept, 0, buffers, runtime));
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

function weightsOf(setting: StepSetting, machine: Machine, stages: readonly WeightedStages[]): FamilyWeights {
  const { model, layout } = setting;
  const shares = stateShares(setting);
  return {
    stages,
    states: remembered((experts) => {
      const bytes = new Float64Array(stages.length);
      for (let at = 0; at < stages.length; at++) {
        const { stage, denseParameters } = stages[at]!;
        const elements = expertParametersPerRank(model, stage, experts, layout.etp);
        const all = { dense: denseParameters, experts: elements };
        const trained = trainedElements(setting, stage, all, experts);
        const held = heldStates(shares, all, trained, gatheredBytes(setting, stage, experts));
        bytes[at] = held.weights + held.gradients + held.optimizer;
      }
      return bytes;
    }),
    update: lazily(() => {
      const weights = stages.map(({ stage, denseParameters }) =>
        rankWeights(setting, stage, denseParameters),
      );
      return updateTime(setting, machine, weights);
    }),
  };
}
