import { simulate } from '../../../src/sim/simulate';
import { commandOf, type Setting, scenarioOfSetting } from '../measured';
import type { AccuracyRow, AccuracyTable } from '../report/table';

/** DeepSeek-V3 with one expert group over many nodes, every GPU a data-parallel rank of attention, two half batches overlapped. */
export function wideSetting(accelerator: string, gpus: number, set: Setting['set']): Setting {
  return {
    preset: 'deepseek-ai/DeepSeek-V3',
    set: {
      'cluster.accelerator': accelerator,
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

/** 16,384 tokens per GPU in prompts of one length. */
const prefillOf = (promptTokens: number): Setting['set'] => ({
  'workload.mode': 'prefill',
  'communication.backend': 'deepep-high-throughput',
  'workload.tokensPerRank': 16384,
  'workload.inputLength': promptTokens,
});

export const decodeOf = (sequencesPerGpu: number, gpus: number, contextLength: number): Setting['set'] => ({
  'workload.mode': 'decode',
  'communication.backend': 'deepep-low-latency',
  'workload.concurrency': sequencesPerGpu * gpus,
  'workload.contextLength': contextLength,
});

/** Redundant experts as EPLB places them, for loads of the default skew. */
const EPLB: Setting['set'] = {
  'routing.distribution': 'lognormal',
  'placement.strategy': 'eplb',
  'placement.redundantExperts': 32,
};
const NO_OVERLAP: Setting['set'] = { 'workload.overlap': 'none' };

export const wideSpeed = (setting: Setting): number =>
  simulate(scenarioOfSetting(setting)).step.tokensPerSecondPerGpu;

type WideRow = readonly [label: string, setting: Setting, tokensPerSecondPerNode: number];

const deepseekRows: readonly WideRow[] = [
  [
    'prefill, EP32, 16,384 tokens per GPU in prompts of 4096',
    wideSetting('h800-sxm', 32, prefillOf(4096)),
    62_713,
  ],
  [
    'decode, EP128, 128 sequences per GPU at 4096',
    wideSetting('h800-sxm', 128, decodeOf(128, 128, 4096)),
    18_598,
  ],
];

const h100 = (gpus: number, set: Setting['set']): Setting => wideSetting('h100-sxm', gpus, set);
const decode256 = decodeOf(256, 72, 2000);

const sglangRows: readonly WideRow[] = [
  [
    'prefill, EP32, 16,384 tokens per GPU in prompts of 4096, perfectly balanced',
    h100(32, prefillOf(4096)),
    59_337,
  ],
  ['prefill, the same, experts placed by EPLB', h100(32, { ...prefillOf(4096), ...EPLB }), 50_302],
  ['prefill, the same, in prompts of 2048', h100(32, { ...prefillOf(2048), ...EPLB }), 54_543],
  ['prefill, the same, in prompts of 1024', h100(32, { ...prefillOf(1024), ...EPLB }), 57_674],
  ['decode, EP72, 256 sequences per GPU at 2000', h100(72, { ...decode256, ...EPLB }), 22_282],
  [
    'decode, the same, without two-batch overlap',
    h100(72, { ...decode256, ...EPLB, ...NO_OVERLAP }),
    22_310 / 1.255,
  ],
];

/** Throughput with two-batch overlap over throughput without. */
function overlapGain(setting: Setting): number {
  return wideSpeed(setting) / wideSpeed({ ...setting, set: { ...setting.set, ...NO_OVERLAP } });
}

const gains: readonly (readonly [label: string, setting: Setting, gain: number])[] = [
  [
    'prefill, EP32, 8,192 tokens per GPU in prompts of 4096',
    h100(32, { ...prefillOf(4096), 'workload.tokensPerRank': 8192 }),
    1.31,
  ],
  ['decode, EP72, 256 sequences per GPU at 2000', h100(72, { ...decode256, ...EPLB }), 1.255],
  ['decode, EP72, 32 sequences per GPU at 2000', h100(72, { ...decodeOf(32, 72, 2000), ...EPLB }), 0.73],
];

const GPUS_PER_NODE = 8;

/** Every run by itself. */
export const wideRuns = Object.entries({ DeepSeek: deepseekRows, SGLang: sglangRows }).flatMap(
  ([publication, rows]) =>
    rows.map(([, setting, perNode]) => ({
      publication,
      setting,
      tokensPerSecondPerGpu: perNode / GPUS_PER_NODE,
    })),
);

const tableRows = (rows: readonly WideRow[]): AccuracyRow[] =>
  rows.map(([label, setting, perNode]) => ({
    label,
    measured: perNode / GPUS_PER_NODE,
    predicted: wideSpeed(setting),
    use: 'not fitted',
  }));

export const wideServingTables = (): AccuracyTable[] => [
  {
    title: 'Serving over many nodes, DeepSeek-V3',
    unit: 'tokens/s per GPU',
    about:
      'Profiles of deepseek-ai/profile-data as LMSYS counts them (62,713 and 18,598 tokens/s per node): H800, balanced routing, two batches overlapped. Whether the decode figure counts tokens of multi-token prediction is not said; it is compared without.',
    rows: tableRows(deepseekRows),
    limits: { max: 0.12 },
    target: { max: 0.12 },
    command: commandOf(deepseekRows[0]![1]),
  },
  {
    title: 'Serving over many nodes, SGLang on 96 H100',
    unit: 'tokens/s per GPU',
    about:
      'LMSYS, "Deploying DeepSeek with PD Disaggregation and Large-scale Expert Parallelism on 96 H100 GPUs" (lm-sys/lm-sys.github.io@2db4e404): DeepSeek-V3, 4 nodes of prefill and 9 of decode, DeepEP, two batches overlapped. How uneven the experts were is not published: the default skew under EPLB with 32 redundant experts stands in for it, and prefill, which slowed by 18 % from perfect balance, comes out too fast.',
    rows: tableRows(sglangRows),
    limits: { mean: 0.12, max: 0.19 },
    command: commandOf(sglangRows[0]![1]),
  },
  {
    title: 'Two-batch overlap, SGLang on 96 H100',
    unit: 'throughput with over without',
    about:
      'The same source: 27 to 35 % more in prefill, 25.5 % more in decode with 256 sequences per GPU, a gain from somewhere between 64 and 128 on, 27 % less with 32. What overlap hides follows from the kernels: DeepEP high throughput takes its SMs from compute, low latency holds all of them while it sends and receives.',
    rows: gains.map(([label, setting, gain]) => ({
      label,
      measured: gain,
      predicted: overlapGain(setting),
      use: 'not fitted',
    })),
    limits: { max: 0.05 },
  },
];
