import type { Scenario, WorkloadScenario } from '../../scenario/scenario';
import { type TrainedElements, trainedElements } from '../parameters/adapters';
import { kindsOf } from '../parameters/kinds';
import { denseParametersPerRank, expertParametersPerRank } from '../parameters/rank';
import { layersByKind, type PipelineStage } from '../parameters/stages';
import { activationShape, groupTokens, keptBytes, savedTensors } from './activations';
import { type GatheredBytes, gatheredBytes } from './gathered';
import { microbatches, microbatchesInFlight } from './schedule';
import { frozenShare, type StateBytes, stateBytes } from './states';

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

/**
 * Activations of one layer of each kind and one microbatch, as `kindsOf` orders them: kept under the job's recompute mode, and
 * with nothing recomputed.
 */
export interface LayerActivations {
  readonly kept: Float64Array;
  readonly whole: Float64Array;
}

/** Bytes of what one rank holds of its weights between microbatches. */
export interface HeldStates {
  readonly weights: number;
  readonly gradients: number;
  readonly optimizer: number;
}

/** Bytes on one rank of one stage: states by sharding, and activations of all microbatches in flight. */
export function trainingRankMemory(
  scenario: Scenario,
  stage: PipelineStage,
  load: RankLoad,
): TrainingRankMemory {
  const { model, layout, workload } = scenario;
  const denseParameters = denseParametersPerRank(model, stage, layout.tp).total;
  const expertParameters = expertParametersPerRank(model, stage, load.experts, layout.etp);
  const shape = activationShape(scenario, load.assignments);
  const inFlight = inFlightFactor(scenario, stage);
  const tensors = kindsOf(model).map((kind) => savedTensors(model, shape, kind));
  const activations = stageActivations(
    layersByKind(model, stage),
    {
      kept: Float64Array.from(tensors, (saved) => keptBytes(saved, workload.recompute)),
      whole: Float64Array.from(tensors, (saved) => keptBytes(saved, 'none')),
    },
    layerShares(scenario, stage),
    inFlight,
    logitBytes(scenario, stage),
  );
  const gathered = gatheredBytes(scenario, stage, load.experts);
  const all = { dense: denseParameters, experts: expertParameters };
  const trained = trainedElements(scenario, stage, all, load.experts);
  return {
    ...heldStates(stateShares(scenario), all, trained, gathered),
    activations,
    denseParameters,
    expertParameters,
    inFlight: inFlight * layersOf(stage),
  };
}

/** Bytes per parameter that a rank keeps between microbatches: of its dense part, and of its experts; and per frozen one. */
export interface StateShares {
  readonly dense: StateBytes;
  readonly experts: StateBytes;
  /** `null`: all weights are trained. */
  readonly frozen: TrainedElements | null;
}

export function stateShares({ layout, workload }: Pick<Scenario, 'layout' | 'workload'>): StateShares {
  const ranks = { dense: layout.dp * layout.cp, experts: layout.edp };
  return {
    dense: stateBytes(workload, ranks.dense),
    experts: stateBytes(workload, ranks.experts),
    frozen:
      workload.adapterRank === 0
        ? null
        : { dense: frozenShare(workload, ranks.dense), experts: frozenShare(workload, ranks.experts) },
  };
}

/** Bytes of the states of a rank that holds so many elements, of which so many are trained, or so many beside them. */
export function heldStates(
  { dense, experts, frozen }: StateShares,
  all: TrainedElements,
  trained: TrainedElements,
  gathered: GatheredBytes,
): HeldStates {
  const beside = frozen === null ? 0 : all.dense * frozen.dense + all.experts * frozen.experts;
  return {
    weights: beside + trained.dense * dense.weights + trained.experts * experts.weights + gathered.weights,
    gradients: trained.dense * dense.gradients + trained.experts * experts.gradients + gathered.gradients,
    optimizer: trained.dense * dense.optimizer + trained.experts * experts.optimizer,
  };
}

const layersOf = (stage: PipelineStage): number => stage.denseLayers + stage.moeLayers + stage.mtpModules;

export function inFlightFactor(
  { layout, workload }: Pick<Scenario, 'layout' | 'workload'>,
  stage: PipelineStage,
): number {
  return microbatchesInFlight(layout, stage.index, microbatches(workload, layout));
}

/** Share of one layer's unreduced activations that is alive on top of what is kept, while that layer runs. */
const TRANSIENT_LAYERS = 0.5;
/** Of full recomputation: the share of a stage's layers that block recomputes, of each of its chunks the first ones. */
function recomputedShare(
  { layout, workload }: Pick<Scenario, 'layout' | 'workload'>,
  stage: PipelineStage,
): number {
  const layers = layersOf(stage);
  if (workload.recomputeMethod === 'uniform' || layers === 0) return 1;
  return Math.min(1, (workload.recomputeLayers * layout.vpp) / layers);
}

const groupLayers = ({ recompute, recomputeMethod, recomputeLayers }: WorkloadScenario): number =>
  recompute === 'full' && recomputeMethod === 'uniform' ? recomputeLayers : 1;

/** Uniform recomputation keeps the input of each group of layers. */
const inputShare = (workload: WorkloadScenario): number => 1 / groupLayers(workload);

/** Logits in BF16 and their FP32 softmax, bytes per token and vocabulary entry. */
const LOGIT_BYTES = 6;

/** What of each layer's activations a stage holds. */
export interface LayerShares {
  /** Of what is kept for the backward pass, and of what would be kept with nothing recomputed. */
  readonly kept: number;
  readonly whole: number;
  /** Layers of which what is not kept is alive on top, made again for their backward pass. */
  readonly again: number;
}

/** Under a recompute mode. */
export function layerShares(
  { layout, workload }: Pick<Scenario, 'layout' | 'workload'>,
  stage: PipelineStage,
): LayerShares {
  const again = Math.min(groupLayers(workload), layersOf(stage));
  if (workload.recompute !== 'full') return { kept: 1, whole: 0, again };
  const recomputed = recomputedShare({ layout, workload }, stage);
  return { kept: recomputed * inputShare(workload), whole: 1 - recomputed, again };
}

/** Logits of the microbatch whose loss is being computed, bytes. */
export const logitBytes = (
  { model, layout, workload }: Pick<Scenario, 'model' | 'layout' | 'workload'>,
  { hasHead }: PipelineStage,
): number => (hasHead ? (LOGIT_BYTES * groupTokens({ layout, workload }) * model.vocabSize) / layout.tp : 0);

/**
 * Bytes of the activations that a rank of a stage holds at the peak.
 *
 * @param layers of each kind in the stage
 * @param inFlight microbatches' worth of them that are held
 */
export function stageActivations(
  layers: Float64Array,
  { kept, whole }: LayerActivations,
  shares: LayerShares,
  inFlight: number,
  logits: number,
): number {
  let held = 0;
  let running = 0;
  for (let kind = 0; kind < layers.length; kind++) {
    const count = layers[kind]!;
    if (count === 0) continue;
    const all = whole[kind]!;
    running = Math.max(running, TRANSIENT_LAYERS * all + shares.again * (all - kept[kind]!));
    held += count * (shares.kept * kept[kind]! + shares.whole * all);
  }
  return inFlight * held + running + logits;
}
