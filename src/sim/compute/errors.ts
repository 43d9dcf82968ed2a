import type { AcceleratorId } from '../../catalog/accelerators';
import type { ModelScenario, WeightDtype, WorkloadScenario } from '../../scenario/scenario';
import type { Basis } from '../result';

/**
 * How far figures of one case lie from the model, seen on published rows that no constant was fitted on: those of the fit's own
 * sources under constants fitted without their model, and those of publications that the fit never saw. Every model of every
 * publication counts as one. test/accuracy/intervals.ts computes them and what they are worth on a publication left out.
 */
export interface CaseError {
  /** Half of the rows are closer. */
  readonly expectedError: number;
  /** Between what nine of ten times of another publication lie, as fractions of the predicted one. */
  readonly interval: NonNullable<Basis['interval']>;
}

const accelerators = (...ids: readonly AcceleratorId[]): ReadonlySet<AcceleratorId> => new Set(ids);

/** Of a training step whose layers take longer than the host takes to launch them: plain experts, and experts with biases. */
export const TRAINING_STEP: CaseError = { expectedError: 0.09, interval: { low: -0.27, high: 0.35 } };
export const BIASED_TRAINING_STEP: CaseError = { expectedError: 0.24, interval: { low: -0.52, high: 2.03 } };

/** NVIDIA, Boosting MoE Training Throughput with Advanced Fusion Kernels (developer.nvidia.com/blog, 15 June 2026). */
const FUSED_LATER =
  'Releases differ in what they fuse of biases and limits of experts: NVIDIA says of newer kernels that they make gpt-oss 93 % faster.';

/** Where training steps were published; constants were fitted on all but B200 and B300. */
const TRAINED_ON = accelerators('h100-sxm', 'h800-sxm', 'b200-sxm', 'b300-sxm', 'gb200-nvl72', 'gb300-nvl72');

/**
 * How far a training step may be off, and what shows it; `null` on accelerators without a published one. A layer that is shorter
 * than the host takes to launch it may take as long as that: so much further reaches the interval.
 *
 * @param launches time of its shortest MoE layer over what the host takes to launch one
 */
export function trainingError(
  accelerator: AcceleratorId,
  launches: number,
  { expertBias }: Pick<ModelScenario, 'expertBias'>,
): (CaseError & { readonly says: string }) | null {
  if (!TRAINED_ON.has(accelerator)) return null;
  const error = expertBias ? BIASED_TRAINING_STEP : TRAINING_STEP;
  const { interval } = error;
  const says = expertBias ? `${shownError(error)} ${FUSED_LATER}` : shownError(error);
  if (launches >= 1) return { ...error, says };
  const longest = (1 + interval.high) / launches;
  return {
    ...error,
    interval: { ...interval, high: longest - 1 },
    says: `${says} Without CUDA graphs the host takes longer to launch a MoE layer than the GPU to compute it: the step may take ${figure(longest)} times as long.`,
  };
}

type Engine = NonNullable<WorkloadScenario['engine']>;

/** Accelerators, and the formats of weights that are computed on them as published runs computed them: NVFP4 is emulated on Hopper. */
interface RunsOn {
  readonly on: ReadonlySet<AcceleratorId>;
  readonly weights: ReadonlySet<WeightDtype>;
}

/** Cases of a serving engine, each with the error of both its figures. */
export interface ServingCase {
  readonly runs: readonly RunsOn[];
  readonly engines: ReadonlySet<Engine>;
  /** Engines inside one node, or MLA models with DeepEP over many. */
  readonly reach: 'node' | 'many-nodes';
  readonly says: string;
  readonly tpot: CaseError;
  readonly ttft: CaseError;
}

const formats = (...dtypes: readonly WeightDtype[]): ReadonlySet<WeightDtype> => new Set(dtypes);
const engines = (...names: readonly Engine[]): ReadonlySet<Engine> => new Set(names);
const EVERY_ENGINE = engines('vllm', 'sglang', 'tensorrt-llm');

const OVER_NODES: CaseError = { expectedError: 0.08, interval: { low: -0.58, high: 1.5 } };

/**
 * Of MI300X's kernels: tuning one shape of block-scaled FP8 GEMM took DeepSeek-R1 with four requests from 28.8 to 22.1 ms per token (ROCm/aiter pull
 * request 1930); AITER decodes MLA with a multiple of 16 heads per rank (sgl-project/sglang@0297fc67, kimi-k2.6-benchmarks.jsx).
 */
export const SERVING_CASES: readonly ServingCase[] = [
  {
    runs: [
      {
        on: accelerators('h100-sxm', 'h200-sxm'),
        weights: formats('bf16', 'fp16', 'fp8', 'int4', 'mxfp4'),
      },
      {
        on: accelerators('b200-sxm', 'b300-sxm'),
        weights: formats('bf16', 'fp16', 'fp8', 'int4', 'mxfp4', 'nvfp4'),
      },
    ],
    engines: EVERY_ENGINE,
    reach: 'node',
    says: 'Constants were fitted on this accelerator, on tuned benchmarks; engines as they come are up to twice as slow, and prompts wait where a server stalls.',
    tpot: { expectedError: 0.23, interval: { low: -0.32, high: 1.14 } },
    ttft: { expectedError: 0.26, interval: { low: -0.58, high: 2.29 } },
  },
  {
    runs: [{ on: accelerators('h100-sxm', 'h800-sxm'), weights: formats('fp8') }],
    engines: EVERY_ENGINE,
    reach: 'many-nodes',
    says: 'Two publications of DeepSeek-V3 over 4 to 16 nodes show the error, eight figures, none fitted, at most 19 % off.',
    tpot: OVER_NODES,
    ttft: OVER_NODES,
  },
  {
    runs: [{ on: accelerators('mi300x'), weights: formats('bf16', 'fp16', 'fp8') }],
    engines: engines('sglang'),
    reach: 'node',
    says: 'No constant was fitted on this accelerator. 23 runs of SGLang on it wrote tokens 1.2 to 5 times as slowly as predicted, those in BF16 at most 2.2 times: FP8 GEMMs whose shapes nobody tuned, and MLA with fewer than 16 heads per rank, take kernels that are several times slower.',
    tpot: { expectedError: 0.83, interval: { low: -0.2, high: 3.4 } },
    ttft: { expectedError: 0.61, interval: { low: -0.6, high: 5.06 } },
  },
];

const figure = (factor: number): string => String(Number(factor.toPrecision(2)));

/** What the rows of a case show, as a sentence. */
export const shownError = ({ expectedError, interval }: CaseError): string =>
  `Of published figures that it was not fitted on, half are within ${Math.round(100 * expectedError)} %, and nine of ten take ${figure(1 + interval.low)} to ${figure(1 + interval.high)} times as long as predicted.`;
