import { linkJobs } from '../../src/config/link';
import { read } from '../../src/config/read';
import { resolveScenario } from '../../src/scenario/resolve';
import type { Values } from '../../src/scenario/values';
import { simulate } from '../../src/sim/simulate';

/** One job as its file states it, and what its authors say that a GPU needed. */
export interface MeasuredPeak {
  readonly label: string;
  readonly file: string;
  readonly text: string;
  readonly stated?: Values;
  readonly gib: number;
}

/** What all of the scripts below have in common. */
const SWIFT =
  '--moe_permute_fusion true --moe_grouped_gemm true --recompute_granularity full --recompute_method uniform ' +
  '--recompute_num_layers 1 --cross_entropy_loss_fusion true --sequence_parallel true --attention_backend flash';
const LORA = '--tuner_type lora --lora_rank 8 --target_modules all-linear';
const LONG = '--micro_batch_size 1 --global_batch_size 16 --max_length 8192';
const SHORT = '--micro_batch_size 8 --global_batch_size 16 --max_length 2048';

type SwiftRow = readonly [label: string, gpus: number, model: string, options: string, gib: number];

/**
 * The first lines of modelscope/ms-swift examples/megatron: moe/qwen3_moe.sh@7b55a0c1, moe/qwen3_moe_offload.sh@08de1131,
 * mcore_bridge/full/moe.sh@7b55a0c1, moe/moe.sh@42a91c4a, moe/deepseek_v3.sh@3602360a, lora/moe.sh@26aee6f1,
 * mcore_bridge/lora/moe.sh@130692a8, lora/glm4_5_106b.sh@7b55a0c1, moe/qwen3_next.sh@df256f21, lora/qwen3_235b.sh@3602360a, and
 * of examples/models/qwen3_next/mcore.sh@3602360a.
 */
const swift: readonly SwiftRow[] = [
  [
    'Qwen3-30B-A3B, 16 GPUs, PP2 EP8',
    16,
    'Qwen/Qwen3-30B-A3B',
    `--pipeline_model_parallel_size 2 --expert_model_parallel_size 8 ${LONG}`,
    60,
  ],
  [
    'Qwen3-30B-A3B, 4 GPUs, EP4, optimizer on the host',
    4,
    'Qwen/Qwen3-30B-A3B',
    `--expert_model_parallel_size 4 --optimizer_cpu_offload true --use_precision_aware_optimizer true --optimizer_offload_fraction 1 ${LONG}`,
    75,
  ],
  [
    'Qwen3-30B-A3B, 8 GPUs, TP4 PP2 EP4, capacity 2',
    8,
    'Qwen/Qwen3-30B-A3B',
    '--pipeline_model_parallel_size 2 --decoder_first_pipeline_num_layers 25 --tensor_model_parallel_size 4 --expert_model_parallel_size 4 --moe_expert_capacity_factor 2 --micro_batch_size 1 --global_batch_size 4 --max_length 8192',
    76,
  ],
  [
    'Qwen1.5-MoE-A2.7B, 8 GPUs, PP2 EP4',
    8,
    'Qwen/Qwen1.5-MoE-A2.7B',
    `--pipeline_model_parallel_size 2 --decoder_last_pipeline_num_layers 11 --expert_model_parallel_size 4 ${LONG}`,
    57,
  ],
  [
    'Moonlight-16B-A3B, 8 GPUs, PP2 EP4',
    8,
    'moonshotai/Moonlight-16B-A3B-Instruct',
    `--pipeline_model_parallel_size 2 --decoder_last_pipeline_num_layers 13 --expert_model_parallel_size 4 ${LONG}`,
    60,
  ],
  [
    'Qwen3-30B-A3B, LoRA, 2 GPUs, EP2',
    2,
    'Qwen/Qwen3-30B-A3B',
    `${LORA} --expert_model_parallel_size 2 ${SHORT}`,
    62,
  ],
  [
    'Qwen3-30B-A3B, LoRA, 2 GPUs, EP2, capacity 2',
    2,
    'Qwen/Qwen3-30B-A3B',
    `${LORA} --expert_model_parallel_size 2 --moe_expert_capacity_factor 2 ${SHORT}`,
    50,
  ],
  [
    'GLM-4.5-Air, LoRA of attention, 4 GPUs, TP4 EP4',
    4,
    'zai-org/GLM-4.5-Air',
    `--tuner_type lora --lora_rank 32 --target_modules linear_qkv linear_proj --tensor_model_parallel_size 4 --expert_model_parallel_size 4 ${LONG}`,
    70,
  ],
  [
    'Qwen3-Next-80B-A3B, LoRA, 8 GPUs, EP4',
    8,
    'Qwen/Qwen3-Next-80B-A3B-Instruct',
    `${LORA} --expert_model_parallel_size 4 --micro_batch_size 1 --global_batch_size 8 --max_length 2048`,
    60,
  ],
  [
    'Qwen3-Next-80B-A3B, LoRA, 8 GPUs, TP2 EP4',
    8,
    'Qwen/Qwen3-Next-80B-A3B-Instruct',
    `${LORA} --tensor_model_parallel_size 2 --expert_model_parallel_size 4 --micro_batch_size 1 --global_batch_size 4 --max_length 4096`,
    56,
  ],
  [
    'Qwen3-235B-A22B, LoRA, 8 GPUs, TP4 EP8',
    8,
    'Qwen/Qwen3-235B-A22B-Instruct-2507',
    `${LORA} --tensor_model_parallel_size 4 --expert_model_parallel_size 8 ${SHORT}`,
    80,
  ],
];

/** pytorch/torchtitan, issue 1789: deepseek_v3_16b.toml on 8 H100, its batch lowered to the 4 that the recipe has since. */
const TORCHTITAN = `[model]
name = "deepseek_v3"
flavor = "16B"
[training]
local_batch_size = 4
seq_len = 4096
[parallelism]
data_parallel_shard_degree = 8
expert_parallel_degree = 8
[activation_checkpoint]
mode = "selective"
selective_ac_option = "op"
`;

export const measuredPeaks: readonly MeasuredPeak[] = [
  {
    label: 'DeepSeek-V2-Lite in torchtitan, FSDP over 8 GPUs, EP8',
    file: 'train.toml',
    text: TORCHTITAN,
    stated: { 'layout.worldSize': 8 },
    gib: 73.32,
  },
  ...swift.map(([label, gpus, model, options, gib]) => ({
    label,
    file: 'train.sh',
    text: `NPROC_PER_NODE=${Math.min(8, gpus)} NNODES=${Math.ceil(gpus / 8)} megatron sft --model ${model} ${SWIFT} ${options}\n`,
    gib,
  })),
];

const GIB = 2 ** 30;

/** GiB of the fullest rank, its tokens spread evenly over the experts. */
export function peakGiB({ label, file, text, stated = {} }: MeasuredPeak): number {
  const [job] = linkJobs([read({ file, text })!]);
  const { scenario } = resolveScenario({
    framework: job!.framework,
    facts: job!.facts,
    settings: { 'cluster.accelerator': 'h100-sxm', 'routing.distribution': 'balanced', ...stated },
  });
  if (scenario === null) throw new Error(`${label} cannot be simulated`);
  const { memory } = simulate(scenario);
  return memory.perRank[memory.fullestRank]!.total / GIB;
}
