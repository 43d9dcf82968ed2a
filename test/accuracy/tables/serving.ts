import type { StepExchange, StepTraffic } from '../../../src/sim/compute/all-to-all';
import { step } from '../../../src/sim/compute/step';
import type { StepResult } from '../../../src/sim/result';
import { models } from '../models';
import type { AccuracyRow, AccuracyTable } from '../report/table';
import { layoutOf, scenarioOf } from '../scenarios';
import { type ServingRow, servingRows } from '../serving-rows';

/** The rows are single nodes, where the model's own collectives stand in for a simulated exchange. */
const traffic: StepTraffic = {
  load: { maxOverMean: 1, dropped: 0 },
  dispatch: { rowBytes: 1 },
  combine: { rowBytes: 1 },
};
const none = {
  microseconds: 0,
  boundBy: 'latency',
  terms: { latency: 0, nic: 0, nvlink: 0, sm: 0 },
} as const;
const time: StepExchange = { dispatch: none, combine: none };

/** Lengths are uniform in 0.8 … 1 of the stated ones in these benchmarks. */
const MEAN_LENGTH = 0.9;

export function predictServing(row: ServingRow): StepResult {
  const [model, engine, accelerator, weightDtype, inputLength, outputLength, concurrency, gpus, ranks, ep] =
    row;
  const layout = {
    ...layoutOf({ gpus, tp: gpus / ranks, ep, etp: gpus / ep }),
    dp: ranks,
    attentionDataParallel: ranks > 1,
  };
  const scenario = scenarioOf({ ...models[model], weightDtype }, accelerator, layout, {
    mode: 'decode',
    engine,
    inputLength,
    outputLength,
    contextLength: MEAN_LENGTH * (inputLength + outputLength / 2),
    concurrency,
    tokensPerRank: Math.ceil(concurrency / gpus),
  });
  return step(scenario, traffic, time);
}

function rowsOf(figure: (result: StepResult) => number, column: 10 | 11): AccuracyRow[] {
  return servingRows.map((row): AccuracyRow => {
    const [model, engine, accelerator, weights, input, output, concurrency, gpus, ranks, ep] = row;
    const layout = [`${gpus} GPUs`, ep > 1 ? `EP${ep}` : '', ranks > 1 ? 'attention DP' : ''].filter(Boolean);
    return {
      label: `${models[model].name} ${weights}, ${engine}, ${accelerator}, ${input}/${output}, concurrency ${concurrency}, ${layout.join(' ')}`,
      measured: row[column],
      predicted: figure(predictServing(row)),
      use: 'fitted',
    };
  });
}

const SOURCE =
  'InferenceX runs as ai-dynamo/aiconfigurator@095f58a5 publishes them (silicon_sample.csv): single engines in a closed loop. Eight constants, none per model or GPU, were fitted on these rows and on some of models that are not described here; leaving out one model at a time gives the same median.';

export function servingTables(): AccuracyTable[] {
  return [
    {
      title: 'Serving, time per output token',
      unit: 'ms',
      about: `${SOURCE} On 280 other rows, which are not published here, the same model had a median error of 17 %.`,
      rows: rowsOf((result) => result.tpotMilliseconds!, 11),
      limits: { median: 0.14 },
    },
    {
      title: 'Serving, time to first token',
      unit: 'ms',
      about: `${SOURCE} On 280 other rows, which are not published here, the same model had a median error of 27 %. Prompts that queue behind others, and stalls of seconds, are not modelled.`,
      rows: rowsOf((result) => result.ttftMilliseconds!, 10),
      limits: { median: 0.22 },
    },
  ];
}
