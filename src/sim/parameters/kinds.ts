import { moeLayers } from '../../scenario/moe-layers';
import type { ModelScenario } from '../../scenario/scenario';
import type { CompressedKind } from './compressed';

export { moeLayerCount, moeLayers } from '../../scenario/moe-layers';

/** Attention to all tokens, to those that an indexer chooses, or to a window of them. */
export type AttentionKind = 'attention' | 'sparse' | 'sliding';
/** What mixes the tokens of a layer: attention, a recurrent state, or nothing. */
export type MixerKind = AttentionKind | CompressedKind | 'linear' | 'none';
export type FeedForwardKind = 'dense' | 'moe' | 'none';

/** Layers of one kind have the same weights, and the same work per token. */
export interface LayerKind {
  readonly mixer: MixerKind;
  readonly feedForward: FeedForwardKind;
  /** Sparse attention that chooses its tokens itself, and does not reuse the choice of an earlier layer. */
  readonly hasIndexer: boolean;
  /** The token itself says which experts it goes to: no score is corrected (the first layers of DeepSeek-V4). */
  readonly routesByToken: boolean;
}

/** So many layers of one kind. */
export interface KindCount {
  readonly kind: LayerKind;
  readonly layers: number;
}

const interned = new Map<string, LayerKind>();

/** The one object of a kind, so that what is known of a kind can be looked up by it. */
function layerKind(
  mixer: MixerKind,
  feedForward: FeedForwardKind,
  hasIndexer: boolean,
  routesByToken = false,
): LayerKind {
  const key = `${mixer} ${feedForward} ${hasIndexer} ${routesByToken}`;
  const kind = interned.get(key) ?? { mixer, feedForward, hasIndexer, routesByToken };
  interned.set(key, kind);
  return kind;
}

const ofLayers = new WeakMap<ModelScenario, readonly LayerKind[]>();

/** The kind of each layer of the main model. Shape: [layers]. */
export function layerKinds(model: ModelScenario): readonly LayerKind[] {
  const kinds = ofLayers.get(model) ?? foundKinds(model);
  ofLayers.set(model, kinds);
  return kinds;
}

function foundKinds(model: ModelScenario): readonly LayerKind[] {
  const isMoe = moeLayers(model);
  const { indexer } = model;
  const mixers = new Map<number, MixerKind>();
  if (indexer !== null) for (const layer of indexer.fullLayers) mixers.set(layer, 'attention');
  if (model.slidingWindow !== null) for (const layer of model.slidingLayers) mixers.set(layer, 'sliding');
  if (model.compressed !== null) {
    for (const layer of model.compressed.chosenLayers) mixers.set(layer, 'compressed-chosen');
    for (const layer of model.compressed.allLayers) mixers.set(layer, 'compressed-all');
  }
  if (model.linear !== null) for (const layer of model.linearLayers) mixers.set(layer, 'linear');
  for (const layer of model.mixerFreeLayers) mixers.set(layer, 'none');
  const bare = new Set(model.feedForwardFreeLayers);
  const reusing = new Set(indexer?.sharedLayers);
  return isMoe.map((moe, layer) => {
    const mixer = mixers.get(layer) ?? (indexer === null ? 'attention' : 'sparse');
    const feedForward = moe ? 'moe' : bare.has(layer) ? 'none' : 'dense';
    const chooses = mixer === 'sparse' && !reusing.has(layer);
    return layerKind(mixer, feedForward, chooses, moe && layer < model.hashLayers);
  });
}

const ofModules = new WeakMap<ModelScenario, LayerKind>();

/** The layer inside a multi-token-prediction module. */
export function mtpKind(model: ModelScenario): LayerKind {
  const known = ofModules.get(model);
  if (known) return known;
  const { mtp, indexer } = model;
  const mixer = mtp.mixer === 'attention' && indexer !== null ? 'sparse' : mtp.mixer;
  const kind = layerKind(mixer, mtp.feedForward, mixer === 'sparse');
  ofModules.set(model, kind);
  return kind;
}

/** The kinds among some layers, in order of first appearance, with how often each is there. */
export function countKinds(layers: readonly LayerKind[]): readonly KindCount[] {
  const counts = new Map<LayerKind, { kind: LayerKind; layers: number }>();
  for (const kind of layers) {
    const count = counts.get(kind);
    if (count) count.layers++;
    else counts.set(kind, { kind, layers: 1 });
  }
  return [...counts.values()];
}

const known = new WeakMap<ModelScenario, readonly KindCount[]>();

/** The kinds of the main model, counted once per model: a step asks for them many times. */
export function modelKinds(model: ModelScenario): readonly KindCount[] {
  const kinds = known.get(model) ?? countKinds(layerKinds(model));
  known.set(model, kinds);
  return kinds;
}

const distinct = new WeakMap<ModelScenario, readonly LayerKind[]>();

/** The kinds that stages of a model hold, that of MTP modules included: the order of figures by kind. */
export function kindsOf(model: ModelScenario): readonly LayerKind[] {
  const main = modelKinds(model).map(({ kind }) => kind);
  const kinds = distinct.get(model) ?? (model.mtpLayers > 0 ? [...new Set([...main, mtpKind(model)])] : main);
  distinct.set(model, kinds);
  return kinds;
}

/** Sum of a figure per layer over layers of several kinds. */
export const sumKinds = (kinds: readonly KindCount[], figure: (kind: LayerKind) => number): number =>
  kinds.reduce((sum, { kind, layers }) => sum + (layers === 0 ? 0 : layers * figure(kind)), 0);

/** How many sub-layers one layer of a kind has: mixers, and MLPs that every token passes beside routed experts. */
export interface SubLayers {
  readonly mixers: number;
  readonly denseMlps: number;
  readonly isMoe: boolean;
  /** All of them, routed experts as one. */
  readonly total: number;
}

/** Sub-layers of one layer: one mixer and one MLP or set of experts, unless the model says otherwise. */
export function subLayers(model: ModelScenario, { mixer, feedForward }: LayerKind): SubLayers {
  const isMoe = feedForward === 'moe';
  const mixers = mixer === 'none' ? 0 : isMoe ? model.mixersPerMoeLayer : 1;
  const denseMlps = feedForward === 'dense' ? 1 : isMoe ? model.denseMlpsPerMoeLayer : 0;
  return { mixers, denseMlps, isMoe, total: mixers + denseMlps + Number(isMoe) };
}
