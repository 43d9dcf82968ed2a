import type { AcceleratorId } from '../../catalog/accelerators';
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

/** Cases of a training step. */
export interface TrainingCase extends CaseError {
  readonly on: ReadonlySet<AcceleratorId>;
  /** Least time of a MoE layer, over what the host takes to launch one. */
  readonly leastLaunches: number;
  /** The case in words. */
  readonly says: string;
}

const FITTED_ON = accelerators('h100-sxm', 'h800-sxm', 'gb200-nvl72', 'gb300-nvl72');
const SEEN_ON = accelerators('b200-sxm', 'b300-sxm');

/** Steps that the host or an untuned release may slow. */
const LOOSE: CaseError = { expectedError: 0.07, interval: { low: -0.41, high: 0.8 } };

/** In this order: the first that holds is the case of a step. */
export const TRAINING_CASES: readonly TrainingCase[] = [
  {
    on: FITTED_ON,
    leastLaunches: 1.5,
    says: 'Constants were fitted on this accelerator, and the GPU, not the host, decides how long a layer takes.',
    expectedError: 0.08,
    interval: { low: -0.24, high: 0.37 },
  },
  {
    on: FITTED_ON,
    leastLaunches: 0,
    says: 'A MoE layer takes about as long as the host takes to launch it: CUDA graphs, overlap and the release decide.',
    ...LOOSE,
  },
  {
    on: SEEN_ON,
    leastLaunches: 0,
    says: 'No constant was fitted on this accelerator; NVIDIA’s release recipes on it are the rows that show the error.',
    ...LOOSE,
  },
];

/** The case of a step; `null` on accelerators without a published one. @param launches time of its shortest MoE layer over that of launching it */
export const trainingCase = (accelerator: AcceleratorId, launches: number): TrainingCase | null =>
  TRAINING_CASES.find(({ on, leastLaunches }) => on.has(accelerator) && launches >= leastLaunches) ?? null;

/** Cases of a serving engine, each with the error of both its figures. */
export interface ServingCase {
  readonly on: ReadonlySet<AcceleratorId>;
  /** Engines inside one node, or MLA models with DeepEP over many. */
  readonly reach: 'node' | 'many-nodes';
  readonly says: string;
  readonly tpot: CaseError;
  readonly ttft: CaseError;
}

const OVER_NODES: CaseError = { expectedError: 0.08, interval: { low: -0.58, high: 1.5 } };

export const SERVING_CASES: readonly ServingCase[] = [
  {
    on: accelerators('h100-sxm', 'h200-sxm', 'b200-sxm', 'b300-sxm'),
    reach: 'node',
    says: 'Constants were fitted on this accelerator, on tuned benchmarks; engines as they come are up to twice as slow, and prompts wait where a server stalls.',
    tpot: { expectedError: 0.22, interval: { low: -0.34, high: 1.11 } },
    ttft: { expectedError: 0.23, interval: { low: -0.61, high: 1.94 } },
  },
  {
    on: accelerators('h100-sxm', 'h800-sxm'),
    reach: 'many-nodes',
    says: 'Two publications of DeepSeek-V3 over 4 to 16 nodes show the error, eight figures, none fitted, at most 19 % off.',
    tpot: OVER_NODES,
    ttft: OVER_NODES,
  },
  {
    on: accelerators('mi300x'),
    reach: 'node',
    says: 'No constant was fitted on this accelerator. Seven runs of SGLang on it wrote tokens 1.4 to 5 times as slowly as predicted: many of its kernels are younger than those that the model knows.',
    tpot: { expectedError: 0.84, interval: { low: -0.53, high: 8.4 } },
    ttft: { expectedError: 0.69, interval: { low: -0.8, high: 10.1 } },
  },
];

const figure = (factor: number): string => String(Number(factor.toPrecision(2)));

/** What the rows of a case show, as a sentence. */
export const shownError = ({ expectedError, interval }: CaseError): string =>
  `Of published figures that it was not fitted on, half are within ${Math.round(100 * expectedError)} %, and nine of ten take ${figure(1 + interval.low)} to ${figure(1 + interval.high)} times as long as predicted.`;
