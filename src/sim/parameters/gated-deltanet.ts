import type { LinearMixer } from '../../scenario/mixers';
import type { LinearMixerKind } from './linear';

const widths = (mixer: LinearMixer) => ({
  key: mixer.keyHeads * mixer.keyHeadDim,
  value: mixer.valueHeads * mixer.valueHeadDim,
});

/**
 * Gated DeltaNet: `h(2·key + 2·value) + 2h·vh + (2·key + value)·conv + 2vh + vd + value·h`: queries, keys, values, output
 * gate, decay and step per value head, the convolution, `A` and time-step bias, a norm of one value head, the output.
 * FLOP: four products of a key with a value per head (Megatron-LM training.py, num_floating_point_operations).
 * Source: transformers modeling_qwen3_5_moe.py (Qwen3_5MoeGatedDeltaNet), modeling_qwen3_next.py.
 */
export const gatedDeltaNet: LinearMixerKind = {
  title: 'Gated DeltaNet',
  parameters(h, mixer) {
    const { key, value } = widths(mixer);
    const projections = h * (2 * key + 2 * value + 2 * mixer.valueHeads) + value * h;
    const convolution = (2 * key + value) * (mixer.convKernel + Number(mixer.convBias));
    return { split: projections + convolution + 2 * mixer.valueHeads, replicated: mixer.valueHeadDim };
  },
  stateElements: (mixer) => mixer.valueHeads * mixer.keyHeadDim * mixer.valueHeadDim,
  convChannels(mixer) {
    const { key, value } = widths(mixer);
    return 2 * key + value;
  },
  recurrenceFlops: (mixer) => 2 * 4 * mixer.valueHeads * mixer.keyHeadDim * mixer.valueHeadDim,
};
