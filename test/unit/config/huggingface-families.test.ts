import { describe, expect, it, test } from 'vitest';
import { FAMILIES } from '../../../src/config/frameworks/huggingface/families';
import { read } from '../../../src/config/read';
import { type Resolution, resolveScenario } from '../../../src/scenario/resolve';
import { kvBytesPerSequence } from '../../../src/sim/memory/kv-cache';
import { countParameters } from '../../../src/sim/parameters/count';
import { layerKinds } from '../../../src/sim/parameters/kinds';
import { denseParametersPerRank, expertParametersPerRank } from '../../../src/sim/parameters/rank';
import { pipelineStages } from '../../../src/sim/parameters/stages';
import { simulate } from '../../../src/sim/simulate';
import { messagesOf } from '../facts';
import { familiesPage } from './families-page';
import familyCounts from './family-counts.json';
import publishedModels from './published-models.json';

function resolve(config: object): Resolution & { problemsOfFile: readonly string[] } {
  const document = read({ file: 'config.json', text: JSON.stringify(config) })!;
  const resolution = resolveScenario({ framework: document.framework, facts: document.facts });
  return { ...resolution, problemsOfFile: document.problems.map(({ message }) => message) };
}

const list = (length: number, entry: (layer: number) => number): number[] =>
  Array.from({ length }, (_, layer) => entry(layer));

const common = { tie_word_embeddings: false, attention_bias: false };

const published = publishedModels.models.map((model) => [model.name, model.total, model] as const);

describe('families of the Hub', () => {
  test.each(published)('%s has %d parameters', (_, __, { config, total, active, cacheBytes }) => {
    const { scenario, refusals, problemsOfFile } = resolve(config);
    expect([...refusals, ...problemsOfFile]).toEqual([]);
    const { model } = scenario!;
    expect(countParameters(model)).toMatchObject({ total, active });
    expect(kvBytesPerSequence(model, 8192, 1, 2)).toBe(cacheBytes);
  });

  test.each(familyCounts.cases.map((sizes) => [sizes.config.model_type, sizes.total, sizes] as const))(
    'a config of %s with other sizes has the %d parameters that the modelling code makes, and keeps what it caches',
    (_, __, { config, total, active, cacheBytes }) => {
      const { scenario, refusals, problemsOfFile } = resolve(config);
      expect([...refusals, ...problemsOfFile]).toEqual([]);
      const { model } = scenario!;
      expect(countParameters(model)).toMatchObject({ total, active });
      expect(kvBytesPerSequence(model, 5000, 1, 2)).toBe(cacheBytes);
    },
  );

  it('no model type and no architecture stands in two of them, unless a key tells them apart', () => {
    const families = FAMILIES.filter(({ onlyWithout }) => onlyWithout === undefined);
    const names = families.flatMap((family) => [...family.modelTypes, ...family.architectures]);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(published)('one GPU alone holds all of %s: %d parameters', (_, total, { config }) => {
    const { model, layout } = resolve(config).scenario!;
    const [stage] = pipelineStages(model, { ...layout, pp: 1, vpp: 1 });
    const dense = denseParametersPerRank(model, stage!, 1).total;
    expect(dense + expertParametersPerRank(model, stage!, model.routedExperts, 1)).toBe(total);
  });

  test.each(published)('%s of %d parameters is simulated in every mode', (_, __, { config }) => {
    const document = read({ file: 'config.json', text: JSON.stringify(config) })!;
    for (const mode of ['train', 'prefill', 'decode']) {
      const overrides = { 'workload.mode': mode, 'layout.ep': 4, 'layout.pp': 2, 'layout.worldSize': 16 };
      const { scenario } = resolveScenario({ framework: 'huggingface', facts: document.facts, overrides });
      const { step, memory, comparison } = simulate(scenario!);
      const numbers = [
        step.seconds,
        step.tokensPerSecondPerGpu,
        memory.perRank[0]!.total,
        comparison.tp.exactBytes,
      ];
      expect(numbers.every((number) => Number.isFinite(number) && number >= 0)).toBe(true);
      expect(step.seconds).toBeGreaterThan(0);
    }
  });
});

describe('which layers are what', () => {
  const kindsOf = (config: object): string[] =>
    layerKinds(resolve(config).scenario!.model).map(({ mixer, feedForward }) => `${mixer}/${feedForward}`);

  it('a Nemotron-H pattern: one sub-layer per letter, also as a list', () => {
    const sizes = { ...common, num_key_value_heads: 2, n_routed_experts: 8 };
    const expected = ['linear/none', 'none/moe', 'attention/none', 'none/dense'];
    const letters = { ...sizes, model_type: 'nemotron_h', hybrid_override_pattern: 'ME*-' };
    expect(kindsOf(letters)).toEqual(expected);
    const names = {
      ...sizes,
      model_type: 'nemotron_h',
      layers_block_type: ['mamba', 'moe', 'attention', 'mlp'],
    };
    expect(kindsOf(names)).toEqual(expected);
    const unknown = { ...sizes, model_type: 'nemotron_h', hybrid_override_pattern: 'ME*X' };
    expect(resolve(unknown).refusals).toContainEqual(
      expect.objectContaining({ reason: 'layer-pattern-not-read' }),
    );
  });

  it('Qwen3-Next without a list: every fourth layer attends', () => {
    const config = { model_type: 'qwen3_next', num_hidden_layers: 4, mlp_only_layers: [1] };
    expect(kindsOf(config)).toEqual(['linear/moe', 'linear/dense', 'linear/moe', 'attention/moe']);
  });

  it('Llama 4: MoE by step or by list, chunked attention in three of four layers', () => {
    const base = { model_type: 'llama4_text', num_hidden_layers: 4 };
    expect(kindsOf({ ...base, interleave_moe_layer_step: 2 })).toEqual([
      'sliding/dense',
      'sliding/moe',
      'sliding/dense',
      'attention/moe',
    ]);
    expect(kindsOf({ ...base, moe_layers: [0] })[0]).toBe('sliding/moe');
    expect(kindsOf({ ...base, moe_layers: [0] })[1]).toBe('sliding/dense');
  });

  it('Gemma 4: the last layer attends to all tokens, whatever the pattern says', () => {
    const sizes = { num_experts: 8, top_k_experts: 2, moe_intermediate_size: 64, num_hidden_layers: 8 };
    const kinds = kindsOf({ model_type: 'gemma4_text', ...sizes }).map((kind) => kind.split('/')[0]);
    expect(kinds.slice(4)).toEqual(['sliding', 'attention', 'sliding', 'attention']);
    const layer_types = new Array<string>(8).fill('sliding_attention');
    const listed = kindsOf({ model_type: 'gemma4_text', ...sizes, layer_types });
    expect(listed.filter((kind) => kind.startsWith('attention'))).toHaveLength(1);
  });

  it('ERNIE: MoE from one layer to another', () => {
    const config = {
      model_type: 'ernie4_5_moe',
      num_hidden_layers: 5,
      moe_layer_start_index: 1,
      moe_layer_end_index: 3,
    };
    expect(kindsOf(config).map((kind) => kind.endsWith('moe'))).toEqual([false, true, true, true, false]);
  });

  it('GLM-5: layers that reuse the tokens of an earlier indexer have none', () => {
    const config = {
      model_type: 'glm_moe_dsa',
      num_hidden_layers: 8,
      index_topk_freq: 4,
      index_skip_topk_offset: 3,
    };
    const model = resolve(config).scenario!.model;
    expect(layerKinds(model).map(({ hasIndexer }) => hasIndexer)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      true,
      false,
    ]);
  });

  it('MiniMax-M3: sparse attention where its frequency says so', () => {
    const config = {
      model_type: 'minimax_m3_vl_text',
      num_hidden_layers: 3,
      moe_layer_freq: [0, 1, 1],
      sparse_attention_config: {
        sparse_attention_freq: [0, 0, 1],
        sparse_topk_blocks: 16,
        sparse_block_size: 128,
      },
    };
    expect(kindsOf(config)).toEqual(['attention/dense', 'attention/moe', 'sparse/moe']);
    expect(resolve(config).scenario!.model.indexer?.topK).toBe(2048);
  });
});

describe('what is not known is said, not guessed', () => {
  it('a variant with parts that the family does not describe', () => {
    const { scenario, refusals } = resolve({ model_type: 'ernie4_5_moe', use_bias: true });
    expect(scenario).toBeNull();
    expect(messagesOf({ refusals })).toContain(
      'ERNIE 4.5 with biases on all projections (use_bias) is not simulated yet.',
    );
  });

  it('a family without an entry', () => {
    const config = { model_type: 'deepseek_v9', n_routed_experts: 8, num_hidden_layers: 2 };
    expect(resolve(config).refusals).toContainEqual(
      expect.objectContaining({ reason: 'family-not-simulated', fields: ['model.family'] }),
    );
  });

  it('a model whose kind of layers is known and not simulated, with the reason', () => {
    const config = { model_type: 'switch_transformers', num_experts: 8, num_hidden_layers: 12 };
    expect(messagesOf(resolve(config))).toContain(
      'Switch Transformer is not simulated: an encoder and a decoder that attends to it are two models of layers, and one is simulated.',
    );
  });

  it('MTP modules whose parts are not known are left out', () => {
    const { scenario } = resolve({ model_type: 'minimax_m2', num_nextn_predict_layers: 1 });
    expect(countParameters(scenario!.model).withMtp).toBeNull();
  });

  it('MTP modules of dense layers, with the norms and tables that each family has', () => {
    const moduleOf = (config: object) => {
      const { total, withMtp, stored } = countParameters(resolve(config).scenario!.model);
      return { module: withMtp! - total, tables: stored! - withMtp! };
    };
    const h = 4096;
    // Queries, keys, values and output, three matrices, five norms, the projection of the pair, and 64 sinks.
    const mimo = h * (64 * 192 + 8 * 192 + 8 * 128) + 64 * 128 * h + 3 * h * 16384 + 5 * h + 2 * h * h + 64;
    expect(moduleOf({ model_type: 'mimo_v2_flash', num_nextn_predict_layers: 1 })).toEqual({
      module: mimo,
      tables: 0,
    });
    const e = 2560;
    const ernie = 2 * e * (20 + 4) * 128 + 3 * e * 12288 + 4 * e + 2 * e * e;
    expect(moduleOf({ model_type: 'ernie4_5_moe', num_nextn_predict_layers: 1 })).toEqual({
      module: ernie,
      tables: 0,
    });
    const step = 2 * h * (64 + 8) * 128 + h * 64 + 2 * 128 + 3 * h * 11264 + 5 * h + 2 * h * h;
    expect(moduleOf({ model_type: 'step3p5', sliding_window: 512, num_nextn_predict_layers: 1 })).toEqual({
      module: step,
      tables: 128815 * h,
    });
  });

  it('Kimi-K3: full-rank gates, experts in a normed latent, attention residuals: every tensor of its modelling code', () => {
    const full = [...list(23, (index) => 4 * index + 4), 93];
    const { scenario } = resolve({
      model_type: 'kimi_k3',
      tie_word_embeddings: false,
      text_config: {
        model_type: 'kimi_linear',
        hidden_size: 7168,
        intermediate_size: 33792,
        moe_intermediate_size: 3072,
        num_hidden_layers: 93,
        num_attention_heads: 96,
        num_key_value_heads: 96,
        num_experts: 896,
        num_experts_per_token: 16,
        num_shared_experts: 2,
        first_k_dense_replace: 1,
        q_lora_rank: 1536,
        routed_expert_hidden_size: 3584,
        latent_moe_use_norm: true,
        attn_res_block_size: 12,
        mla_use_output_gate: true,
        linear_attn_config: {
          head_dim: 128,
          num_heads: 96,
          short_conv_kernel_size: 4,
          use_full_rank_gate: true,
          full_attn_layers: full,
          kda_layers: list(93, (index) => index + 1).filter((layer) => !full.includes(layer)),
        },
      },
    });
    expect(countParameters(scenario!.model)).toMatchObject({
      total: 2_779_484_476_000,
      active: 105_364_017_760,
    });
  });

  it('Arctic whose layers without experts are not described', () => {
    const sizes = { model_type: 'arctic', hidden_size: 7168, num_hidden_layers: 35, num_local_experts: 128 };
    expect(resolve(sizes).scenario).toBeNull();
  });

  it('A.X-K2: gates on norms, queries and a gate from one latent: every tensor of its modelling code', () => {
    const { model } = resolve({ model_type: 'axk2', num_hidden_layers: 48 }).scenario!;
    const h = 2048;
    const heads = 32 * (64 + 32 + 64);
    const attention = h * 384 + 384 + 2 * 384 * heads + h * 160 + 128 + 128 * 32 * 128 + 32 * 64 * h;
    const indexer = 384 * 16 * 128 + h * 128 + 2 * 128 + h * 16;
    const expert = 3 * h * 512;
    const layer = attention + indexer + 2 * h + 2 * h * 16;
    const experts = 129 * expert + 128 * (h + 1) + 2 * h * 16;
    const total = 2 * 163840 * h + h + 48 * layer + 3 * h * 5120 + 47 * experts;
    expect(countParameters(model)).toMatchObject({ total, active: total - 47 * 120 * expert });
    expect(kvBytesPerSequence(model, 1000, 1, 2)).toBe(48 * 1000 * (2 * (128 + 32) + 132));
  });

  it('Laguna: heads by the kind of layer, a gate for each', () => {
    const kinds = list(40, (layer) => Number(layer % 4 !== 0));
    const config = {
      model_type: 'laguna',
      num_experts: 256,
      layer_types: kinds.map((slides) => (slides ? 'sliding_attention' : 'full_attention')),
      num_attention_heads_per_layer: kinds.map((slides) => (slides ? 64 : 48)),
    };
    const { scenario } = resolve(config);
    expect(scenario!.model).toMatchObject({
      attentionHeads: 48,
      attentionGate: 'per-head',
      slidingAttention: { attentionHeads: 64, kvHeads: 8, headDim: 128, sinks: false },
      firstDenseLayers: 1,
      sharedExperts: 1,
    });
    // Every tensor that the modelling code makes.
    expect(countParameters(scenario!.model)).toMatchObject({ total: 33_442_617_088, active: 3_017_135_872 });
    const mixed = { ...config, num_attention_heads_per_layer: kinds.map((_, layer) => 48 + layer) };
    expect(resolve(mixed).scenario).toBeNull();
    const document = read({ file: 'c.json', text: JSON.stringify({ ...config, num_attention_heads: 48 }) })!;
    expect(document.facts.find(({ name }) => name === 'model.attentionHeads')?.state).toBe('literal');
  });

  it('DeepSeek-V4: which layers attend to compressed tokens, by either list or by neither', () => {
    const config = { model_type: 'deepseek_v4', num_hidden_layers: 4 };
    const layersOf = (more: object) => resolve({ ...config, ...more }).scenario?.model;
    expect(layersOf({ compress_ratios: [0, 128, 4, 128, 0] })).toMatchObject({
      slidingLayers: [0],
      compressed: { chosenLayers: [2], allLayers: [1, 3], chosenRate: 4, allRate: 128 },
      residualStreams: 4,
      hashLayers: 3,
    });
    const types = ['sliding_attention', 'heavily_compressed_attention', 'compressed_sparse_attention'];
    expect(layersOf({ layer_types: [...types, types[2]], compress_rate_csa: 8 })).toMatchObject({
      slidingLayers: [0],
      compressed: { chosenLayers: [2, 3], allLayers: [1], chosenRate: 8 },
    });
    expect(layersOf({})?.compressed).toMatchObject({ chosenLayers: [3], allLayers: [0, 1, 2] });
    expect(layersOf({ compress_ratios: [0, 128, 4, 64] })).toBeUndefined();
    expect(layersOf({ compress_ratios: [0, 128] })).toBeUndefined();
  });

  it('DeepSeek-V4: experts in FP4 beside FP8', () => {
    const quantization_config = { quant_method: 'fp8' };
    const { scenario } = resolve({ model_type: 'deepseek_v4', quantization_config, expert_dtype: 'fp4' });
    expect(scenario!.model.weightDtype).toBe('mxfp4-fp8');
    // NVIDIA's checkpoints say the rest in a file beside it.
    const plain = { model_type: 'deepseek_v4', torch_dtype: 'bfloat16', expert_dtype: 'fp4' };
    expect(resolve(plain).scenario!.model.weightDtype).toBe('mxfp4');
  });

  it('DeepSeek-V2 has latents, unless its config says that it has none', () => {
    const config = { model_type: 'deepseek_v2', num_attention_heads: 32, num_experts_per_tok: 6 };
    expect(resolve(config).scenario!.model.mla).toMatchObject({ kvLoraRank: 512 });
    const plain = { ...config, use_mla: false, kv_lora_rank: null, v_head_dim: 0 };
    expect(resolve(plain).scenario!.model).toMatchObject({ mla: null, kvHeads: 32, headDim: 128 });
  });

  it('LongCat: of 12 chosen experts 8 have weights, on average', () => {
    const { scenario, provenance } = resolve({ model_type: 'longcat_flash', n_routed_experts: 512 });
    expect(scenario!.model.topK).toBe(8);
    expect(provenance['model.topK']).toMatchObject({ kind: 'derived' });
  });

  it('lists that say the same for every layer are one number', () => {
    const { scenario, problemsOfFile } = resolve({
      ...common,
      model_type: 'hunyuan_v1_moe',
      hidden_size: 4096,
      intermediate_size: 3072,
      moe_intermediate_size: list(4, () => 3072),
      num_hidden_layers: 4,
      num_attention_heads: 32,
      num_key_value_heads: 8,
      num_experts: 64,
      moe_topk: list(4, () => 8),
      num_shared_expert: list(4, () => 1),
      vocab_size: 128167,
    });
    expect(problemsOfFile).toEqual([]);
    expect(scenario!.model).toMatchObject({ topK: 8, expertIntermediateSize: 3072, sharedExperts: 1 });
  });
});

it('docs/families.md has a row for each', async () => {
  await expect(familiesPage()).toMatchFileSnapshot('../../../docs/families.md');
});
