import type { Scenario } from '../../scenario/scenario';
import { servingGrid } from '../parameters/serving';
import type { PipelineStage } from '../parameters/stages';
import type { RankMemory } from '../result';
import { cacheBudget, runtimeBytes } from './runtime';
import { sequencesHeld, servingRankMemory } from './serving';
import { trainingRankMemory } from './training';

const GIB = 2 ** 30;

/** What differs between the ranks of one EP group. */
export interface Load {
  readonly rank: number;
  /** Physical experts per MoE layer, and the assignments that they get in one forward pass. */
  readonly experts: number;
  readonly assignments: number;
  readonly buffers: number;
}

/** Bytes grow with each of the three, so the fullest rank is looked for among the ranks that have most of one of them. */
export function candidates(loads: readonly Load[]): readonly Load[] {
  const most = (key: 'experts' | 'assignments' | 'buffers'): Load =>
    loads.reduce((fullest, load) => (load[key] > fullest[key] ? load : fullest));
  return [...new Set([most('experts'), most('assignments'), most('buffers')])];
}

/** Ranks that no other exceeds in everything: the fullest of a training job, whatever its stage, is one of them. */
export function unexceeded(loads: readonly Load[]): readonly Load[] {
  const exceeds = (a: Load, b: Load): boolean =>
    a.experts >= b.experts && a.assignments >= b.assignments && a.buffers >= b.buffers;
  const left: Load[] = [];
  for (const load of loads) {
    if (left.some((other) => exceeds(other, load))) continue;
    left.splice(0, left.length, ...left.filter((other) => !exceeds(load, other)), load);
  }
  return left;
}

/** Bytes of one rank in one pipeline stage, with the counts behind them. */
export function rankMemory(scenario: Scenario, stage: PipelineStage, load: Load) {
  return scenario.workload.mode === 'train'
    ? trainingRank(scenario, stage, load)
    : servingRank(scenario, stage, load);
}

function trainingRank(scenario: Scenario, stage: PipelineStage, load: Load) {
  const rank = trainingRankMemory(scenario, stage, load);
  const { inFlight, denseParameters, expertParameters } = rank;
  return {
    bytes: withTotal(scenario, load, rank, 0),
    kvSequences: null,
    inFlight,
    denseParameters,
    expertParameters,
  };
}

function servingRank(scenario: Scenario, stage: PipelineStage, load: Load) {
  const rank = servingRankMemory(scenario, servingGrid(scenario.layout), stage, load);
  const { weights, activations, sequences, kvBytesPerSequence, denseParameters, expertParameters } = rank;
  const held = sequencesHeld(rank, cacheBudget(scenario, weights, activations + load.buffers));
  const states = { weights, gradients: 0, optimizer: 0, activations };
  return {
    bytes: withTotal(scenario, load, states, held * kvBytesPerSequence),
    kvSequences: { wanted: sequences, held },
    inFlight: 0,
    denseParameters,
    expertParameters,
  };
}

/** All that a rank holds. @param states weights, gradients and optimizer together */
export const totalBytes = (
  states: number,
  activations: number,
  kvCache: number,
  buffers: number,
  runtime: number,
): number => states + activations + kvCache + buffers + runtime;

type States = Pick<RankMemory, 'weights' | 'gradients' | 'optimizer' | 'activations'>;

function withTotal(
  scenario: Scenario,
  { rank, buffers }: Load,
  { weights, gradients, optimizer, activations }: States,
  kvCache: number,
): RankMemory {
  const runtime = runtimeBytes(scenario);
  return {
    rank,
    weights,
    gradients,
    optimizer,
    activations,
    kvCache,
    buffers,
    runtime,
    total: totalBytes(weights + gradients + optimizer, activations, kvCache, buffers, runtime),
    capacity: scenario.cluster.memoryGiB * GIB,
  };
}

/** Bytes that are left on a rank which serves or trains all that it is asked to; negative when that does not fit. */
export function slackBytes(scenario: Scenario, stage: PipelineStage, load: Load): number {
  const { bytes } = rankMemory(scenario, stage, load);
  const left = bytes.capacity - bytes.total;
  if (scenario.workload.mode === 'train') return left;
  const rank = servingRankMemory(scenario, servingGrid(scenario.layout), stage, load);
  const { weights, activations, sequences, kvBytesPerSequence } = rank;
  const wanted = sequences * kvBytesPerSequence;
  const budget = cacheBudget(scenario, weights, activations + load.buffers);
  return Math.min(budget - wanted, left + bytes.kvCache - wanted);
}
