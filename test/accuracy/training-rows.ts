import type { Scenario } from '../../src/scenario/scenario';
import { defaultRecipe, type TrainingRecipe } from '../../src/sim/compute/recipe';
import { deepseekV3, llama3With8Experts, mixtral8x22b } from './models';
import { layoutOf, type Mapping, scenarioOf } from './scenarios';

/** One measured training run: what was run, and what was reported. */
export interface TrainingRow {
  readonly name: string;
  readonly source: string;
  readonly scenario: Scenario;
  readonly recipe: TrainingRecipe;
  readonly unit: 'MFU %' | 'TFLOP/s/GPU' | 's/step';
  readonly measured: number;
}

const folding = 'arXiv 2504.14960 Table 3, H100, sequence 4096, batch 256';
const scaling = 'arXiv 2504.14960 Table 4, H100, sequence 4096, batch 1024';

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
  return {
    name: `Mixtral-8x22B ${mapping} @${gpus}`,
    source,
    scenario: scenarioOf(mixtral8x22b, 'h100-sxm', layoutOf({ gpus, ...mixtralMappings[mapping] }), {
      globalBatchSize,
      sharding: mapping.startsWith('FSDP') ? 'parameters' : 'optimizer',
    }),
    recipe: defaultRecipe,
    unit: 'MFU %',
    measured,
  };
}

function llamaRow(name: string, mapping: Mapping, isFsdp: boolean, measured: number): TrainingRow {
  return {
    name: `Llama3-8x70B ${name} @${mapping.gpus}`,
    source: folding,
    scenario: scenarioOf(llama3With8Experts, 'h100-sxm', layoutOf(mapping), {
      globalBatchSize: 256,
      sharding: isFsdp ? 'parameters' : 'optimizer',
    }),
    recipe: defaultRecipe,
    unit: 'MFU %',
    measured,
  };
}

function fp8Row(mapping: MixtralMapping, measured: number): TrainingRow {
  const row = mixtralRow(mapping, 128, 256, 'arXiv 2504.14960 Table 5, H100, FP8', measured);
  return {
    ...row,
    name: `${row.name} FP8`,
    recipe: { ...defaultRecipe, precision: 'fp8' },
    unit: 'TFLOP/s/GPU',
  };
}

const mcoreMoe = 'arXiv 2603.07685 Tables 11, 17, 20, forced balance';
const fp8: TrainingRecipe = { ...defaultRecipe, precision: 'fp8' };

function deepseekRow(
  name: string,
  accelerator: 'gb200-nvl72' | 'gb300-nvl72' | 'h100-sxm',
  mapping: Mapping,
  globalBatchSize: number,
  recipe: TrainingRecipe,
  measured: number,
): TrainingRow {
  const isH100 = accelerator === 'h100-sxm';
  const scenario = scenarioOf(deepseekV3, accelerator, layoutOf(mapping), {
    globalBatchSize,
    recompute: isH100 ? ['mlp', 'mla_up_proj', 'layernorm', 'moe_act'] : ['mlp'],
  });
  return {
    name: `DeepSeek-V3 ${name}`,
    source: mcoreMoe,
    scenario: {
      ...scenario,
      communication: {
        ...scenario.communication,
        backend: 'deepep-high-throughput',
        dispatchDtype: isH100 ? 'fp8' : 'bf16',
      },
    },
    recipe,
    unit: 'TFLOP/s/GPU',
    measured,
  };
}

function deepseekReportRow(): TrainingRow {
  const layout = layoutOf({ gpus: 2048, pp: 16, ep: 64, vpp: 2 });
  const scenario = scenarioOf(deepseekV3, 'h800-sxm', layout, {
    globalBatchSize: 15360,
    recompute: ['mla_up_proj', 'layernorm', 'moe_act'],
  });
  return {
    name: 'DeepSeek-V3 report H800 FP8',
    source: 'arXiv 2412.19437; step of 19.926 s in arXiv 2505.09343 Table 4',
    scenario: {
      ...scenario,
      communication: { ...scenario.communication, backend: 'deepep-high-throughput', dispatchDtype: 'fp8' },
    },
    recipe: { precision: 'fp8', gradientBytes: 2, overlapExpertParallel: true },
    unit: 's/step',
    measured: 19.926,
  };
}

const scalingGpus = [128, 256, 512, 1024] as const;
const scalingMfu: readonly [MixtralMapping, readonly number[]][] = [
  ['MCore', [49.4, 48.0, 45.5, 42.3]],
  ['Folding', [52.2, 50.7, 48.9, 44.9]],
  ['FSDP+EP', [23.9, 25.5, 24.4, 23.8]],
  ['TP+EP+DP', [40.4, 39.1, 36.0, 36.2]],
];

/** All rows; the three efficiencies of the model were fitted on these. */
export const trainingRows: readonly TrainingRow[] = [
  mixtralRow('FSDP', 128, 256, folding, 4.3),
  mixtralRow('FSDP+EP', 128, 256, folding, 23.4),
  mixtralRow('TP+EP+DP', 128, 256, folding, 36.6),
  mixtralRow('MCore', 128, 256, folding, 46.3),
  mixtralRow('Folding', 128, 256, folding, 49.3),
  llamaRow('FSDP+EP', { gpus: 256, tp: 8, ep: 8, etp: 8 }, true, 19.6),
  llamaRow('MCore', { gpus: 256, tp: 8, ep: 4, etp: 8, pp: 8, vpp: 10 }, false, 38.8),
  llamaRow('Folding', { gpus: 256, tp: 8, ep: 8, etp: 1, pp: 16, vpp: 5 }, false, 41.6),
  fp8Row('MCore', 575.1),
  fp8Row('Folding', 631.7),
  ...scalingMfu.flatMap(([mapping, values]) =>
    values.map((mfu, index) => mixtralRow(mapping, scalingGpus[index]!, 1024, scaling, mfu)),
  ),
  deepseekRow('GB300 MXFP8', 'gb300-nvl72', { gpus: 256, pp: 4, ep: 64, vpp: 4 }, 8192, fp8, 1233),
  deepseekRow('GB200 MXFP8', 'gb200-nvl72', { gpus: 256, pp: 4, ep: 64, vpp: 4 }, 8192, fp8, 1048),
  deepseekRow('GB200 BF16', 'gb200-nvl72', { gpus: 256, pp: 8, ep: 32, vpp: 4 }, 4096, defaultRecipe, 857),
  deepseekRow(
    'H100 FP8-BLK',
    'h100-sxm',
    { gpus: 1024, tp: 2, pp: 8, ep: 64, vpp: 4 },
    8192,
    { ...fp8, overlapExpertParallel: true },
    368,
  ),
  deepseekReportRow(),
];
