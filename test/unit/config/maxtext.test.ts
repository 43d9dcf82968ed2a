// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text.
import { describe, expect, test } from 'vitest';
import { linkJobs } from '../../../src/config/link';
import { read } from '../../../src/config/read';
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
    const document = mustRead('m.yml', MODEL.replace('"deepseek"', 'qwen3_next'));
    expect(factOf(document, 'maxtext.otherBlock')).toMatchObject({ value: 'qwen3_next' });
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
