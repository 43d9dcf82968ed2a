import type { AcceleratorId } from '../../../src/catalog/accelerators';
import type { WeightDtype, WorkloadScenario } from '../../../src/scenario/scenario';
import type { Setting } from '../measured';

const COOKBOOK = (page: string) => `sgl-project/sgl-cookbook docs/autoregressive/${page}`;

/** Where blind rows were published: `sglang.bench_serving` or `vllm bench serve`, one closed loop each. */
export const SERVING_SOURCES = {
  qwen3: COOKBOOK('Qwen/Qwen3.md@230dd7f5'),
  glm46: COOKBOOK('GLM/GLM-4.6.md@2c360cae'),
  minimax: COOKBOOK('MiniMax/MiniMax-M2.5.md@20afca1f'),
  kimi: COOKBOOK('Moonshotai/Kimi-K2.md@0abf8552'),
  coder: COOKBOOK('Qwen/Qwen3-Coder-480B-A35B.md@58d31f6e'),
  deepseek: COOKBOOK('DeepSeek/DeepSeek-V3_1.md@04839fb6'),
  sparse: COOKBOOK('DeepSeek/DeepSeek-V3_2.md@06d80653'),
  gptOss: COOKBOOK('OpenAI/GPT-OSS.md@1b354da5'),
  next: COOKBOOK('Qwen/Qwen3-Next.md@49951ae1'),
  r1: COOKBOOK('DeepSeek/DeepSeek-R1.md@2c360cae'),
  v3: COOKBOOK('DeepSeek/DeepSeek-V3.md@36c07b43'),
  llama4: COOKBOOK('Llama/Llama4.md@1805b9e8'),
  coderNext: COOKBOOK('Qwen/Qwen3-Coder-Next.md@0f88ac71'),
  minimax27: COOKBOOK('MiniMax/MiniMax-M2.7.md@2aa74f79'),
  super: COOKBOOK('NVIDIA/Nemotron3-Super.md@068286ec'),
  glm51: 'sgl-project/sglang pull request 30812 (10 July 2026)',
  minimaxAmd:
    'sgl-project/sglang docs_new/src/snippets/configs/MiniMaxAI/minimax-m2.7-benchmarks.jsx@05751c8d',
  magpie: 'AMD-AGI/Magpie pull request 88 (1 September 2026)',
  vultr: 'docs.vultr.com/inference-cookbook/cuda/optimization/concurrency-tuning (11 March 2026)',
} as const;

/** GLM-4.6 has GLM-4.5's layers; MiniMax-M2.5 and M2.7 MiniMax-M2's; DeepSeek-V3.1 and R1 DeepSeek-V3's; Qwen3-Coder-Next Qwen3-Next's. */
const PRESETS = {
  qwen3: 'Qwen/Qwen3-235B-A22B',
  glm46: 'zai-org/GLM-4.5',
  minimax: 'MiniMaxAI/MiniMax-M2',
  kimi: 'moonshotai/Kimi-K2-Instruct',
  coder: 'Qwen/Qwen3-Coder-480B-A35B-Instruct',
  deepseek: 'deepseek-ai/DeepSeek-V3',
  sparse: 'deepseek-ai/DeepSeek-V3.2',
  glm5: 'zai-org/GLM-5',
  gptOss: 'openai/gpt-oss-120b',
  next: 'Qwen/Qwen3-Next-80B-A3B-Instruct',
  nano: 'nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16',
  super: 'nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-BF16',
  scout: 'meta-llama/Llama-4-Scout-17B-16E-Instruct',
  maverick: 'meta-llama/Llama-4-Maverick-17B-128E-Instruct',
} as const;

export type BlindServing = readonly [
  source: keyof typeof SERVING_SOURCES,
  model: keyof typeof PRESETS,
  engine: NonNullable<WorkloadScenario['engine']>,
  on: AcceleratorId,
  weights: WeightDtype,
  /** Mean tokens of a prompt and of an answer. */
  input: number,
  output: number,
  concurrency: number,
  gpus: number,
  attentionRanks: number,
  ep: number,
  /** `null` where one prompt, for which kernels were compiled for 39 or 48 s, is most of the mean. */
  meanTtftMilliseconds: number | null,
  meanTpotMilliseconds: number,
];

/** Runs with speculative decoding are left out. Lengths are the means that each run printed, of lengths between 1 and twice that. */
// biome-ignore format: one measured run per line
export const blindServing: readonly BlindServing[] = [
  ['qwen3', 'qwen3', 'sglang', 'b200-sxm', 'bf16', 610, 421, 1, 8, 1, 1, 99.03, 10.12],
  ['qwen3', 'qwen3', 'sglang', 'b200-sxm', 'bf16', 496, 509, 16, 8, 1, 1, 215.7, 16.36],
  ['qwen3', 'qwen3', 'sglang', 'b200-sxm', 'bf16', 500, 504, 100, 8, 1, 1, 260.55, 32.94],
  ['qwen3', 'qwen3', 'sglang', 'b200-sxm', 'bf16', 610, 4445, 1, 8, 1, 1, 110.6, 10.23],
  ['qwen3', 'qwen3', 'sglang', 'b200-sxm', 'bf16', 496, 3978, 16, 8, 1, 1, 169.71, 14.82],
  ['qwen3', 'qwen3', 'sglang', 'b200-sxm', 'bf16', 497, 4065, 64, 8, 1, 1, 265.03, 23.66],
  ['qwen3', 'qwen3', 'sglang', 'b200-sxm', 'bf16', 4194, 421, 1, 8, 1, 1, 139.9, 10.31],
  ['qwen3', 'qwen3', 'sglang', 'b200-sxm', 'bf16', 3750, 520, 16, 8, 1, 1, 284.29, 16.81],
  ['qwen3', 'qwen3', 'sglang', 'b200-sxm', 'bf16', 3981, 530, 64, 8, 1, 1, 238.22, 32.5],
  ['glm46', 'glm46', 'sglang', 'b200-sxm', 'bf16', 610, 421, 1, 8, 1, 1, 155.57, 14.81],
  ['glm46', 'glm46', 'sglang', 'b200-sxm', 'bf16', 496, 509, 16, 8, 1, 1, 196.08, 24.24],
  ['glm46', 'glm46', 'sglang', 'b200-sxm', 'bf16', 500, 504, 100, 8, 1, 1, 337.77, 49.97],
  ['glm46', 'glm46', 'sglang', 'b200-sxm', 'bf16', 610, 4445, 1, 8, 1, 1, 160.21, 14.92],
  ['glm46', 'glm46', 'sglang', 'b200-sxm', 'bf16', 496, 3978, 16, 8, 1, 1, 228.54, 21.97],
  ['glm46', 'glm46', 'sglang', 'b200-sxm', 'bf16', 497, 4065, 64, 8, 1, 1, 232.45, 33.47],
  ['glm46', 'glm46', 'sglang', 'b200-sxm', 'bf16', 4194, 421, 1, 8, 1, 1, 189.48, 15.02],
  ['glm46', 'glm46', 'sglang', 'b200-sxm', 'bf16', 3750, 520, 16, 8, 1, 1, 339.88, 25.37],
  ['glm46', 'glm46', 'sglang', 'b200-sxm', 'bf16', 3981, 530, 64, 8, 1, 1, 355.82, 46.62],
  ['minimax', 'minimax', 'sglang', 'b200-sxm', 'fp8', 609, 422, 1, 8, 1, 8, 130.57, 9.89],
  ['minimax', 'minimax', 'sglang', 'b200-sxm', 'fp8', 495, 510, 16, 8, 1, 8, 305.44, 16.2],
  ['minimax', 'minimax', 'sglang', 'b200-sxm', 'fp8', 499, 505, 100, 8, 1, 8, 391.06, 33.04],
  ['minimax', 'minimax', 'sglang', 'b200-sxm', 'fp8', 4194, 422, 1, 8, 1, 8, 131.5, 10],
  ['minimax', 'minimax', 'sglang', 'b200-sxm', 'fp8', 3750, 521, 16, 8, 1, 8, 282.56, 16.6],
  ['minimax', 'minimax', 'sglang', 'b200-sxm', 'fp8', 3981, 531, 64, 8, 1, 8, 692.26, 32.19],
  ['minimax', 'minimax', 'sglang', 'h100-sxm', 'fp8', 610, 422, 1, 8, 1, 8, 145.2, 8.05],
  ['minimax', 'minimax', 'sglang', 'h100-sxm', 'fp8', 496, 510, 16, 8, 1, 8, 116.86, 14.81],
  ['minimax', 'minimax', 'sglang', 'h100-sxm', 'fp8', 500, 505, 100, 8, 1, 8, 149.32, 28.92],
  ['vultr', 'minimax', 'vllm', 'b200-sxm', 'fp8', 2048, 512, 1, 4, 1, 1, 84, 11.4],
  ['vultr', 'minimax', 'vllm', 'b200-sxm', 'fp8', 2048, 512, 8, 4, 1, 1, 217, 13.37],
  ['vultr', 'minimax', 'vllm', 'b200-sxm', 'fp8', 2048, 512, 16, 4, 1, 1, 77, 15.01],
  ['vultr', 'nano', 'vllm', 'b200-sxm', 'fp8', 2048, 512, 1, 2, 1, 1, 362, 2.91],
  ['vultr', 'nano', 'vllm', 'b200-sxm', 'fp8', 2048, 512, 16, 2, 1, 1, 160, 4.32],
  ['vultr', 'nano', 'vllm', 'b200-sxm', 'fp8', 2048, 512, 64, 2, 1, 1, 324, 6.74],
  ['vultr', 'nano', 'vllm', 'b200-sxm', 'fp8', 2048, 512, 256, 2, 1, 1, 1254, 11.77],
  ['kimi', 'kimi', 'sglang', 'b200-sxm', 'fp8', 195, 276, 1, 8, 4, 1, 141.22, 18.4],
  ['kimi', 'kimi', 'sglang', 'b200-sxm', 'fp8', 297, 194, 100, 8, 4, 4, 457.42, 97.23],
  ['kimi', 'kimi', 'sglang', 'mi300x', 'fp8', 610, 422, 1, 8, 1, 1, 159.67, 40.41],
  ['kimi', 'kimi', 'sglang', 'mi300x', 'fp8', 621, 510, 16, 8, 1, 1, 977.11, 46.85],
  ['kimi', 'kimi', 'sglang', 'mi300x', 'fp8', 500, 505, 100, 8, 1, 1, 400.01, 74.58],
  ['coder', 'coder', 'sglang', 'mi300x', 'fp8', 610, 422, 1, 8, 1, 2, 191.93, 17.06],
  ['coder', 'coder', 'sglang', 'mi300x', 'fp8', 496, 510, 16, 8, 1, 2, 388.94, 29.41],
  ['coder', 'coder', 'sglang', 'mi300x', 'fp8', 497, 532, 64, 8, 1, 2, 372.97, 62.98],
  ['deepseek', 'deepseek', 'sglang', 'mi300x', 'fp8', 302, 188, 100, 8, 8, 8, 764.97, 114.09],
  ['sparse', 'sparse', 'sglang', 'b200-sxm', 'fp8', 302, 188, 100, 8, 8, 8, 530.36, 106.16],
  ['gptOss', 'gptOss', 'sglang', 'b200-sxm', 'mxfp4', 332, 213, 1, 8, 1, 1, 33.71, 2.31],
  ['gptOss', 'gptOss', 'sglang', 'b200-sxm', 'mxfp4', 297, 192, 100, 8, 1, 1, 102.94, 14.31],
  ['next', 'next', 'sglang', 'b200-sxm', 'bf16', 338, 216, 1, 8, 1, 1, 127.88, 6.19],
  ['next', 'next', 'sglang', 'b200-sxm', 'bf16', 302, 196, 100, 8, 1, 1, 161.77, 50.87],
  ['r1', 'deepseek', 'sglang', 'b200-sxm', 'fp8', 610, 421, 1, 8, 1, 1, 153, 9.16],
  ['r1', 'deepseek', 'sglang', 'b200-sxm', 'fp8', 496, 509, 16, 8, 1, 1, 273.51, 17.56],
  ['r1', 'deepseek', 'sglang', 'b200-sxm', 'fp8', 500, 504, 100, 8, 1, 1, 563.14, 40.11],
  ['r1', 'deepseek', 'sglang', 'b200-sxm', 'fp8', 610, 4445, 1, 8, 1, 1, 125.76, 9.21],
  ['r1', 'deepseek', 'sglang', 'b200-sxm', 'fp8', 496, 3978, 16, 8, 1, 1, 176.02, 15.42],
  ['r1', 'deepseek', 'sglang', 'b200-sxm', 'fp8', 497, 4065, 64, 8, 1, 1, 223.91, 25.94],
  ['r1', 'deepseek', 'sglang', 'b200-sxm', 'fp8', 4194, 421, 1, 8, 1, 1, 165.91, 9.26],
  ['r1', 'deepseek', 'sglang', 'b200-sxm', 'fp8', 3750, 520, 16, 8, 1, 1, 486.8, 19.06],
  ['r1', 'deepseek', 'sglang', 'b200-sxm', 'fp8', 3981, 530, 64, 8, 1, 1, 913.93, 39.93],
  ['v3', 'deepseek', 'sglang', 'mi300x', 'fp8', 302, 188, 100, 8, 8, 8, 1521.51, 214.73],
  ['llama4', 'scout', 'sglang', 'mi300x', 'bf16', 610, 422, 1, 8, 1, 1, null, 7.49],
  ['llama4', 'scout', 'sglang', 'mi300x', 'bf16', 621, 510, 16, 8, 1, 1, 124.44, 11.88],
  ['llama4', 'scout', 'sglang', 'mi300x', 'bf16', 500, 505, 100, 8, 1, 1, 204.46, 41.56],
  ['llama4', 'maverick', 'sglang', 'mi300x', 'bf16', 610, 422, 1, 8, 1, 1, null, 5.95],
  ['llama4', 'maverick', 'sglang', 'mi300x', 'bf16', 496, 510, 16, 8, 1, 1, 259.3, 10.53],
  ['llama4', 'maverick', 'sglang', 'mi300x', 'bf16', 500, 505, 100, 8, 1, 1, 188.19, 33.63],
  ['coderNext', 'next', 'sglang', 'b200-sxm', 'bf16', 200, 280, 1, 2, 1, 1, 259.32, 6.61],
  ['coderNext', 'next', 'sglang', 'b200-sxm', 'bf16', 302, 196, 100, 2, 1, 1, 437.66, 92.28],
  ['minimax27', 'minimax', 'sglang', 'gb300-nvl72', 'fp8', 610, 422, 1, 2, 1, 1, 50.28, 8.02],
  ['minimax27', 'minimax', 'sglang', 'gb300-nvl72', 'fp8', 500, 505, 100, 2, 1, 1, 247.94, 35.75],
  ['super', 'super', 'sglang', 'h200-sxm', 'bf16', 508, 510, 256, 4, 1, 1, 436.49, 75.02],
  ['glm51', 'glm5', 'sglang', 'mi300x', 'fp8', 500, 500, 1, 8, 1, 1, 585, 28.38],
  ['glm51', 'glm5', 'sglang', 'mi300x', 'fp8', 500, 500, 16, 8, 1, 1, 338, 51.63],
  ['glm51', 'glm5', 'sglang', 'mi300x', 'fp8', 500, 500, 64, 8, 1, 1, 634, 87.27],
  ['glm51', 'glm5', 'sglang', 'mi300x', 'fp8', 500, 500, 256, 8, 1, 1, 2017, 169.96],
  ['minimaxAmd', 'minimax', 'sglang', 'mi300x', 'fp8', 500, 500, 1, 2, 1, 2, 210, 14.94],
  ['minimaxAmd', 'minimax', 'sglang', 'mi300x', 'fp8', 500, 500, 16, 2, 1, 2, 167, 31.8],
  ['minimaxAmd', 'minimax', 'sglang', 'mi300x', 'fp8', 500, 500, 64, 4, 1, 4, 419, 42.48],
  ['minimaxAmd', 'minimax', 'sglang', 'mi300x', 'fp8', 500, 500, 256, 4, 1, 4, 337, 71.72],
  ['minimaxAmd', 'minimax', 'sglang', 'mi300x', 'fp8', 500, 500, 1024, 8, 1, 8, 3547, 239.18],
  ['magpie', 'coder', 'sglang', 'mi355x', 'fp8', 922, 922, 32, 4, 1, 1, 229.74, 22.69],
];

/** None of the commands sets `--scheduler-recv-interval`. */
const DEFAULT_RECEIVE_INTERVAL = { 'workload.receiveInterval': 1 };

/** How a row was run, in the words of the command line. */
export function blindServingSetting(row: BlindServing): Setting {
  const [, model, engine, accelerator, weights, input, output, concurrency, gpus, ranks, ep] = row;
  return {
    preset: PRESETS[model],
    set: {
      'workload.mode': 'serve',
      'workload.engine': engine,
      'cluster.accelerator': accelerator,
      'model.weightDtype': weights,
      'workload.inputLength': input,
      'workload.outputLength': output,
      'workload.concurrency': concurrency,
      ...(engine === 'sglang' && DEFAULT_RECEIVE_INTERVAL),
      'layout.tp': gpus / ranks,
      'layout.dp': ranks,
      'layout.attentionDataParallel': ranks > 1,
      'layout.ep': ep,
      'layout.etp': gpus / ep,
    },
  };
}
