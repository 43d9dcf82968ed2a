import type { ModelScenario } from '../../scenario/scenario';
import { layerParameters, mtpProjectionParameters } from './layers';
import { expertParameters } from './moe';
import type { PipelineStage } from './stages';

/** Weights that one rank of a stage holds outside the routed experts, in elements. */
export interface DenseRankParameters {
  /** Attention with its norms. */
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
  const dense = layerParameters(model, false);
  const moe = layerParameters(model, true);
  const moeLayers = stage.moeLayers + stage.mtpModules;
  const layers = stage.denseLayers + moeLayers;
  const attention = layers * (dense.attention.split / tp + dense.attention.replicated);
  const shared = moe.sharedExperts.split / tp + moe.sharedExperts.replicated;
  const mlp = (stage.denseLayers * dense.denseMlp) / tp + moeLayers * shared;
  const router = moeLayers * moe.router;
  const finalNorm = stage.hasHead ? model.hiddenSize : 0;
  const other = layers * dense.norms + finalNorm + stage.mtpModules * mtpProjectionParameters(model);
  const isTiedOnOneStage = model.tieWordEmbeddings && stage.hasEmbedding && stage.hasHead;
  const tables = isTiedOnOneStage ? 1 : Number(stage.hasEmbedding) + Number(stage.hasHead);
  const embeddings = (tables * model.vocabSize * model.hiddenSize) / tp;
  return {
    attention,
    mlp,
    router,
    other,
    embeddings,
    total: attention + mlp + router + other + embeddings,
  };
}

/** Routed experts of one rank of a stage, in elements: its physical experts in each MoE layer, each over ETP. */
export function expertParametersPerRank(
  model: ModelScenario,
  stage: PipelineStage,
  physicalExperts: number,
  etp: number,
): number {
  return ((stage.moeLayers + stage.mtpModules) * physicalExperts * expertParameters(model)) / etp;
}
