import type { AcceleratorId } from '../../catalog/accelerators';

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

/** RMS error of each model's rows under constants fitted on the other models' rows (test/accuracy/step.test.ts). */
export const TRAINING_ERROR = 0.077;
/** Measured over predicted time, less one; runs that were not tuned are slower than the model, hardly ever faster. */
export const TRAINING_INTERVAL = { low: -0.1, high: 0.25 } as const;
/** Accelerators that those rows ran on. */
export const TRAINING_MEASURED_ON: ReadonlySet<AcceleratorId> = new Set([
  'h100-sxm',
  'h800-sxm',
  'gb200-nvl72',
  'gb300-nvl72',
]);

/** Constants of the serving model, as `SERVING` explains them. */
export interface ServingConstants {
  readonly memoryEfficiency: number;
  readonly computeEfficiency: number;
  readonly layerSeconds: number;
  readonly latentAttentionSeconds: number;
  readonly sparseAttentionSeconds: number;
  readonly recurrenceSeconds: number;
  readonly quantizationSeconds: number;
  readonly collectiveSeconds: number;
  readonly olderGeneration: number;
  readonly activationPasses: number;
  readonly waitSteps: Readonly<Record<'vllm' | 'tensorrt-llm' | 'sglang', number>>;
  readonly recipeWaitSteps: number;
  readonly scaleUpEfficiency: number;
  readonly burstShare: number;
}

/**
 * Constants of the serving model, fitted together on 293 measured runs (InferenceX runs in ai-dynamo/aiconfigurator@095f58a5,
 * silicon_sample.csv), and again without each model in turn: test/accuracy.
 */
export const SERVING: ServingConstants = {
  /** Share of the rated HBM bandwidth and of the dense peak; fitted. */
  memoryEfficiency: 0.92,
  computeEfficiency: 0.508,
  /**
   * Fixed time of one layer on Blackwell, what latent attention's projections, an indexer, a recurrence (Gated DeltaNet)
   * and FP8's quantization of activations add to it, and of one collective; fitted. Layers and collectives are strongly correlated: their sum is well determined.
   */
  layerSeconds: 64.8e-6,
  latentAttentionSeconds: 15.3e-6,
  sparseAttentionSeconds: 57.5e-6,
  recurrenceSeconds: 36.3e-6,
  quantizationSeconds: 15.5e-6,
  collectiveSeconds: 7.9e-6,
  /** The same kernels on Ampere and Hopper over Blackwell; fitted on H100 and H200. */
  olderGeneration: 1.27,
  /** Passes over an activation row for permuting, quantizing and norms: a lump, fitted. */
  activationPasses: 17.7,
  /**
   * Decode steps that a prompt waits before its prefill starts; fitted. SGLang's on Blackwell is that of the benchmark's
   * recipes, which look for new requests only every 10 or 30 steps.
   */
  waitSteps: { vllm: 5.65, 'tensorrt-llm': 11.2, sglang: 9.3 },
  recipeWaitSteps: 28.4,
  /** Share of the rated NVLink bandwidth; fixed. */
  scaleUpEfficiency: 0.8,
  /** The opening burst of C prompts is one tenth of all requests, and a prompt waits half of it: 1 / (2 × 10); from the bench protocol. */
  burstShare: 0.05,
};

/** Accelerators on which kernels and collectives start as fast as on Blackwell. */
export const FASTER_LAUNCHES: ReadonlySet<AcceleratorId> = new Set([
  'b200-sxm',
  'gb200-nvl72',
  'b300-sxm',
  'gb300-nvl72',
]);

/** Accelerators that the serving rows ran on, each in one node. */
export const SERVING_MEASURED_ON: ReadonlySet<AcceleratorId> = new Set([
  'h100-sxm',
  'h200-sxm',
  'b200-sxm',
  'b300-sxm',
]);
/** Median errors on rows that were not fitted (each model left out in turn), and nine of ten measured over predicted. */
export const TPOT_ERROR = { expectedError: 0.12, interval: { low: -0.34, high: 0.44 } } as const;
export const TTFT_ERROR = { expectedError: 0.238, interval: { low: -0.45, high: 1.52 } } as const;
