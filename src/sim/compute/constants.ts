import type { AcceleratorId } from '../../catalog/accelerators';

/**
 * Constants of the training-step model. The three efficiencies marked fitted were fitted together on 31 measured rows
 * (arXiv 2504.14960 Tables 3-5, 2603.07685 Tables 11/17/20, 2412.19437); bootstrap 5-95 % ranges in brackets.
 */
export const TRAINING = {
  /** Share of the dense BF16 peak that a large GEMM reaches; fitted [0.633, 0.657]. */
  gemmEfficiencyBf16: 0.645,
  /** Share of the dense FP8 peak that a large GEMM reaches; fitted [0.429, 0.493]. */
  gemmEfficiencyFp8: 0.47,
  /** Part of the shorter of communication and compute that overlap hides; fitted [0.287, 0.459]. */
  overlap: 0.36,
  /** Share of the BF16 peak that flash attention reaches; fixed, 0.4 to 0.65 change the fit by 0.3 points. */
  attentionEfficiency: 0.55,
  /** Share of the rated HBM bandwidth that kernels reach; fixed, 0.5 to 0.9 change the fit by 0.5 points. */
  memoryEfficiency: 0.7,
  /** Backward over forward time: flash attention, pointwise work around attention, and around MLPs. */
  attentionBackward: 2.5,
  attentionPointwiseBackward: 1.5,
  mlpPointwiseBackward: 1.67,
} as const;

/** Median error on 67 rows that were not fitted; the misses are nearly all too fast, -10 % to +25 % in speed. */
export const TRAINING_ERROR = 0.128;
/** Accelerators that those rows ran on. */
export const TRAINING_MEASURED_ON: ReadonlySet<AcceleratorId> = new Set([
  'h100-sxm',
  'h800-sxm',
  'gb200-nvl72',
  'gb300-nvl72',
]);

/** Constants of the serving model, fitted on 293 measured rows (InferenceX runs in ai-dynamo/aiconfigurator@095f58a5, silicon_sample.csv). */
export const SERVING = {
  /** Share of the rated HBM bandwidth and of the dense peak; fitted. */
  memoryEfficiency: 0.88,
  computeEfficiency: 0.44,
  /** Fixed time of one layer and of one collective; strongly correlated, 55 + 2 × 25 = 105 µs per layer is what is well determined. */
  layerSeconds: 55e-6,
  collectiveSeconds: 25e-6,
  /** Passes over an activation row for permuting, quantizing and norms: a lump, fitted. */
  activationPasses: 18,
  /** Decode steps that a prompt waits before its prefill starts; fitted. */
  waitSteps: { vllm: 6, 'tensorrt-llm': 11, sglang: 28 },
  /** Share of the rated NVLink bandwidth; fixed. */
  scaleUpEfficiency: 0.8,
  /** The opening burst of C prompts is one tenth of all requests, and a prompt waits half of it: 1 / (2 × 10); from the bench protocol. */
  burstShare: 0.05,
  /** Mean prompt and answer over their limits: lengths are uniform in 0.8 … 1; from the bench protocol. */
  meanLength: 0.9,
} as const;

/** Accelerators that the serving rows ran on, each in one node. */
export const SERVING_MEASURED_ON: ReadonlySet<AcceleratorId> = new Set([
  'h100-sxm',
  'h200-sxm',
  'b200-sxm',
  'b300-sxm',
]);
/** Median errors on those rows. */
export const TPOT_ERROR = 0.135;
export const TTFT_ERROR = 0.213;
