import type { Scenario } from '../../scenario/scenario';
import { type TrainedElements, trainedElements } from '../parameters/adapters';
import { gradientBytes, TRAINED_WEIGHT_BYTES } from '../parameters/dtypes';
import { denseParametersPerRank, expertParametersPerRank } from '../parameters/rank';
import type { PipelineStage } from '../parameters/stages';
import { allReduce, group, ring } from './collective';
import type { Machine } from './machine';

/** Seconds of what follows from the weights of a rank alone, in the stage that takes longest. */
export interface UpdateTime {
  /** Data-parallel traffic, nothing hidden: of a whole step, or of one microbatch where weights are sharded fully. */
  readonly communication: number;
  readonly optimizer: number;
}

/** Weights of one rank of each stage, in elements, and what of them, or of adapters beside them, is trained. */
export interface RankWeights extends TrainedElements {
  readonly trained: TrainedElements;
}

export function rankWeights(
  setting: Pick<Scenario, 'model' | 'layout' | 'workload'>,
  stage: PipelineStage,
  denseParameters = denseParametersPerRank(setting.model, stage, setting.layout.tp).total,
): RankWeights {
  const { model, layout } = setting;
  const experts = model.routedExperts / layout.ep;
  const all = {
    dense: denseParameters,
    experts: expertParametersPerRank(model, stage, experts, layout.etp),
  };
  return { ...all, trained: trainedElements(setting, stage, all, experts) };
}

/** What data parallelism and the optimizer take, of the weights of one rank of each stage. */
export function updateTime(
  scenario: Pick<Scenario, 'layout' | 'workload'>,
  machine: Machine,
  weights: readonly RankWeights[],
): UpdateTime {
  return {
    communication: synchronisation(scenario, machine, weights),
    optimizer: optimizerTime(scenario, machine, weights),
  };
}

/**
 * Seconds of data-parallel traffic. Without sharding an all-reduce of the gradients, with ZeRO-1 and 2 a reduce-scatter of
 * gradients and an all-gather of weights, once per step; fully sharded, two gathers and one scatter per microbatch. Dense part
 * over DP × CP, experts over EDP. Frozen weights are gathered, and nothing of them reduced.
 */
function synchronisation(
  { layout, workload }: Pick<Scenario, 'layout' | 'workload'>,
  machine: Machine,
  ranks: readonly RankWeights[],
): number {
  const denseGroup = group(machine, layout.dp * layout.cp, layout.tp);
  const expertGroup = group(machine, layout.edp, layout.etp * layout.ep);
  const gradient = gradientBytes(workload);
  const collective = workload.sharding === 'none' ? allReduce : ring;
  const isGathered = workload.sharding === 'parameters';
  const trainedBytes = gradient + (isGathered || workload.sharding === 'none' ? 0 : TRAINED_WEIGHT_BYTES);
  const bytesOf = (all: number, trained: number): number =>
    trained * trainedBytes + (isGathered ? all * 2 * TRAINED_WEIGHT_BYTES : 0);
  const perStage = ranks.map(
    ({ dense, experts, trained }) =>
      collective(machine, denseGroup, bytesOf(dense, trained.dense)) +
      collective(machine, expertGroup, bytesOf(experts, trained.experts)),
  );
  return Math.max(...perStage);
}

/** Bytes that one Adam update moves per sharded parameter, and that casting back and zeroing moves per held one. */
const OPTIMIZER_BYTES = 34;
const CAST_BYTES = 8;

function optimizerTime(
  { layout, workload }: Pick<Scenario, 'layout' | 'workload'>,
  machine: Machine,
  ranks: readonly RankWeights[],
): number {
  const isSharded = workload.sharding !== 'none';
  const seconds = ranks.map(({ trained: { dense, experts } }) => {
    const updated = isSharded ? dense / (layout.dp * layout.cp) + experts / layout.edp : dense + experts;
    const held = workload.sharding === 'parameters' ? updated : dense + experts;
    return (OPTIMIZER_BYTES * updated + CAST_BYTES * held) / machine.memoryBytes;
  });
  return Math.max(...seconds);
}
