import type { ModelScenario } from '../../scenario/scenario';
import { attentionHeads } from './heads';
import type { LayerKind } from './kinds';
import { linearMixerKind } from './linear';

/** Elements per token that a mixer computes between its projections, all ranks of TP together: queries to output. */
export function mixerWidth(model: ModelScenario, { mixer }: LayerKind): number {
  if (mixer === 'none') return 0;
  if (mixer === 'linear') {
    const linear = model.linear!;
    const output = linear.valueHeads * linear.valueHeadDim;
    return 2 * linearMixerKind(linear).convChannels(linear) + 2 * output;
  }
  const { queryHeads, kvHeads, queryDim, valueDim } = attentionHeads(model, mixer);
  const gate = model.attentionGate === 'full-width' ? queryHeads * valueDim : 0;
  return (queryHeads + kvHeads) * (queryDim + valueDim) + gate;
}
