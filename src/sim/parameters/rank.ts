import type { ModelScenario } from '../../scenario/scenario';
import { sumKinds } from './kinds';
import { layerParameters, mtpProjectionParameters, normParameters } from './layers';
import { expertParameters, visionExpertParameters } from './moe';
import { rankShare } from './split';
import { type PipelineStage, stageKinds, stageMoeLayers } from './stages';
import { streamHeadParameters } from './streams';

/** Weights that one rank of a stage holds outside the routed experts, in elements. */
export interface DenseRankParameters {
  /** Attention and recurrent mixers with their norms. */
  readonly attention: number;
  /** Dense MLPs and shared experts. */
  readonly mlp: number;
  readonly router: number;
  /** Norms and MTP projections, replicated over TP. */
  readonly other: number;
  /** Embedding and head, split over the vocabulary. */
  readonly embeddings: number;
  readonly total: number;
}

/**
 * Dense part of one rank, in elements: projections and vocabulary over TP, latents' down-projections, routers and norms
 * on every rank. Source: Megatron-Core (VocabParallelEmbedding, TELayerNormColumnParallelLinear, TopKRouter).
 */
export function denseParametersPerRank(
  model: ModelScenario,
  stage: PipelineStage,
  tp: number,
): DenseRankParameters {
  const known = latest.get(stage);
  if (known?.model === model && known.tp === tp) return known.parameters;
  const parameters = denseParameters(model, stage, tp);
  latest.set(stage, { model, tp, parameters });
  return parameters;
}

/** Those of a stage that were asked for last: all ranks have the same. */
const latest = new WeakMap<
  PipelineStage,
  { readonly model: ModelScenario; readonly tp: number; readonly parameters: DenseRankParameters }
>();

function denseParameters(model: ModelScenario, stage: PipelineStage, tp: number): DenseRankParameters {
  const kinds = stageKinds(model, stage);
  const of = (figure: (layer: ReturnType<typeof layerParameters>) => number): number =>
    sumKinds(kinds, (kind) => figure(layerParameters(model, kind)));
  const attention = of((layer) => rankShare(layer.attention, tp));
  const mlp = of((layer) => layer.denseMlp / tp + rankShare(layer.sharedExperts, tp));
  const router = of((layer) => layer.router);
  const finalNorm = stage.hasHead ? normParameters(model) + streamHeadParameters(model) : 0;
  const other = of((layer) => layer.norms) + finalNorm + stage.mtpModules * mtpProjectionParameters(model);
  const isTiedOnOneStage = model.tieWordEmbeddings && stage.hasEmbedding && stage.hasHead;
  const tables = isTiedOnOneStage ? 1 : Number(stage.hasEmbedding) + Number(stage.hasHead);
  const headBias = stage.hasHead && model.headBias ? model.vocabSize : 0;
  const embeddings = (tables * model.vocabSize * model.hiddenSize + headBias) / tp;
  return {
    attention,
    mlp,
    router,
    other,
    embeddings,
    total: attention + mlp + router + other + embeddings,
  };
}

/**
 * Routed experts of one rank of a stage, in elements: its physical experts in each MoE layer, each over ETP, with those for
 * tokens of images beside them.
 */
export function expertParametersPerRank(
  model: ModelScenario,
  stage: PipelineStage,
  physicalExperts: number,
  etp: number,
): number {
  const perSlot = expertParameters(model) + visionExpertParameters(model);
  return (stageMoeLayers(model, stage) * physicalExperts * perSlot) / etp;
}
