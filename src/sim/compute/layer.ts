import type { RecomputePart } from '../../scenario/scenario';
import { type LayerKind, subLayers } from '../parameters/kinds';
import { coreAttention, mixerTime, mlaUpProjection, norms } from './attention';
import type { LayerContext } from './context';
import { type ForwardBackward, NO_TIME, sum } from './gemm';
import { denseMlp, expertSwiglu, expertTime, sharedAndRouter } from './mlp';
import { tensorTime } from './tensor';

/** Seconds of one layer and microbatch on one rank, by what is being done, with recomputation inside `backward`. */
export interface LayerTime {
  readonly attention: ForwardBackward;
  readonly dense: ForwardBackward;
  /** Expert work of a rank with the mean load, and what the fullest rank adds. */
  readonly experts: ForwardBackward;
  readonly waiting: ForwardBackward;
  readonly tensor: ForwardBackward;
  readonly allToAll: ForwardBackward;
}

const times = (factor: number, { forward, backward }: ForwardBackward): ForwardBackward => ({
  forward: factor * forward,
  backward: factor * backward,
});

/** Seconds of one layer of a kind. */
export function layerTime(context: LayerContext, kind: LayerKind): LayerTime {
  const { mixers, denseMlps, isMoe } = subLayers(context.model, kind);
  const attention = times(mixers, mixerTime(context, kind));
  const dense = sum([
    times(denseMlps, denseMlp(context, context.model.intermediateSize)),
    isMoe ? sharedAndRouter(context) : NO_TIME,
  ]);
  const experts = isMoe ? expertTime(context, 1) : NO_TIME;
  const fullest = isMoe ? expertTime(context, context.imbalance) : NO_TIME;
  const waiting = {
    forward: fullest.forward - experts.forward,
    backward: fullest.backward - experts.backward,
  };
  const tensor = tensorTime(context, kind);
  const allToAll = isMoe ? context.allToAll : NO_TIME;
  const repeated = repeatedShares(context, kind);
  const again = (time: ForwardBackward, share: number): ForwardBackward => ({
    forward: time.forward,
    backward: time.backward + share * time.forward,
  });
  return {
    attention: { ...attention, backward: attention.backward + repeated.attentionSeconds },
    dense: again(dense, repeated.dense),
    experts: { ...experts, backward: experts.backward + repeated.expertSeconds },
    waiting: again(waiting, repeated.experts),
    tensor: again(tensor, repeated.full),
    allToAll: again(allToAll, repeated.moe),
  };
}

/** What recomputation runs a second time: shares of the forward pass, or seconds of the pieces that it repeats. */
function repeatedShares(context: LayerContext, kind: LayerKind) {
  const { mixers, isMoe } = subLayers(context.model, kind);
  const { recompute } = context;
  const isFull = recompute === 'full';
  const has = (part: RecomputePart): boolean => typeof recompute !== 'string' && recompute.includes(part);
  const moe = isFull || has('moe') ? 1 : 0;
  const densePart: RecomputePart = isMoe ? 'shared_experts' : 'mlp';
  const perMixer = isFull
    ? mixerTime(context, kind).forward
    : (has('mla_up_proj') ? mlaUpProjection(context).forward : 0) +
      (has('core_attn') ? coreAttention(context, kind).forward : 0) +
      (has('layernorm') ? norms(context) : 0);
  const experts = moe === 1 || has('moe_experts') ? 1 : 0;
  const expertForward = isMoe ? expertTime(context, 1).forward : 0;
  const expertActivation = isMoe && has('moe_act') ? expertSwiglu(context, 1) : 0;
  const share = isFull ? context.recomputedShare : 1;
  return {
    full: isFull ? share : 0,
    moe: share * moe,
    experts: share * experts,
    dense: isFull || has(densePart) || (isMoe && moe === 1) ? share : 0,
    attentionSeconds: share * mixers * perMixer,
    expertSeconds: share * (experts === 1 ? expertForward : expertActivation),
  };
}
