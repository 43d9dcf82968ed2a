import type { RecomputePart } from '../../scenario/scenario';
import { type LayerKind, subLayers } from '../parameters/kinds';
import { coreAttention, mixerTime, mlaUpProjection, norms } from './attention';
import type { LayerContext } from './context';
import { type ForwardBackward, NO_TIME, sum } from './gemm';
import { denseMlp, expertSwiglu, expertTime, sharedAndRouter } from './mlp';
import { expertTensorTime, tensorTime } from './tensor';

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

/** Seconds of what a layer of a kind does for every token, as if nothing ran twice; and of the pieces that may run twice. */
export interface DenseWork {
  readonly attention: ForwardBackward;
  readonly dense: ForwardBackward;
  readonly tensor: ForwardBackward;
  /** Of one mixer, forward. */
  readonly mixer: number;
  readonly mlaUpProjection: number;
  readonly coreAttention: number;
  readonly norms: number;
}

/** Seconds of the routed experts of one MoE layer, of the mean and of the fullest rank, as if nothing ran twice. */
export interface ExpertWork {
  readonly mean: ForwardBackward;
  readonly fullest: ForwardBackward;
  /** Gathering and scattering over ETP, each way. */
  readonly tensor: number;
  /** The activation alone, forward. */
  readonly activation: number;
}

/** What of a layer depends on its kind, on the tokens and on TP and CP, and on nothing else of a layout. */
export function denseWork(context: LayerContext, kind: LayerKind): DenseWork {
  const { model } = context;
  const { mixers, denseMlps, isMoe } = subLayers(model, kind);
  const mixer = mixerTime(context, kind);
  return {
    attention: times(mixers, mixer),
    dense: sum([
      times(denseMlps, denseMlp(context, model.intermediateSize)),
      isMoe ? sharedAndRouter(context) : NO_TIME,
    ]),
    tensor: tensorTime(context, kind),
    mixer: mixer.forward,
    mlaUpProjection: mlaUpProjection(context).forward,
    coreAttention: kind.mixer === 'none' ? 0 : coreAttention(context, kind).forward,
    norms: norms(context),
  };
}

/** What of a MoE layer depends on a rank's tokens, on EP and ETP, and on how even its ranks are. */
export function expertWork(context: LayerContext): ExpertWork {
  return {
    mean: expertTime(context, 1),
    fullest: expertTime(context, context.imbalance),
    tensor: expertTensorTime(context),
    activation: expertSwiglu(context, 1),
  };
}

/** What of a layer runs again, and how long its exchange takes. */
export type LayerRecipe = Pick<LayerContext, 'model' | 'recompute' | 'recomputedShare' | 'allToAll'>;

/** Seconds of one layer of a kind, of its work. @param experts what one MoE layer does; unused by other kinds */
export function layerOf(
  recipe: LayerRecipe,
  kind: LayerKind,
  work: DenseWork,
  experts: ExpertWork,
): LayerTime {
  const { isMoe } = subLayers(recipe.model, kind);
  const mean = isMoe ? experts.mean : NO_TIME;
  const fullest = isMoe ? experts.fullest : NO_TIME;
  const gathered = isMoe ? experts.tensor : 0;
  const repeated = repeatedShares(recipe, kind, work, experts);
  const again = (forward: number, backward: number, share: number): ForwardBackward => ({
    forward,
    backward: backward + share * forward,
  });
  const { attention, dense, tensor } = work;
  const allToAll = isMoe ? recipe.allToAll : NO_TIME;
  return {
    attention: {
      forward: attention.forward,
      backward: attention.backward + repeated.attentionSeconds,
    },
    dense: again(dense.forward, dense.backward, repeated.dense),
    experts: { forward: mean.forward, backward: mean.backward + repeated.expertSeconds },
    waiting: again(fullest.forward - mean.forward, fullest.backward - mean.backward, repeated.experts),
    tensor: again(tensor.forward + gathered, tensor.backward + gathered, repeated.full),
    allToAll: again(allToAll.forward, allToAll.backward, repeated.moe),
  };
}

/** Seconds of one layer of a kind. */
export function layerTime(context: LayerContext, kind: LayerKind): LayerTime {
  return layerOf(context, kind, denseWork(context, kind), expertWork(context));
}

/** What recomputation runs a second time: shares of the forward pass, or seconds of the pieces that it repeats. */
function repeatedShares(
  { model, recompute, recomputedShare }: LayerRecipe,
  kind: LayerKind,
  work: DenseWork,
  { mean, activation }: ExpertWork,
) {
  const { mixers, isMoe } = subLayers(model, kind);
  const isFull = recompute === 'full';
  const has = (part: RecomputePart): boolean => typeof recompute !== 'string' && recompute.includes(part);
  const moe = isFull || has('moe') ? 1 : 0;
  const densePart: RecomputePart = isMoe ? 'shared_experts' : 'mlp';
  const perMixer = isFull
    ? work.mixer
    : (has('mla_up_proj') ? work.mlaUpProjection : 0) +
      (has('core_attn') ? work.coreAttention : 0) +
      (has('layernorm') ? work.norms : 0);
  const experts = moe === 1 || has('moe_experts') ? 1 : 0;
  const expertForward = isMoe ? mean.forward : 0;
  const expertActivation = isMoe && has('moe_act') ? activation : 0;
  const share = isFull ? recomputedShare : 1;
  return {
    full: isFull ? share : 0,
    moe: share * moe,
    experts: share * experts,
    dense: isFull || has(densePart) || (isMoe && moe === 1) ? share : 0,
    attentionSeconds: share * mixers * perMixer,
    expertSeconds: share * (experts === 1 ? expertForward : expertActivation),
  };
}
