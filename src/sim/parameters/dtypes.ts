import type { StateDtype, TrainingPrecision, WorkloadScenario } from '../../scenario/scenario';

/** Bytes of one element of gradients and optimizer state. */
export const stateDtypeBytes: Readonly<Record<StateDtype, number>> = {
  fp32: 4,
  fp16: 2,
  bf16: 2,
  fp8: 1,
  none: 0,
};

/** Bytes of one weight, and of its gradient, as training computes with it and gathers it. */
export const TRAINED_WEIGHT_BYTES = 2;

/** Bytes of one weight as training keeps it. */
export const parameterBytes = ({ parameterDtype }: Pick<WorkloadScenario, 'parameterDtype'>): number =>
  stateDtypeBytes[parameterDtype];

/**
 * Bytes of one frozen weight, with its scales: LLM.int8 has one FP32 scale per row, NF4 one of 8 bits per 64 elements and one
 * FP32 per 256 of those (Dettmers et al., arXiv 2208.07339 and 2305.14314: 0.127 bits more).
 */
export const frozenBytes: Readonly<Record<WorkloadScenario['frozenDtype'], number>> = {
  bf16: 2,
  fp32: 4,
  fp8: 1,
  int8: 1,
  nf4: 4.127 / 8,
};

/** Bytes of one gradient as it is accumulated and reduced. */
export const gradientBytes = ({ gradientDtype }: WorkloadScenario): number => stateDtypeBytes[gradientDtype];

/** Which units of the accelerator linear layers and experts compute on. */
export const gemmUnits = ({ precision }: WorkloadScenario): 'bf16' | 'fp8' =>
  precision === 'bf16' ? 'bf16' : 'fp8';

/**
 * Bytes of one saved input of a linear layer: FP8 inputs are kept quantized, with one scale per tensor, one FP32 scale per
 * 128 elements (blockwise) or one 8-bit scale per 32 (OCP MX). Source: Transformer Engine's quantizers.
 */
export const savedInputBytes: Readonly<Record<TrainingPrecision, number>> = {
  bf16: 2,
  fp8: 1,
  'fp8-blockwise': 1 + 4 / 128,
  mxfp8: 1 + 1 / 32,
};
