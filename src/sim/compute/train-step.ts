import type { Overlap, Scenario, WorkloadScenario } from '../../scenario/scenario';
import { microbatches } from '../memory/schedule';
import { gradientBytes, TRAINED_WEIGHT_BYTES } from '../parameters/dtypes';
import { type LayerKind, sumKinds } from '../parameters/kinds';
import { denseParametersPerRank, expertParametersPerRank } from '../parameters/rank';
import { type PipelineStage, pipelineStages, stageKinds } from '../parameters/stages';
import type { Basis, LayerTimeline, StepPart, StepResult } from '../result';
import { expertExchange, type StepExchange, type StepTraffic } from './all-to-all';
import { allReduce, group, ring } from './collective';
import { TRAINING, TRAINING_ERROR, TRAINING_INTERVAL, TRAINING_MEASURED_ON } from './constants';
import { type LayerContext, layerContext } from './context';
import { trainingFlopsPerToken } from './flops';
import { gemm } from './gemm';
import { headTime } from './head';
import { type LayerTime, layerTime } from './layer';
import { type FittedConstants, type Machine, machineOf } from './machine';
import { trainingTimeline } from './timeline';
import { NO_PARTS, unmeasuredParts } from './unmeasured';

type PartName = StepPart['name'];
type Parts = Record<PartName, number>;

/**
 * One optimizer step: `m · (slowest stage + p2p) + (p-1)/v · mean stage + exposed data-parallel traffic + optimizer`.
 * All overlap follows one rule: hidden = 0.344 · min(communication, compute).
 */
export function trainStep(
  scenario: Scenario,
  traffic: StepTraffic,
  time: StepExchange,
  constants?: FittedConstants,
): StepResult {
  const { model, layout, workload, cluster } = scenario;
  const machine = machineOf(cluster, constants);
  const exchange = expertExchange(traffic, time);
  const context = layerContext(scenario, machine, traffic.load, exchange);
  const stages = pipelineStages(model, layout);
  const stageParts = stageTimes(context, stages, workload);
  const slowest = stageParts.reduce((most, parts) => (total(parts) > total(most) ? parts : most));
  const mean = meanOf(stageParts);
  const m = microbatches(workload, layout);

  const weights = rankWeights(scenario, stages);

  const parts = scaled(mean, m);
  // The mean of equal stages may be a rounding above them.
  parts.bubble = ((layout.pp - 1) / layout.vpp) * total(mean) + m * Math.max(0, total(slowest) - total(mean));
  parts.sync = synchronisation(scenario, machine, weights, total(slowest), m);
  parts.other += m * pointToPoint(scenario, machine) + optimizerTime(scenario, machine, weights);

  const seconds = total(parts);
  const tokens = workload.globalBatchSize * workload.sequenceLength;
  const tokensPerSecondPerGpu = tokens / seconds / layout.worldSize;
  const flopsPerSecond = tokensPerSecondPerGpu * trainingFlopsPerToken(model, workload.sequenceLength);
  return {
    seconds,
    tokensPerSecondPerGpu,
    mfu: flopsPerSecond / machine.peakFlops,
    modelTFlopsPerGpu: flopsPerSecond / 1e12,
    parts: Object.entries(parts).map(([name, value]) => ({ name: name as PartName, seconds: value })),
    layer: moeLayer(context, stages, workload, time),
    basis: basis(scenario),
  };
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

const noParts = (): Parts => ({
  attention: 0,
  dense: 0,
  experts: 0,
  waiting: 0,
  alltoall: 0,
  tensor: 0,
  bubble: 0,
  sync: 0,
  other: 0,
});

const total = (parts: Parts): number => Object.values(parts).reduce((sum, part) => sum + part, 0);

function scaled(parts: Parts, factor: number): Parts {
  const result = noParts();
  for (const name of Object.keys(parts) as PartName[]) result[name] = factor * parts[name];
  return result;
}

/** Parts of the mean stage: what the other stages wait for the slowest is bubble, not work. */
function meanOf(stageParts: readonly Parts[]): Parts {
  const sum = noParts();
  for (const parts of stageParts) {
    for (const name of Object.keys(sum) as PartName[]) sum[name] += parts[name];
  }
  return scaled(sum, 1 / stageParts.length);
}

/** Seconds of every stage for one microbatch, forward and backward. */
function stageTimes(
  context: LayerContext,
  stages: readonly PipelineStage[],
  { overlap, sharding }: WorkloadScenario,
): readonly Parts[] {
  const partsOf = new Map<string, Parts>();
  const kindParts = (kind: LayerKind): Parts => {
    const key = JSON.stringify(kind);
    const known = partsOf.get(key);
    if (known) return known;
    const parts = layerParts(layerTime(context, kind), context.machine, overlap);
    const bound = kind.feedForward === 'moe' ? launchBound(parts, sharding) : parts;
    partsOf.set(key, bound);
    return bound;
  };
  const head = headTime(context);
  const { machine, model, groupTokens, tp } = context;
  const projection = gemm(machine, 'bf16', groupTokens, model.hiddenSize / tp, 2 * model.hiddenSize);
  return stages.map((stage) => {
    const parts = noParts();
    for (const name of Object.keys(parts) as PartName[]) {
      parts[name] = sumKinds(stageKinds(model, stage), (kind) => kindParts(kind)[name]);
    }
    const heads = Number(stage.hasHead) + stage.mtpModules;
    parts.dense += heads * (head.forward + head.backward);
    parts.dense += stage.mtpModules * (projection.forward + projection.backward);
    return parts;
  });
}

/** The clock of a MoE layer of the kind that the model has most of. */
function moeLayer(
  context: LayerContext,
  stages: readonly PipelineStage[],
  { overlap, sharding }: WorkloadScenario,
  exchange: StepExchange,
): LayerTimeline {
  const kinds = stages.flatMap((stage) => stage.kinds).filter(({ kind }) => kind.feedForward === 'moe');
  if (kinds.length === 0) return { forward: [], backward: [] };
  const { kind } = kinds.reduce((most, each) => (each.layers > most.layers ? each : most));
  const time = layerTime(context, kind);
  const parts = layerParts(time, context.machine, overlap);
  const hidden = time.allToAll.forward + time.allToAll.backward - parts.alltoall;
  return trainingTimeline(time, exchange, hidden, launchBound(parts, sharding).other - parts.other);
}

function layerParts(time: LayerTime, machine: Machine, overlap: Overlap): Parts {
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
function launchBound(parts: Parts, sharding: WorkloadScenario['sharding']): Parts {
  const idle = TRAINING.moeLayerLaunchSeconds - total(parts);
  return idle <= 0 || sharding === 'parameters' ? parts : { ...parts, other: parts.other + idle };
}

/** What of a communication time stays visible beside compute that may hide it. */
const exposed = ({ overlap }: Machine, communication: number, compute: number): number =>
  communication - overlap * Math.min(communication, compute);

/** Activations and their gradients between stages, seconds per microbatch; interleaving hides them. */
function pointToPoint({ model, layout, workload }: Scenario, machine: Machine): number {
  if (layout.pp === 1 || layout.vpp > 1) return 0;
  const tokens = (workload.microBatchSize * workload.sequenceLength) / (layout.cp * layout.tp);
  return (2 * tokens * model.hiddenSize * 2) / machine.nicBytes;
}

/** Weights of one rank of each stage, in elements. */
interface RankWeights {
  readonly dense: number;
  readonly experts: number;
}

function rankWeights({ model, layout }: Scenario, stages: readonly PipelineStage[]): readonly RankWeights[] {
  const experts = model.routedExperts / layout.ep;
  return stages.map((stage) => ({
    dense: denseParametersPerRank(model, stage, layout.tp).total,
    experts: expertParametersPerRank(model, stage, experts, layout.etp),
  }));
}

/**
 * Exposed seconds of data-parallel traffic in one step. Without sharding an all-reduce of the gradients, with ZeRO-1 and 2 a
 * reduce-scatter of gradients and an all-gather of weights, once per step; fully sharded, two gathers and one scatter per
 * microbatch. Dense part over DP × CP, experts over EDP.
 */
function synchronisation(
  scenario: Scenario,
  machine: Machine,
  ranks: readonly RankWeights[],
  stageSeconds: number,
  m: number,
): number {
  const { layout, workload } = scenario;
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
  const communication = Math.max(...perStage);
  return workload.sharding === 'parameters'
    ? m * exposed(machine, communication, stageSeconds)
    : exposed(machine, communication, m * stageSeconds);
}

/** Bytes that one Adam update moves per sharded parameter, and that casting back and zeroing moves per held one. */
const OPTIMIZER_BYTES = 34;
const CAST_BYTES = 8;

function optimizerTime(
  { layout, workload }: Scenario,
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
