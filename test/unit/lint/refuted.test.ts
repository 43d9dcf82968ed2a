import { describe, expect, it } from 'vitest';
import { linkJobs } from '../../../src/config/link';
import { lintFiguresOf, lintWorkspace, readAll, type Workspace } from './fixtures';

const QWEN3 = {
  model_type: 'qwen3_moe',
  hidden_size: 2048,
  num_hidden_layers: 48,
  num_attention_heads: 32,
  num_key_value_heads: 4,
  head_dim: 128,
  num_experts: 128,
  num_experts_per_tok: 8,
  moe_intermediate_size: 768,
  intermediate_size: 6144,
  norm_topk_prob: true,
  vocab_size: 151936,
};
const GPT_OSS = {
  model_type: 'gpt_oss',
  hidden_size: 2880,
  num_hidden_layers: 24,
  num_attention_heads: 64,
  num_key_value_heads: 8,
  head_dim: 64,
  num_local_experts: 32,
  num_experts_per_tok: 4,
  intermediate_size: 2880,
  vocab_size: 201088,
};

const sglangOf = (model: string, options: string): Workspace => ({
  'serve.sh': `python3 -m sglang.launch_server --model-path ${model} ${options}\n`,
});
const sglang = (options: string): Workspace => sglangOf('deepseek-ai/DeepSeek-V3', options);
const vllm = (model: string, options: string): Workspace => ({
  'serve.sh': `vllm serve ${model} ${options}\n`,
});
const megatron = (options: string): Workspace => ({
  'train.sh': `torchrun --nproc_per_node 8 --nnodes 6 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --seq-length 4096 --micro-batch-size 1 --global-batch-size 96 --num-experts 96 --moe-router-topk 8 --moe-ffn-hidden-size 768 --moe-token-dispatcher-type alltoall --sequence-parallel ${options}\n`,
});

/** Rules that look right and are not: each is refuted by a file that works or by the framework's source. */
const REFUTED: readonly (readonly [claim: string, workspace: Workspace])[] = [
  [
    'EP is a power of two: SGLang serves 256 + 32 experts over EP 24',
    sglang(
      '--tp-size 24 --dp-size 24 --enable-dp-attention --ep-size 24 --moe-a2a-backend deepep --ep-num-redundant-experts 32',
    ),
  ],
  ['EP is a power of two: Megatron-LM', megatron('--expert-model-parallel-size 24')],
  [
    'EP is a power of two: TensorRT-LLM',
    {
      'config.yaml':
        'model: deepseek-ai/DeepSeek-V3\ntensor_parallel_size: 24\nmoe_expert_parallel_size: 24\nmoe_config:\n  load_balancer:\n    num_slots: 288\n',
    },
  ],
  [
    'EP is a power of two: vLLM, with slots that divide',
    vllm(
      'deepseek-ai/DeepSeek-V3',
      '--data-parallel-size 24 --enable-expert-parallel --enable-eplb --eplb-config \'{"num_redundant_experts":8}\'',
    ),
  ],
  [
    'EP is a power of two: DeepSpeed',
    {
      'train.sh':
        'deepspeed --num_nodes 3 --num_gpus 8 pretrain_gpt.py --deepspeed --num-layers 24 --hidden-size 1024 --num-attention-heads 16 --num-experts 96 --moe-expert-parallel-size 24\n',
    },
  ],
  [
    'EP is at most DP: vLLM spreads experts over TP as well',
    vllm('Qwen/Qwen3-30B-A3B', '--tensor-parallel-size 4 --enable-expert-parallel'),
  ],
  [
    'EP is at most DP: torchtitan takes ranks of TP too',
    {
      'train.toml':
        '[model]\nname = "deepseek_v3"\nflavor = "16B"\n[parallelism]\ndata_parallel_shard_degree = 2\ntensor_parallel_degree = 4\nexpert_parallel_degree = 8\n',
    },
  ],
  [
    'EP is at most DP: TensorRT-LLM has no DP beside it',
    {
      'config.yaml': 'model: deepseek-ai/DeepSeek-V3\ntensor_parallel_size: 8\nmoe_expert_parallel_size: 8\n',
    },
  ],
  [
    'EP is at most DP: parallel folding takes ranks of TP and CP too',
    megatron(
      '--tensor-model-parallel-size 4 --context-parallel-size 4 --expert-model-parallel-size 16 --expert-tensor-parallel-size 1',
    ),
  ],
  [
    'experts divide by EP: vLLM without EPLB gives the first ranks one more',
    vllm('deepseek-ai/DeepSeek-V3', '--data-parallel-size 24 --enable-expert-parallel'),
  ],
  ['the hidden size divides by the heads: not with head_dim', { 'config.json': JSON.stringify(GPT_OSS) }],
  [
    'the hidden size divides by the heads: not with --kv-channels in Megatron-LM',
    {
      'train.sh': Object.values(megatron('--kv-channels 64 --expert-model-parallel-size 8'))[0]!.replace(
        '--hidden-size 2048 --num-attention-heads 32',
        '--hidden-size 2880 --num-attention-heads 64',
      ),
    },
  ],
  [
    'the hidden size divides by the heads: not with head_dim in MaxText',
    {
      'model.yml':
        'base_emb_dim: 2880\nbase_num_query_heads: 64\nbase_num_kv_heads: 8\nhead_dim: 64\nbase_num_decoder_layers: 24\nvocab_size: 201088\nbase_mlp_dim: 2880\nbase_moe_mlp_dim: 2880\nnum_experts: 32\nnum_experts_per_tok: 4\ndecoder_block: "gpt_oss"\n',
    },
  ],
  [
    'key and value heads divide by TP: SGLang copies them',
    sglangOf('Qwen/Qwen3-30B-A3B', '--tp-size 8 --ep-size 8'),
  ],
  [
    'key and value heads divide by TP: vLLM copies them',
    vllm('Qwen/Qwen3-30B-A3B', '--tensor-parallel-size 8 --enable-expert-parallel'),
  ],
  [
    'ep_size in config.json is EP: SGLang',
    {
      'model/config.json': JSON.stringify({ ...QWEN3, ep_size: 3 }),
      ...sglangOf('./model', '--tp-size 8 --ep-size 8'),
    },
  ],
  [
    'ep_size in config.json is EP',
    {
      'model/config.json': JSON.stringify({ ...QWEN3, ep_size: 3 }),
      ...vllm('./model', '--data-parallel-size 8 --enable-expert-parallel'),
    },
  ],
];

describe('rules that must not exist', () => {
  it.each(REFUTED)('%s', (_, workspace) => {
    const said = [...lintWorkspace(workspace), ...lintFiguresOf(workspace)].filter(
      ({ severity }) => severity !== 'info',
    );
    expect(said.map(({ rule, message }) => `${rule} ${message}`)).toEqual([]);
    expect(linkJobs(readAll(workspace)).length).toBeGreaterThan(0);
  });

  it('ep_size in config.json gives no job a parallel size', () => {
    const documents = readAll({ 'config.json': JSON.stringify({ ...QWEN3, ep_size: 4 }) });
    const names = linkJobs(documents).flatMap((job) => job.facts.map((fact) => fact.name));
    expect(names).toContain('huggingface.epSize');
    expect(names).not.toContain('layout.ep');
  });
});
