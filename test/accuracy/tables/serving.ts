import { commandOf } from '../measured';
import type { AccuracyRow, AccuracyTable } from '../report/table';
import {
  measuredTimes,
  predictedTimes,
  type ServedTimes,
  type ServingRun,
  servedErrors,
  servingRuns,
  withoutAccelerator,
  withoutModel,
} from '../serving-fit';
import { servingRows, servingSetting } from '../serving-rows';

function labelOf({ row }: ServingRun): string {
  const [model, engine, accelerator, weights, input, output, concurrency, gpus, ranks, ep] = row;
  const layout = [`${gpus} GPUs`, ep > 1 ? `EP${ep}` : '', ranks > 1 ? 'attention DP' : ''].filter(Boolean);
  return `${model} ${weights}, ${engine}, ${accelerator}, ${input}/${output}, concurrency ${concurrency}, ${layout.join(' ')}`;
}

interface Prediction {
  readonly run: ServingRun;
  readonly predicted: ServedTimes;
}

const rowsOf = (
  figure: keyof ServedTimes,
  predictions: readonly Prediction[],
  use: AccuracyRow['use'],
): AccuracyRow[] =>
  predictions.map(({ run, predicted }) => ({
    label: labelOf(run),
    measured: measuredTimes(run)[figure],
    predicted: predicted[figure],
    use,
  }));

const SOURCE =
  'InferenceX runs as ai-dynamo/aiconfigurator@095f58a5 publishes them (silicon_sample.csv): single engines in a closed loop.';

const CAVEATS: Readonly<Record<keyof ServedTimes, string>> = {
  tpot: 'Speculative decoding that a row does not state (some of DeepSeek-R1 on TensorRT-LLM are 1.5 times as fast as others of their kind) is not modelled.',
  ttft: 'Stalls of seconds, as the first prompts of some SGLang runs have them, are not modelled; SGLang on Blackwell is taken to look for requests as rarely as the benchmark’s recipe of the model has it.',
};

function leftOut(figure: keyof ServedTimes): string {
  const [model, accelerator] = [withoutModel(), withoutAccelerator()].map((runs) =>
    servedErrors(figure, runs),
  );
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const { low, high, median, spearman } = model!;
  return `The median of |ln| is ${percent(median)}, Spearman's rank correlation ${spearman.toFixed(3)}; nine of ten runs take from ${Math.round(-100 * low)} % less to ${Math.round(100 * high)} % more than predicted. Without one accelerator at a time the median is ${percent(accelerator!.median)}.`;
}

const NAMES = { tpot: 'time per output token', ttft: 'time to first token' } as const;

function tablesOf(figure: keyof ServedTimes, limits: { fitted: number; leftOut: number }): AccuracyTable[] {
  const fitted = servingRuns.map((run) => ({ run, predicted: predictedTimes(run) }));
  return [
    {
      title: `Serving, ${NAMES[figure]}`,
      unit: 'ms',
      about: `${SOURCE} Nine constants, none per model or accelerator, were fitted on these rows. ${CAVEATS[figure]}`,
      rows: rowsOf(figure, fitted, 'fitted'),
      limits: { median: limits.fitted },
      command: commandOf(servingSetting(servingRows[0]!)),
    },
    {
      title: `Left out: serving, ${NAMES[figure]}`,
      unit: 'ms',
      about: `The same rows, each by constants that were fitted without any row of its model. ${leftOut(figure)}`,
      rows: rowsOf(figure, withoutModel(), 'not fitted'),
      limits: { median: limits.leftOut },
      target: { median: figure === 'tpot' ? 0.13 : 0.21 },
    },
  ];
}

export const servingTables = (): AccuracyTable[] => [
  ...tablesOf('tpot', { fitted: 0.095, leftOut: 0.11 }),
  ...tablesOf('ttft', { fitted: 0.2, leftOut: 0.2 }),
];
