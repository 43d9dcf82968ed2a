import type { LayoutScenario, Scenario, WorkloadScenario } from '../../scenario/scenario';
import { frozenBytes, parameterBytes } from '../parameters/dtypes';
import {
  type DenseRankParameters,
  denseParametersPerRank,
  expertParametersPerRank,
} from '../parameters/rank';
import { servingGrid } from '../parameters/serving';
import { type PipelineStage, pipelineStages } from '../parameters/stages';
import type { MemoryResult, PlacementResult } from '../result';
import { frozenShare, stateBytes } from './states';
import { UNQUANTIZED_BYTES, weightBytes } from './weight-bytes';

/** Weights on one GPU, bytes, by what they belong to. */
export interface WeightShare {
  readonly attentionAndEmbeddings: number;
  /** Dense MLPs, shared experts, routers, norms. */
  readonly otherDense: number;
  readonly routedExperts: number;
  /** Fully sharded training: whole layers that are gathered while they run. */
  readonly gathered: number;
}

/** The weights of a job on one GPU: of none but one, of one among those that share the experts, of one of this job. */
export interface WeightSpread {
  readonly oneGpu: WeightShare;
  /** Only the experts are spread; `null` where there is no expert parallelism, or nothing else is split. */
  readonly expertParallel: WeightShare | null;
  /** The fullest rank of the fullest pipeline stage, as in `MemoryResult`. */
  readonly job: WeightShare;
  /** Multi-token-prediction modules are trained, and counted here. */
  readonly mtpModules: number;
  /** One slot of the rank's, in all MoE layers of its stage, bytes. */
  readonly slotBytes: number;
}

/** Bytes per weight of linear layers, of embedding, head, routers and norms, and of routed experts. */
interface Format {
  readonly linear: number;
  readonly other: number;
  readonly experts: number;
}

function formatOf({ model, workload }: Scenario): Format {
  if (workload.mode === 'train') {
    const kept = weightBytesKept(workload);
    return { linear: kept, other: kept, experts: kept };
  }
  const { linear, experts } = weightBytes[model.weightDtype];
  return { linear, other: UNQUANTIZED_BYTES, experts };
}

/** Bytes of one weight as it is kept, frozen ones beside adapters included. */
const weightBytesKept = (workload: WorkloadScenario): number =>
  workload.adapterRank > 0 ? frozenBytes[workload.frozenDtype] : parameterBytes(workload);

/** Share of it on one of so many ranks. */
const keptShare = (workload: WorkloadScenario, ranks: number): number =>
  workload.adapterRank > 0
    ? frozenShare(workload, ranks) / frozenBytes[workload.frozenDtype]
    : stateBytes(workload, ranks).weights / parameterBytes(workload);

const UNSPLIT = { tp: 1, pp: 1, vpp: 1, etp: 1 } as const;

/**
 * The weights alone: what one GPU would hold, what spreading the experts makes of it, and what this job holds of them.
 *
 * @param memory of the same scenario and placement; its fullest stage and rank are those of `job`
 */
export function weightSpread(
  scenario: Scenario,
  placement: PlacementResult,
  memory: MemoryResult,
): WeightSpread {
  const { model, layout, workload } = scenario;
  const isTraining = workload.mode === 'train';
  const format = formatOf(scenario);
  const most = mostSlots(placement);
  const shareOf = (grid: Grid, slots: number): WeightShare => {
    const stage = pipelineStages(model, grid.layout)[grid.stage]!;
    const held: PipelineStage = isTraining ? stage : { ...stage, mtpModules: 0 };
    return {
      ...denseShare(denseParametersPerRank(model, held, grid.attentionTp), format),
      routedExperts: expertParametersPerRank(model, held, slots, grid.layout.etp) * format.experts,
      gathered: 0,
    };
  };
  const whole: Grid = { layout: { ...layout, ...UNSPLIT }, attentionTp: 1, stage: 0 };
  const own: Grid = {
    layout,
    attentionTp: isTraining ? layout.tp : servingGrid(layout).attentionTp,
    stage: memory.stage,
  };
  const isSplitOtherwise = own.attentionTp * layout.pp * layout.etp > 1 || isShardedFully(scenario);
  return {
    oneGpu: shareOf(whole, model.routedExperts),
    expertParallel: layout.ep > 1 && isSplitOtherwise ? shareOf(whole, most) : null,
    job: sharded(scenario, shareOf(own, most), memory),
    mtpModules: isTraining ? model.mtpLayers : 0,
    slotBytes: shareOf(own, 1).routedExperts,
  };
}

interface Grid {
  readonly layout: LayoutScenario;
  readonly attentionTp: number;
  readonly stage: number;
}

const mostSlots = ({ expertsPerRank }: PlacementResult): number =>
  expertsPerRank.reduce((most, experts) => Math.max(most, experts.length), 0);

function denseShare(dense: DenseRankParameters, format: Format) {
  return {
    attentionAndEmbeddings: dense.attention * format.linear + dense.embeddings * format.other,
    otherDense: dense.mlp * format.linear + (dense.router + dense.other) * format.other,
  };
}

const isShardedFully = ({ workload }: Scenario): boolean =>
  workload.mode === 'train' && workload.sharding === 'parameters';

/** Fully sharded training keeps a share of each weight and gathers the rest while a layer runs. */
function sharded(scenario: Scenario, share: WeightShare, memory: MemoryResult): WeightShare {
  if (!isShardedFully(scenario)) return share;
  const { layout, workload } = scenario;
  const kept = (ranks: number): number => keptShare(workload, ranks);
  const dense = kept(layout.dp * layout.cp);
  const held = {
    attentionAndEmbeddings: share.attentionAndEmbeddings * dense,
    otherDense: share.otherDense * dense,
    routedExperts: share.routedExperts * kept(layout.edp),
  };
  const { weights } = memory.perRank[memory.fullestRank]!;
  const sum = held.attentionAndEmbeddings + held.otherDense + held.routedExperts;
  return { ...held, gathered: Math.max(0, weights - sum) };
}
