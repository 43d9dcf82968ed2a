import { TPOT_ERROR, TTFT_ERROR } from '../../../src/sim/compute/constants';
import { simulate } from '../../../src/sim/simulate';
import { commandOf, type Setting, scenarioOfSetting } from '../measured';
import type { AccuracyRow, AccuracyTable } from '../report/table';
import { servingRows, servingSetting } from '../serving-rows';

export const servingRuns = servingRows.map((row) => ({
  row,
  result: simulate(scenarioOfSetting(servingSetting(row))),
}));
export type ServingRun = (typeof servingRuns)[number];

function rowsOf(figure: 'tpotMilliseconds' | 'ttftMilliseconds', column: 10 | 11): AccuracyRow[] {
  return servingRuns.map(({ row, result }): AccuracyRow => {
    const [model, engine, accelerator, weights, input, output, concurrency, gpus, ranks, ep] = row;
    const layout = [`${gpus} GPUs`, ep > 1 ? `EP${ep}` : '', ranks > 1 ? 'attention DP' : ''].filter(Boolean);
    return {
      label: `${model} ${weights}, ${engine}, ${accelerator}, ${input}/${output}, concurrency ${concurrency}, ${layout.join(' ')}`,
      measured: row[column],
      predicted: result.step[figure]!,
      use: 'fitted',
    };
  });
}

/** DeepSeek-V3 with one expert group over many H800, two half batches overlapped, as deepseek-ai/profile-data ran it. */
export function wideSetting(gpus: number, set: Setting['set']): Setting {
  return {
    preset: 'deepseek-ai/DeepSeek-V3',
    set: {
      'cluster.accelerator': 'h800-sxm',
      'layout.tp': 1,
      'layout.dp': gpus,
      'layout.ep': gpus,
      'layout.attentionDataParallel': true,
      'routing.distribution': 'balanced',
      'communication.dispatchDtype': 'fp8',
      'communication.sms': 24,
      'workload.overlap': 'two-batch',
      ...set,
    },
  };
}

export const PREFILL: Setting['set'] = {
  'workload.mode': 'prefill',
  'communication.backend': 'deepep-high-throughput',
  'workload.tokensPerRank': 16_384,
  'workload.inputLength': 4096,
};
const DECODE: Setting['set'] = {
  'workload.mode': 'decode',
  'communication.backend': 'deepep-low-latency',
  'workload.concurrency': 128 * 128,
  'workload.contextLength': 4096,
};

export const wideSpeed = (setting: Setting): number =>
  simulate(scenarioOfSetting(setting)).step.tokensPerSecondPerGpu;

const wideRows: readonly (readonly [label: string, setting: Setting, measured: number])[] = [
  ['prefill, EP32, 16,384 tokens per GPU in prompts of 4096', wideSetting(32, PREFILL), 7839],
  ['decode, EP128, 128 sequences per GPU at 4096', wideSetting(128, DECODE), 2324],
];

const SOURCE =
  'InferenceX runs as ai-dynamo/aiconfigurator@095f58a5 publishes them (silicon_sample.csv): single engines in a closed loop. Fourteen constants, none per model, were fitted on these rows.';

const withoutOneModel = ({ expectedError, interval: { low, high } }: typeof TPOT_ERROR | typeof TTFT_ERROR) =>
  `Fitted without one model at a time, the median error of |ln| is ${Math.round(100 * expectedError)} %; nine of ten runs take from ${Math.round(-100 * low)} % less to ${Math.round(100 * high)} % more than predicted.`;

export function servingTables(): AccuracyTable[] {
  const command = commandOf(servingSetting(servingRows[0]!));
  return [
    {
      title: 'Serving, time per output token',
      unit: 'ms',
      about: `${SOURCE} ${withoutOneModel(TPOT_ERROR)}`,
      rows: rowsOf('tpotMilliseconds', 11),
      limits: { median: 0.11 },
      command,
    },
    {
      title: 'Serving, time to first token',
      unit: 'ms',
      about: `${SOURCE} ${withoutOneModel(TTFT_ERROR)} Stalls of seconds are not modelled.`,
      rows: rowsOf('ttftMilliseconds', 10),
      limits: { median: 0.21 },
      command,
    },
    {
      title: 'Serving over many nodes, DeepSeek-V3',
      unit: 'tokens/s per GPU',
      about: 'Profiles of deepseek-ai/profile-data: H800, balanced routing, two batches overlapped.',
      rows: wideRows.map(([label, setting, measured]) => ({
        label,
        measured,
        predicted: wideSpeed(setting),
        use: 'not fitted',
      })),
      limits: { max: 0.12 },
      target: { max: 0.12 },
      command: commandOf(wideRows[0]![1]),
    },
  ];
}
