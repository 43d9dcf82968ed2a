import { simulate } from '../../../src/sim/simulate';
import { type BlindRow, blindRow, blindSummary } from '../blind/blind-row';
import { servedBlind as served } from '../blind/served';
import { type BlindServing, blindServing, blindServingSetting, SERVING_SOURCES } from '../blind/serving-rows';
import { blindTraining } from '../blind/training-rows';
import { commandOf, scenarioOfSetting } from '../measured';
import type { AccuracyTable, Limits } from '../report/table';

const trainingRow = (run: (typeof blindTraining)[number]): BlindRow => {
  const { tokensPerSecondPerGpu, basis } = simulate(scenarioOfSetting(run)).step;
  return blindRow(run.name, 'speed', tokensPerSecondPerGpu, run.tokensPerSecondPerGpu, basis);
};

function trainingTable(): AccuracyTable {
  const rows = blindTraining.map(trainingRow);
  const sources = [...new Set(blindTraining.map(({ source }) => source))].join('; ');
  return {
    title: 'Held out: training steps',
    unit: 'tokens/s per GPU',
    about: `${sources}. Containers 26.02 and 25.09 as NVIDIA’s pages state them, with what their recipes say of recomputation, overlap and dispatchers where their layout is the row’s; MaxText’s recipes for TPUs shard all weights over all chips and have no expert parallelism. No constant was fitted on them. As first predicted, from the pages alone, the median was 20.3 %; since then they showed that gpt-oss’s biases take passes of their own, and that what was missing grows with the experts of a rank, for which a constant was fitted on the rows above (15 % from the pages alone, 12 % with the recipes). ${blindSummary(rows)}`,
    rows,
    limits: { median: 0.13, max: 0.8 },
    command: commandOf(blindTraining[0]!),
  };
}

function labelOf([
  ,
  model,
  engine,
  on,
  weights,
  input,
  output,
  concurrency,
  gpus,
  ranks,
  ep,
]: BlindServing): string {
  const layout = [`${gpus} GPUs`, ep > 1 ? `EP${ep}` : '', ranks > 1 ? 'attention DP' : ''].filter(Boolean);
  return `${model} ${weights}, ${engine}, ${on}, ${input}/${output}, concurrency ${concurrency}, ${layout.join(' ')}`;
}

const tpotRows = (): BlindRow[] =>
  served.map(({ row, step }) => blindRow(labelOf(row), 'time', step.tpotMilliseconds!, row[12], step.basis));
const ttftRows = (): BlindRow[] =>
  served.flatMap(({ row, step }) =>
    row[11] === null
      ? []
      : [blindRow(labelOf(row), 'time', step.ttftMilliseconds!, row[11], step.ttftBasis!)],
  );

function servingTable(name: string, rows: readonly BlindRow[], about: string, limits: Limits): AccuracyTable {
  const sources = Object.values(SERVING_SOURCES).join('; ');
  return {
    title: `Held out: serving, ${name}`,
    unit: 'ms',
    about: `${sources}. ${about} ${blindSummary(rows)}`,
    rows,
    limits,
    command: commandOf(blindServingSetting(blindServing[0]!)),
  };
}

export function blindStepTables(): AccuracyTable[] {
  return [
    trainingTable(),
    servingTable(
      'time per output token',
      tpotRows(),
      'Means of closed loops with default settings, as engine cookbooks show them: mostly 5 or 10 prompts per slot, lengths spread evenly from 1 to twice the mean, kernels as they came. Left out are runs with speculative decoding, with more requests than the engine held at once, and those of a server whose answers took 9.2 ms per token in one run and 14.4 in the next (Kimi-K2.5 on H200). As first predicted, before these rows led to SGLang’s own receive interval and the host’s time to launch a prompt, the median of the first 48 was 30.6 %; it is 27.1 % now. The other 31, from DeepSeek-R1 on, were written down before they were predicted and changed nothing: 18.6 %.',
      { median: 0.25, max: 0.81 },
    ),
    servingTable(
      'time to first token',
      ttftRows(),
      'The same runs. The first prompt, for which kernels are compiled, is in their means, except in two of Llama 4 that have no row, where it took 39 and 48 s. As first predicted, the median of the first 48 was 77.0 %; it is 27.5 % now, and 37.1 % on those that came later. It was 39.5 % before the host’s time was counted by kernels, as Gated DeltaNet and sparse attention have more of them in a layer.',
      {
        median: 0.34,
        max: 1.8,
      },
    ),
  ];
}
