import type { Values } from '../../src/scenario/values';
import type { Setting } from './measured';

const MODELS = {
  'DeepSeek-V3': 'deepseek-ai/DeepSeek-V3',
  'gpt-oss-120b': 'openai/gpt-oss-120b',
  'Qwen3-30B': 'Qwen/Qwen3-30B-A3B',
  'Qwen3-235B': 'Qwen/Qwen3-235B-A22B',
} as const;

type RecipeRow = readonly [
  model: keyof typeof MODELS,
  accelerator: string,
  precision: string,
  gpus: number,
  globalBatchSize: number,
  microBatchSize: number,
  sequenceLength: number,
  tp: number,
  pp: number,
  vpp: number,
  ep: number,
  tokensPerSecondPerGpu: number,
  stated?: Values,
];

const NCCL: Values = { 'communication.backend': 'nccl-alltoall' };
const OVERLAP: Values = { 'workload.overlap': 'expert-parallel' };
const LATENTS: Values = { 'workload.recompute': 'mla_up_proj' };

/**
 * The MoE rows of NVIDIA-NeMo/Megatron-Bridge@00b7660b docs/performance-summary.md, container 25.11, forced balance. The row of
 * Qwen3-235B on H100 lost a column there: 2048 sequences as in the recipe (@0fa501ac scripts/performance/configs/qwen3). The last
 * column is what the recipe of that layout states (scripts/performance/configs: deepseek@d19cb73c, gpt_oss@6b296ac1,
 * qwen3@767255d2); gpt-oss exchanges tokens by NCCL in every one of them.
 */
const rows: readonly RecipeRow[] = [
  ['DeepSeek-V3', 'gb300-nvl72', 'bf16', 256, 4096, 1, 4096, 1, 2, 4, 32, 3848],
  ['DeepSeek-V3', 'gb300-nvl72', 'mxfp8', 256, 4096, 1, 4096, 1, 2, 4, 32, 4357],
  ['gpt-oss-120b', 'gb300-nvl72', 'bf16', 64, 1280, 2, 8192, 1, 1, 1, 64, 18347, NCCL],
  ['Qwen3-30B', 'gb300-nvl72', 'mxfp8', 8, 512, 4, 4096, 1, 1, 1, 8, 28934],
  ['Qwen3-235B', 'gb300-nvl72', 'bf16', 256, 8192, 2, 4096, 1, 4, 12, 16, 6131],
  ['DeepSeek-V3', 'gb200-nvl72', 'bf16', 256, 4096, 1, 4096, 1, 4, 4, 64, 3139, LATENTS],
  ['DeepSeek-V3', 'gb200-nvl72', 'mxfp8', 256, 4096, 1, 4096, 1, 8, 4, 32, 4018],
  [
    ...(['gpt-oss-120b', 'gb200-nvl72', 'bf16', 64, 1280, 1, 8192, 1, 1, 1, 64, 15876] as const),
    { ...NCCL, 'workload.recompute': 'layernorm,moe_act' },
  ],
  ['Qwen3-30B', 'gb200-nvl72', 'mxfp8', 8, 512, 4, 4096, 1, 1, 1, 8, 23766],
  ['Qwen3-235B', 'gb200-nvl72', 'bf16', 256, 8192, 1, 4096, 1, 8, 3, 32, 4916],
  ['DeepSeek-V3', 'b200-sxm', 'mxfp8', 256, 2048, 1, 4096, 1, 16, 1, 8, 2139, LATENTS],
  ['gpt-oss-120b', 'b200-sxm', 'bf16', 64, 512, 4, 4096, 1, 1, 1, 8, 8213],
  ['Qwen3-30B', 'b200-sxm', 'mxfp8', 8, 512, 1, 4096, 1, 1, 1, 8, 9299],
  ['Qwen3-235B', 'b200-sxm', 'mxfp8', 64, 1024, 1, 4096, 1, 8, 2, 8, 3269, OVERLAP],
  ['gpt-oss-120b', 'h100-sxm', 'bf16', 64, 512, 4, 4096, 1, 4, 1, 8, 5630],
  ['Qwen3-30B', 'h100-sxm', 'fp8', 16, 512, 2, 4096, 1, 2, 24, 8, 5275, OVERLAP],
  ['Qwen3-235B', 'h100-sxm', 'fp8', 256, 2048, 1, 4096, 2, 8, 4, 32, 1575, OVERLAP],
];

/** Later versions of the page say that the racks ran DeepSeek-V3 without its MTP module (NVIDIA-NeMo/Megatron-Bridge@df0289c1). */
const withoutMtp = (model: keyof typeof MODELS, accelerator: string): Values =>
  model === 'DeepSeek-V3' && accelerator.endsWith('nvl72') ? { 'model.mtpLayers': 0 } : {};

/** BF16 gradients as the recipes reduce them; where a recipe does not say, HybridEP on the racks, NCCL elsewhere; nothing recomputed. */
function settingOf(row: RecipeRow): Setting {
  const [model, accelerator, precision, gpus, batch, microBatch, sequence, tp, pp, vpp, ep, , stated] = row;
  const set: Values = {
    'cluster.accelerator': accelerator,
    'workload.mode': 'train',
    'workload.precision': precision,
    'workload.sequenceLength': sequence,
    'workload.microBatchSize': microBatch,
    'workload.globalBatchSize': batch,
    'workload.sharding': 'optimizer',
    'workload.gradientDtype': 'bf16',
    'layout.worldSize': gpus,
    'layout.tp': tp,
    'layout.pp': pp,
    'layout.ep': ep,
    'layout.etp': 1,
    'layout.vpp': vpp,
    'routing.distribution': 'balanced',
    'communication.backend': accelerator.endsWith('nvl72') ? 'hybrid-ep' : 'nccl-alltoall',
    'communication.dispatchDtype': 'bf16',
    ...withoutMtp(model, accelerator),
    ...stated,
  };
  return { preset: MODELS[model], set };
}

export interface TrainingRecipe extends Setting {
  readonly name: string;
  readonly tokensPerSecondPerGpu: number;
}

export const trainingRecipes: readonly TrainingRecipe[] = rows.map((row) => {
  const [model, accelerator, precision, gpus] = row;
  return {
    ...settingOf(row),
    name: `${model} ${precision}, ${accelerator} @${gpus}`,
    tokensPerSecondPerGpu: row[11],
  };
});
