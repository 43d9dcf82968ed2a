import type { AcceleratorId } from '../../catalog/accelerators';
import type { Scenario, WeightDtype, WorkloadScenario } from '../../scenario/scenario';
import type { Basis } from '../result';
import { NO_PARTS, unmeasuredParts } from './unmeasured';

/**
 * How far figures of one case lie from the model, seen on published rows that no constant was fitted on: those of the fit's own
 * sources under constants fitted without their model, and those of publications that the fit never saw. Every model of every
 * publication counts as one. test/accuracy/intervals.ts computes them and what they are worth on a publication left out.
 */
export interface CaseError {
  /** Half of the rows are closer. */
  readonly expectedError: number;
  /** Between what nine of ten times of another publication lie, as fractions of the predicted one. */
  readonly interval: Basis['interval'];
}

/** What is stated of a step: its error, of which settings that is, and what shows it. */
export type StatedError = CaseError & Pick<Basis, 'errorFrom'> & { readonly says: string };

/** What several errors allow together: as far as any of them, either way. */
export const widest = (errors: readonly CaseError[]): CaseError =>
  errors.reduce((a, b) => ({
    expectedError: Math.max(a.expectedError, b.expectedError),
    interval: {
      low: Math.min(a.interval.low, b.interval.low),
      high: Math.max(a.interval.high, b.interval.high),
    },
  }));

const accelerators = (...ids: readonly AcceleratorId[]): ReadonlySet<AcceleratorId> => new Set(ids);

/** Of a training step whose layers take longer than the host takes to launch them: plain experts, and experts with biases. */
export const TRAINING_STEP: CaseError = { expectedError: 0.09, interval: { low: -0.27, high: 0.35 } };
export const BIASED_TRAINING_STEP: CaseError = { expectedError: 0.24, interval: { low: -0.52, high: 2.03 } };
/** The same on TPUs, where steps without expert parallelism were published. */
export const TPU_TRAINING_STEP: CaseError = { expectedError: 0.28, interval: { low: -0.4, high: 1.26 } };

/** NVIDIA, Boosting MoE Training Throughput with Advanced Fusion Kernels (developer.nvidia.com/blog, 15 June 2026). */
const FUSED_LATER =
  'Releases differ in what they fuse of biases and limits of experts: NVIDIA says of newer kernels that they make gpt-oss 93 % faster.';

/**
 * Of steps on an accelerator of which none was published, and of models with parts that no published step has: what settings show of
 * each other where constants were fitted without any row on the accelerator, or of the family (test/accuracy/kinds.ts).
 */
export const OTHER_TRAINING_ACCELERATOR: CaseError = {
  expectedError: 0.14,
  interval: { low: -0.48, high: 1.26 },
};
export const OTHER_TRAINED_MODEL: CaseError = { expectedError: 0.11, interval: { low: -0.49, high: 0.75 } };

/** Where training steps were published, of which kinds of experts; constants were fitted on all but B200, B300 and TPUs. */
const TRAINED: readonly {
  readonly on: ReadonlySet<AcceleratorId>;
  readonly withExpertParallelism: boolean;
  readonly plain: CaseError;
  readonly biased: CaseError | null;
}[] = [
  {
    on: accelerators('h100-sxm', 'h800-sxm', 'b200-sxm', 'b300-sxm', 'gb200-nvl72', 'gb300-nvl72'),
    withExpertParallelism: true,
    plain: TRAINING_STEP,
    biased: BIASED_TRAINING_STEP,
  },
  {
    on: accelerators('tpu-v5p', 'tpu-v6e'),
    withExpertParallelism: false,
    plain: TPU_TRAINING_STEP,
    biased: null,
  },
];

/** The error of such steps that were published on the accelerator; `null`: none was. */
function publishedError({ model, cluster, layout }: Scenario): CaseError | null {
  const found = TRAINED.find(
    ({ on, withExpertParallelism }) =>
      on.has(cluster.accelerator) && (withExpertParallelism || layout.ep === 1),
  );
  return found?.[model.expertBias ? 'biased' : 'plain'] ?? null;
}

/**
 * How far a training step may be off, and what shows it. A layer that is shorter than the host takes to launch it may take as long
 * as that: so much further reaches the interval.
 *
 * @param launches time of its shortest MoE layer over what the host takes to launch one
 */
export function trainingError(scenario: Scenario, launches: number): StatedError {
  const { expertBias } = scenario.model;
  const unmeasured = unmeasuredParts(scenario.model, NO_PARTS);
  const published = publishedError(scenario);
  const isExtrapolated = published === null || unmeasured !== null;
  const error = widest([
    ...(published === null ? [OTHER_TRAINING_ACCELERATOR] : [published]),
    ...(published === null && expertBias ? [BIASED_TRAINING_STEP] : []),
    ...(unmeasured === null ? [] : [OTHER_TRAINED_MODEL]),
  ]);
  const errorFrom = isExtrapolated ? 'other-kinds' : 'same-kind';
  const isHeldUp = launches < 1;
  const longest = (1 + error.interval.high) / launches;
  return {
    ...error,
    interval: isHeldUp ? { ...error.interval, high: longest - 1 } : error.interval,
    errorFrom,
    says: sentences([
      unmeasured,
      published === null ? 'No such step on this accelerator was published.' : null,
      shownBy(error, errorFrom),
      expertBias ? FUSED_LATER : null,
      isHeldUp
        ? `Without CUDA graphs the host takes longer to launch a MoE layer than the GPU to compute it: the step may take ${figure(longest)} times as long.`
        : null,
    ]),
  };
}

/** Sentences that there are, one after the other. */
export const sentences = (parts: readonly (string | null)[]): string =>
  parts.filter((part) => part !== null).join(' ');

type Engine = NonNullable<WorkloadScenario['engine']>;

/** Accelerators, and the formats of weights that are computed on them as published runs computed them: NVFP4 is emulated on Hopper. */
interface RunsOn {
  readonly on: ReadonlySet<AcceleratorId>;
  readonly weights: ReadonlySet<WeightDtype>;
}

/** The errors of an engine's two figures. */
export interface ServedErrors {
  readonly tpot: CaseError;
  readonly ttft: CaseError;
}

/** Cases of a serving engine, each with the error of both its figures. */
export interface ServingCase extends ServedErrors {
  readonly runs: readonly RunsOn[];
  readonly engines: ReadonlySet<Engine>;
  /** Engines inside one node, or MLA models with DeepEP over many. */
  readonly reach: 'node' | 'many-nodes';
  readonly says: string;
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

/**
 * Of engines in a setting of which no run was published, and of models with parts that no run has of which constants were fitted:
 * what settings show of each other, as of training steps.
 */
export const OTHER_SERVING_SETTING: ServedErrors = {
  tpot: { expectedError: 0.24, interval: { low: -0.51, high: 1.48 } },
  ttft: { expectedError: 0.3, interval: { low: -0.77, high: 3.22 } },
};
export const OTHER_SERVED_MODEL: ServedErrors = {
  tpot: { expectedError: 0.26, interval: { low: -0.45, high: 1.55 } },
  ttft: { expectedError: 0.31, interval: { low: -0.75, high: 6.86 } },
};

const figure = (factor: number): string => String(Number(factor.toPrecision(2)));

const numbers = ({ expectedError, interval }: CaseError): string =>
  `half are within ${Math.round(100 * expectedError)} %, and nine of ten take ${figure(1 + interval.low)} to ${figure(1 + interval.high)} times as long as predicted.`;

/** What the rows of a case show, as a sentence. */
const shownError = (error: CaseError): string =>
  `Of published figures that it was not fitted on, ${numbers(error)}`;

/** What is stated of a figure, as a sentence: of its own kind, or what other kinds show of each other. */
export const shownBy = (error: CaseError, errorFrom: Basis['errorFrom']): string =>
  errorFrom === 'same-kind'
    ? shownError(error)
    : `So the error is that of other settings, each kind of which was predicted by constants that never saw it: ${numbers(error)}`;
