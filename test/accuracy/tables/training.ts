import { trainingFlopsPerToken } from '../../../src/sim/compute/flops';
import type { FittedConstants } from '../../../src/sim/compute/machine';
import { trainStep } from '../../../src/sim/compute/train-step';
import { simulate } from '../../../src/sim/simulate';
import { leastSquares } from '../least-squares';
import { leaveOneOut, type Point } from '../leave-out';
import { commandOf, scenarioOfSetting } from '../measured';
import { deepseekV3, qwen3With30b, qwen3With235b } from '../models';
import type { AccuracyRow, AccuracyTable } from '../report/table';
import { trainingRecipes } from '../training-recipes';
import { type TrainingRow, trainingRows } from '../training-rows';

export const trainingRuns = trainingRows.map((row) => ({ row, result: simulate(scenarioOfSetting(row)) }));
export type TrainingRun = (typeof trainingRuns)[number];

/** The figure that a row reports, by the product's constants or by others. */
export function predictedTraining({ row, result }: TrainingRun, constants?: FittedConstants): number {
  const { scenario, traffic, time } = result;
  const step = trainStep(scenario, traffic, time, constants);
  const figures = {
    'MFU %': 100 * (step.mfu ?? 0),
    'TFLOP/s/GPU': step.modelTFlopsPerGpu ?? 0,
    's/step': step.seconds,
  };
  return figures[row.unit];
}

/** Predicted over measured speed, less one: positive when the model is too fast. */
export function speedError(run: TrainingRun, constants?: FittedConstants): number {
  const { unit, measured } = run.row;
  const figure = predictedTraining(run, constants);
  return (unit === 's/step' ? measured / figure : figure / measured) - 1;
}

/** Where every fit begins, whichever rows it has: away from where that of all rows ends. */
const START: Point = { gemmEfficiencyBf16: 0.6, gemmEfficiencyFp8: 0.5, overlap: 0.4, expertSeconds: 0.2e-3 };
const constantsOf = (point: Point): FittedConstants => ({
  gemmEfficiencyBf16: point.gemmEfficiencyBf16!,
  gemmEfficiencyFp8: point.gemmEfficiencyFp8!,
  overlap: point.overlap!,
  expertSeconds: point.expertSeconds!,
});

/** The constants with the least RMS error of speed on some rows. */
export const fitTraining = (runs: readonly TrainingRun[]): FittedConstants =>
  constantsOf(leastSquares(START, (point) => runs.map((run) => speedError(run, constantsOf(point)))));

/** Every row under constants that were fitted on the rows of other groups. */
export const leftOutTraining = (groupOf: (row: TrainingRow) => string) =>
  leaveOneOut(
    trainingRuns,
    ({ row }) => groupOf(row),
    fitTraining,
    (run, constants) => ({
      error: speedError(run, constants),
      figure: predictedTraining(run, constants),
    }),
  );

/** GFLOP per token as the papers' TFLOP/s over tokens/s give it. */
const flopsPerToken = [
  ['DeepSeek-V3 with MTP', deepseekV3, 260.7],
  ['Qwen3-235B-A22B', qwen3With235b, 148.6],
  ['Qwen3-30B-A3B', qwen3With30b, 22.95],
] as const;

/** NVIDIA's release recipes, of which no constant knows. */
const recipeRows = (): readonly AccuracyRow[] =>
  trainingRecipes.map((recipe) => ({
    label: recipe.name,
    measured: recipe.tokensPerSecondPerGpu,
    predicted: simulate(scenarioOfSetting(recipe)).step.tokensPerSecondPerGpu,
    use: 'not fitted',
  }));

let left: ReturnType<typeof leftOutTraining> | undefined;
/** Without the rows of their model in the fit; computed once. */
export function trainingWithoutModel() {
  left ??= leftOutTraining(({ model }) => model);
  return left;
}

const labelOf = ({ name, unit }: TrainingRow): string => `${name}, ${unit}`;

export function trainingTables(): AccuracyTable[] {
  return [
    {
      title: 'FLOP per trained token',
      unit: 'GFLOP',
      about: 'What the TFLOP/s and tokens/s of arXiv 2603.07685 amount to, sequence 4096.',
      rows: flopsPerToken.map(([label, model, measured]) => ({
        label,
        measured,
        predicted: trainingFlopsPerToken(model, 4096) / 1e9,
        use: 'not fitted',
      })),
      limits: { max: 0.012 },
    },
    {
      title: 'Training steps',
      unit: 'MFU %, TFLOP/s per GPU or seconds',
      about:
        'arXiv 2504.14960 (Mixtral-8x22B, Llama3-8x70B on H100), arXiv 2603.07685 and arXiv 2412.19437 (DeepSeek-V3). Four constants were fitted on these rows: one GEMM efficiency per format, what overlap hides, and what each expert of a rank takes beside its work. Runs bound by their host, untuned or congested, are slower.',
      rows: trainingRuns.map((run): AccuracyRow => {
        const { row } = run;
        return {
          label: labelOf(row),
          measured: row.measured,
          predicted: predictedTraining(run),
          use: 'fitted',
        };
      }),
      limits: { median: 0.03, max: 0.13 },
      command: commandOf(trainingRows[0]!),
    },
    {
      title: 'Left out: training steps',
      unit: 'MFU %, TFLOP/s per GPU or seconds',
      about: 'The same rows, each by constants that were fitted on the rows of the other models alone.',
      rows: trainingWithoutModel().map(({ row: { row }, prediction }) => ({
        label: labelOf(row),
        measured: row.measured,
        predicted: prediction.figure,
        use: 'not fitted',
      })),
      limits: { median: 0.08, max: 0.2 },
    },
    {
      title: 'Training steps, NVIDIA’s release recipes',
      unit: 'tokens/s per GPU',
      about:
        'The MoE rows of NVIDIA-NeMo/Megatron-Bridge docs/performance-summary.md, container 25.11: what a release reached, tuned or not, with what the recipes of scripts/performance/configs that the page links to say of recomputation, overlap and dispatchers where their layout is the row’s. No constant was fitted on them; CUDA graphs are not counted. With nothing assumed beyond the page, the median is 6.9 % too; before experts took time of their own it was 14.4 %.',
      rows: recipeRows(),
      limits: { median: 0.08, max: 0.8 },
      command: commandOf(trainingRecipes[0]!),
    },
  ];
}
