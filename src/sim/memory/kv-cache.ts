import type { KvCacheDtype, ModelScenario } from '../../scenario/scenario';
import { entryCache, isCompressed } from '../parameters/compressed';
import { attentionHeads } from '../parameters/heads';
import { indexerKeyBytes } from '../parameters/indexer';
import { type KindCount, type LayerKind, modelKinds, subLayers, sumKinds } from '../parameters/kinds';
import { stateBytes } from '../parameters/linear';

/**
 * Elements of KV cache that one token adds in one attention layer, on one rank of an attention TP group.
 * MLA keeps the latent and the shared rotary key, `c + r`, whole on every rank; GQA keeps `K·(d + v)`, over at most K ranks.
 * DeepSeek-V3 in BF16: 61 × 576 × 2 B = 70,272 B per token (arXiv 2505.09343, Table 1).
 */
function cachedElements(model: ModelScenario, { mixer }: LayerKind, attentionTp: number): number {
  if (mixer === 'linear' || mixer === 'none') return 0;
  if (model.mla && mixer !== 'sliding') return model.mla.kvLoraRank + model.mla.qkRopeHeadDim;
  const { kvHeads, queryDim, valueDim } = attentionHeads(model, mixer);
  // The one head is key and value.
  if (model.compressed !== null) return queryDim;
  return (kvHeads * (queryDim + valueDim)) / Math.min(attentionTp, kvHeads);
}

/** Bytes of one cached element; FP4 with one 8-bit scale per 16 (NVFP4). FP8 has one scale per layer. */
export const kvElementBytes: Readonly<Record<KvCacheDtype, number>> = { bf16: 2, fp8: 1, fp4: 4.5 / 8 };

/** Bytes of one sequence on one rank: kept, and read for its next token. */
export interface SequenceBytes {
  readonly held: number;
  readonly read: number;
}

/**
 * Cache of one sequence in one layer on one rank, bytes. Sliding layers keep and read no more than their window; sparse
 * attention keeps all, reads what its indexer chooses, and reads all keys of the indexer to choose; attention to compressed
 * tokens keeps a window and the entries; a recurrent state is read and written back, however long the sequence.
 */
function layerBytes(
  model: ModelScenario,
  kind: LayerKind,
  contextLength: number,
  attentionTp: number,
  elementBytes: number,
): SequenceBytes {
  if (kind.mixer === 'linear') {
    const state = model.linear === null ? 0 : stateBytes(model.linear) / attentionTp;
    return { held: state, read: 2 * state };
  }
  if (kind.mixer === 'none') return { held: 0, read: 0 };
  const perToken = cachedElements(model, kind, attentionTp) * elementBytes;
  const { limit } = attentionHeads(model, kind.mixer);
  const read = Math.min(contextLength, limit ?? contextLength);
  if (isCompressed(kind.mixer)) {
    const entries = entryCache(model, kind.mixer, contextLength);
    const window = read * perToken + entries.keyBytes;
    return { held: window + entries.held * elementBytes, read: window + entries.read * elementBytes };
  }
  const held = kind.mixer === 'sliding' ? read : contextLength;
  const keys = kind.hasIndexer && model.indexer ? contextLength * indexerKeyBytes(model.indexer) : 0;
  return { held: held * perToken + keys, read: read * perToken + keys };
}

/** Cache of one sequence on one rank in some layers of the model, bytes. */
export function cacheBytes(
  model: ModelScenario,
  kinds: readonly KindCount[],
  contextLength: number,
  attentionTp: number,
  elementBytes: number,
): SequenceBytes {
  const sum = (part: keyof SequenceBytes): number =>
    sumKinds(
      kinds,
      (kind) =>
        subLayers(model, kind).mixers *
        layerBytes(model, kind, contextLength, attentionTp, elementBytes)[part],
    );
  return { held: sum('held'), read: sum('read') };
}

/** KV cache and recurrent state that all layers keep for one sequence on one rank, in bytes. */
export function kvBytesPerSequence(
  model: ModelScenario,
  contextLength: number,
  attentionTp: number,
  elementBytes: number,
): number {
  return cacheBytes(model, modelKinds(model), contextLength, attentionTp, elementBytes).held;
}
