import { ring } from './collective';
import type { LayerContext } from './context';
import { type ForwardBackward, NO_TIME, sum } from './gemm';
import { expertRows } from './mlp';

/**
 * Collectives of tensor (with sequence) parallelism: all-gather and reduce-scatter forward, three backward (the gather again
 * for wgrad), for attention and for a dense or shared MLP; MLA gathers its latents. ETP gathers and scatters the experts'
 * rows both ways; CP gathers keys and values.
 */
export function tensorTime(context: LayerContext, isMoe: boolean): ForwardBackward {
  const { model, machine, groupTokens: T, tpGroup, etpGroup, cpGroup, microbatchTokens, tp } = context;
  const { mla } = model;
  const hidden = ring(machine, tpGroup, T * model.hiddenSize * 2);
  const latents = mla
    ? ring(
        machine,
        tpGroup,
        T * ((mla.qLoraRank ?? model.hiddenSize) + mla.kvLoraRank + mla.qkRopeHeadDim) * 2,
      )
    : hidden;
  const hasMlp = !isMoe || model.sharedExpertIntermediateSize > 0;
  const mlp = hasMlp ? { forward: 2 * hidden, backward: 3 * hidden } : NO_TIME;
  const rows = isMoe ? ring(machine, etpGroup, expertRows(context, 1) * model.hiddenSize * 2) : 0;
  const keyValueWidth = mla
    ? model.attentionHeads * (mla.qkNopeHeadDim + mla.qkRopeHeadDim + mla.vHeadDim)
    : 2 * model.kvHeads * model.headDim;
  const keysAndValues = ring(machine, cpGroup, (microbatchTokens * keyValueWidth * 2) / tp);
  return sum([
    { forward: latents + hidden, backward: hidden + 2 * latents },
    mlp,
    { forward: 2 * rows, backward: 2 * rows },
    { forward: keysAndValues, backward: 2 * keysAndValues },
  ]);
}
