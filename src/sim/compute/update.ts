import type { Scenario } from '../../scenario/scenario';
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

/** Weights of one rank of each stage, in elements. */
export interface RankWeights {
  readonly dense: number;
  readonly experts: number;
}

export function rankWeights(
  { model, layout }: Pick<Scenario, 'model' | 'layout'>,
  stage: PipelineStage,
  denseParameters = denseParametersPerRank(model, stage, layout.tp).total,
): RankWeights {
  const experts = model.routedExperts / layout.ep;
  return {
    dense: denseParameters,
    experts: expertParametersPerRank(model, stage, experts, layout.etp),
  };
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
 * over DP × CP, experts over EDP.
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
  const bytesPerParameter = {
    none: gradient,
    optimizer: gradient + TRAINED_WEIGHT_BYTES,
    gradients: gradient + TRAINED_WEIGHT_BYTES,
    parameters: gradient + 2 * TRAINED_WEIGHT_BYTES,
  }[workload.sharding];
  const perStage = ranks.map(
    (rank) =>
      collective(machine, denseGroup, rank.dense * bytesPerParameter) +
      collective(machine, expertGroup, rank.experts * bytesPerParameter),
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
  const seconds = ranks.map(({ dense, experts }) => {
    const updated = isSharded ? dense / (layout.dp * layout.cp) + experts / layout.edp : dense + experts;
    const held = workload.sharding === 'parameters' ? updated : dense + experts;
    return (OPTIMIZER_BYTES * updated + CAST_BYTES * held) / machine.memoryBytes;
  });
  return Math.max(...seconds);
}
