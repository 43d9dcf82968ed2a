import type { LinearMixerKind } from './linear';

/**
 * Lightning attention, with `w = heads · d`: queries, keys and values `3hw`, output gate `hw`, a norm `w`, the output `wh`.
 * FLOP: one product of key and value into the state, one of query and state.
 * Source: transformers modeling_minimax.py (MiniMaxLightningAttention).
 */
export const lightning: LinearMixerKind = {
  title: 'lightning attention',
  parameters(h, { valueHeads, valueHeadDim }) {
    const width = valueHeads * valueHeadDim;
    return { split: 5 * h * width + width, replicated: 0 };
  },
  stateElements: (mixer) => mixer.valueHeads * mixer.keyHeadDim * mixer.valueHeadDim,
  convChannels: () => 0,
  recurrenceFlops: (mixer) => 2 * 2 * mixer.valueHeads * mixer.keyHeadDim * mixer.valueHeadDim,
};
