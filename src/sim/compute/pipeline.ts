import type { ModelScenario, WorkloadScenario } from '../../scenario/scenario';
import { layersByKind, type PipelineStage, type StageGroup } from '../parameters/stages';
import { TRAINING } from './constants';
import type { LayerContext } from './context';
import { gemm } from './gemm';
import { headTime } from './head';
import type { LayerTime } from './layer';
import type { Machine } from './machine';
import { addScaled, noParts, type Parts, scaled, total } from './step-parts';

/** Seconds of one microbatch, forward and backward, in the mean stage and in the slowest one. */
export interface PipelineTime {
  readonly mean: number;
  readonly slowest: number;
}

/** Pipeline stages that hold the same, with how many layers of each kind, as `kindsOf` orders them. */
export interface TimedStages extends StageGroup {
  readonly layers: Float64Array;
}

/** Seconds of what stands at the ends of a model, forward and backward: the head, and the projection of an MTP module. */
export interface EndTime {
  readonly head: number;
  readonly projection: number;
}

export function endTime(context: LayerContext): EndTime {
  const { machine, model, groupTokens, tp } = context;
  const head = headTime(context);
  const projection = gemm(machine, 'bf16', groupTokens, model.hiddenSize / tp, 2 * model.hiddenSize);
  return {
    head: head.forward + head.backward,
    projection: projection.forward + projection.backward,
  };
}

export const timedStages = (model: ModelScenario, stages: readonly StageGroup[]): readonly TimedStages[] =>
  stages.map((group) => ({ ...group, layers: layersByKind(model, group.stage) }));

/** Seconds of all stages for one microbatch. @param secondsOf one layer of each kind */
export function pipelineTime(
  stages: readonly TimedStages[],
  ends: EndTime,
  secondsOf: Float64Array,
): PipelineTime {
  let slowest = 0;
  let sum = 0;
  let all = 0;
  for (const { stage, count, layers } of stages) {
    let seconds = endsOf(stage, ends);
    for (let kind = 0; kind < layers.length; kind++) seconds += layers[kind]! * secondsOf[kind]!;
    slowest = Math.max(slowest, seconds);
    sum += count * seconds;
    all += count;
  }
  return { mean: sum / all, slowest };
}

/** The mean stage's seconds by what is being done. @param partsOf one layer of each kind */
export function pipelineParts(
  stages: readonly TimedStages[],
  ends: EndTime,
  partsOf: readonly Parts[],
): Parts {
  const sum = noParts();
  let all = 0;
  for (const { stage, count, layers } of stages) {
    layers.forEach((held, kind) => {
      addScaled(sum, partsOf[kind]!, count * held);
    });
    sum.dense += count * endsOf(stage, ends);
    all += count;
  }
  return scaled(sum, 1 / all);
}

const endsOf = ({ hasHead, mtpModules }: PipelineStage, { head, projection }: EndTime): number =>
  (Number(hasHead) + mtpModules) * head + mtpModules * projection;

/** Seconds of one layer, forward and backward together, as a stage feels them. */
export function layerParts(
  time: LayerTime,
  machine: Machine,
  { overlap }: Pick<WorkloadScenario, 'overlap'>,
): Parts {
  const both = ({ forward, backward }: { forward: number; backward: number }) => forward + backward;
  const parts = noParts();
  parts.attention = both(time.attention);
  parts.dense = both(time.dense);
  parts.experts = both(time.experts);
  parts.waiting = both(time.waiting);
  parts.tensor = both(time.tensor);
  const compute = parts.attention + parts.dense + parts.experts + parts.waiting;
  const exchange = both(time.allToAll);
  parts.alltoall = overlap === 'expert-parallel' ? exposed(machine, exchange, compute) : exchange;
  return parts;
}

/** Seconds of a MoE layer over those that the host takes to launch one; without bound in fully sharded jobs, which wait for their weights. */
export const overLaunches = (parts: Parts, sharding: WorkloadScenario['sharding']): number =>
  sharding === 'parameters' ? Number.POSITIVE_INFINITY : total(parts) / TRAINING.moeLayerLaunchSeconds;

/** What of a communication time stays visible beside compute that may hide it. */
export const exposed = ({ overlap }: Machine, communication: number, compute: number): number =>
  communication - overlap * Math.min(communication, compute);
