// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text.
import { describe, expect, test } from 'vitest';
import { linkJobs } from '../../../src/config/link';
import { read } from '../../../src/config/read';
import { resolveScenario } from '../../../src/scenario/resolve';
import { countParameters } from '../../../src/sim/parameters/count';
import { factOf, mustRead, textOf, valuesOf } from './facts';

const MODEL = `base_emb_dim: 7168
base_num_query_heads: 128
base_num_kv_heads: 128
base_mlp_dim: 18432
base_moe_mlp_dim: 2048
base_num_decoder_layers: 61
first_num_dense_layers: 3
vocab_size: 129_280
num_experts: 256 # routed
num_experts_per_tok: 8
shared_experts: 1
routed_score_func: "sigmoid"
routed_bias: true
decoder_block: "deepseek"
attention_type: "mla"
q_lora_rank: 1536
`;

describe('a MaxText model', () => {
  test('has the indexer that it says, and shares it by its pattern', () => {
    const indexer = 'use_indexer: true\nindexer_n_heads: 32\n';
    expect(valuesOf(mustRead('m.yml', MODEL + indexer).facts)).toMatchObject({
      'model.indexer.heads': 32,
      'model.indexer.headDim': 128,
      'model.indexer.topK': 2048,
    });
    const shared = 'use_index_share: true\nindex_share_pattern: "FFSSF"\n';
    const text = MODEL.replace('"deepseek"', 'glm5') + indexer + shared;
    expect(valuesOf(mustRead('m.yml', text).facts)).toMatchObject({
      'model.family': 'glm_moe_dsa',
      'model.indexer.sharedLayers': [2, 3],
      'model.router.correctionBias': true,
    });
    const off = valuesOf(mustRead('m.yml', `${MODEL}use_indexer: false\nindexer_n_heads: 32\n`).facts);
    expect(off['model.indexer.heads']).toBeUndefined();
  });

  test('of deepseek4 attends to compressed tokens', () => {
    const text = MODEL.replace('"deepseek"', '"deepseek4"')
      .replace('"mla"', 'compressed')
      .concat('o_groups: 8\no_lora_rank: 1024\nmhc_expansion_rate: 4\nfirst_num_hash_layers: 3\n')
      .concat('sliding_window_size: 128\ncompress_ratios: [0, 0, 4, 128, 4]\n');
    expect(valuesOf(mustRead('m.yml', text).facts)).toMatchObject({
      'model.family': 'deepseek_v4',
      'model.compressed.queryRank': 1536,
      'model.compressed.outputGroups': 8,
      'model.compressed.chosenLayers': [2, 4],
      'model.compressed.allLayers': [3],
      'model.slidingLayers': [0, 1],
      'model.slidingWindow': 128,
      'model.residualStreams': 4,
      'model.hashLayers': 3,
      'model.indexer.topK': 2048,
    });
  });

  test('states its sizes', () => {
    const document = mustRead('deepseek.yml', MODEL);
    expect(document).toMatchObject({ framework: 'maxtext', kind: 'model', problems: [] });
    const experts = factOf(document, 'model.routedExperts');
    expect([experts.value, textOf(MODEL, experts)]).toEqual([256, '256']);
    expect(valuesOf(document.facts)).toMatchObject({
      'model.hiddenSize': 7168,
      'model.layers': 61,
      'model.topK': 8,
      'model.expertIntermediateSize': 2048,
      'model.vocabSize': 129280,
      'model.family': 'deepseek_v3',
      'model.router.scoreFunction': 'sigmoid',
      'model.router.correctionBias': true,
      'model.mla.qLoraRank': 1536,
    });
  });

  test('is named by a file that changes the list of defaults', () => {
    const text =
      'base_config: "base.yml"\nmodel_name: "mixtral-8x7b"\nper_device_batch_size: 12\nmax_target_length: 4096\n';
    const document = mustRead('gpu.yml', text);
    expect(document).toMatchObject({ kind: 'launch', models: [{ value: 'mistralai/Mixtral-8x7B-v0.1' }] });
    expect(valuesOf(document.facts)).toMatchObject({
      'layout.ep': 1,
      'workload.microBatchSize': 12,
      'workload.sequenceLength': 4096,
    });
    expect(read({ file: 'gpu.yml', text: text.replace('mixtral-8x7b', 'llama2-7b') })).toBeNull();
  });

  test('has the defaults of base.yml, with the source', () => {
    const origin = expect.stringContaining('base.yml');
    expect(factOf(mustRead('m.yml', MODEL), 'model.headDim')).toMatchObject({
      value: 128,
      state: 'default',
      origin,
    });
    expect(factOf(mustRead('m.yml', MODEL), 'model.mla.kvLoraRank')).toMatchObject({ value: 512 });
  });

  test('a decoder block that has no model here is named', () => {
    const document = mustRead('m.yml', MODEL.replace('"deepseek"', 'kimi_k3'));
    expect(factOf(document, 'maxtext.otherBlock')).toMatchObject({ value: 'kimi_k3' });
  });
});

/** Models of MaxText by the keys that decide their layers, and the exact counts of what they are. */
const DECODERS: readonly (readonly [name: string, total: number, active: number, keys: string])[] = [
  [
    'Llama 4 Maverick',
    400_711_848_960,
    17_184_691_200,
    `decoder_block: "llama4"
base_emb_dim: 5120
base_num_decoder_layers: 48
base_num_query_heads: 40
base_num_kv_heads: 8
base_mlp_dim: 16384
base_moe_mlp_dim: 8192
vocab_size: 202048
num_experts: 128
shared_experts: 1
num_experts_per_tok: 1
nope_layer_interval: 4
interleave_moe_layer_step: 2
chunk_attn_window_size: 8192
`,
  ],
  [
    'Gemma 4 26B-A4B',
    25_233_141_790,
    3_822_530_590,
    `decoder_block: "gemma4"
base_emb_dim: 2816
base_num_decoder_layers: 30
base_num_query_heads: 16
base_num_kv_heads: 8
base_mlp_dim: 2112
base_moe_mlp_dim: 704
head_dim: 256
global_head_dim: 512
global_num_kv_heads: 2
vocab_size: 262144
logits_via_embedding: true
sliding_window_size: 1024
share_kv_projections: true
num_experts: 128
num_experts_per_tok: 8
shared_experts: 1
`,
  ],
  [
    'gpt-oss-20b',
    20_914_757_184,
    4_187_440_704,
    `decoder_block: "gpt_oss"
base_emb_dim: 2880
base_num_decoder_layers: 24
base_num_query_heads: 64
base_num_kv_heads: 8
base_mlp_dim: 2880
base_moe_mlp_dim: 2880
head_dim: 64
vocab_size: 201088
sliding_window_size: 128
attention_bias: true
num_experts: 32
num_experts_per_tok: 4
`,
  ],
  [
    'Qwen3-235B-A22B',
    235_093_634_560,
    22_190_763_520,
    `decoder_block: "qwen3_moe"
base_emb_dim: 4096
base_num_decoder_layers: 94
base_num_query_heads: 64
base_num_kv_heads: 4
base_mlp_dim: 1536
base_moe_mlp_dim: 1536
head_dim: 128
vocab_size: 151936
use_qk_norm: true
num_experts: 128
num_experts_per_tok: 8
`,
  ],
  [
    'Qwen3-Next-80B-A3B',
    79_674_391_296,
    3_874_929_408,
    `decoder_block: "qwen3_next"
base_emb_dim: 2048
base_num_decoder_layers: 48
base_num_query_heads: 16
base_num_kv_heads: 2
base_mlp_dim: 512
base_moe_mlp_dim: 512
head_dim: 256
vocab_size: 151936
use_qk_norm: true
shared_experts: 1
num_experts: 512
num_experts_per_tok: 10
inhomogeneous_layer_cycle_interval: 4
`,
  ],
];

describe('a MaxText decoder block whose layers differ', () => {
  const modelOf = (text: string) => {
    const { framework, facts } = mustRead('m.yml', text);
    return resolveScenario({ framework, facts }).scenario!.model;
  };

  test.each(DECODERS)('%s has the parameters of the published model', (_, total, active, keys) => {
    expect(countParameters(modelOf(keys))).toMatchObject({ total, active });
  });

  test('llama4: chunks, but in every fourth layer, and experts in every second', () => {
    const model = modelOf(DECODERS[0]![3]);
    expect(model).toMatchObject({ slidingWindow: 8192, moeLayerFrequency: 2, moeLayerOffset: 1 });
    expect(model.slidingLayers.slice(0, 4)).toEqual([0, 1, 2, 4]);
  });

  test('of sizes that a script leaves open nothing is derived', () => {
    const run =
      'python3 -m maxtext.train base.yml num_experts=8 ici_expert_parallelism=4 decoder_block=gemma4';
    const facts = mustRead('run.sh', `${run} base_num_kv_heads=$HEADS global_num_kv_heads=2\n`).facts;
    expect(facts.filter(({ name }) => name.startsWith('model.slidingAttention'))).toEqual([]);
    expect(facts.find(({ name }) => name === 'model.kvHeads')).toMatchObject({ state: 'unresolved' });
  });

  test('gemma4: heads of their own in the layers without a window', () => {
    expect(modelOf(DECODERS[1]![3])).toMatchObject({
      headDim: 512,
      kvHeads: 2,
      valuesAreKeys: true,
      slidingAttention: { headDim: 256, kvHeads: 8 },
      sharedExperts: 1,
      sharedExpertIntermediateSize: 2112,
    });
  });
});

const SCRIPT = `EP=8
FLAGS=(model_name=mixtral-8x7b per_device_batch_size=2 max_target_length=4096)
python3 -m maxtext.trainers.pre_train.train src/maxtext/configs/base.yml "\${FLAGS[@]}" \\
  ici_expert_parallelism=\${EP} ici_fsdp_parallelism=4 ici_tensor_parallelism=2 dcn_data_parallelism=2 \\
  megablox=True capacity_factor=1.25
`;

describe('the name of a MaxText model', () => {
  const model = 'base_emb_dim: 512\nnum_experts: 8\ndecoder_block: "mixtral"\n';
  const nameOf = (file: string, text: string) => valuesOf(mustRead(file, text).facts)['model.name'];

  test('is that of its file, by which `model_name` calls it', () => {
    expect(nameOf('configs/models/mixtral-8x7b.yml', model)).toBe('mixtral-8x7b');
    expect(nameOf('models/x.yml', `${model}model_name: "my-moe"\n`)).toBe('my-moe');
  });

  test('is what a command calls it', () => {
    const run =
      'python3 -m maxtext.train base.yml model_name=my-moe num_experts=8 ici_expert_parallelism=4\n';
    expect(nameOf('run.sh', run)).toBe('my-moe');
  });
});

describe('what MaxText recomputes', () => {
  const recompute = (words: string) =>
    mustRead(
      'run.sh',
      `python3 -m maxtext.train base.yml num_experts=8 ici_expert_parallelism=4 ${words}\n`,
    ).facts.find(({ name }) => name === 'workload.recompute');

  test('is everything unless a policy saves something', () => {
    expect(recompute('')).toMatchObject({ value: 'full' });
    expect(recompute('remat_policy=minimal')).toMatchObject({
      state: 'unresolved',
      expression: 'remat_policy minimal',
    });
  });
});

describe('a MaxText command', () => {
  test('states sizes as words', () => {
    const document = mustRead('run.sh', SCRIPT);
    expect(document).toMatchObject({ framework: 'maxtext', title: 'MaxText script' });
    const ep = factOf(document, 'layout.ep');
    expect(ep).toMatchObject({ value: 8, state: 'constant', key: 'ici_expert_parallelism' });
    expect(valuesOf(document.facts)).toMatchObject({
      'layout.tp': 2,
      'layout.pp': 1,
      'workload.microBatchSize': 2,
      'workload.sequenceLength': 4096,
      'routing.capacityFactor': 1.25,
      'maxtext.megablox': true,
    });
  });

  test('expert ranks have data of their own', () => {
    expect(factOf(mustRead('run.sh', SCRIPT), 'layout.dp')).toMatchObject({ value: 64, state: 'derived' });
  });

  test('an axis of -1 leaves DP to the devices', () => {
    const text = SCRIPT.replace('ici_fsdp_parallelism=4', '');
    expect(factOf(mustRead('run.sh', text), 'layout.dp')).toMatchObject({ state: 'unresolved' });
  });

  test('two axes of one size are multiplied', () => {
    const text = SCRIPT.replace(
      'ici_tensor_parallelism=2',
      'ici_tensor_parallelism=2 dcn_tensor_parallelism=4',
    );
    expect(factOf(mustRead('run.sh', text), 'layout.tp')).toMatchObject({ value: 8, state: 'derived' });
  });

  test('names the published model', () => {
    expect(linkJobs([mustRead('run.sh', SCRIPT)])[0]!.preset).toBe('mistralai/Mixtral-8x7B-v0.1');
  });

  test('leaves dense training and other programs alone', () => {
    const other = (text: string) => read({ file: 'run.sh', text });
    expect(
      other('python3 train.py configs/base.yml ici_fsdp_parallelism=4 model_name=llama2-7b\n'),
    ).toBeNull();
    expect(other('python3 main.py ici_expert_parallelism=4 num_experts=8\n')).toBeNull();
  });
});
