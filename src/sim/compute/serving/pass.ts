import type { ModelScenario, Scenario } from '../../../scenario/scenario';
import { modelKinds, sumKinds } from '../../parameters/kinds';
import { expertInputSize, expertParameters } from '../../parameters/moe';
import type { ServingGrid } from '../../parameters/serving';
import type { ServingConstants } from './constants';
import { expertEfficiency, fullestOverMean, type Slots, touchedShare } from './experts';
import { type ServingRates, servingRates } from './rates';
import { type ServedWeights, servedWeights } from './weights';

/** One engine, as its forward passes need it. */
export interface Engine {
  readonly scenario: Scenario;
  readonly grid: ServingGrid;
  readonly rates: ServingRates;
  readonly constants: ServingConstants;
  readonly weights: ServedWeights;
  readonly slots: Slots;
  /** Dispatch and combine of one MoE layer, where a simulated backend replaces the fitted collective. */
  readonly exchange: SimulatedExchange | null;
  /** Rows of the fullest rank over the mean rank. */
  readonly imbalance: number;
  /** What one pass takes to launch. */
  readonly launchSeconds: number;
}

/** Seconds of dispatch and combine of one MoE layer: fixed, and per token of one rank; and what they take from compute beside them. */
export interface SimulatedExchange {
  readonly latency: number;
  readonly perToken: number;
  /** Share of the time for which the kernels hold all SMs, and share of the SMs that they hold the rest of it. */
  readonly heldShare: number;
  readonly smShare: number;
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
  /** Launches of every layer. */
  readonly launches: number;
}

export function engineOf(
  scenario: Scenario,
  grid: ServingGrid,
  exchange: SimulatedExchange | null,
  imbalance: number,
  constants: ServingConstants,
): Engine {
  const { model, cluster, layout, placement } = scenario;
  const weights = servedWeights(model, grid.attentionTp);
  return {
    scenario,
    grid,
    rates: servingRates(cluster, model.weightDtype, constants),
    constants,
    weights,
    slots: {
      count: model.routedExperts + placement.redundantExperts,
      topK: model.topK,
      ep: layout.ep,
    },
    exchange,
    imbalance,
    launchSeconds: launchSeconds(model, weights, constants),
  };
}

/**
 * Seconds of one forward pass: attention, the other dense layers and the experts one after the other, each a smooth roofline
 * (the 2-norm of memory and compute time, as in training), activations moved, payload on the wire, and the fixed latencies of
 * layers and collectives. Memory: weights once, experts only if a token of the batch is routed to them, the KV cache.
 */
export function passTime(engine: Engine, batch: Batch): PassTime {
  const touched = touchedShare(engine.slots, batch.tokens);
  const fullest = fullestOverMean(engine.slots, touched);
  const read = secondsRead(engine, batch, touched);
  const computed = secondsComputed(engine, batch);
  const experts = Math.hypot(read.experts, computed.experts);
  const work: PassWork = {
    attention: Math.hypot(read.attention, computed.attention),
    dense: Math.hypot(read.dense, computed.dense),
    experts,
    waiting: Math.hypot(fullest * read.experts, engine.imbalance * computed.experts) - experts,
    exchange: exchangeSeconds(engine, batch) + latencySeconds(engine),
    activations: activationSeconds(engine, batch),
    launches: engine.launchSeconds,
  };
  return { ...work, total: Object.values(work).reduce((sum, seconds) => sum + seconds, 0) };
}

/** Seconds of attention with its projections, of the other dense layers, and of the mean rank's experts. */
type Work = Readonly<Record<'attention' | 'dense' | 'experts', number>>;

function secondsRead({ scenario, rates, grid, weights, slots }: Engine, batch: Batch, touched: number): Work {
  const { memoryBytes, linearBytes, expertBytes } = rates;
  const experts = weights.moeLayers * slots.count * expertParameters(scenario.model);
  return {
    attention: (weights.attention * linearBytes + batch.kvBytes) / memoryBytes,
    dense: (weights.mlp * linearBytes + 2 * (weights.router + weights.head)) / memoryBytes,
    experts: (experts * expertBytes * touched) / grid.gpus / memoryBytes,
  };
}

function secondsComputed(
  { scenario: { model }, rates, grid, constants, weights, slots }: Engine,
  batch: Batch,
): Work {
  const tokens = batch.tokensPerAttentionRank;
  const expertWeights = weights.moeLayers * model.topK * expertParameters(model);
  const expertFlops = rates.expertFlops * expertEfficiency(slots, batch.tokens, constants.expertHalfRows);
  const linear = (elements: number, count: number): number => (2 * elements * count) / rates.linearFlops;
  return {
    attention: linear(weights.attention, tokens) + batch.attentionFlops / rates.attentionFlops,
    dense: linear(weights.mlp + weights.router, tokens) + linear(weights.head, batch.logitTokens),
    experts: (2 * expertWeights * batch.tokens) / grid.gpus / expertFlops,
  };
}

/** Passes over the rows of the experts and of the layers, BF16. */
function activationSeconds({ scenario, rates, weights, constants }: Engine, batch: Batch): number {
  const { model, layout } = scenario;
  const expertRows = (weights.moeLayers * batch.tokens * model.topK) / layout.ep;
  const layerRows = (weights.subLayers / 2) * batch.tokensPerAttentionRank;
  const elements = expertRows * expertInputSize(model) + layerRows * model.hiddenSize;
  return (constants.activationPasses * elements * 2) / rates.memoryBytes;
}

/** Payload of all-reduces (TP: two per plain layer) or of dispatch and combine (attention DP: per MoE layer), BF16. */
function exchangeSeconds({ scenario, grid, rates, weights, exchange }: Engine, batch: Batch): number {
  if (grid.gpus === 1) return 0;
  if (exchange !== null) {
    const tokensPerRank = batch.tokensPerAttentionRank / grid.attentionTp;
    return weights.moeLayers * (exchange.latency + exchange.perToken * tokensPerRank);
  }
  const collectives = grid.attentionRanks > 1 ? weights.moeLayers : weights.subLayers;
  const rowBytes = ((2 * (grid.gpus - 1)) / grid.gpus) * scenario.model.hiddenSize * 2;
  return (batch.tokensPerAttentionRank * rowBytes * collectives) / rates.scaleUpBytes;
}

/** Seconds that the kernels of all layers take whatever the batch: launches, in a CUDA graph. */
function launchSeconds(model: ModelScenario, weights: ServedWeights, constants: ServingConstants): number {
  const perLayer = constants.layerSeconds + (model.weightDtype === 'fp8' ? constants.quantizationSeconds : 0);
  const more = sumKinds(
    modelKinds(model),
    ({ mixer, hasIndexer }) =>
      (hasIndexer ? constants.sparseAttentionSeconds : 0) +
      (mixer === 'linear' ? constants.recurrenceSeconds : 0),
  );
  return (weights.subLayers / 2) * perLayer + more;
}

/** Latency of all collectives of one forward pass, seconds. */
function latencySeconds({ grid, weights, exchange, constants }: Engine): number {
  const perPass = grid.attentionRanks > 1 ? 2 * weights.moeLayers : weights.subLayers;
  const collectives = grid.gpus === 1 || exchange !== null ? 0 : perPass;
  return collectives * constants.collectiveSeconds;
}
