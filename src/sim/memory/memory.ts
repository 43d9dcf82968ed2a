import type { Scenario } from '../../scenario/scenario';
import { type PipelineStage, pipelineStages, type StageGroup, stageGroups } from '../parameters/stages';
import { partsSentTo } from '../placement/shards';
import type { Matrix, MemoryResult, PlacementResult, RankMemory, Shortage, TrafficResult } from '../result';
import { type BufferedTraffic, dispatchBufferBytes } from './buffers';
import { largest } from './largest';
import { notesOf } from './notes';
import { isTight } from './published-peaks';
import { candidates, type Load, rankMemory, unexceeded } from './rank-memory';

/**
 * Bytes per rank of the EP group, in the pipeline stage whose fullest rank needs most. Activations of MoE layers follow
 * each rank's own expert load, so that skew fills one rank first.
 */
export function memory(scenario: Scenario, placement: PlacementResult, traffic: TrafficResult): MemoryResult {
  const { size, data } = traffic.rows;
  const rowOf = (rank: number): Matrix['data'] => data.subarray(rank * size, (rank + 1) * size);
  const loads = loadsOf(scenario, placement, traffic, rowOf);
  const stages = stageGroups(pipelineStages(scenario.model, scenario.layout));
  const tried = scenario.workload.mode === 'train' ? unexceeded(loads) : candidates(loads);
  const stage = fullestStage(scenario, stages, tried);
  const { held, fullest, kvSequences } = heldBy(scenario, stage, loads);
  const perRank = held.map(({ bytes }) => bytes);
  const most = largest(scenario, stages, loads);
  return {
    perRank,
    fullestRank: fullest.bytes.rank,
    fits: perRank.every((rank) => rank.total <= rank.capacity),
    isTight: isTight(scenario, fullest.bytes),
    shortage: shortageOf(fullest.bytes, kvSequences),
    stage: stage.index,
    layersInStage: stage.denseLayers + stage.moeLayers,
    inFlight: fullest.inFlight,
    kvSequences,
    largest: most,
    notes: notesOf(scenario, fullest.inFlight, traffic.load.maxOverMean, most),
    denseParametersPerRank: fullest.denseParameters,
    expertParametersPerRank: fullest.expertParameters,
  };
}

type KvSequences = MemoryResult['kvSequences'];

/** What has no room on a rank: nothing, some of the sequences, each of them, or what is there without any. */
export function shortageOf({ total, kvCache, capacity }: RankMemory, sequences: KvSequences): Shortage {
  if (total <= capacity) return sequences && sequences.held < sequences.wanted ? 'some-sequences' : 'none';
  return sequences && total - kvCache <= capacity ? 'every-sequence' : 'memory';
}

/** The rank whose cache holds fewest sequences decides for all that wait for it. */
function fewestSequences(ranks: readonly { kvSequences: KvSequences }[]): KvSequences {
  return ranks
    .map(({ kvSequences }) => kvSequences)
    .reduce((fewest, one) => (one && fewest && one.held < fewest.held ? one : fewest));
}

/**
 * What each rank of the EP group has to hold and to buffer.
 *
 * @param rowOf rows that a rank sends to each
 */
export function loadsOf(
  scenario: Scenario,
  placement: Pick<PlacementResult, 'expertsPerRank'>,
  traffic: BufferedTraffic & { readonly load: Pick<TrafficResult['load'], 'perRank'> },
  rowOf: (rank: number) => Matrix['data'],
): readonly Load[] {
  const { perRank } = traffic.load;
  const buffers = dispatchBufferBytes(scenario, traffic, perRank.length, rowOf);
  // Where a dispatcher sends rows to every part of an expert, they have come from the other parts' ranks too.
  const parts = partsSentTo(scenario);
  return perRank.map((rows, rank) => ({
    rank,
    experts: placement.expertsPerRank[rank]!.length,
    assignments: rows / parts,
    buffers: buffers[rank]!,
  }));
}

/** The stage whose fullest rank needs most. @param tried ranks among which that is looked for */
export function fullestStage(
  scenario: Scenario,
  stages: readonly StageGroup[],
  tried: readonly Load[],
): PipelineStage {
  let fullest = stages[0]!.stage;
  let mostBytes = 0;
  for (const { stage } of stages) {
    for (const load of tried) {
      const { total } = rankMemory(scenario, stage, load).bytes;
      if (total > mostBytes) {
        mostBytes = total;
        fullest = stage;
      }
    }
  }
  return fullest;
}

/** What ranks of one stage hold, the first of the fullest, and the fewest sequences that any of them caches. */
export function heldBy(scenario: Scenario, stage: PipelineStage, loads: readonly Load[]) {
  const held = loads.map((load) => rankMemory(scenario, stage, load));
  const fullest = held.reduce((most, one) => (one.bytes.total > most.bytes.total ? one : most));
  return { held, fullest, kvSequences: fewestSequences(held) };
}
