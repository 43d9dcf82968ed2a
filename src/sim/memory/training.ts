import type { Scenario, WorkloadScenario } from '../../scenario/scenario';
import { gradientBytes, TRAINED_WEIGHT_BYTES } from '../parameters/dtypes';
import type { LayerKind } from '../parameters/kinds';
import { layerParameters } from '../parameters/layers';
import { denseParametersPerRank, expertParametersPerRank } from '../parameters/rank';
import { rankShare } from '../parameters/split';
import { type PipelineStage, stageKinds } from '../parameters/stages';
import { activationShape, groupTokens, keptBytes, type SavedTensor, savedTensors } from './activations';
import { microbatches, microbatchesInFlight } from './schedule';
import { stateBytes } from './states';

/** What one rank of a pipeline stage holds while training, in bytes, and the counts behind it. */
export interface TrainingRankMemory {
  readonly weights: number;
  readonly gradients: number;
  readonly optimizer: number;
  readonly activations: number;
  readonly denseParameters: number;
  readonly expertParameters: number;
  /** Layer-microbatches whose activations are held at once. */
  readonly inFlight: number;
}

/** What differs between ranks of one EP group. */
export interface RankLoad {
  /** Physical experts per MoE layer. */
  readonly experts: number;
  /** Rows that they receive in one forward pass, before gathering over ETP. */
  readonly assignments: number;
}

/** Activations of one layer of a kind and one microbatch: kept under the job's recompute mode, and with nothing recomputed. */
export interface LayerActivations {
  readonly kept: number;
  readonly whole: number;
}

/** What a rank's memory is made of beyond arithmetic: a search over layouts, which asks for the same often, remembers it. */
export interface RankTerms {
  /** Elements outside the routed experts. */
  readonly denseParameters: number;
  readonly activationsOf: (kind: LayerKind) => LayerActivations;
}

function rankTerms(scenario: Scenario, stage: PipelineStage, load: RankLoad): RankTerms {
  const { model, layout, workload } = scenario;
  const shape = activationShape(scenario, load.assignments);
  return {
    denseParameters: denseParametersPerRank(model, stage, layout.tp).total,
    activationsOf: (kind) => layerActivations(savedTensors(model, shape, kind), workload.recompute),
  };
}

export const layerActivations = (
  tensors: readonly SavedTensor[],
  recompute: WorkloadScenario['recompute'],
): LayerActivations => ({ kept: keptBytes(tensors, recompute), whole: keptBytes(tensors, 'none') });

/** Bytes on one rank of one stage: states by sharding, and activations of all microbatches in flight. */
export function trainingRankMemory(
  scenario: Scenario,
  stage: PipelineStage,
  load: RankLoad,
  terms: RankTerms = rankTerms(scenario, stage, load),
): TrainingRankMemory {
  const { model, layout, workload } = scenario;
  const dense = terms.denseParameters;
  const experts = expertParametersPerRank(model, stage, load.experts, layout.etp);
  const denseState = stateBytes(workload, layout.dp * layout.cp);
  const expertState = stateBytes(workload, layout.edp);
  const state = (part: keyof typeof denseState): number =>
    dense * denseState[part] + experts * expertState[part];
  const gathered = workload.sharding === 'parameters' ? gatheredBytes(scenario, stage, load) : NOTHING;
  return {
    weights: state('weights') + gathered.weights,
    gradients: state('gradients') + gathered.gradients,
    optimizer: state('optimizer'),
    activations: activationBytes(scenario, stage, terms),
    denseParameters: dense,
    expertParameters: experts,
    inFlight: inFlightFactor(scenario, stage) * layersOf(stage),
  };
}

const NOTHING = { weights: 0, gradients: 0 } as const;
const layersOf = (stage: PipelineStage): number => stage.denseLayers + stage.moeLayers + stage.mtpModules;

function inFlightFactor({ layout, workload }: Scenario, stage: PipelineStage): number {
  return microbatchesInFlight(layout, stage.index, microbatches(workload, layout));
}

/**
 * Fully sharded training gathers two layers at a time (the running and the next one), embedding and head, and holds one
 * layer's whole gradient before it is scattered.
 */
function gatheredBytes({ model, layout, workload }: Scenario, stage: PipelineStage, load: RankLoad) {
  const widest = ({ kind }: { kind: LayerKind }): number => {
    const layer = layerParameters(model, kind);
    const dense = rankShare(layer.attention, layout.tp) + layer.denseMlp / layout.tp;
    const experts = kind.feedForward === 'moe' ? (load.experts * layer.perExpert) / layout.etp : 0;
    return dense + rankShare(layer.sharedExperts, layout.tp) + experts;
  };
  const perLayer = Math.max(0, ...stageKinds(model, stage).map(widest));
  const tables = (2 * model.vocabSize * model.hiddenSize) / layout.tp;
  return {
    weights: TRAINED_WEIGHT_BYTES * (2 * perLayer + tables),
    gradients: gradientBytes(workload) * perLayer,
  };
}

/** Share of one layer's unreduced activations that is alive on top of what is kept, while that layer runs. */
const TRANSIENT_LAYERS = 0.5;
/** Of full recomputation: the share of a stage's layers that block recomputes, of each of its chunks the first ones. */
function recomputedShare({ layout, workload }: Scenario, stage: PipelineStage): number {
  const layers = layersOf(stage);
  if (workload.recomputeMethod === 'uniform' || layers === 0) return 1;
  return Math.min(1, (workload.recomputeLayers * layout.vpp) / layers);
}

const groupLayers = ({ recompute, recomputeMethod, recomputeLayers }: WorkloadScenario): number =>
  recompute === 'full' && recomputeMethod === 'uniform' ? recomputeLayers : 1;

/** Uniform recomputation keeps the input of each group of layers, and all of a group's activations while it runs again. */
const inputShare = (workload: WorkloadScenario): number => 1 / groupLayers(workload);
const extraLayers = (workload: WorkloadScenario): number => groupLayers(workload) - 1;

/** Logits in BF16 and their FP32 softmax, bytes per token and vocabulary entry. */
const LOGIT_BYTES = 6;

function activationBytes(scenario: Scenario, stage: PipelineStage, terms: RankTerms): number {
  const { model, layout, workload } = scenario;
  const recomputed = recomputedShare(scenario, stage);
  let kept = 0;
  let running = 0;
  for (const { kind, layers } of stageKinds(model, stage)) {
    const layer = terms.activationsOf(kind);
    running = Math.max(running, layer.whole);
    kept +=
      layers *
      (workload.recompute === 'full'
        ? recomputed * inputShare(workload) * layer.kept + (1 - recomputed) * layer.whole
        : layer.kept);
  }
  const tokens = groupTokens(scenario);
  const logits = stage.hasHead ? (LOGIT_BYTES * tokens * model.vocabSize) / layout.tp : 0;
  return (
    inFlightFactor(scenario, stage) * kept + (TRANSIENT_LAYERS + extraLayers(workload)) * running + logits
  );
}
