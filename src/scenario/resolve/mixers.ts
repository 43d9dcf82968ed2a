import { linearMixers } from '../choices';
import type {
  CompressedAttention,
  LinearMixer,
  MlaDimensions,
  MtpModule,
  SlidingAttention,
  SparseIndexer,
} from '../mixers';
import { amount, count, list, oneOf, positiveInteger, quiet, type Resolver, truth } from './resolver';

/** Multi-head latent attention, where a file states its latent; else `null`. */
export function resolveMla(r: Resolver): MlaDimensions | null {
  const kvLoraRank = r.given('model.mla.kvLoraRank', positiveInteger);
  if (!kvLoraRank) return null;
  return {
    qLoraRank: r.given('model.mla.qLoraRank', positiveInteger)?.value ?? null,
    kvLoraRank: r.set('model.mla.kvLoraRank', kvLoraRank),
    qkNopeHeadDim: r.need('model.mla.qkNopeHeadDim', amount, 'The MLA no-position head size'),
    qkRopeHeadDim: r.need('model.mla.qkRopeHeadDim', amount, 'The MLA rotary head size'),
    vHeadDim: r.need('model.mla.vHeadDim', amount, 'The MLA value head size'),
    jointGate: quiet(r, 'model.mla.jointGate', truth, false),
  };
}

/** The indexer of sparse attention, where a file states its heads; else `null`. */
export function resolveIndexer(r: Resolver): SparseIndexer | null {
  const heads = r.given('model.indexer.heads', positiveInteger);
  if (!heads) return null;
  return {
    heads: r.set('model.indexer.heads', heads),
    headDim: r.need('model.indexer.headDim', positiveInteger, "The indexer's head size"),
    topK: r.need('model.indexer.topK', positiveInteger, "The indexer's number of tokens"),
    headWeights: quiet(r, 'model.indexer.headWeights', truth, true),
    sharedLayers: quiet<readonly number[]>(r, 'model.indexer.sharedLayers', list, []),
    fullLayers: quiet<readonly number[]>(r, 'model.indexer.fullLayers', list, []),
  };
}

/** Attention over compressed tokens, where a file states the groups of its output; else `null`. */
export function resolveCompressed(r: Resolver): CompressedAttention | null {
  const groups = r.given('model.compressed.outputGroups', positiveInteger);
  if (!groups) return null;
  return {
    queryRank: r.need('model.compressed.queryRank', positiveInteger, 'The rank of the query'),
    outputGroups: r.set('model.compressed.outputGroups', groups),
    outputRank: r.need('model.compressed.outputRank', positiveInteger, 'The rank of the output'),
    chosenRate: r.need('model.compressed.chosenRate', positiveInteger, 'Tokens per chosen entry'),
    allRate: r.need('model.compressed.allRate', positiveInteger, 'Tokens per entry'),
    chosenLayers: quiet<readonly number[]>(r, 'model.compressed.chosenLayers', list, []),
    allLayers: quiet<readonly number[]>(r, 'model.compressed.allLayers', list, []),
  };
}

/** Heads of sliding layers, where a file states that they are other ones; else `null`. */
export function resolveSlidingAttention(r: Resolver): SlidingAttention | null {
  const own = r.given('model.slidingAttention.attentionHeads', positiveInteger);
  if (!own) return null;
  return {
    attentionHeads: r.set('model.slidingAttention.attentionHeads', own),
    kvHeads: r.need('model.slidingAttention.kvHeads', positiveInteger, 'The KV heads of sliding layers'),
    headDim: r.need('model.slidingAttention.headDim', positiveInteger, 'The head size of sliding layers'),
    valueHeadDim: r.need(
      'model.slidingAttention.valueHeadDim',
      positiveInteger,
      'The value head size of sliding layers',
    ),
    sinks: quiet(r, 'model.slidingAttention.sinks', truth, false),
  };
}

/** The recurrent mixer of a hybrid model; `null` in a model of attention layers only. */
export function resolveLinear(r: Resolver): LinearMixer | null {
  const kind = r.given('model.linear.kind', oneOf(...linearMixers));
  if (!kind) return null;
  return {
    kind: r.set('model.linear.kind', kind),
    keyHeads: r.need('model.linear.keyHeads', positiveInteger, 'The key heads of linear attention'),
    valueHeads: r.need('model.linear.valueHeads', positiveInteger, 'The value heads of linear attention'),
    keyHeadDim: r.need('model.linear.keyHeadDim', positiveInteger, 'The key size of linear attention'),
    valueHeadDim: r.need('model.linear.valueHeadDim', positiveInteger, 'The value size of linear attention'),
    convKernel: quiet(r, 'model.linear.convKernel', count, 0),
    convBias: quiet(r, 'model.linear.convBias', truth, false),
    fullRankGate: quiet(r, 'model.linear.fullRankGate', truth, false),
    timeStepRank: quiet(r, 'model.linear.timeStepRank', count, 0),
  };
}

/** What one MTP module is made of: a layer as the MoE layers are, with copies of embedding and head, where nothing is stated. */
export function resolveMtp(r: Resolver): MtpModule {
  return {
    mixer: quiet(r, 'model.mtp.mixer', oneOf('attention', 'sliding'), 'attention'),
    feedForward: quiet(r, 'model.mtp.feedForward', oneOf('moe', 'dense'), 'moe'),
    norms: quiet(r, 'model.mtp.norms', count, 3),
    storedTables: quiet(r, 'model.mtp.storedTables', count, 2),
  };
}
