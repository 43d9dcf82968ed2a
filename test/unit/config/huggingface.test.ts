import { describe, expect, test } from 'vitest';
import { read } from '../../../src/config/read';
import { factOf, mustRead, textOf, valuesOf } from './facts';

function config(value: Record<string, unknown>): string {
  return JSON.stringify(value, null, 2);
}

function values(value: Record<string, unknown>): Record<string, unknown> {
  return valuesOf(mustRead('m/config.json', config(value)).facts);
}

describe('literal facts', () => {
  const text = config({
    model_type: 'mixtral',
    hidden_size: 1024,
    num_local_experts: 4,
    intermediate_size: 3584,
  });
  const document = mustRead('tiny/config.json', text);

  test('have the ranges of value and key', () => {
    const fact = factOf(document, 'model.routedExperts');
    expect(fact).toMatchObject({
      value: 4,
      key: 'num_local_experts',
      state: 'literal',
      file: 'tiny/config.json',
    });
    expect(textOf(text, fact)).toBe('4');
    expect(text.slice(fact.keyRange.start, fact.keyRange.end)).toBe('num_local_experts');
  });

  test('one key may state two facts', () => {
    for (const name of ['model.intermediateSize', 'model.expertIntermediateSize']) {
      expect(factOf(document, name)).toMatchObject({
        value: 3584,
        key: 'intermediate_size',
        state: 'literal',
      });
    }
  });

  test('what is absent is a default with its source', () => {
    expect(factOf(document, 'model.topK')).toMatchObject({
      value: 2,
      state: 'default',
      origin: expect.stringContaining('configuration_mixtral.py'),
    });
    expect(textOf(text, factOf(document, 'model.topK'))).toBe('mixtral');
    expect(factOf(document, 'model.headDim')).toMatchObject({ value: 32, state: 'derived' });
    expect(factOf(document, 'model.name').value).toBe('tiny');
  });
});

describe('families', () => {
  test('Mixtral: every layer, no shared experts', () => {
    expect(values({ model_type: 'mixtral' })).toMatchObject({
      'model.family': 'mixtral',
      'model.moeLayerFrequency': 1,
      'model.moeLayerOffset': 0,
      'model.firstDenseLayers': 0,
      'model.sharedExperts': 0,
      'model.sharedExpertIntermediateSize': 0,
      'model.kvHeads': 8,
      'model.headDim': 128,
      'model.router.groups': 1,
    });
  });

  test('Qwen2-MoE: one shared expert behind a gate, MoE where (i + 1) % step = 0', () => {
    expect(
      values({ model_type: 'qwen2_moe', decoder_sparse_step: 2, mlp_only_layers: [0, 3] }),
    ).toMatchObject({
      'model.moeLayerFrequency': 2,
      'model.moeLayerOffset': 1,
      'model.denseLayers': [0, 3],
      'model.sharedExperts': 1,
      'model.sharedExpertIntermediateSize': 5632,
      'model.sharedExpertGate': true,
      'model.qkvBias': true,
      'model.outputBias': false,
    });
  });

  test('Qwen3-MoE: head_dim as written, norms per head', () => {
    expect(values({ model_type: 'qwen3_moe', head_dim: 128, hidden_size: 2048 })).toMatchObject({
      'model.headDim': 128,
      'model.qkNorm': 'per-head',
      'model.sharedExperts': 0,
    });
  });

  test('Qwen3-VL-MoE: the text section counts, the tower does not', () => {
    const text = config({
      architectures: ['Qwen3VLMoeForConditionalGeneration'],
      model_type: 'qwen3_vl_moe',
      text_config: { model_type: 'qwen3_vl_moe_text', hidden_size: 4096, num_experts: 128 },
      tie_word_embeddings: false,
      vision_config: { hidden_size: 1152, intermediate_size: 4304 },
    });
    const document = mustRead('vl/config.json', text);
    expect(document.title).toContain('qwen3_vl_moe_text');
    const hidden = document.facts.filter((fact) => fact.name === 'model.hiddenSize');
    expect(hidden.map((fact) => [fact.value, fact.role])).toEqual([
      [4096, 'text_config'],
      [1152, 'vision_config'],
    ]);
    expect(factOf(document, 'model.tieWordEmbeddings')).toMatchObject({ value: false, state: 'literal' });
  });

  test('DeepSeek-V2: groups only where the file says so, k never by default', () => {
    const plain = values({ model_type: 'deepseek_v2', q_lora_rank: null, n_group: null });
    expect(plain).toMatchObject({
      'model.mla.qLoraRank': null,
      'model.mla.kvLoraRank': 512,
      'model.router.groups': 1,
      'model.router.correctionBias': false,
      'model.sharedExperts': 2,
      'model.sharedExpertIntermediateSize': 2 * 1407,
      'model.firstDenseLayers': 0,
    });
    expect(plain['model.topK']).toBeUndefined();
  });

  test('DeepSeek-V3 and Kimi-K2, which has its architecture', () => {
    const v3 = {
      n_routed_experts: 256,
      first_k_dense_replace: 3,
      num_nextn_predict_layers: 1,
      topk_method: 'noaux_tc',
    };
    expect(
      values({ ...v3, model_type: 'deepseek_v3', quantization_config: { quant_method: 'fp8' } }),
    ).toMatchObject({
      'model.family': 'deepseek_v3',
      'model.firstDenseLayers': 3,
      'model.mtpLayers': 1,
      'model.router.scoreFunction': 'sigmoid',
      'model.router.correctionBias': true,
      'model.headDim': 192,
      'model.weightDtype': 'fp8',
    });
    expect(values({ ...v3, model_type: 'kimi_k2', n_shared_experts: null })).toMatchObject({
      'model.family': 'kimi_k2',
      'model.sharedExperts': 0,
      'model.sharedExpertIntermediateSize': 0,
    });
    expect(
      values({ ...v3, model_type: 'house_name', architectures: ['DeepseekV3ForCausalLM'] }),
    ).toMatchObject({
      'model.family': 'deepseek_v3',
    });
  });

  test('gpt-oss: biases, sinks, every other layer sliding', () => {
    const types = ['sliding_attention', 'full_attention', 'sliding_attention'];
    expect(values({ model_type: 'gpt_oss', num_hidden_layers: 3, layer_types: types })).toMatchObject({
      'model.attentionSinks': true,
      'model.expertBias': true,
      'model.qkvBias': true,
      'model.slidingWindow': 128,
      'model.slidingLayers': [0, 2],
      'model.headDim': 64,
    });
    expect(values({ model_type: 'gpt_oss', num_hidden_layers: 4 })['model.slidingLayers']).toEqual([0, 2]);
  });

  test('an unknown family has its plain keys and nothing that is guessed', () => {
    const document = mustRead(
      'x/config.json',
      config({ model_type: 'newmoe', num_experts: 16, intermediate_size: 99 }),
    );
    expect(document.title).toBe('Hugging Face config (newmoe, a family that is not simulated)');
    const facts = valuesOf(document.facts);
    expect(facts).toMatchObject({ 'model.routedExperts': 16, 'model.intermediateSize': 99 });
    expect(facts['model.expertIntermediateSize']).toBeUndefined();
    expect(facts['model.family']).toBeUndefined();
    expect(document.facts.some((fact) => fact.state === 'default')).toBe(false);
  });

  test('per-layer lists stay lists', () => {
    expect(values({ model_type: 'newmoe', num_experts: 16, moe_layer_freq: [0, 1, 1] })).toMatchObject({
      'model.moeLayerFrequency': [0, 1, 1],
    });
  });
});

/** Weights of one group of layers as compressed-tensors states them. */
const weights = (type: string, bits: number, group?: number) => ({
  weights: { type, num_bits: bits, group_size: group ?? null },
});

const quantised = (...groups: readonly object[]) => ({
  quantization_config: {
    quant_method: 'compressed-tensors',
    config_groups: Object.fromEntries(groups.map((group, index) => [`group_${index}`, group])),
  },
});

test.each([
  [{ torch_dtype: 'float16' }, 'fp16'],
  [{ dtype: 'bfloat16' }, 'bf16'],
  [{ quantization_config: { quant_method: 'mxfp4' }, torch_dtype: 'bfloat16' }, 'mxfp4'],
  [{ quantization_config: { quant_method: 'modelopt', quant_algo: 'NVFP4' } }, 'nvfp4'],
  [{ quantization_config: { quant_method: 'awq', bits: 4 } }, 'int4-linear'],
  [{ quantization_config: { quant_method: 'gptq', bits: 8 } }, 'int8'],
  [{ quantization_config: { quant_method: 'awq', bits: 4, modules_to_not_convert: ['self_attn'] } }, 'int4'],
  [quantised(weights('int', 4, 128)), 'int4-linear'],
  [
    {
      quantization_config: {
        ...quantised(weights('int', 4, 32)).quantization_config,
        ignore: ['re:.*self_attn.*'],
      },
    },
    'int4',
  ],
  [
    {
      quantization_config: {
        quant_method: 'compressed-tensors',
        config_groups: { group_0: { weights: { num_bits: 8, type: 'float' } } },
      },
    },
    'fp8',
  ],
  [quantised(weights('float', 4, 16)), 'nvfp4'],
  [quantised(weights('float', 4, 32)), 'mxfp4'],
  [quantised(weights('float', 4, 64)), undefined],
  [quantised(weights('float', 8), weights('float', 8)), 'fp8'],
  [
    quantised(
      { ...weights('float', 8), targets: ['re:.*attn.*'] },
      { ...weights('float', 4, 16), targets: ['re:.*ffn.*(gate|up|down)_proj$'] },
    ),
    'nvfp4',
  ],
  [quantised(weights('float', 8), weights('int', 4)), undefined],
  [{ quantization_config: { quant_method: 'exotic' }, torch_dtype: 'bfloat16' }, undefined],
])('weights of %j are %s', (extra, dtype) => {
  expect(values({ model_type: 'mixtral', ...extra })['model.weightDtype']).toBe(dtype);
});

test('a quantisation that is not known here is no statement of 16 bits', () => {
  const quantization_config = { quant_method: 'exotic' };
  const extra = { model_type: 'mixtral', quantization_config, torch_dtype: 'bfloat16' };
  expect(factOf(mustRead('config.json', config(extra)), 'model.weightDtype')).toMatchObject({
    state: 'unresolved',
    expression: 'the format of quantization_config exotic',
  });
});

test('ep_size is no parallelism', () => {
  const document = mustRead('config.json', config({ model_type: 'deepseek_v3', ep_size: 1 }));
  expect(document.facts.filter((fact) => fact.name.startsWith('layout.'))).toEqual([]);
  expect(factOf(document, 'huggingface.epSize')).toMatchObject({ value: 1, key: 'ep_size' });
});

test('two spellings of one thing are two facts, in the order in which vLLM looks', () => {
  const text = config({ model_type: 'newmoe', num_local_experts: 8, n_routed_experts: 16 });
  const experts = mustRead('config.json', text).facts.filter((fact) => fact.name === 'model.routedExperts');
  expect(experts.map((fact) => [fact.key, fact.value])).toEqual([
    ['n_routed_experts', 16],
    ['num_local_experts', 8],
  ]);
});

describe('files that are no MoE config', () => {
  test.each([
    ['dense model', { model_type: 'llama', hidden_size: 4096 }],
    ['no experts', { model_type: 'gemma4', num_experts: null, num_hidden_layers: 4 }],
    ['null experts', { model_type: 'mixtral', num_local_experts: null }],
    ['one expert', { model_type: 'newmoe', num_experts: 1 }],
    ['other JSON', { num_experts: 8, ep_size: 4 }],
    ['nested elsewhere', { moe: { num_experts: 8 }, model_type: 'llama' }],
    ['package.json', { name: 'x', version: '1' }],
  ])('%s', (_, value) => {
    expect(read({ file: 'config.json', text: config(value) })).toBeNull();
  });

  test.each(['', ' ', '[]', '{', 'null', '"num_experts"', '{"num_experts"', '\0\0{"num_experts": 8}'])(
    '%j',
    (text) => {
      expect(read({ file: 'config.json', text })).toBeNull();
    },
  );
});

describe('half-typed and wrong text', () => {
  test('a value of the wrong type is a problem, not a fact', () => {
    const text = config({
      model_type: 'mixtral',
      num_local_experts: '8',
      hidden_size: [4096],
      num_hidden_layers: 1.5,
    });
    const document = mustRead('config.json', text);
    for (const name of ['model.routedExperts', 'model.hiddenSize', 'model.layers']) {
      expect(document.facts.filter((fact) => fact.name === name)).toEqual([]);
    }
    expect(document.problems.map((problem) => text.slice(problem.range.start, problem.range.end))).toEqual([
      '[\n    4096\n  ]',
      '1.5',
      '"8"',
    ]);
    expect(document.problems[2]?.message).toContain('num_local_experts must be a whole number');
  });

  test('a missing value hides no default behind it', () => {
    const text = '{"model_type": "mixtral", "num_local_experts": , "hidden_size": 4096}';
    const document = mustRead('config.json', text);
    expect(document.problems).not.toEqual([]);
    const facts = valuesOf(document.facts);
    expect(facts['model.routedExperts']).toBeUndefined();
    expect(facts['model.layers']).toBeUndefined();
    expect(facts['model.hiddenSize']).toBe(4096);
  });

  test('a broken list may swallow keys, and no default speaks for them', () => {
    const text = '{"model_type": "mixtral", "eos": [1, "hidden_size": 6144, "num_local_experts": 4}';
    const facts = valuesOf(mustRead('config.json', text).facts);
    expect([undefined, 6144]).toContain(facts['model.hiddenSize']);
  });

  test('a number with something stuck to it is no value', () => {
    const text = '{"model_type": "mixtral", "hidden_size": 4096x, "num_local_experts": 8}';
    expect(valuesOf(mustRead('config.json', text).facts)['model.hiddenSize']).toBeUndefined();
  });

  test('NaN and Infinity are numbers, as in Python', () => {
    const text =
      '{"model_type": "mixtral", "num_local_experts": 8, "limit": [0.0, Infinity, -Infinity, NaN], "a": "Infinity"}';
    const document = mustRead('m/config.json', text);
    expect(document.problems).toEqual([]);
    expect(factOf(document, 'model.routedExperts').value).toBe(8);
  });

  test('of a key that stands twice the last counts, as in Python', () => {
    const text = '{"model_type": "mixtral", "num_local_experts": 4, "num_local_experts": 16}';
    const document = mustRead('config.json', text);
    expect(factOf(document, 'model.routedExperts').value).toBe(16);
  });

  test('comments above it are said, and the rest is read', () => {
    const config = '{"model_type": "mixtral", "num_local_experts": 8}';
    for (const comment of ['// from the Hub\n', '/* from\n * the Hub **/ //\r\n', '\n//\n']) {
      const { facts, problems } = mustRead('config.json', comment + config);
      expect(valuesOf(facts)['model.routedExperts']).toBe(8);
      expect(problems[0]?.message).toBe('JSON has no comments: Python refuses this file.');
    }
    expect(read({ file: 'config.json', text: `# from the Hub\n${config}` })).toBeNull();
    expect(read({ file: 'config.json', text: `${'/**/ '.repeat(400)}x${config}` })).toBeNull();
  });

  test('brackets without end are no config', () => {
    const text = `{"model_type": "mixtral", "x": ${'['.repeat(200_000)}`;
    expect(read({ file: 'config.json', text })).toBeNull();
  });

  test('3 MB are read', () => {
    const ignored = Array.from({ length: 60_000 }, (_, i) => `model.layers.${i}.self_attn.q_proj.weight`);
    const text = config({ model_type: 'mixtral', num_local_experts: 8, quantization_config: { ignored } });
    expect(text.length).toBeGreaterThan(3_000_000);
    expect(factOf(mustRead('config.json', text), 'model.routedExperts').value).toBe(8);
  });
});

describe('a template', () => {
  const text = `{
  "architectures": ["MixtralForCausalLM"],
  "model_type": "mixtral",
  "_name_or_path": {{ path }},
  "hidden_size": {{ hidden }},
  "num_hidden_layers": "{{ layers }}",
  "num_attention_heads": {{ heads | default("32") }},
  "num_local_experts": 8,
  "num_experts_per_tok": 2,
  "chat_template": "{% for m in messages %}{{ m['content'] }}{% endfor %}"
}`;

  test('is read around what somebody else fills in, without a complaint', () => {
    const document = mustRead('config.json', text);
    expect(document.problems).toEqual([]);
    expect(factOf(document, 'model.routedExperts')).toMatchObject({ value: 8, state: 'literal' });
    for (const [name, written] of [
      ['model.hiddenSize', '{{ hidden }}'],
      ['model.layers', '{{ layers }}'],
      ['model.attentionHeads', '{{ heads | default("32") }}'],
    ] as const) {
      const fact = factOf(document, name);
      expect(fact).toMatchObject({ value: null, state: 'unresolved', expression: written });
      expect(textOf(text, fact)).toBe(written);
    }
    expect(document.facts.map(({ value }) => JSON.stringify(value)).join()).not.toMatch(/\uE000|default/);
  });

  test('of another engine, in a DeepSpeed config', () => {
    const config =
      '{"expert_parallel": {"enabled": true, "autoep_size": {{ ep }}, "num_experts": 8}, "bf16": {"enabled": true}}';
    const fact = factOf(mustRead('ds.json', config), 'layout.ep');
    expect(fact).toMatchObject({ state: 'unresolved', expression: '{{ ep }}' });
  });

  test.each(['{{"model_type": "mixtral"}}', '{"model_type": {{, "num_local_experts": 8}', '{{{{ a }}}}'])(
    'is not what is only mistyped: %s',
    (mistyped) => {
      expect(() => read({ file: 'config.json', text: mistyped })).not.toThrow();
      const problems = read({ file: 'config.json', text: mistyped })?.problems;
      expect(problems).not.toEqual([]);
    },
  );
});
