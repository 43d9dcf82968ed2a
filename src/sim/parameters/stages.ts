import type { LayoutScenario, ModelScenario } from '../../scenario/scenario';
import { countKinds, type KindCount, kindsOf, type LayerKind, layerKinds, mtpKind, sumKinds } from './kinds';

/** What one pipeline stage runs, summed over its chunks. */
export interface PipelineStage {
  readonly index: number;
  /** The layers by kind, MTP modules left out. */
  readonly kinds: readonly KindCount[];
  /** Layers without and with routed experts. */
  readonly denseLayers: number;
  readonly moeLayers: number;
  /** MTP modules, which sit on the last stage. */
  readonly mtpModules: number;
  readonly hasEmbedding: boolean;
  readonly hasHead: boolean;
}

/**
 * Layers of the main model on each stage. Where they divide evenly over the chunks, evenly; where not, the output head counts
 * as one layer and each MTP module as two (a layer and a head), and stages get equal shares of that, as Megatron's recipe for
 * DeepSeek-V3 has it (61 + 2 + 1 = 64 over 4, 8 or 16 stages). A remainder goes to the first stages. Shape: [PP].
 */
export function layersPerStage(model: ModelScenario, { pp, vpp }: LayoutScenario): readonly number[] {
  if (model.layers % (pp * vpp) === 0) return new Array<number>(pp).fill(model.layers / pp);
  const onLast = 1 + 2 * model.mtpLayers;
  const slots = model.layers + onLast;
  let left = model.layers;
  return Array.from({ length: pp }, (_, stage) => {
    const share = Math.floor(slots / pp) + (stage < slots % pp ? 1 : 0);
    const layers = stage === pp - 1 ? left : Math.min(left, share);
    left -= layers;
    return layers;
  });
}

/** Layers of each chunk in model order: chunk `c` is the `floor(c / PP)`-th piece of stage `c mod PP`. Shape: [PP × VPP]. */
function layersPerChunk(model: ModelScenario, layout: LayoutScenario): readonly number[] {
  const { pp, vpp } = layout;
  const perStage = layersPerStage(model, layout);
  return Array.from({ length: pp * vpp }, (_, chunk) => {
    const layers = perStage[chunk % pp]!;
    const piece = Math.floor(chunk / pp);
    return Math.floor(layers / vpp) + (piece < layers % vpp ? 1 : 0);
  });
}

/** The stages of the pipeline; chunk `c` runs on stage `c mod PP` (interleaved 1F1B). Shape: [PP]. */
export function pipelineStages(model: ModelScenario, layout: LayoutScenario): readonly PipelineStage[] {
  const all = layerKinds(model);
  const held: LayerKind[][] = Array.from({ length: layout.pp }, () => []);
  let layer = 0;
  for (const [chunk, layers] of layersPerChunk(model, layout).entries()) {
    held[chunk % layout.pp]!.push(...all.slice(layer, layer + layers));
    layer += layers;
  }
  return held.map((layers, index) => {
    const moe = layers.filter(({ feedForward }) => feedForward === 'moe').length;
    return {
      index,
      kinds: countKinds(layers),
      denseLayers: layers.length - moe,
      moeLayers: moe,
      mtpModules: index === layout.pp - 1 ? model.mtpLayers : 0,
      hasEmbedding: index === 0,
      hasHead: index === layout.pp - 1,
    };
  });
}

/** The layers of a stage with those inside its MTP modules. */
export const stageKinds = (
  model: ModelScenario,
  { kinds, mtpModules }: PipelineStage,
): readonly KindCount[] =>
  mtpModules === 0 ? kinds : [...kinds, { kind: mtpKind(model), layers: mtpModules }];

/** How many layers of each kind a stage holds, those inside its MTP modules included. Shape: that of `kindsOf`. */
export function layersByKind(model: ModelScenario, stage: PipelineStage): Float64Array {
  const kinds = kindsOf(model);
  const layers = new Float64Array(kinds.length);
  for (const { kind, layers: count } of stageKinds(model, stage)) layers[kinds.indexOf(kind)]! += count;
  return layers;
}

/** Layers of a stage that have routed experts, those inside its MTP modules included. */
export const stageMoeLayers = (model: ModelScenario, stage: PipelineStage): number =>
  sumKinds(stageKinds(model, stage), ({ feedForward }) => Number(feedForward === 'moe'));

/** Pipeline stages that hold the same: the first of them, which has most microbatches in flight, and how many there are. */
export interface StageGroup {
  readonly stage: PipelineStage;
  readonly count: number;
}

/** Stages by what they hold, in order of first appearance. */
export function stageGroups(stages: readonly PipelineStage[]): readonly StageGroup[] {
  const byContent = new Map<string, { stage: PipelineStage; count: number }>();
  for (const stage of stages) {
    const { index: _, ...content } = stage;
    const key = JSON.stringify(content);
    const known = byContent.get(key);
    if (known) known.count++;
    else byContent.set(key, { stage, count: 1 });
  }
  return [...byContent.values()];
}
