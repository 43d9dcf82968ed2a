import type { LinearMixer } from '../../scenario/mixers';
import type { LinearMixerKind } from './linear';

const width = (mixer: LinearMixer): number => mixer.valueHeads * mixer.valueHeadDim;

/**
 * A gated short convolution, `w` wide: two gates and its input `3hw`, the convolution `w` wide, the output `wh`; with a bias, one
 * on each of the three. It keeps the last inputs of the convolution, and no other state; the gates are two products per channel.
 * Source: transformers 5.18.0 modeling_lfm2_moe.py (Lfm2MoeShortConv).
 */
export const shortConv: LinearMixerKind = {
  title: 'short convolution',
  parameters(h, mixer) {
    const w = width(mixer);
    const biases = mixer.convBias ? 4 * w + h : 0;
    return { split: 4 * h * w + w * mixer.convKernel + biases, replicated: 0 };
  },
  stateElements: () => 0,
  convChannels: width,
  recurrenceFlops: (mixer) => 2 * width(mixer),
};
