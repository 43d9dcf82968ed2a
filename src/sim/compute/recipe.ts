/** How a training job computes, where the scenario does not say: precision of the GEMMs, gradients, overlap. */
export interface TrainingRecipe {
  /** `fp8`: linear layers and experts in FP8; attention, router and head stay in BF16. */
  readonly precision: 'bf16' | 'fp8';
  /** Bytes of one gradient as it is accumulated and reduced. */
  readonly gradientBytes: 2 | 4;
  /** Dispatch and combine of one microbatch run beside the compute of another (DualPipe, Megatron's 1F1B overlap). */
  readonly overlapExpertParallel: boolean;
}

export const defaultRecipe: TrainingRecipe = {
  precision: 'bf16',
  gradientBytes: 4,
  overlapExpertParallel: false,
};
