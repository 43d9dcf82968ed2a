import type { CompressedAttention } from '../../scenario/mixers';
import type { ModelScenario } from '../../scenario/scenario';
import { indexerFlopsPerToken, indexerKeyBytes } from './indexer';
import type { MixerKind } from './kinds';
import type { SplitParameters } from './split';

/** Layers that attend to compressed tokens beside a window: to those that an indexer chooses, or to all of them. */
export type CompressedKind = 'compressed-chosen' | 'compressed-all';

export const isCompressed = (mixer: MixerKind): mixer is CompressedKind =>
  mixer === 'compressed-chosen' || mixer === 'compressed-all';

/** Tokens that one compressed entry stands for. */
const rateOf = (compressed: CompressedAttention, mixer: CompressedKind): number =>
  mixer === 'compressed-chosen' ? compressed.chosenRate : compressed.allRate;

/** Weights that make one compressed series of `width` channels: keys, gates, a bias per position, and a norm. */
const series = (h: number, width: number, perToken: number, rate: number): number =>
  2 * h * perToken + rate * perToken + width;

/**
 * Weights of what compresses the tokens of one layer, in elements. With `m` tokens per entry and `d` channels: `2h·d + m·d + d`,
 * or, where windows overlap and an indexer chooses among the entries, twice the channels, the same once more for the
 * indexer's keys, and `q·nI·dI + h·nI` for its queries and the weights of its heads.
 */
export function compressorParameters(model: ModelScenario, mixer: MixerKind): number {
  const { hiddenSize: h, headDim: d, compressed, indexer } = model;
  if (compressed === null || !isCompressed(mixer)) return 0;
  if (mixer === 'compressed-all') return series(h, d, d, compressed.allRate);
  const keys = indexer?.headDim ?? 0;
  const heads = indexer?.heads ?? 0;
  return (
    series(h, d, 2 * d, compressed.chosenRate) +
    series(h, keys, 2 * keys, compressed.chosenRate) +
    heads * (compressed.queryRank * keys + h)
  );
}

/**
 * Weights of one attention layer of DeepSeek-V4, in elements, by how tensor parallelism splits them: queries from a latent,
 * one head of `d` channels that is key and value, and an output in two steps, the first of them per group of heads:
 * `hq + q + qHd + hd + d + Hd·r + Gr·h + H`, and what compresses the tokens.
 * Source: transformers 5.18.0 modeling_deepseek_v4.py (DeepseekV4Attention, DeepseekV4CSACompressor, DeepseekV4Indexer,
 * DeepseekV4HCACompressor).
 */
export function compressedParameters(model: ModelScenario, mixer: MixerKind): SplitParameters {
  const { hiddenSize: h, attentionHeads: heads, headDim: d } = model;
  const { queryRank: q, outputGroups, outputRank } = model.compressed!;
  const output = heads * d * outputRank + outputGroups * outputRank * h;
  return {
    split: q * heads * d + output + (model.attentionSinks ? heads : 0),
    replicated: h * q + q + h * d + d + compressorParameters(model, mixer),
  };
}

/** Compressed entries that a query attends to where so many tokens lie before it. */
export function attendedEntries(model: ModelScenario, mixer: CompressedKind, tokens: number): number {
  const entries = tokens / rateOf(model.compressed!, mixer);
  return mixer === 'compressed-chosen' ? Math.min(entries, model.indexer?.topK ?? entries) : entries;
}

/** The same, mean over a causal sequence. */
export function meanEntries(model: ModelScenario, mixer: CompressedKind, sequenceLength: number): number {
  const all = sequenceLength / rateOf(model.compressed!, mixer);
  const most = mixer === 'compressed-chosen' ? Math.min(all, model.indexer?.topK ?? all) : all;
  return most - most ** 2 / (2 * all);
}

/** FLOP in which the indexer of a layer scores the entries of so many tokens for one query. */
export function choosingFlops(model: ModelScenario, mixer: MixerKind, tokens: number): number {
  if (mixer !== 'compressed-chosen' || model.indexer === null) return 0;
  return (tokens / model.compressed!.chosenRate) * indexerFlopsPerToken(model.indexer);
}

/** Cache of the entries of one sequence in one layer: elements that are kept and read, and bytes of the indexer's keys. */
export function entryCache(
  model: ModelScenario,
  mixer: CompressedKind,
  contextLength: number,
): { readonly held: number; readonly read: number; readonly keyBytes: number } {
  const entries = contextLength / rateOf(model.compressed!, mixer);
  const keys = mixer === 'compressed-chosen' && model.indexer !== null ? indexerKeyBytes(model.indexer) : 0;
  return {
    held: entries * model.headDim,
    read: attendedEntries(model, mixer, contextLength) * model.headDim,
    keyBytes: entries * keys,
  };
}
