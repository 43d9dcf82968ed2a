import type { ModelScenario } from '../../scenario/scenario';
import { attentionHeads } from '../parameters/heads';
import { type LayerKind, subLayers } from '../parameters/kinds';
import { linearMixerKind } from '../parameters/linear';
import { expertInputSize } from '../parameters/moe';
import { allReduce, ring } from './collective';
import type { LayerContext } from './context';
import type { ForwardBackward } from './gemm';
import { expertRows } from './mlp';

/**
 * Collectives of tensor parallelism, for attention and for a dense or shared MLP: an all-reduce each way; with sequence
 * parallelism an all-gather and a reduce-scatter forward and three backward (the gather again for wgrad), where MLA gathers its
 * latents. CP gathers keys and values.
 */
export function tensorTime(context: LayerContext, kind: LayerKind): ForwardBackward {
  const { model, machine, groupTokens: T, tpGroup } = context;
  const { mixers, denseMlps, isMoe } = subLayers(model, kind);
  const hiddenBytes = T * model.hiddenSize * 2;
  const mlps = denseMlps + Number(isMoe && model.sharedExpertIntermediateSize > 0);
  const exchanged = contextParallel(context, kind);
  if (!context.sequenceParallel) {
    const reduced = (mixers + mlps) * allReduce(machine, tpGroup, hiddenBytes);
    return { forward: reduced + mixers * exchanged, backward: reduced + 2 * mixers * exchanged };
  }
  const hidden = ring(machine, tpGroup, hiddenBytes);
  const latents = ring(machine, tpGroup, T * gatheredWidth(model, kind) * 2);
  return {
    forward: mixers * (latents + hidden + exchanged) + mlps * 2 * hidden,
    backward: mixers * (hidden + 2 * latents + 2 * exchanged) + mlps * 3 * hidden,
  };
}

/** Seconds in which ETP gathers the rows of one rank's experts and scatters their results, forward; backward as long. */
export function expertTensorTime(context: LayerContext): number {
  const { model, machine, etpGroup } = context;
  return 2 * ring(machine, etpGroup, expertRows(context, 1) * expertInputSize(model) * 2);
}

/** Elements per token that a mixer gathers over TP: hidden states, or the latents of MLA. */
export function gatheredWidth({ mla, hiddenSize }: ModelScenario, { mixer }: LayerKind): number {
  if (mla === null || mixer === 'linear' || mixer === 'sliding') return hiddenSize;
  return (mla.qLoraRank ?? hiddenSize) + mla.kvLoraRank + mla.qkRopeHeadDim;
}

/** Seconds of gathering keys and values over CP, forward; of a recurrent mixer its state. */
function contextParallel(context: LayerContext, { mixer }: LayerKind): number {
  const { model, machine, cpGroup, microbatchTokens, tp } = context;
  if (mixer === 'none') return 0;
  if (mixer === 'linear') {
    const linear = model.linear!;
    const state = linearMixerKind(linear).stateElements(linear);
    return ring(machine, cpGroup, (state * 4) / tp);
  }
  const { kvHeads, queryDim, valueDim } = attentionHeads(model, mixer);
  return ring(machine, cpGroup, (microbatchTokens * kvHeads * (queryDim + valueDim) * 2) / tp);
}
