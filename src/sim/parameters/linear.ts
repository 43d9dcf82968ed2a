import type { LinearMixer } from '../../scenario/mixers';
import type { ModelScenario } from '../../scenario/scenario';
import { gatedDeltaNet } from './gated-deltanet';
import { kimiDelta } from './kimi-delta';
import { lightning } from './lightning';
import { mamba } from './mamba';
import { mamba2 } from './mamba2';
import { shortConv } from './short-conv';
import type { SplitParameters } from './split';

/** One kind of recurrent mixer: what it weighs, what it keeps and what it computes, in one layer. */
export interface LinearMixerKind {
  /** Name on screen. */
  readonly title: string;
  readonly parameters: (hiddenSize: number, mixer: LinearMixer) => SplitParameters;
  /** Elements of the recurrent state of one sequence. */
  readonly stateElements: (mixer: LinearMixer) => number;
  /** Channels that pass the short convolution, whose last inputs are kept too. */
  readonly convChannels: (mixer: LinearMixer) => number;
  /** FLOP of one token in the recurrence, forward, projections and convolution left out. */
  readonly recurrenceFlops: (mixer: LinearMixer) => number;
}

const KINDS: Readonly<Record<LinearMixer['kind'], LinearMixerKind>> = {
  'gated-deltanet': gatedDeltaNet,
  'kimi-delta': kimiDelta,
  lightning,
  mamba2,
  mamba,
  'short-conv': shortConv,
};

export const linearMixerKind = (mixer: LinearMixer): LinearMixerKind => KINDS[mixer.kind];

/** Weights of one recurrent mixer, in elements, by how tensor parallelism splits them. */
export const linearParameters = (model: ModelScenario, mixer: LinearMixer): SplitParameters =>
  linearMixerKind(mixer).parameters(model.hiddenSize, mixer);

/** FLOP of one token in the recurrence and the convolution of one layer, forward. */
export function recurrenceFlops(mixer: LinearMixer): number {
  const kind = linearMixerKind(mixer);
  return kind.recurrenceFlops(mixer) + 2 * mixer.convKernel * kind.convChannels(mixer);
}

/** Bytes per element of the recurrent state and of the convolution's last inputs, where engines keep FP32 and BF16. */
const STATE_BYTES = 4;
const CONV_BYTES = 2;

/**
 * State of one sequence in one layer on all ranks together, bytes, however long the sequence.
 * Source: `mamba_ssm_dtype` / `mamba_ssm_cache_dtype` float32 in the published configs of Qwen3.5 and Nemotron-3.
 */
export function stateBytes(mixer: LinearMixer): number {
  const kind = linearMixerKind(mixer);
  const conv = Math.max(0, mixer.convKernel - 1) * kind.convChannels(mixer);
  return STATE_BYTES * kind.stateElements(mixer) + CONV_BYTES * conv;
}
