import type { Values } from '../../src/scenario/values';
import type { Setting } from './measured';

/** One measured training run: what was run, and what was reported. */
export interface TrainingRow extends Setting {
  readonly name: string;
  /** Rows of one group are one model's mappings, in the order of the source. */
  readonly model: 'Mixtral-8x22B' | 'Llama3-8x70B' | 'DeepSeek-V3';
  readonly source: string;
  readonly unit: 'MFU %' | 'TFLOP/s/GPU' | 's/step';
  readonly measured: number;
}

/** The parallel sizes that a paper prints; the rest follows. */
interface Mapping {
  readonly gpus: number;
  readonly tp?: number;
  readonly pp?: number;
  readonly ep?: number;
  readonly etp?: number;
  readonly vpp?: number;
}

function training(accelerator: string, mapping: Mapping, globalBatchSize: number, more: Values = {}): Values {
  const { gpus, tp = 1, pp = 1, ep = 1, etp = 1, vpp = 1 } = mapping;
  return {
    'cluster.accelerator': accelerator,
    'workload.mode': 'train',
    'workload.sequenceLength': 4096,
    'workload.microBatchSize': 1,
    'workload.globalBatchSize': globalBatchSize,
    'layout.worldSize': gpus,
    'layout.tp': tp,
    'layout.pp': pp,
    'layout.ep': ep,
    'layout.etp': etp,
    'layout.vpp': vpp,
    'workload.sharding': 'optimizer',
    'routing.distribution': 'balanced',
    'communication.backend': 'nccl-alltoall',
    ...more,
  };
}

const FSDP = { 'workload.sharding': 'parameters' } as const;

/** The mappings that arXiv 2504.14960 compares; interleaved with one layer per chunk where there is a pipeline. */
const mixtralMappings = {
  FSDP: { tp: 8, etp: 8 },
  'FSDP+EP': { tp: 2, ep: 8, etp: 2 },
  'TP+EP+DP': { tp: 4, ep: 8, etp: 4 },
  MCore: { tp: 2, ep: 4, etp: 2, pp: 8, vpp: 7 },
  Folding: { tp: 2, ep: 8, etp: 1, pp: 8, vpp: 7 },
} as const satisfies Record<string, Omit<Mapping, 'gpus'>>;

type MixtralMapping = keyof typeof mixtralMappings;

function mixtralRow(
  mapping: MixtralMapping,
  gpus: number,
  globalBatchSize: number,
  source: string,
  measured: number,
): TrainingRow {
  const more = mapping.startsWith('FSDP') ? FSDP : {};
  return {
    name: `Mixtral-8x22B ${mapping} @${gpus}, batch ${globalBatchSize}`,
    model: 'Mixtral-8x22B',
    source,
    preset: 'mistralai/Mixtral-8x22B-v0.1',
    set: training('h100-sxm', { gpus, ...mixtralMappings[mapping] }, globalBatchSize, more),
    unit: 'MFU %',
    measured,
  };
}

const folding = 'arXiv 2504.14960 Table 3, H100, sequence 4096, batch 256';

/** Llama-3-70B with its MLPs copied into 8 experts (arXiv 2504.14960); top-2 is not stated there and assumed. */
const LLAMA: Values = {
  'model.hiddenSize': 8192,
  'model.layers': 80,
  'model.vocabSize': 128256,
  'model.attentionHeads': 64,
  'model.expertIntermediateSize': 28672,
};

function llamaRow(name: string, mapping: Mapping, more: Values, measured: number): TrainingRow {
  return {
    name: `Llama3-8x70B ${name} @${mapping.gpus}`,
    model: 'Llama3-8x70B',
    source: folding,
    preset: 'mistralai/Mixtral-8x22B-v0.1',
    set: { ...LLAMA, ...training('h100-sxm', mapping, 256, more) },
    unit: 'MFU %',
    measured,
  };
}

function fp8Row(mapping: MixtralMapping, measured: number): TrainingRow {
  const row = mixtralRow(mapping, 128, 256, 'arXiv 2504.14960 Table 5, H100, FP8', measured);
  const set = { ...row.set, 'workload.precision': 'fp8' };
  return { ...row, name: `${row.name} FP8`, set, unit: 'TFLOP/s/GPU' };
}

const DEEPEP: Values = { 'communication.backend': 'deepep-high-throughput', 'communication.sms': 24 };

function deepseekRow(
  name: string,
  set: Values,
  measured: number,
  unit: TrainingRow['unit'] = 'TFLOP/s/GPU',
): TrainingRow {
  return {
    name: `DeepSeek-V3 ${name}`,
    model: 'DeepSeek-V3',
    source:
      unit === 's/step'
        ? 'arXiv 2412.19437; step of 19.926 s in arXiv 2505.09343 Table 4'
        : 'arXiv 2603.07685 Tables 11, 17, 20, forced balance',
    preset: 'deepseek-ai/DeepSeek-V3',
    set,
    unit,
    measured,
  };
}

const RACK = {
  'communication.backend': 'hybrid-ep',
  'communication.dispatchDtype': 'bf16',
  'workload.recompute': 'mlp',
} as const;
const blackwell = { ...RACK, 'workload.precision': 'mxfp8' } as const;

const deepseekRows: readonly TrainingRow[] = [
  deepseekRow(
    'GB300 MXFP8',
    training('gb300-nvl72', { gpus: 256, pp: 4, ep: 64, vpp: 4 }, 8192, blackwell),
    1233,
  ),
  deepseekRow(
    'GB200 MXFP8',
    training('gb200-nvl72', { gpus: 256, pp: 4, ep: 64, vpp: 4 }, 8192, blackwell),
    1048,
  ),
  deepseekRow('GB200 BF16', training('gb200-nvl72', { gpus: 256, pp: 8, ep: 32, vpp: 4 }, 4096, RACK), 857),
  deepseekRow(
    'H100 FP8-BLK',
    training('h100-sxm', { gpus: 1024, tp: 2, pp: 8, ep: 64, vpp: 4 }, 8192, {
      'workload.precision': 'fp8-blockwise',
      'workload.recompute': 'mlp,mla_up_proj,layernorm,moe_act',
      'workload.overlap': 'expert-parallel',
      ...DEEPEP,
      'communication.dispatchDtype': 'fp8',
    }),
    368,
  ),
  deepseekRow(
    'report H800 FP8',
    training('h800-sxm', { gpus: 2048, pp: 16, ep: 64, vpp: 2 }, 15360, {
      'workload.precision': 'fp8-blockwise',
      'workload.gradientDtype': 'bf16',
      'workload.recompute': 'mla_up_proj,layernorm,moe_act',
      'workload.overlap': 'expert-parallel',
      ...DEEPEP,
      'communication.dispatchDtype': 'fp8',
    }),
    19.926,
    's/step',
  ),
];

const scaling = 'arXiv 2504.14960 Table 4, H100, sequence 4096, batch 1024';
const scalingGpus = [128, 256, 512, 1024] as const;
const scalingMfu: readonly [MixtralMapping, readonly number[]][] = [
  ['MCore', [49.4, 48.0, 45.5, 42.3]],
  ['Folding', [52.2, 50.7, 48.9, 44.9]],
  ['FSDP+EP', [23.9, 25.5, 24.4, 23.8]],
  ['TP+EP+DP', [40.4, 39.1, 36.0, 36.2]],
];

/** All rows; the efficiencies of the model were fitted on these. */
export const trainingRows: readonly TrainingRow[] = [
  mixtralRow('FSDP', 128, 256, folding, 4.3),
  mixtralRow('FSDP+EP', 128, 256, folding, 23.4),
  mixtralRow('TP+EP+DP', 128, 256, folding, 36.6),
  mixtralRow('MCore', 128, 256, folding, 46.3),
  mixtralRow('Folding', 128, 256, folding, 49.3),
  llamaRow('FSDP+EP', { gpus: 256, tp: 8, ep: 8, etp: 8 }, FSDP, 19.6),
  llamaRow('MCore', { gpus: 256, tp: 8, ep: 4, etp: 8, pp: 8, vpp: 10 }, {}, 38.8),
  llamaRow('Folding', { gpus: 256, tp: 8, ep: 8, etp: 1, pp: 16, vpp: 5 }, {}, 41.6),
  fp8Row('MCore', 575.1),
  fp8Row('Folding', 631.7),
  ...scalingMfu.flatMap(([mapping, values]) =>
    values.map((mfu, index) => mixtralRow(mapping, scalingGpus[index]!, 1024, scaling, mfu)),
  ),
  ...deepseekRows,
];
