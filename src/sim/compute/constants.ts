import type { BackendId } from '../../scenario/scenario';

/**
 * Constants of the training-step model. The three efficiencies marked fitted were fitted together on 31 measured rows
 * (arXiv 2504.14960 Tables 3-5, 2603.07685 Tables 11/17/20, 2412.19437), and again without each model in turn: test/accuracy.
 */
export const TRAINING = {
  /** Share of the dense BF16 peak that a large GEMM reaches; fitted. */
  gemmEfficiencyBf16: 0.673,
  /** Share of the dense FP8 peak that a large GEMM reaches; fitted. */
  gemmEfficiencyFp8: 0.49,
  /** Part of the shorter of communication and compute that overlap hides; fitted. */
  overlap: 0.344,
  /**
   * Copies of the rows that a backend moves, in the memory of a rank, beside its kernels: to its buffers and from them, sorted by
   * expert. Fitted on three rows of racks, the others left as they were; a bare call of HybridEP takes 0.1 to 2 ms more than its kernels (deepseek-ai/DeepEP@41cad944,
   * branch hybrid-ep, docs/README_Hybrid-EP.md).
   */
  exchangeCopies: { 'hybrid-ep': 2.5 } as Readonly<Partial<Record<BackendId, number>>>,
  /** Share of the BF16 peak that flash attention reaches; fixed, 0.4 to 0.65 change the fit by 0.3 points. */
  attentionEfficiency: 0.55,
  /** Share of the rated HBM bandwidth that kernels reach; fixed, 0.5 to 0.9 change the fit by 0.5 points. */
  memoryEfficiency: 0.7,
  /** Backward over forward time: flash attention, pointwise work around attention, and around MLPs. */
  attentionBackward: 2.5,
  attentionPointwiseBackward: 1.5,
  mlpPointwiseBackward: 1.67,
  /** Forward and backward of one MoE layer took no less in any of about 100 measured configurations without FSDP. */
  moeLayerLaunchSeconds: 8.2e-3,
} as const;
