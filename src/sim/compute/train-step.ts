import type { Scenario } from '../../scenario/scenario';
import { microbatches } from '../memory/schedule';
import { kindsOf, type LayerKind } from '../parameters/kinds';
import { pipelineStages, type StageGroup, stageGroups } from '../parameters/stages';
import type { Basis, LayerTimeline, StepPart, StepResult } from '../result';
import { expertExchange, type StepExchange, type StepTraffic } from './all-to-all';
import { type LayerContext, layerContext } from './context';
import { trainingError } from './errors';
import { trainedFlopsPerToken } from './flops';
import { denseWork, expertWork, layerOf, layerTime } from './layer';
import { type FittedConstants, type Machine, machineOf } from './machine';
import {
  endTime,
  exposed,
  layerParts,
  overLaunches,
  type PipelineTime,
  pipelineParts,
  pipelineTime,
  timedStages,
} from './pipeline';
import { type Parts, scaled, total } from './step-parts';
import { trainingTimeline } from './timeline';
import { rankWeights, type UpdateTime, updateTime } from './update';

/** One optimizer step: what `stepTime` says, with its throughput, the clock of a layer and what it rests on. */
export function trainStep(
  scenario: Scenario,
  traffic: StepTraffic,
  time: StepExchange,
  constants?: FittedConstants,
): StepResult {
  const { model, layout, workload, cluster } = scenario;
  const machine = machineOf(cluster, constants);
  const context = layerContext(scenario, machine, traffic.load, expertExchange(traffic, time));
  const stages = timedStages(model, stageGroups(pipelineStages(model, layout)));
  const experts = expertWork(context);
  const kinds = kindsOf(model);
  const partsOf = kinds.map((kind) =>
    layerParts(layerOf(context, kind, denseWork(context, kind), experts), machine, workload),
  );
  const ends = endTime(context);
  const pipeline = pipelineTime(stages, ends, Float64Array.from(partsOf, total));
  const weights = stages.map(({ stage }) => rankWeights(scenario, stage));
  const taken = stepTime(scenario, machine, pipeline, updateTime(scenario, machine, weights));
  const parts = stepParts(taken, pipelineParts(stages, ends, partsOf));

  const { seconds } = taken;
  const tokensPerSecondPerGpu = trainedTokens(scenario, seconds);
  const flopsPerSecond = tokensPerSecondPerGpu * trainedFlopsPerToken(scenario);
  return {
    seconds,
    tokensPerSecondPerGpu,
    mfu: flopsPerSecond / machine.peakFlops,
    modelTFlopsPerGpu: flopsPerSecond / 1e12,
    parts: Object.entries(parts).map(([name, value]) => ({
      name: name as StepPart['name'],
      seconds: value,
    })),
    layer: moeLayer(context, stages, scenario, time),
    basis: basis(scenario, leastLaunches(kinds, partsOf, workload)),
  };
}

/** What of a scenario decides a step whose layers and weights are known. */
export type StepSetting = Pick<Scenario, 'model' | 'layout' | 'workload'>;

/** Tokens per second and GPU of a training step that takes so long. */
export function trainedTokens(
  { workload, layout }: Pick<StepSetting, 'workload' | 'layout'>,
  seconds: number,
): number {
  return (workload.globalBatchSize * workload.sequenceLength) / seconds / layout.worldSize;
}

/** Seconds of one optimizer step: `microbatches` of the mean stage, and what comes beside. */
export interface StepTime {
  readonly seconds: number;
  readonly microbatches: number;
  readonly bubble: number;
  readonly sync: number;
  /** Sending between stages, and the optimizer. */
  readonly other: number;
}

/**
 * One optimizer step: `m · (slowest stage + p2p) + (p-1)/v · mean stage + exposed data-parallel traffic + optimizer`.
 * All overlap follows one rule: hidden = 0.36 · min(communication, compute).
 */
export function stepTime(
  setting: StepSetting,
  machine: Machine,
  { mean, slowest }: PipelineTime,
  update: UpdateTime,
): StepTime {
  const { layout, workload } = setting;
  const m = microbatches(workload, layout);
  // The mean of equal stages may be a rounding above them.
  const bubble = ((layout.pp - 1) / layout.vpp) * mean + m * Math.max(0, slowest - mean);
  const sync =
    workload.sharding === 'parameters'
      ? m * exposed(machine, update.communication, slowest)
      : exposed(machine, update.communication, m * slowest);
  const other = m * pointToPoint(setting, machine) + update.optimizer;
  return { seconds: m * mean + bubble + sync + other, microbatches: m, bubble, sync, other };
}

/** A step by what is being done. @param mean of the mean stage */
function stepParts({ microbatches: m, bubble, sync, other }: StepTime, mean: Parts): Parts {
  const parts = scaled(mean, m);
  parts.bubble = bubble;
  parts.sync = sync;
  parts.other += other;
  return parts;
}

/** Activations and their gradients between stages, seconds per microbatch; interleaving hides them. */
function pointToPoint({ model, layout, workload }: StepSetting, machine: Machine): number {
  if (layout.pp === 1 || layout.vpp > 1) return 0;
  const tokens = (workload.microBatchSize * workload.sequenceLength) / (layout.cp * layout.tp);
  return (2 * tokens * model.hiddenSize * 2) / machine.nicBytes;
}

/** The shortest MoE layer, as a multiple of what the host takes to launch one. */
const leastLaunches = (
  kinds: readonly LayerKind[],
  partsOf: readonly Parts[],
  { sharding }: Scenario['workload'],
): number =>
  Math.min(
    ...partsOf
      .filter((_, index) => kinds[index]!.feedForward === 'moe')
      .map((parts) => overLaunches(parts, sharding)),
  );

function basis(scenario: Scenario, launches: number): Basis {
  const precision = scenario.workload.precision === 'bf16' ? 'BF16' : 'FP8';
  const { says, ...error } = trainingError(scenario, launches);
  return {
    kind: 'model',
    ...error,
    note: `Roofline model with four constants fitted on 31 published steps. ${says} ${precision} GEMMs, MFU against the dense BF16 peak.`,
  };
}

/** The clock of a MoE layer of the kind that the model has most of. */
function moeLayer(
  context: LayerContext,
  stages: readonly StageGroup[],
  { workload }: Scenario,
  exchange: StepExchange,
): LayerTimeline {
  const kinds = stages.flatMap(({ stage }) => stage.kinds).filter(({ kind }) => kind.feedForward === 'moe');
  if (kinds.length === 0) return { forward: [], backward: [] };
  const { kind } = kinds.reduce((most, each) => (each.layers > most.layers ? each : most));
  const time = layerTime(context, kind);
  const { alltoall } = layerParts(time, context.machine, workload);
  return trainingTimeline(time, exchange, time.allToAll.forward + time.allToAll.backward - alltoall);
}
