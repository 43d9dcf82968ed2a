/**
 * Constants of the training-step model. The four marked fitted were fitted together on 31 measured rows
 * (arXiv 2504.14960 Tables 3-5, 2603.07685 Tables 11/17/20, 2412.19437), and again without each model in turn: test/accuracy.
 */
export const TRAINING = {
  /** Share of the dense BF16 peak that a large GEMM reaches; fitted. */
  gemmEfficiencyBf16: 0.697,
  /** Share of the dense FP8 peak that a large GEMM reaches; fitted. */
  gemmEfficiencyFp8: 0.525,
  /** Part of the shorter of communication and compute that overlap hides; fitted. */
  overlap: 0.36,
  /**
   * What each expert of a rank takes in a layer and microbatch however few its rows are, forward and backward; fitted. Transformer
   * Engine's grouped GEMMs are loops of cuBLAS calls over the experts: on Blackwell 8 experts of 128 rows take 0.27 ms each
   * (NVIDIA/TransformerEngine#3134), and a layer has six, beside quantising, swizzling scales and allocating expert by expert
   * (#1499, #2897).
   */
  expertSeconds: 0.343e-3,
  /** Share of the BF16 peak that flash attention reaches; fixed, 0.4 to 0.65 change the fit by 0.3 points. */
  attentionEfficiency: 0.55,
  /** Share of the rated HBM bandwidth that kernels reach; fixed, 0.5 to 0.9 change the fit by 0.5 points. */
  memoryEfficiency: 0.7,
  /** Backward over forward time: flash attention, pointwise work around attention, and around MLPs. */
  attentionBackward: 2.5,
  attentionPointwiseBackward: 1.5,
  mlpPointwiseBackward: 1.67,
  /**
   * Forward and backward of one MoE layer took no less in any of about 100 measured configurations without FSDP and without CUDA
   * graphs of a whole iteration: what the host takes to launch its kernels. It widens the interval of a step and does not lengthen it.
   */
  moeLayerLaunchSeconds: 8.2e-3,
} as const;
