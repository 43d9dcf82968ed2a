import type { linearMixers } from './choices';

/** Multi-head latent attention (DeepSeek-V2 and later): widths of its projections, in elements. */
export interface MlaDimensions {
  /** Rank of the query down-projection; `null` where queries are projected directly (V2-Lite). */
  qLoraRank: number | null;
  kvLoraRank: number;
  qkNopeHeadDim: number;
  qkRopeHeadDim: number;
  vHeadDim: number;
  /** Queries and a gate on the output come from one projection of the query's latent, with and without its norm (A.X-K2). */
  jointGate: boolean;
}

/** Sparse attention's indexer (DeepSeek Sparse Attention): per query it picks `topK` of the cached tokens. */
export interface SparseIndexer {
  heads: number;
  headDim: number;
  topK: number;
  /** A learned weight of each indexer head for each token (DeepSeek); without, heads choose for themselves (MiniMax-M3). */
  headWeights: boolean;
  /** Layers that reuse the choice of the layer before them, and have no indexer of their own (GLM-5.2). */
  sharedLayers: readonly number[];
  /** Layers that attend to all tokens all the same, and have no indexer (MiniMax-M3). */
  fullLayers: readonly number[];
}

/**
 * Attention of DeepSeek-V4: one head that is key and value, a window of tokens, and in most layers compressed tokens before it,
 * of which an indexer chooses some, or all.
 */
export interface CompressedAttention {
  /** Rank of the query's down-projection. */
  queryRank: number;
  /** Groups of heads in the output's first projection, and its width per group. */
  outputGroups: number;
  outputRank: number;
  /** Tokens of one compressed entry, where an indexer chooses among the entries and where all are attended to. */
  chosenRate: number;
  allRate: number;
  chosenLayers: readonly number[];
  allLayers: readonly number[];
}

/** Heads of sliding-attention layers, where they are other ones than in full-attention layers. */
export interface SlidingAttention {
  attentionHeads: number;
  kvHeads: number;
  headDim: number;
  valueHeadDim: number;
  sinks: boolean;
}

/**
 * A mixer that keeps a state of fixed size per sequence instead of keys and values, in the terms of linear attention.
 * Mamba: `valueHeads` heads of `valueHeadDim` channels, `keyHeads` groups of B and C, `keyHeadDim` the state size.
 */
export interface LinearMixer {
  kind: (typeof linearMixers)[number];
  keyHeads: number;
  valueHeads: number;
  keyHeadDim: number;
  valueHeadDim: number;
  /** Taps of the short convolution in front; 0 without one. */
  convKernel: number;
  convBias: boolean;
  /** Kimi Delta Attention: the output gate is one matrix (Kimi-K3), not two of low rank. */
  fullRankGate: boolean;
  /** Mamba-1: rank of the time-step projection; unused by others. */
  timeStepRank: number;
}

/** What a multi-token-prediction module is made of beside its norms and its projection. */
export interface MtpModule {
  mixer: 'attention' | 'sliding';
  feedForward: 'moe' | 'dense';
  /** Norms of hidden states beside those of its layer: of both inputs, and in most families of the output. */
  norms: number;
  /** Copies of embedding and head that a checkpoint stores with each module. */
  storedTables: number;
}
