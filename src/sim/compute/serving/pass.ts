import type { Scenario } from '../../../scenario/scenario';
import { modelKinds, moeLayerCount, subLayers, sumKinds } from '../../parameters/kinds';
import { type LayerParameters, layerParameters } from '../../parameters/layers';
import { expertInputSize, expertParameters } from '../../parameters/moe';
import type { ServingGrid } from '../../parameters/serving';
import { rankShare } from '../../parameters/split';
import { FASTER_LAUNCHES, type ServingConstants } from '../constants';
import { fullestOverMean, touchedShare } from './experts';
import { type ServingRates, servingRates } from './rates';

/** One engine, as its forward passes need it. */
export interface Engine {
  readonly scenario: Scenario;
  readonly grid: ServingGrid;
  readonly rates: ServingRates;
  readonly constants: ServingConstants;
  readonly moeLayers: number;
  /** Sub-layers of the model, two in a plain layer: each ends with an all-reduce over TP, and has half of a layer's launches. */
  readonly subLayers: number;
  /** Dispatch and combine of one MoE layer, where a simulated backend replaces the fitted collective. */
  readonly exchange: SimulatedExchange | null;
  /** Rows of the fullest rank over the mean rank. */
  readonly imbalance: number;
  /** Weights of one rank outside the experts, in elements, all layers. */
  readonly attentionWeights: number;
  readonly mlpWeights: number;
  readonly routerWeights: number;
  readonly headWeights: number;
}

/** Seconds of dispatch and combine of one MoE layer: fixed, and per token of one rank. */
export interface SimulatedExchange {
  readonly latency: number;
  readonly perToken: number;
}

/** The batch of one forward pass. */
export interface Batch {
  /** Tokens of the whole engine and of one attention rank. */
  readonly tokens: number;
  readonly tokensPerAttentionRank: number;
  /** Bytes of KV cache that one GPU reads, and FLOP of attention that it computes. */
  readonly kvBytes: number;
  readonly attentionFlops: number;
  /** Tokens whose logits are computed, per attention rank. */
  readonly logitTokens: number;
}

/** Seconds of one forward pass by what is being done. */
export interface PassTime extends PassWork {
  /** Launches of every layer. */
  readonly launches: number;
  readonly total: number;
}

interface PassWork {
  readonly attention: number;
  readonly dense: number;
  readonly experts: number;
  readonly waiting: number;
  readonly exchange: number;
  /** Moving activations: permutation, quantization, norms. */
  readonly activations: number;
}

export function engineOf(
  scenario: Scenario,
  grid: ServingGrid,
  exchange: SimulatedExchange | null,
  imbalance: number,
  constants: ServingConstants,
): Engine {
  const { model } = scenario;
  const kinds = modelKinds(model);
  const of = (figure: (layer: LayerParameters) => number): number =>
    sumKinds(kinds, (kind) => figure(layerParameters(model, kind)));
  return {
    scenario,
    grid,
    rates: servingRates(scenario.cluster, model.weightDtype, constants),
    constants,
    moeLayers: moeLayerCount(model),
    subLayers: sumKinds(kinds, (kind) => subLayers(model, kind).total),
    exchange,
    imbalance,
    attentionWeights: of((layer) => rankShare(layer.attention, grid.attentionTp)),
    mlpWeights: of(
      (layer) => rankShare(layer.sharedExperts, grid.attentionTp) + layer.denseMlp / grid.attentionTp,
    ),
    routerWeights: of((layer) => layer.router),
    headWeights: (model.vocabSize * model.hiddenSize) / grid.attentionTp,
  };
}

/**
 * Seconds of one forward pass: the larger of memory and compute time, activations moved, payload on the wire, and the fixed
 * latencies of layers and collectives. Memory: weights once, experts only if a token of the batch is routed to them, the KV cache.
 */
export function passTime(engine: Engine, batch: Batch): PassTime {
  const { rates } = engine;
  const touched = touchedShare(engine.scenario.model, batch.tokens);
  const fullest = fullestOverMean(engine.scenario.model, engine.scenario.layout.ep, touched);
  const bytes = bytesRead(engine, batch, touched);
  const flops = secondsComputed(engine, batch);
  const readSeconds = (bytes.attention + bytes.dense + fullest * bytes.experts) / rates.memoryBytes;
  const computeSeconds = flops.attention + flops.dense + engine.imbalance * flops.experts;
  const isMemoryBound = readSeconds >= computeSeconds;
  const part = (name: 'attention' | 'dense' | 'experts'): number =>
    isMemoryBound ? bytes[name] / rates.memoryBytes : flops[name];
  const waiting = isMemoryBound
    ? ((fullest - 1) * bytes.experts) / rates.memoryBytes
    : (engine.imbalance - 1) * flops.experts;
  const fixed = fixedSeconds(engine);
  const exchange = exchangeSeconds(engine, batch) + fixed.collectives;
  const activations = activationSeconds(engine, batch);
  return {
    attention: part('attention'),
    dense: part('dense'),
    experts: part('experts'),
    waiting,
    exchange,
    activations,
    launches: fixed.layers,
    total: Math.max(readSeconds, computeSeconds) + exchange + activations + fixed.layers,
  };
}

function bytesRead(engine: Engine, batch: Batch, touched: number) {
  const { rates, grid } = engine;
  const { model } = engine.scenario;
  const perLayer = model.routedExperts * expertParameters(model);
  return {
    attention: engine.attentionWeights * rates.linearBytes + batch.kvBytes,
    dense: engine.mlpWeights * rates.linearBytes + 2 * (engine.routerWeights + engine.headWeights),
    experts: (engine.moeLayers * perLayer * rates.expertBytes * touched) / grid.gpus,
  };
}

function secondsComputed(engine: Engine, batch: Batch) {
  const { rates, grid } = engine;
  const { model } = engine.scenario;
  const tokens = batch.tokensPerAttentionRank;
  const expertWeights = engine.moeLayers * model.topK * expertParameters(model);
  const linear = (weights: number, count: number): number => (2 * weights * count) / rates.linearFlops;
  return {
    attention: linear(engine.attentionWeights, tokens) + batch.attentionFlops / rates.attentionFlops,
    dense:
      linear(engine.mlpWeights + engine.routerWeights, tokens) +
      linear(engine.headWeights, batch.logitTokens),
    experts: (2 * expertWeights * batch.tokens) / grid.gpus / rates.expertFlops,
  };
}

/** Passes over the rows of the experts and of the layers, BF16. */
function activationSeconds(
  { scenario, rates, moeLayers, subLayers, constants }: Engine,
  batch: Batch,
): number {
  const { model, layout } = scenario;
  const expertRows = (moeLayers * batch.tokens * model.topK) / layout.ep;
  const layerRows = (subLayers / 2) * batch.tokensPerAttentionRank;
  const elements = expertRows * expertInputSize(model) + layerRows * model.hiddenSize;
  return (constants.activationPasses * elements * 2) / rates.memoryBytes;
}

/** Payload of all-reduces (TP: two per plain layer) or of dispatch and combine (attention DP: per MoE layer), BF16. */
function exchangeSeconds(engine: Engine, batch: Batch): number {
  const { scenario, grid, rates, moeLayers } = engine;
  if (grid.gpus === 1) return 0;
  if (engine.exchange !== null) {
    const tokensPerRank = batch.tokensPerAttentionRank / grid.attentionTp;
    return moeLayers * (engine.exchange.latency + engine.exchange.perToken * tokensPerRank);
  }
  const collectives = grid.attentionRanks > 1 ? moeLayers : engine.subLayers;
  const rowBytes = ((2 * (grid.gpus - 1)) / grid.gpus) * scenario.model.hiddenSize * 2;
  return (batch.tokensPerAttentionRank * rowBytes * collectives) / rates.scaleUpBytes;
}

/** Fixed seconds of one forward pass: launches of every layer, and latency of every collective. */
function fixedSeconds({ scenario, grid, moeLayers, subLayers, exchange, constants }: Engine): {
  readonly layers: number;
  readonly collectives: number;
} {
  const { model, cluster } = scenario;
  const perPass = grid.attentionRanks > 1 ? 2 * moeLayers : subLayers;
  const collectives = grid.gpus === 1 || exchange !== null ? 0 : perPass;
  const generation = FASTER_LAUNCHES.has(cluster.accelerator) ? 1 : constants.olderGeneration;
  const perLayer =
    constants.layerSeconds +
    (model.mla ? constants.latentAttentionSeconds : 0) +
    (model.weightDtype === 'fp8' ? constants.quantizationSeconds : 0);
  const more = sumKinds(
    modelKinds(model),
    ({ mixer, hasIndexer }) =>
      (hasIndexer ? constants.sparseAttentionSeconds : 0) +
      (mixer === 'linear' ? constants.recurrenceSeconds : 0),
  );
  return {
    layers: generation * ((subLayers / 2) * perLayer + more),
    collectives: generation * collectives * constants.collectiveSeconds,
  };
}
