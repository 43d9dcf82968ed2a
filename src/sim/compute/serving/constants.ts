import type { WorkloadScenario } from '../../../scenario/scenario';

/** Constants of the serving model, as `SERVING` explains them. */
export interface ServingConstants {
  readonly memoryEfficiency: number;
  readonly computeEfficiency: number;
  readonly expertHalfRows: number;
  readonly layerSeconds: number;
  readonly sparseAttentionSeconds: number;
  readonly recurrenceSeconds: number;
  readonly quantizationSeconds: number;
  readonly collectiveSeconds: number;
  readonly activationPasses: number;
  readonly promptLaunches: number;
  readonly batchedWaitSteps: number;
  readonly scaleUpEfficiency: number;
  readonly burstShare: number;
}

/**
 * Constants of the serving model. Those marked fitted were fitted together on 293 measured runs (InferenceX runs in
 * ai-dynamo/aiconfigurator@095f58a5, silicon_sample.csv), and again without each model and each accelerator in turn: test/accuracy.
 */
export const SERVING: ServingConstants = {
  /** Share of the rated HBM bandwidth; fixed, 0.85 to 0.95 change the errors by less than half a point. */
  memoryEfficiency: 0.9,
  /** Share of the dense peak that large GEMMs and attention reach; fixed, 0.5 to 0.7 change the errors by less than half a point. */
  computeEfficiency: 0.65,
  /**
   * m of the share `sqrt(M / (M + m))` of that efficiency that experts reach with M rows each; fitted. DeepGEMM's own grouped
   * GEMMs follow the same curve with m near 300 (deepseek-ai/DeepGEMM README: 890 TFLOP/s at 256 rows, 1110 at 1024, 1220 at 8192).
   */
  expertHalfRows: 662,
  /**
   * Fixed time of one layer, what an indexer, a recurrence (Gated DeltaNet) and FP8's quantization of activations add to it,
   * and of one collective; fitted. Layers and collectives are strongly correlated: their sum is well determined.
   */
  layerSeconds: 51.1e-6,
  sparseAttentionSeconds: 61.9e-6,
  recurrenceSeconds: 21.5e-6,
  quantizationSeconds: 25.8e-6,
  collectiveSeconds: 16.3e-6,
  /** Passes over an activation row for permuting, quantizing and norms: a lump, fitted. */
  activationPasses: 16.9,
  /**
   * Host time of a prompt's pass, whose kernels no CUDA graph launches, over the fixed time of the same layers in one: both grow
   * with the kernels of a layer. A lump with tokenization and first answer, fitted.
   */
  promptLaunches: 9.28,
  /** Decode steps that a prompt waits before its prefill starts in engines that run ahead of the device (`ENGINES`); fitted. */
  batchedWaitSteps: 5.91,
  /** Share of the rated NVLink bandwidth; fixed. */
  scaleUpEfficiency: 0.8,
  /** The opening burst of C prompts is one tenth of all requests, and a prompt waits half of it: 1 / (2 × 10); from the bench protocol. */
  burstShare: 0.05,
};

/** How an engine fits prompts between the steps of the answers that it is writing. */
export interface EngineSchedule {
  /** Decode steps that a prompt waits; `batched`: `batchedWaitSteps`. */
  readonly waits: number | 'batched';
  /** Whether a prompt joins a decode step, or is a pass of its own. */
  readonly mixesPrompts: boolean;
}

/**
 * vLLM schedules a prompt into the next step with the answers under way, TensorRT-LLM too (in-flight batching); SGLang
 * prefills in a batch of its own unless told to mix (`--enable-mixed-chunk`).
 */
export const ENGINES: Readonly<Record<NonNullable<WorkloadScenario['engine']>, EngineSchedule>> = {
  vllm: { waits: 1, mixesPrompts: true },
  'tensorrt-llm': { waits: 'batched', mixesPrompts: true },
  sglang: { waits: 'batched', mixesPrompts: false },
};
