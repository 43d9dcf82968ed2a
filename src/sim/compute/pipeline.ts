import type { ModelScenario, Overlap, WorkloadScenario } from '../../scenario/scenario';
import type { LayerKind } from '../parameters/kinds';
import { type StageGroup, stageKinds } from '../parameters/stages';
import { TRAINING } from './constants';
import type { LayerContext } from './context';
import { gemm } from './gemm';
import { headTime } from './head';
import type { LayerTime } from './layer';
import type { Machine } from './machine';
import { addScaled, noParts, type Parts, scaled, total } from './step-parts';

/** Seconds of one microbatch, forward and backward: in the mean stage by what is being done, and in the slowest one. */
export interface PipelineTime {
  readonly mean: Parts;
  readonly slowest: number;
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

/** Seconds of all stages for one microbatch. @param partsOf of one layer of a kind */
export function pipelineTime(
  model: ModelScenario,
  stages: readonly StageGroup[],
  ends: EndTime,
  partsOf: (kind: LayerKind) => Parts,
): PipelineTime {
  const sum = noParts();
  let slowest = 0;
  let all = 0;
  for (const { stage, count } of stages) {
    const parts = noParts();
    for (const { kind, layers } of stageKinds(model, stage)) {
      if (layers > 0) addScaled(parts, partsOf(kind), layers);
    }
    parts.dense += (Number(stage.hasHead) + stage.mtpModules) * ends.head;
    parts.dense += stage.mtpModules * ends.projection;
    addScaled(sum, parts, count);
    slowest = Math.max(slowest, total(parts));
    all += count;
  }
  return { mean: scaled(sum, 1 / all), slowest };
}

/** Seconds of one layer, forward and backward together, as a stage feels them. */
export function layerParts(
  time: LayerTime,
  kind: LayerKind,
  machine: Machine,
  { overlap, sharding }: Pick<WorkloadScenario, 'overlap' | 'sharding'>,
): Parts {
  const parts = unboundParts(time, machine, overlap);
  return kind.feedForward === 'moe' ? launchBound(parts, sharding) : parts;
}

/** The same, without what a MoE layer waits for its launches. */
export function unboundParts(time: LayerTime, machine: Machine, overlap: Overlap): Parts {
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

/** A MoE layer takes no less than its kernels take to launch. Fully sharded jobs wait for their weights instead. */
export function launchBound(parts: Parts, sharding: WorkloadScenario['sharding']): Parts {
  const idle = TRAINING.moeLayerLaunchSeconds - total(parts);
  return idle <= 0 || sharding === 'parameters' ? parts : { ...parts, other: parts.other + idle };
}

/** What of a communication time stays visible beside compute that may hide it. */
export const exposed = ({ overlap }: Machine, communication: number, compute: number): number =>
  communication - overlap * Math.min(communication, compute);
