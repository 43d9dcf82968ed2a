import type { LinearMixer } from '../../scenario/mixers';
import type { LinearMixerKind } from './linear';

const inner = (mixer: LinearMixer): number => mixer.valueHeads * mixer.valueHeadDim;

/**
 * Mamba-1 as Jamba has it, with inner width `i`, state `n` and time-step rank `r`: input `2hi`, convolution `i` wide,
 * time step, B and C `i(r + 2n)` and a norm of each, time-step projection `ri + i`, `A` `in`, `D` `i`, the output `ih`.
 * FLOP of the scan as for Mamba-2.
 * Source: transformers modeling_jamba.py (JambaMambaMixer).
 */
export const mamba: LinearMixerKind = {
  title: 'Mamba',
  parameters(h, mixer) {
    const [i, n, r] = [inner(mixer), mixer.keyHeadDim, mixer.timeStepRank];
    const convolution = i * (mixer.convKernel + Number(mixer.convBias));
    return {
      split: 2 * h * i + convolution + i * (r + 2 * n) + r * i + i + i * n + i + i * h,
      replicated: r + 2 * n,
    };
  },
  stateElements: (mixer) => inner(mixer) * mixer.keyHeadDim,
  convChannels: inner,
  recurrenceFlops: (mixer) => 7 * inner(mixer) * mixer.keyHeadDim,
};
