import type { LinearMixer } from '../../scenario/mixers';
import type { LinearMixerKind } from './linear';

const inner = (mixer: LinearMixer): number => mixer.valueHeads * mixer.valueHeadDim;
const channels = (mixer: LinearMixer): number => inner(mixer) + 2 * mixer.keyHeads * mixer.keyHeadDim;

/**
 * Mamba-2, with `i = heads · head size` and `c = i + 2 · groups · state`: input `h(i + c + heads)`, convolution `c` wide,
 * `A`, `D` and time-step bias per head, a norm `i`, the output `ih`.
 * FLOP: 7 per inner channel and state element (Megatron-LM training.py, num_floating_point_operations).
 * Source: transformers modeling_nemotron_h.py (NemotronHMamba2Mixer).
 */
export const mamba2: LinearMixerKind = {
  title: 'Mamba-2',
  parameters(h, mixer) {
    const projections = h * (inner(mixer) + channels(mixer) + mixer.valueHeads) + inner(mixer) * h;
    const convolution = channels(mixer) * (mixer.convKernel + Number(mixer.convBias));
    return { split: projections + convolution + 3 * mixer.valueHeads + inner(mixer), replicated: 0 };
  },
  stateElements: (mixer) => inner(mixer) * mixer.keyHeadDim,
  convChannels: channels,
  recurrenceFlops: (mixer) => 7 * inner(mixer) * mixer.keyHeadDim,
};
