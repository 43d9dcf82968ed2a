import type { ModelScenario } from '../../scenario/scenario';
import { expertInputSize } from '../parameters/moe';
import { TRAINING } from './constants';
import type { LayerContext } from './context';
import { type ForwardBackward, gemm, NO_TIME, pointwise, sum } from './gemm';

/** Bytes per element of an activation: read gate and up, write the product; without a gate, read one. */
const activationBytes = (model: ModelScenario): number => 2 * model.mlpMatrices;

/** A dense MLP or all shared experts together, of a given width. */
export function denseMlp(context: LayerContext, width: number): ForwardBackward {
  const { model, machine, precision, groupTokens: T, tp } = context;
  if (width === 0) return NO_TIME;
  return sum([
    gemm(machine, precision, T, ((model.mlpMatrices - 1) * width) / tp, model.hiddenSize),
    gemm(machine, precision, T, model.hiddenSize, width / tp),
    pointwise(machine, (activationBytes(model) * T * width) / tp, TRAINING.mlpPointwiseBackward),
  ]);
}

/** What every token passes in a MoE layer beside its routed experts; the router computes in BF16. */
export function sharedAndRouter(context: LayerContext): ForwardBackward {
  const { model, machine, rankTokens: n } = context;
  return sum([
    denseMlp(context, model.sharedExpertIntermediateSize),
    gemm(machine, 'bf16', n, model.routedExperts + model.zeroExperts, model.hiddenSize),
    latentProjections(context),
  ]);
}

/** Into and out of the latent in which routed experts work. */
function latentProjections({ model, machine, precision, rankTokens: n }: LayerContext): ForwardBackward {
  const { hiddenSize: h, moeLatentSize: latent } = model;
  if (latent === null) return NO_TIME;
  return sum([gemm(machine, precision, n, latent, h), gemm(machine, precision, n, h, latent)]);
}

/** Seconds of the activation of one rank's experts, forward. */
export function expertSwiglu(context: LayerContext, imbalance: number): number {
  const { model, machine, etp } = context;
  const bytes =
    (activationBytes(model) * expertRows(context, imbalance) * model.expertIntermediateSize) / etp;
  return bytes / machine.memoryBytes;
}

/** Rows of one rank's experts, gathered over ETP. */
export const expertRows = ({ model, rankTokens, etp, kept }: LayerContext, imbalance: number): number =>
  rankTokens * model.topK * kept * etp * imbalance;

/**
 * Bytes per output of an expert's GEMM that the experts of gpt-oss move beside a plain one's, forward and backward: of the first
 * GEMM, and of the last.
 */
const BIAS_BYTES = { up: { forward: 8, backward: 12 }, down: { forward: 12, backward: 16 } } as const;

/**
 * Biases and limits of experts. Behind the first GEMM, which adds its own bias, both halves are clamped and put together again
 * before the fused activation; backward the clamps, the halves' gradients put together, the sum over the rows
 * (Megatron-LM@034fd2d3 megatron/core/fusions/fused_bias_geglu.py). Behind the last one biases are added expert by expert, times
 * the router's weight, and put together again (experts.py, `TEGroupedMLP._apply_bias`; NVIDIA-NeMo/Automodel@01f0725c
 * components/moe/experts.py, which adds both so and clamps in a fused kernel).
 */
function expertBiasTime({ model, machine }: LayerContext, rows: number, width: number): ForwardBackward {
  if (!model.expertBias) return NO_TIME;
  const outputs = { up: (model.mlpMatrices - 1) * width, down: expertInputSize(model) };
  const seconds = (way: 'forward' | 'backward'): number =>
    (rows * (BIAS_BYTES.up[way] * outputs.up + BIAS_BYTES.down[way] * outputs.down)) / machine.memoryBytes;
  return { forward: seconds('forward'), backward: seconds('backward') };
}

/** Rows before and behind the experts, each copied: read and written in BF16. */
const PADDED_COPIES = 2;

/**
 * Grouped GEMMs of one rank's experts, and permuting, sorting by expert (with EP), SwiGLU and un-permuting around them, and what
 * their biases, their padding and each of them take.
 */
export function expertTime(context: LayerContext, imbalance: number): ForwardBackward {
  const { model, machine, precision, rankTokens: n, etp, ep, expertSeconds } = context;
  const h = expertInputSize(model);
  const rows = expertRows(context, imbalance);
  const local = model.routedExperts / ep;
  const width = model.expertIntermediateSize / etp;
  const permute = 2 * (n + n * model.topK) * 2 * h;
  const sort = ep > 1 ? 2 * ((2 * rows) / etp) * 2 * h : 0;
  return sum([
    gemm(machine, precision, rows / local, (model.mlpMatrices - 1) * width, h, local),
    gemm(machine, precision, rows / local, h, width, local),
    pointwise(
      machine,
      permute + sort + expertSwiglu(context, imbalance) * machine.memoryBytes,
      TRAINING.mlpPointwiseBackward,
    ),
    expertBiasTime(context, rows, width),
    context.padsRows ? pointwise(machine, PADDED_COPIES * 4 * rows * h, 1) : NO_TIME,
    { forward: (local * expertSeconds) / 3, backward: (2 * local * expertSeconds) / 3 },
  ]);
}
