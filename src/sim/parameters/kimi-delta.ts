import type { LinearMixerKind } from './linear';

/**
 * Kimi Delta Attention, with `w = heads · d`: queries, keys and values `3hw` with a convolution each, decay `hd + dw + w`
 * and `A` per head, step `h·heads`, output gate `hd + dw` or, of full rank, `hw`, a norm of one head, the output `wh`.
 * FLOP as Gated DeltaNet: the decay per channel adds no product.
 * Source: vllm layers/kda.py (KimiDeltaAttention); Kimi-K3's modeling_kimi_linear.py (use_full_rank_gate).
 */
export const kimiDelta: LinearMixerKind = {
  title: 'Kimi Delta Attention',
  parameters(h, { valueHeads: heads, valueHeadDim: d, convKernel, convBias, fullRankGate }) {
    const width = heads * d;
    const convolutions = 3 * width * (convKernel + Number(convBias));
    const decay = d * width + width + heads;
    return {
      split: 4 * h * width + convolutions + decay + h * heads + (fullRankGate ? h : d) * width,
      replicated: (fullRankGate ? 1 : 2) * h * d + d,
    };
  },
  stateElements: (mixer) => mixer.valueHeads * mixer.keyHeadDim * mixer.valueHeadDim,
  convChannels: (mixer) => 3 * mixer.valueHeads * mixer.valueHeadDim,
  recurrenceFlops: (mixer) => 2 * 4 * mixer.valueHeads * mixer.keyHeadDim * mixer.valueHeadDim,
};
