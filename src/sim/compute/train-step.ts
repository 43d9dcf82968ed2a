import type { Scenario } from '../../scenario/scenario';
import { microbatches } from '../memory/schedule';
import type { LayerKind } from '../parameters/kinds';
import { pipelineStages, type StageGroup, stageGroups } from '../parameters/stages';
import type { Basis, LayerTimeline, StepPart, StepResult } from '../result';
import { expertExchange, type StepExchange, type StepTraffic } from './all-to-all';
import { TRAINING_ERROR, TRAINING_INTERVAL, TRAINING_MEASURED_ON } from './constants';
import { type LayerContext, layerContext } from './context';
import { trainingFlopsPerToken } from './flops';
import { denseWork, expertWork, layerOf, layerTime } from './layer';
import { type FittedConstants, type Machine, machineOf } from './machine';
import {
  endTime,
  exposed,
  launchBound,
  layerParts,
  type PipelineTime,
  pipelineTime,
  unboundParts,
} from './pipeline';
import { type Parts, scaled, total } from './step-parts';
import { trainingTimeline } from './timeline';
import { NO_PARTS, unmeasuredParts } from './unmeasured';
import { type UpdateTime, updateTime } from './update';

/** One optimizer step: what `stepParts` says, with its throughput, the clock of a layer and what it rests on. */
export function trainStep(
  scenario: Scenario,
  traffic: StepTraffic,
  time: StepExchange,
  constants?: FittedConstants,
): StepResult {
  const { model, layout, workload, cluster } = scenario;
  const machine = machineOf(cluster, constants);
  const context = layerContext(scenario, machine, traffic.load, expertExchange(traffic, time));
  const stages = stageGroups(pipelineStages(model, layout));
  const experts = expertWork(context);
  const partsOf = (kind: LayerKind): Parts =>
    layerParts(layerOf(context, kind, denseWork(context, kind), experts), kind, machine, workload);
  const pipeline = pipelineTime(model, stages, endTime(context), partsOf);
  const parts = stepParts(scenario, machine, pipeline, updateTime(scenario, machine, stages));

  const seconds = total(parts);
  const tokensPerSecondPerGpu = trainedTokens(scenario, seconds);
  const flopsPerSecond = tokensPerSecondPerGpu * trainingFlopsPerToken(model, workload.sequenceLength);
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
    basis: basis(scenario),
  };
}

/** Tokens per second and GPU of a training step that takes so long. */
export function trainedTokens({ workload, layout }: Scenario, seconds: number): number {
  return (workload.globalBatchSize * workload.sequenceLength) / seconds / layout.worldSize;
}

/**
 * One optimizer step: `m · (slowest stage + p2p) + (p-1)/v · mean stage + exposed data-parallel traffic + optimizer`.
 * All overlap follows one rule: hidden = 0.344 · min(communication, compute).
 */
export function stepParts(
  scenario: Scenario,
  machine: Machine,
  { mean, slowest }: PipelineTime,
  update: UpdateTime,
): Parts {
  const { layout, workload } = scenario;
  const m = microbatches(workload, layout);
  const ofMean = total(mean);
  const parts = scaled(mean, m);
  // The mean of equal stages may be a rounding above them.
  parts.bubble = ((layout.pp - 1) / layout.vpp) * ofMean + m * Math.max(0, slowest - ofMean);
  parts.sync =
    workload.sharding === 'parameters'
      ? m * exposed(machine, update.communication, slowest)
      : exposed(machine, update.communication, m * slowest);
  parts.other += m * pointToPoint(scenario, machine) + update.optimizer;
  return parts;
}

/** Activations and their gradients between stages, seconds per microbatch; interleaving hides them. */
function pointToPoint({ model, layout, workload }: Scenario, machine: Machine): number {
  if (layout.pp === 1 || layout.vpp > 1) return 0;
  const tokens = (workload.microBatchSize * workload.sequenceLength) / (layout.cp * layout.tp);
  return (2 * tokens * model.hiddenSize * 2) / machine.nicBytes;
}

function basis({ model, cluster, workload }: Scenario): Basis {
  const unmeasured = unmeasuredParts(model, NO_PARTS);
  const onMeasured = TRAINING_MEASURED_ON.has(cluster.accelerator);
  const isMeasured = onMeasured && unmeasured === null;
  const precision = workload.precision === 'bf16' ? 'BF16' : 'FP8';
  const support = onMeasured
    ? '5 % off on average for models left out of the fit, 33 % for release recipes; untuned, congested or host-bound runs are slower'
    : 'none of them on this accelerator';
  return {
    kind: 'model',
    expectedError: isMeasured ? TRAINING_ERROR : null,
    ...(isMeasured ? { interval: TRAINING_INTERVAL } : {}),
    note: `${unmeasured === null ? '' : `${unmeasured} `}Roofline model with three constants fitted on 31 measured runs: ${support}. ${precision} GEMMs, MFU against the dense BF16 peak.`,
  };
}

/** The clock of a MoE layer of the kind that the model has most of. */
function moeLayer(
  context: LayerContext,
  stages: readonly StageGroup[],
  { workload: { overlap, sharding } }: Scenario,
  exchange: StepExchange,
): LayerTimeline {
  const kinds = stages.flatMap(({ stage }) => stage.kinds).filter(({ kind }) => kind.feedForward === 'moe');
  if (kinds.length === 0) return { forward: [], backward: [] };
  const { kind } = kinds.reduce((most, each) => (each.layers > most.layers ? each : most));
  const time = layerTime(context, kind);
  const parts = unboundParts(time, context.machine, overlap);
  const hidden = time.allToAll.forward + time.allToAll.backward - parts.alltoall;
  return trainingTimeline(time, exchange, hidden, launchBound(parts, sharding).other - parts.other);
}
