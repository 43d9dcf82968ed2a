import { weightDtypes } from '../choices';
import type { ModelScenario } from '../scenario';
import { layerPattern } from './layer-pattern';
import {
  resolveCompressed,
  resolveIndexer,
  resolveLinear,
  resolveMla,
  resolveMtp,
  resolveSlidingAttention,
} from './mixers';
import {
  type Accept,
  assumed,
  count,
  derived,
  list,
  oneOf,
  positiveInteger,
  quiet,
  type Resolver,
  text,
  truth,
} from './resolver';

const frequency: Accept<number | readonly number[]> = (value) => {
  if (typeof value === 'string') return layerPattern(value) ?? positiveInteger(Number(value));
  return list(value) ?? positiveInteger(value);
};

/** Sizes that decide the figures and cannot be assumed. */
const SIZES = {
  'model.hiddenSize': 'The hidden size',
  'model.layers': 'The number of layers',
  'model.routedExperts': 'The number of experts',
  'model.topK': 'The number of experts per token (top-k)',
  'model.expertIntermediateSize': 'The width of an expert',
} as const;
type Size = keyof typeof SIZES;

/** What each size is; where nothing at all is said of a model, one refusal says so instead of one for each. */
function sizesOf(r: Resolver): (name: Size) => number {
  const isSaid = (name: string) => r.mentions(name) || r.given(name, positiveInteger) !== undefined;
  if (Object.keys(SIZES).some(isSaid)) return (name) => r.need(name, positiveInteger, SIZES[name]);
  const name = r.given('model.name', text)?.value ?? null;
  r.refuse('model-not-known', { name });
  if (name === null) r.missing('model.name');
  return (name) => r.missing(name);
}

/** Model fields. Widths and counts that decide the figures must be stated; the rest has the usual transformer default. */
export function resolveModel(r: Resolver): ModelScenario {
  const need = sizesOf(r);
  const hiddenSize = need('model.hiddenSize');
  const layers = need('model.layers');
  const routedExperts = need('model.routedExperts');
  const zeroExperts = quiet(r, 'model.zeroExperts', count, 0);
  const topK = resolveTopK(r, need('model.topK'), routedExperts, zeroExperts);
  const expertIntermediateSize = need('model.expertIntermediateSize');

  const attentionHeads = r.take('model.attentionHeads', positiveInteger, () =>
    assumed(Math.max(1, Math.round(hiddenSize / 128)), 'heads are not stated; 128 elements per head assumed'),
  );
  refuseUnreadPattern(r);
  const sharedExperts = r.take('model.sharedExperts', count, derived(0, 'no shared experts are stated'));
  const sharedWidth = r.take(
    'model.sharedExpertIntermediateSize',
    count,
    derived(sharedExperts * expertIntermediateSize, 'shared experts × expert width'),
  );
  return {
    name: r.take('model.name', text, assumed('unnamed model', 'the file gives no name')),
    family: r.take('model.family', text, assumed('unknown', 'the family is not stated')),
    hiddenSize,
    layers,
    vocabSize: r.take(
      'model.vocabSize',
      positiveInteger,
      assumed(128_000, 'the vocabulary comes from the tokenizer, which is not read'),
    ),
    intermediateSize: r.take(
      'model.intermediateSize',
      count,
      derived(expertIntermediateSize, 'as wide as an expert: no dense width is stated'),
    ),
    attentionHeads,
    kvHeads: r.take(
      'model.kvHeads',
      positiveInteger,
      derived(attentionHeads, 'every query head has its own key and value'),
    ),
    headDim: r.take(
      'model.headDim',
      positiveInteger,
      derived(Math.max(1, Math.floor(hiddenSize / attentionHeads)), 'hidden size / attention heads'),
    ),
    valueHeadDim: quiet<number | null>(r, 'model.valueHeadDim', positiveInteger, null),
    mla: resolveMla(r),
    indexer: resolveIndexer(r),
    compressed: resolveCompressed(r),
    residualStreams: quiet(r, 'model.residualStreams', positiveInteger, 1),
    attentionResiduals: quiet(r, 'model.attentionResiduals', truth, false),
    attentionGate: quiet(r, 'model.attentionGate', oneOf('none', 'per-head', 'full-width'), 'none'),
    valuesAreKeys: quiet(r, 'model.valuesAreKeys', truth, false),
    qkvBias: quiet(r, 'model.qkvBias', truth, false),
    outputBias: quiet(r, 'model.outputBias', truth, false),
    qkNorm: quiet(r, 'model.qkNorm', oneOf('none', 'per-head', 'full-width'), 'none'),
    attentionSinks: quiet(r, 'model.attentionSinks', truth, false),
    slidingWindow: quiet<number | null>(r, 'model.slidingWindow', positiveInteger, null),
    slidingLayers: quiet<readonly number[]>(r, 'model.slidingLayers', list, []),
    slidingAttention: resolveSlidingAttention(r),
    linear: resolveLinear(r),
    linearLayers: quiet<readonly number[]>(r, 'model.linearLayers', list, []),
    mixerFreeLayers: quiet<readonly number[]>(r, 'model.mixerFreeLayers', list, []),
    feedForwardFreeLayers: quiet<readonly number[]>(r, 'model.feedForwardFreeLayers', list, []),
    mixersPerMoeLayer: quiet(r, 'model.mixersPerMoeLayer', positiveInteger, 1),
    denseMlpsPerMoeLayer: quiet(r, 'model.denseMlpsPerMoeLayer', count, 0),
    extraNorms: quiet(r, 'model.extraNorms', count, 0),
    extraMoeNorms: quiet(r, 'model.extraMoeNorms', count, 0),
    parallelSubLayers: quiet(r, 'model.parallelSubLayers', truth, false),
    gatedNormRank: quiet(r, 'model.gatedNormRank', count, 0),
    normBias: quiet(r, 'model.normBias', truth, false),
    headBias: quiet(r, 'model.headBias', truth, false),
    tieWordEmbeddings: quiet(r, 'model.tieWordEmbeddings', truth, false),
    routedExperts,
    topK,
    expertIntermediateSize,
    mlpMatrices: quiet(r, 'model.mlpMatrices', positiveInteger, 3),
    moeLatentSize: quiet<number | null>(r, 'model.moeLatentSize', positiveInteger, null),
    visionExpertIntermediateSize: quiet(r, 'model.visionExpertIntermediateSize', count, 0),
    moeLatentNorm: quiet(r, 'model.moeLatentNorm', truth, false),
    zeroExperts,
    sharedExperts,
    sharedExpertIntermediateSize: sharedWidth,
    sharedExpertGate: quiet(r, 'model.sharedExpertGate', truth, false),
    expertBias: quiet(r, 'model.expertBias', truth, false),
    moeLayerFrequency: r.take('model.moeLayerFrequency', frequency, derived(1, 'every layer is a MoE layer')),
    moeLayerOffset: quiet(r, 'model.moeLayerOffset', count, 0),
    firstDenseLayers: quiet(r, 'model.firstDenseLayers', count, 0),
    hashLayers: quiet(r, 'model.hashLayers', count, 0),
    denseLayers: quiet<readonly number[]>(r, 'model.denseLayers', list, []),
    mtpLayers: quiet(r, 'model.mtpLayers', count, 0),
    mtp: resolveMtp(r),
    routerScales: quiet(r, 'model.routerScales', truth, false),
    router: {
      groups: quiet(r, 'model.router.groups', positiveInteger, 1),
      topkGroups: quiet(r, 'model.router.topkGroups', positiveInteger, 1),
      scoreFunction: quiet(
        r,
        'model.router.scoreFunction',
        oneOf('softmax', 'sigmoid', 'sqrtsoftplus'),
        'softmax',
      ),
      correctionBias: quiet(r, 'model.router.correctionBias', truth, false),
    },
    weightDtype: r.take(
      'model.weightDtype',
      oneOf(...weightDtypes),
      assumed('bf16', '16 bits assumed: no quantization that is known here is stated'),
    ),
  };
}

/** To take every layer for a MoE layer because a pattern is not understood would be a guess shown as a fact. */
function refuseUnreadPattern(r: Resolver): void {
  const [written] = r.facts('model.moeLayerFrequency');
  if (!written || r.given('model.moeLayerFrequency', frequency)) return;
  r.refuse('layer-pattern-not-read', { pattern: String(written.value) });
}

/**
 * Experts of a token that have weights. With zero experts the router chooses among both: on average
 * `k·E/(E + Z)` of its k have weights and are dispatched (LongCat-Flash: 12·512/768 = 8, its published 27 B active).
 */
function resolveTopK(r: Resolver, topK: number, routedExperts: number, zeroExperts: number): number {
  if (zeroExperts === 0 || r.isOverridden('model.topK')) {
    return topK;
  }
  const all = routedExperts + zeroExperts;
  const mean = (topK * routedExperts) / all;
  const rounded = Number.isInteger(mean) ? '' : ', rounded';
  const rule = `top-k ${topK} × ${routedExperts} of ${all} experts: the mean number that are not zero experts${rounded}`;
  return r.set('model.topK', derived(Math.max(1, Math.round(mean)), rule));
}
