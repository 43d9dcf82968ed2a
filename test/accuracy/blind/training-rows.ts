import type { Values } from '../../../src/scenario/values';
import type { Setting } from '../measured';

const BRIDGE = 'NVIDIA-NeMo/Megatron-Bridge@df0289c1 docs/performance-summary.md';
const AUTOMODEL =
  'NVIDIA-NeMo/Automodel@01926a5c docs/performance-summary.md, docs.nvidia.com/nemo/automodel (April 2026), and examples/benchmark/configs@037e04a6';
const TPU_RECIPES =
  'AI-Hypercomputer/tpu-recipes@079ba8e7, ae1f18ad, 678f825b, 16a56b20 training/v5p, e008533b training/trillium, and AI-Hypercomputer/maxtext v0.2.0 docs/reference/models/tiering.md';
const MEGATRON = 'NVIDIA/Megatron-LM@022bcb5a megatron/core/transformer/moe/README.md';

export interface BlindTraining extends Setting {
  readonly name: string;
  readonly source: string;
  readonly tokensPerSecondPerGpu: number;
}

const PRESETS = {
  deepseek: 'deepseek-ai/DeepSeek-V3',
  gptOss: 'openai/gpt-oss-120b',
  qwen30: 'Qwen/Qwen3-30B-A3B',
  qwen235: 'Qwen/Qwen3-235B-A22B',
  kimi: 'moonshotai/Kimi-K2-Instruct',
  mixtral: 'mistralai/Mixtral-8x7B-v0.1',
  nano: 'nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16',
  super: 'nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-BF16',
  scout: 'meta-llama/Llama-4-Scout-17B-16E-Instruct',
  maverick: 'meta-llama/Llama-4-Maverick-17B-128E-Instruct',
} as const;

interface Run {
  readonly model: keyof typeof PRESETS;
  readonly on: string;
  readonly precision: string;
  readonly gpus: number;
  readonly batch: number;
  readonly microBatch: number;
  readonly tp: number;
  readonly pp: number;
  readonly vpp: number;
  readonly ep: number;
}

/** 4096 tokens, balanced, BF16 gradients; where a recipe does not say, HybridEP on the racks, NCCL elsewhere; nothing recomputed. */
const settingOf = (run: Run, more: Values = {}): Setting => ({
  preset: PRESETS[run.model],
  set: {
    'cluster.accelerator': run.on,
    'workload.mode': 'train',
    'workload.precision': run.precision,
    'workload.sequenceLength': 4096,
    'workload.microBatchSize': run.microBatch,
    'workload.globalBatchSize': run.batch,
    'workload.sharding': 'optimizer',
    'workload.gradientDtype': 'bf16',
    'layout.worldSize': run.gpus,
    'layout.tp': run.tp,
    'layout.pp': run.pp,
    'layout.ep': run.ep,
    'layout.etp': 1,
    'layout.vpp': run.vpp,
    'routing.distribution': 'balanced',
    'communication.backend': run.on.endsWith('nvl72') ? 'hybrid-ep' : 'nccl-alltoall',
    'communication.dispatchDtype': 'bf16',
    ...more,
  },
});

type Row = readonly [
  model: keyof typeof PRESETS,
  on: string,
  precision: string,
  gpus: number,
  batch: number,
  microBatch: number,
  tp: number,
  pp: number,
  vpp: number,
  ep: number,
  tokensPerSecondPerGpu: number,
  stated?: Values,
];

const NCCL: Values = { 'communication.backend': 'nccl-alltoall' };
const DEEPEP: Values = { 'communication.backend': 'deepep-high-throughput', 'communication.sms': 24 };
const OVERLAP: Values = { 'workload.overlap': 'expert-parallel' };
const LATENTS: Values = { 'workload.recompute': 'mla_up_proj' };
const HYBRID: Values = { 'communication.backend': 'hybrid-ep' };
const LIGHT: Values = { ...NCCL, 'workload.recompute': 'layernorm,moe_act' };

/**
 * Container 26.02; Qwen3-30B on H100 as corrected in performance-summary-archive.md@0a25f911. The last column is what the recipe of
 * that layout states (scripts/performance/configs: deepseek@f0e2c37e, gpt_oss@1e7adfa9, qwen@f29a269f, qwen3@767255d2).
 */
// biome-ignore format: one measured run per line
const release2602: readonly Row[] = [
  ['deepseek', 'gb300-nvl72', 'mxfp8', 256, 4096, 2, 1, 2, 8, 32, 4612, LATENTS],
  ['gptOss', 'gb300-nvl72', 'bf16', 64, 1280, 4, 1, 1, 1, 64, 19412, NCCL],
  ['qwen30', 'gb300-nvl72', 'mxfp8', 8, 512, 8, 1, 1, 1, 8, 30376],
  ['qwen235', 'gb300-nvl72', 'mxfp8', 256, 8192, 2, 1, 4, 1, 32, 6583],
  ['deepseek', 'gb200-nvl72', 'mxfp8', 256, 4096, 1, 1, 4, 4, 64, 3955, LATENTS],
  ['gptOss', 'gb200-nvl72', 'bf16', 64, 1280, 4, 1, 1, 1, 64, 15784, LIGHT],
  ['qwen30', 'gb200-nvl72', 'mxfp8', 8, 512, 4, 1, 1, 1, 8, 26084],
  ['qwen235', 'gb200-nvl72', 'mxfp8', 256, 8192, 1, 1, 8, 1, 32, 5448],
  ['deepseek', 'b300-sxm', 'mxfp8', 256, 4096, 1, 1, 16, 1, 8, 2983, { ...HYBRID, ...LATENTS }],
  ['gptOss', 'b300-sxm', 'bf16', 64, 1280, 4, 1, 1, 1, 64, 8359],
  ['qwen30', 'b300-sxm', 'mxfp8', 8, 512, 8, 1, 1, 1, 8, 29521, HYBRID],
  ['qwen235', 'b300-sxm', 'mxfp8', 256, 8192, 1, 1, 8, 4, 8, 2691, OVERLAP],
  ['deepseek', 'b200-sxm', 'mxfp8', 256, 4096, 1, 1, 16, 1, 8, 2689, { ...HYBRID, ...LATENTS }],
  ['gptOss', 'b200-sxm', 'bf16', 64, 1280, 4, 1, 1, 1, 64, 8047, LIGHT],
  ['qwen30', 'b200-sxm', 'mxfp8', 8, 512, 1, 1, 1, 1, 8, 9691],
  ['qwen235', 'b200-sxm', 'mxfp8', 256, 8192, 1, 1, 8, 1, 8, 3805],
  ['gptOss', 'h100-sxm', 'bf16', 64, 1280, 1, 1, 4, 1, 8, 5993, LIGHT],
  ['qwen30', 'h100-sxm', 'fp8', 16, 1024, 1, 1, 2, 12, 8, 5113, OVERLAP],
  ['qwen235', 'h100-sxm', 'fp8', 256, 8192, 1, 2, 8, 4, 32, 1633, OVERLAP],
];

/**
 * Container 25.09: per-tensor FP8; tokens dropped at capacity factor 1, but for DeepSeek-V3 on H100. The last column as above
 * (deepseek@27dfb3df, where what drops no tokens runs DeepEP, overlapped on H100; qwen3@4054233a).
 */
// biome-ignore format: one measured run per line
const release2509: readonly Row[] = [
  ['deepseek', 'gb200-nvl72', 'fp8', 256, 2048, 1, 1, 4, 4, 64, 3454, LATENTS],
  ['qwen30', 'gb200-nvl72', 'fp8', 8, 512, 4, 1, 1, 1, 8, 22775],
  ['qwen235', 'gb200-nvl72', 'fp8', 64, 1024, 1, 2, 1, 1, 64, 4452],
  ['deepseek', 'b200-sxm', 'fp8', 256, 2048, 1, 1, 16, 1, 8, 2265, LATENTS],
  ['qwen30', 'b200-sxm', 'fp8', 8, 512, 1, 1, 1, 1, 8, 18066],
  ['qwen235', 'b200-sxm', 'fp8', 64, 1024, 1, 1, 8, 2, 8, 4104],
  ['deepseek', 'h100-sxm', 'fp8', 1024, 8192, 1, 2, 8, 4, 64, 1297, { ...DEEPEP, ...OVERLAP, 'workload.recompute': 'mla_up_proj,mlp' }],
  ['qwen30', 'h100-sxm', 'fp8', 16, 512, 2, 1, 2, 24, 8, 10494],
  ['qwen235', 'h100-sxm', 'fp8', 256, 2048, 1, 2, 8, 4, 32, 1204],
];

const runOf = ([model, on, precision, gpus, batch, microBatch, tp, pp, vpp, ep]: Row): Run => ({
  model,
  on,
  precision,
  gpus,
  batch,
  microBatch,
  tp,
  pp,
  vpp,
  ep,
});

const releaseRow =
  (container: string, more: Values = {}) =>
  (row: Row): BlindTraining => ({
    ...settingOf(runOf(row), { ...more, ...row[11] }),
    name: `${container}: ${PRESETS[row[0]].split('/')[1]} ${row[2]}, ${row[1]} @${row[3]}`,
    source: BRIDGE,
    tokensPerSecondPerGpu: row[10],
  });

/** PyTorch's FSDP with DeepEP on H100, all experts of a rank in one grouped GEMM (nemo_automodel/components/moe/experts.py) as in torchtitan, BF16; what was recomputed and resharded stands in the configuration files. */
const automodel: readonly (readonly [Row, Values])[] = [
  [['deepseek', 'h100-sxm', 'bf16', 1024, 8192, 1, 1, 4, 8, 64, 865], fullyRecomputed('gradients')],
  [['deepseek', 'h100-sxm', 'bf16', 256, 512, 1, 1, 4, 8, 64, 1002], fullyRecomputed('gradients')],
  [['kimi', 'h100-sxm', 'bf16', 256, 512, 1, 1, 8, 4, 32, 924], fullyRecomputed('gradients')],
  [['qwen30', 'h100-sxm', 'bf16', 8, 512, 4, 1, 1, 1, 8, 12040], fullyRecomputed('parameters')],
  [['gptOss', 'h100-sxm', 'bf16', 64, 512, 2, 1, 1, 1, 64, 7626], { 'workload.sharding': 'parameters' }],
  [['nano', 'h100-sxm', 'bf16', 8, 512, 4, 1, 1, 1, 8, 16789], fullyRecomputed('parameters')],
  [['super', 'h100-sxm', 'bf16', 64, 512, 2, 1, 1, 1, 64, 4497], fullyRecomputed('parameters')],
];

function fullyRecomputed(sharding: string): Values {
  return { 'workload.sharding': sharding, 'workload.recompute': 'full' };
}

/**
 * 468 TFLOP/s per GPU as Megatron counts them (attention in full): 82.9 GFLOP per token of Mixtral-8x7B at 4096. The
 * mapping is the README's "reference best".
 */
const mixtral: BlindTraining = {
  ...settingOf(runOf(['mixtral', 'h100-sxm', 'bf16', 64, 256, 1, 1, 4, 8, 8, 0]), {
    'workload.gradientDtype': 'fp32',
  }),
  name: 'Megatron-LM: Mixtral-8x7B bf16, h100-sxm @64',
  source: MEGATRON,
  tokensPerSecondPerGpu: 468e12 / 82.9e9,
};

/** Everything between the tensors that a recipe offloads, which are its attention's projections where it names them. */
const OFFLOADED: Values = { 'workload.recompute': 'layernorm,core_attn,mlp,moe' };
const FULL: Values = { 'workload.recompute': 'full' };

/**
 * MaxText on TPUs with every weight sharded over all chips (FSDP), no expert parallelism, BF16: where a recipe prints a step of its
 * log, that one. Batches are per chip; `v5p-128` has 64 chips. Mixtral on v5p is a figure of MaxText's page of models for 8x4x4
 * chips, with the batch of the recipe that it links to; on v6e tokens are dropped at capacity factor 1.25.
 */
// biome-ignore format: one measured run per line
const tpu: readonly (readonly [Row, sequenceLength: number])[] = [
  [['mixtral', 'tpu-v5p', 'bf16', 128, 4608, 36, 1, 1, 1, 1, 2909, FULL], 4096],
  [['deepseek', 'tpu-v5p', 'bf16', 512, 3072, 6, 1, 1, 1, 1, 542.108, { ...OFFLOADED, 'model.mtpLayers': 0 }], 8192],
  [['scout', 'tpu-v5p', 'bf16', 128, 1024, 8, 1, 1, 1, 1, 2070.487, FULL], 8192],
  [['maverick', 'tpu-v5p', 'bf16', 128, 512, 16, 4, 1, 1, 1, 1321.725, { ...OFFLOADED, 'layout.etp': 4 }], 8192],
  [['mixtral', 'tpu-v6e', 'bf16', 256, 3072, 12, 1, 1, 1, 1, 3645.203, { ...OFFLOADED, 'routing.capacityFactor': 1.25 }], 4096],
];

const tpuRow = ([row, sequenceLength]: (typeof tpu)[number]): BlindTraining => ({
  ...settingOf(runOf(row), {
    'workload.sharding': 'parameters',
    'workload.sequenceLength': sequenceLength,
    ...row[11],
  }),
  framework: 'maxtext',
  name: `MaxText: ${PRESETS[row[0]].split('/')[1]} ${row[2]}, ${row[1]} @${row[3]}`,
  source: TPU_RECIPES,
  tokensPerSecondPerGpu: row[10],
});

export const blindTraining: readonly BlindTraining[] = [
  ...release2602.map(releaseRow('26.02')),
  ...release2509.map(releaseRow('25.09', NCCL)),
  ...automodel.map(([row, more]) => ({
    ...releaseRow('AutoModel', { ...DEEPEP, ...more })(row),
    framework: 'torchtitan' as const,
    source: AUTOMODEL,
  })),
  ...tpu.map(tpuRow),
  mixtral,
];
