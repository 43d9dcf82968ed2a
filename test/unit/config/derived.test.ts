import { describe, expect, test } from 'vitest';
import { factOf, mustRead } from './facts';

/** A rule is worth its words: each says the formula, and where it was read where a framework decides it. */
const CASES: readonly (readonly [
  title: string,
  file: string,
  text: string,
  facts: Readonly<Record<string, readonly [value: number, rule: RegExp]>>,
])[] = [
  [
    'vLLM',
    'serve.sh',
    'vllm serve m -tp 2 -pcp 2 -dp 4 -pp 2 --enable-expert-parallel\n',
    {
      'layout.ep': [16, /vllm-project\/vllm@\w+.*EP = TP x PCP x DP/],
      'layout.worldSize': [32, /PP x TP x PCP x DP/],
    },
  ],
  [
    'vLLM without expert parallelism',
    'serve.sh',
    'vllm serve m -tp 2 -dp 4\n',
    { 'layout.ep': [1, /with --enable-expert-parallel, else 1/] },
  ],
  [
    'SGLang with an all-to-all backend',
    'serve.sh',
    'python -m sglang.launch_server --tp 16 --dp 8 --enable-dp-attention --moe-a2a-backend deepep\n',
    {
      'layout.ep': [16, /sgl-project\/sglang@\w+.*sets EP to TP/],
      'layout.worldSize': [16, /TP x PP; times DP unless DP attention divides TP/],
    },
  ],
  [
    'TensorRT-LLM',
    'extra.yaml',
    'tensor_parallel_size: 16\nmoe_expert_parallel_size: 4\nmoe_cluster_parallel_size: 2\npipeline_parallel_size: 2\n',
    {
      'layout.etp': [2, /TensorRT-LLM@\w+.*TP = MoE-TP × MoE-EP × MoE-cluster/],
      'layout.worldSize': [32, /TensorRT-LLM@\w+.*TP × PP × CP/],
    },
  ],
  [
    'torchtitan',
    'job.toml',
    '[parallelism]\ndata_parallel_shard_degree = 8\ntensor_parallel_degree = 2\nexpert_parallel_degree = 4\n',
    {
      'layout.dp': [8, /torchtitan@\w+.*DP = replicate × shard/],
      'layout.edp': [4, /torchtitan@\w+.*EDP = .* \/ \(EP × ETP\)/],
      'layout.worldSize': [16, /torchtitan@\w+.*world = DP replicate × DP shard × CP × TP × PP/],
    },
  ],
  [
    'Megatron-LM without widths, with SwiGLU',
    'train.sh',
    'torchrun pretrain_gpt.py --num-experts 8 --hidden-size 2048 --swiglu\n',
    {
      'model.mlpMatrices': [3, /gate, up and down/],
      'model.intermediateSize': [5440, /Megatron-LM@\w+.*8\/3 × hidden size in whole 64s/],
      'model.expertIntermediateSize': [5440, /ffn_hidden_size where --moe-ffn-hidden-size is absent/],
    },
  ],
  [
    'Megatron-LM without widths',
    'train.sh',
    'torchrun pretrain_gpt.py --num-experts 8 --hidden-size 2048\n',
    { 'model.expertIntermediateSize': [8192, /ffn_hidden_size where/] },
  ],
  [
    'MaxText',
    'job.yml',
    'num_experts: 8\nici_expert_parallelism: 4\ndcn_expert_parallelism: 2\nici_fsdp_parallelism: 2\nici_tensor_parallelism: 2\n',
    {
      'layout.ep': [8, /maxtext@\w+.*EP = ici_expert_parallelism × dcn_expert_parallelism/],
      'layout.dp': [16, /maxtext@\w+.*DP = .*ici_fsdp_parallelism/],
      'layout.worldSize': [32, /maxtext@\w+.*world = the product of all axes/],
    },
  ],
  [
    'axolotl',
    'train.yaml',
    'base_model: m\nexpert_parallel_size: 2\ndp_shard_size: 4\ntensor_parallel_size: 2\n',
    {
      'layout.dp': [8, /axolotl@\w+.*EP × dp_shard_size × dp_replicate_size/],
      'layout.worldSize': [16, /axolotl@\w+.*world/],
    },
  ],
];

describe.each(CASES)('%s derives', (_, file, text, facts) => {
  test.each(Object.entries(facts))('%s', (name, [value, rule]) => {
    const fact = factOf(mustRead(file, text), name);
    expect(fact).toMatchObject({ value, state: 'derived' });
    expect(fact.origin).toMatch(rule);
  });
});
