import type { Scenario } from '../../scenario/scenario';
import { defaultRecipe, type TrainingRecipe } from '../compute/recipe';
import { servingGrid } from '../parameters/serving';
import { type PipelineStage, pipelineStages } from '../parameters/stages';
import type { MemoryResult, PlacementResult, RankMemory, TrafficResult } from '../result';
import { dispatchBufferBytes } from './buffers';
import { notesOf } from './notes';
import { runtimeBytes } from './runtime';
import { sequencesHeld, servingRankMemory } from './serving';
import { trainingRankMemory } from './training';

const GIB = 2 ** 30;

/** What differs between the ranks of one EP group. */
interface Load {
  readonly rank: number;
  /** Physical experts per MoE layer, and the assignments that they get in one forward pass. */
  readonly experts: number;
  readonly assignments: number;
  readonly buffers: number;
}

/**
 * Bytes per rank of the EP group, in the pipeline stage whose fullest rank needs most. Activations of MoE layers follow
 * each rank's own expert load, so that skew fills one rank first.
 */
export function memory(
  scenario: Scenario,
  placement: PlacementResult,
  traffic: TrafficResult,
  recipe: TrainingRecipe = defaultRecipe,
): MemoryResult {
  const loads = loadsOf(scenario, placement, traffic);
  const stages = pipelineStages(scenario.model, scenario.layout);
  const stage = fullestStage(scenario, recipe, stages, loads);
  const held = loads.map((load) => rankMemory(scenario, recipe, stage, load));
  const fullest = held.reduce((most, candidate) =>
    candidate.bytes.total > most.bytes.total ? candidate : most,
  );
  const perRank = held.map(({ bytes }) => bytes);
  return {
    perRank,
    fullestRank: fullest.bytes.rank,
    fits: perRank.every((rank) => rank.total <= rank.capacity),
    stage: stage.index,
    layersInStage: stage.denseLayers + stage.moeLayers,
    inFlight: fullest.inFlight,
    kvSequences: fewestSequences(held),
    notes: notesOf(scenario, recipe, fullest.inFlight, traffic.load.maxOverMean),
    denseParametersPerRank: fullest.denseParameters,
    expertParametersPerRank: fullest.expertParameters,
  };
}

type KvSequences = MemoryResult['kvSequences'];

/** The rank whose cache holds fewest sequences decides for all that wait for it. */
function fewestSequences(ranks: readonly { kvSequences: KvSequences }[]): KvSequences {
  return ranks
    .map(({ kvSequences }) => kvSequences)
    .reduce((fewest, one) => (one && fewest && one.held < fewest.held ? one : fewest));
}

function loadsOf(scenario: Scenario, placement: PlacementResult, traffic: TrafficResult): readonly Load[] {
  const experts = countPerRank(placement.physicalToRank, traffic.load.perRank.length);
  return traffic.load.perRank.map((assignments, rank) => ({
    rank,
    experts: experts[rank]!,
    assignments,
    buffers: dispatchBufferBytes(scenario, traffic, rank),
  }));
}

function countPerRank(physicalToRank: readonly number[], ranks: number): readonly number[] {
  const counts = new Array<number>(ranks).fill(0);
  for (const rank of physicalToRank) counts[rank] = (counts[rank] ?? 0) + 1;
  return counts;
}

/** Bytes grow with each of the three, so the fullest rank is looked for among the ranks that have most of one of them. */
function candidates(loads: readonly Load[]): readonly Load[] {
  const most = (key: 'experts' | 'assignments' | 'buffers'): Load =>
    loads.reduce((fullest, load) => (load[key] > fullest[key] ? load : fullest));
  return [...new Set([most('experts'), most('assignments'), most('buffers')])];
}

function fullestStage(
  scenario: Scenario,
  recipe: TrainingRecipe,
  stages: readonly PipelineStage[],
  loads: readonly Load[],
): PipelineStage {
  const tried = candidates(loads);
  let fullest = stages[0]!;
  let mostBytes = 0;
  for (const stage of stages) {
    for (const load of tried) {
      const { total } = rankMemory(scenario, recipe, stage, load).bytes;
      if (total > mostBytes) {
        mostBytes = total;
        fullest = stage;
      }
    }
  }
  return fullest;
}

/** Bytes of one rank in one pipeline stage, with the counts behind them. */
function rankMemory(scenario: Scenario, recipe: TrainingRecipe, stage: PipelineStage, load: Load) {
  return scenario.workload.mode === 'train'
    ? trainingRank(scenario, recipe, stage, load)
    : servingRank(scenario, stage, load);
}

function trainingRank(scenario: Scenario, recipe: TrainingRecipe, stage: PipelineStage, load: Load) {
  const { weights, gradients, optimizer, activations, ...counts } = trainingRankMemory(
    scenario,
    recipe,
    stage,
    load,
  );
  const held = { weights, gradients, optimizer, activations, kvCache: 0 };
  return { bytes: withTotal(scenario, load, held), kvSequences: null, ...counts };
}

function servingRank(scenario: Scenario, stage: PipelineStage, load: Load) {
  const rank = servingRankMemory(scenario, servingGrid(scenario.layout), stage, load);
  const { weights, activations, sequences, kvBytesPerSequence, denseParameters, expertParameters } = rank;
  const rest = { weights, gradients: 0, optimizer: 0, activations };
  const without = withTotal(scenario, load, { ...rest, kvCache: 0 });
  const held = sequencesHeld(rank, without.capacity - without.total);
  return {
    bytes: withTotal(scenario, load, { ...rest, kvCache: held * kvBytesPerSequence }),
    kvSequences: { wanted: sequences, held },
    inFlight: 0,
    denseParameters,
    expertParameters,
  };
}

type Held = Pick<RankMemory, 'weights' | 'gradients' | 'optimizer' | 'activations' | 'kvCache'>;

function withTotal(scenario: Scenario, { rank, buffers }: Load, held: Held): RankMemory {
  const runtime = runtimeBytes(scenario);
  const { weights, gradients, optimizer, activations, kvCache } = held;
  const total = weights + gradients + optimizer + activations + kvCache + buffers + runtime;
  return { rank, ...held, buffers, runtime, total, capacity: scenario.cluster.memoryGiB * GIB };
}
