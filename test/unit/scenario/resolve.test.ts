import { describe, expect, test } from 'vitest';
import { findPreset } from '../../../src/catalog/models';
import type { Fact, FrameworkId } from '../../../src/config/fact';
import { presetFacts } from '../../../src/config/preset';
import { resolveScenario } from '../../../src/scenario/resolve';
import { fact, messagesOf, smallModel } from '../facts';

const resolve = (framework: FrameworkId | null, facts: readonly Fact[], overrides = {}, settings = {}) =>
  resolveScenario({ framework, facts: [...facts, ...smallModel], overrides, settings });

const megatron = [
  fact('layout.tp', 2),
  fact('layout.pp', 2),
  fact('layout.ep', 8),
  fact('cluster.nodes', 4),
  fact('cluster.gpusPerNode', 8),
  fact('workload.microBatchSize', 1),
  fact('workload.sequenceLength', 2048),
  fact('workload.globalBatchSize', 64),
];

describe('Megatron', () => {
  test('both grids lie over the same ranks', () => {
    const { layout } = resolve('megatron-lm', [...megatron, fact('layout.etp', 1)]).scenario!;
    expect(layout).toMatchObject({ worldSize: 32, dp: 8, edp: 2, etp: 1 });
    expect(layout.tp * layout.cp * layout.dp * layout.pp).toBe(layout.worldSize);
    expect(layout.etp * layout.ep * layout.edp * layout.pp).toBe(layout.worldSize);
  });

  test('ETP defaults to TP', () => {
    const { scenario, provenance } = resolve('megatron-lm', megatron);
    expect(scenario!.layout).toMatchObject({ etp: 2, edp: 1 });
    expect(provenance['layout.etp']).toMatchObject({ kind: 'derived', rule: expect.stringContaining('TP') });
  });

  test('words that every JavaScript object has name neither a dispatcher nor an accelerator', () => {
    for (const word of ['constructor', 'toString', '__proto__']) {
      const facts = [...megatron, fact('communication.backend', word)];
      const { scenario, provenance } = resolve('megatron-lm', facts);
      expect(scenario!.communication.backend).toBe('nccl-alltoall');
      expect(provenance['communication.backend']).toMatchObject({ kind: 'assumed' });
      const other = resolve('megatron-lm', [...megatron, fact('cluster.accelerator', word)]);
      expect(other.refusals.map(({ reason }) => reason)).toEqual(['illegal-value']);
    }
  });

  test('a what-if on TP takes ETP along, unless a file states it', () => {
    const followed = fact('layout.etp', 2, 'derived');
    const etp = (...facts: readonly Fact[]) =>
      resolve('megatron-lm', [...megatron, ...facts], { 'layout.tp': 1 }).scenario!.layout.etp;
    expect(etp(followed)).toBe(1);
    expect(etp(fact('layout.etp', 2))).toBe(2);
  });

  test('tokens per rank are the microbatch split over CP and TP', () => {
    expect(resolve('megatron-lm', megatron).scenario!.workload).toMatchObject({
      mode: 'train',
      tokensPerRank: 1024,
    });
  });

  test('a world that the layout cannot fill is no scenario, and says what would do', () => {
    const { scenario, refusals } = resolve('megatron-lm', [...megatron, fact('layout.etp', 4)]);
    expect(scenario).toBeNull();
    expect(refusals).toMatchObject([
      { reason: 'nodes-do-not-fit-layout', message: expect.stringMatching(/32 GPUs .* multiple of 64/) },
    ]);
  });

  test("a script's fallback for the number of nodes gives way to the layout", () => {
    const facts = [
      fact('cluster.nodes', 1, 'constant'),
      ...megatron.filter(({ name }) => name !== 'cluster.nodes'),
    ];
    const { scenario, provenance } = resolve('megatron-lm', facts);
    expect(scenario!.layout.worldSize).toBe(32);
    expect(provenance['layout.worldSize']).toMatchObject({ kind: 'assumed' });
  });

  test('the flex dispatcher is DeepEP, in BF16', () => {
    const facts = [
      ...megatron,
      fact('communication.backend', 'flex'),
      fact('communication.backend', 'deepep'),
    ];
    expect(resolve('megatron-lm', facts).scenario!.communication).toMatchObject({
      backend: 'deepep-high-throughput',
      dispatchDtype: 'bf16',
    });
  });

  test('a dispatcher without a model of its own says what stands in for it', () => {
    const facts = [
      ...megatron,
      fact('communication.backend', 'flex'),
      fact('communication.backend', 'ncclep'),
    ];
    expect(resolve('megatron-lm', facts).provenance['communication.backend']).toMatchObject({
      fact: { origin: expect.stringContaining('NCCL EP has no calibrated model') },
    });
  });

  test('HybridEP is a backend of its own: 16 SMs, BF16 rows', () => {
    const facts = [...megatron, fact('communication.backend', 'hybridep')];
    const { scenario, provenance } = resolve('megatron-lm', facts);
    expect(scenario!.communication).toMatchObject({ backend: 'hybrid-ep', sms: 16, dispatchDtype: 'bf16' });
    expect(provenance['communication.backend']).not.toMatchObject({
      fact: { origin: expect.stringContaining('no calibrated model') },
    });
  });

  test.each(['mori_high_throughput', 'mori_low_latency', 'mori'])('%s is MoRI', (spelling) => {
    const served = [fact('layout.tp', 2), fact('layout.dp', 8), fact('layout.expertParallelEnabled', true)];
    const { communication } = resolve('vllm', [...served, fact('communication.backend', spelling)]).scenario!;
    expect(communication).toMatchObject({ backend: 'mori', dispatchDtype: 'fp8' });
  });

  test('a layer pattern is evaluated', () => {
    const facts = [...megatron, fact('model.moeLayerFrequency', '([0]*1+[1]*7)')];
    expect(resolve('megatron-lm', facts).scenario!.model.moeLayerFrequency).toEqual([0, 1, 1, 1, 1, 1, 1, 1]);
  });
});

describe('SMs of the exchange', () => {
  const sms = (backend: string) =>
    resolve('megatron-lm', [
      ...megatron,
      fact('communication.backend', backend),
      fact('megatron.moeHybridepNumSms', 32),
      fact('megatron.moeDeepepNumSms', 24),
    ]);

  test("are those of the backend's own option", () => {
    expect(sms('hybridep').scenario!.communication.sms).toBe(32);
    expect(sms('deepep').scenario!.communication.sms).toBe(24);
    expect(sms('hybridep').provenance['communication.sms']).toMatchObject({ kind: 'fact' });
  });
});

describe('a batch that is added up', () => {
  test('has as many sequences as all ranks process before they step', () => {
    const { scenario, provenance } = resolveScenario({
      framework: 'axolotl',
      facts: [
        ...smallModel,
        fact('workload.microBatchSize', 2),
        fact('axolotl.gradientAccumulationSteps', 4),
      ],
      overrides: { 'layout.dp': 8, 'layout.worldSize': 8 },
    });
    expect(scenario!.workload.globalBatchSize).toBe(2 * 8 * 4);
    expect(provenance['workload.globalBatchSize']).toMatchObject({ kind: 'derived' });
  });
});

describe('vLLM', () => {
  const served = [fact('layout.tp', 2), fact('layout.dp', 8), fact('layout.expertParallelEnabled', true)];

  test('EP is TP × DP', () => {
    const { layout, cluster } = resolve('vllm', served).scenario!;
    expect(layout).toMatchObject({ ep: 16, etp: 1, worldSize: 16 });
    expect(cluster.nodes).toBe(2);
  });

  test('without expert parallelism the experts are split over the same ranks', () => {
    expect(resolve('vllm', [fact('layout.tp', 8)]).scenario!.layout).toMatchObject({ ep: 1, etp: 8 });
    // --max-model-len is the most that a sequence may have: what is cached is the mean over a request.
    const limit = fact('workload.contextLength', 32_768);
    expect(resolve('vllm', [...served, limit]).scenario!.workload.contextLength).toBe(1024 + 1024 / 2);
    const asked = { 'workload.contextLength': 32_768 };
    expect(resolve('vllm', served, asked).scenario!.workload.contextLength).toBe(32_768);
    // With CUDA graphs every rank runs as many sequences as the fullest one.
    const crowd = resolve('vllm', served, { 'workload.concurrency': 100 }).scenario!;
    const ranks = crowd.layout.dp * crowd.layout.tp;
    expect(100 % ranks).not.toBe(0);
    expect(crowd.workload.tokensPerRank).toBe(Math.ceil(100 / ranks));
  });

  test('a what-if on EP changes DP, and refuses what TP does not divide', () => {
    expect(resolve('vllm', served, { 'layout.ep': 32 }).scenario!.layout).toMatchObject({ ep: 32, dp: 16 });
    expect(messagesOf(resolve('vllm', served, { 'layout.ep': 3 })).join()).toMatch(/TP 2 does not divide/);
  });

  test('without data parallelism there is no all-to-all, whatever is asked for', () => {
    const tensor = [fact('layout.tp', 8), fact('layout.expertParallelEnabled', true)];
    const asked = fact('communication.backend', 'deepep_high_throughput', 'literal', {
      key: '--all2all-backend',
    });
    const { scenario, provenance } = resolve('vllm', [...tensor, asked]);
    expect(scenario!.communication).toMatchObject({
      backend: 'allgather-reducescatter',
      dispatchDtype: 'bf16',
    });
    expect(provenance['communication.backend']).toMatchObject({
      rule: expect.stringMatching(/no all-to-all with DP 1.*--all2all-backend deepep_high_throughput/),
      fact: asked,
    });
    for (const more of [fact('layout.dp', 2), fact('vllm.prefillContextParallelSize', 2)]) {
      const { communication, layout } = resolve('vllm', [...tensor, more, asked]).scenario!;
      expect(communication.backend).toBe('deepep-high-throughput');
      expect(layout).toMatchObject({ ep: 16, worldSize: 16 });
    }
  });

  test('a backend that the command leaves open is the default; one without a model here counts as NCCL', () => {
    const backend = (value: string | null, state: 'literal' | 'unresolved') =>
      resolve('vllm', [...served, fact('communication.backend', value, state)]).scenario!.communication
        .backend;
    expect(backend(null, 'unresolved')).toBe('allgather-reducescatter');
    expect(backend('one_of_tomorrow', 'literal')).toBe('nccl-alltoall');
  });

  test('experts need not divide', () => {
    expect(
      resolve('vllm', [fact('layout.dp', 24), fact('layout.expertParallelEnabled', true)]).scenario!.layout
        .ep,
    ).toBe(24);
  });
});

describe('SGLang', () => {
  const attention = fact('layout.attentionDataParallel', true);
  const wide = [
    fact('layout.tp', 16),
    fact('layout.dp', 16),
    attention,
    fact('communication.backend', 'deepep'),
  ];

  test('DP attention divides TP, and the all-to-all makes EP what TP is', () => {
    const { layout, cluster } = resolve('sglang', [...wide, fact('layout.ep', 4)]).scenario!;
    expect(layout).toMatchObject({ tp: 1, dp: 16, ep: 16, etp: 1, edp: 1, worldSize: 16 });
    expect(cluster.nodes).toBe(2);
    expect(resolve('sglang', wide).provenance['layout.ep']).toMatchObject({
      rule: expect.stringContaining('deepep all-to-all'),
    });
  });

  test('plain data parallelism multiplies the replicas, each with its own experts', () => {
    const facts = [fact('layout.tp', 8), fact('layout.dp', 2), fact('layout.ep', 4)];
    const { layout } = resolve('sglang', facts).scenario!;
    expect(layout).toMatchObject({ tp: 8, dp: 2, ep: 4, etp: 2, edp: 2, worldSize: 16 });
    expect(layout.etp * layout.ep * layout.edp * layout.pp).toBe(layout.worldSize);
  });

  test('what does not divide is no scenario', () => {
    const uneven = [fact('layout.tp', 8), fact('layout.dp', 3), attention];
    expect(messagesOf(resolve('sglang', uneven)).join()).toMatch(/8 is not a multiple of DP 3/);
    expect(messagesOf(resolve('sglang', [fact('layout.tp', 8), fact('layout.ep', 3)])).join()).toMatch(
      /EP 3 does not divide TP 8/,
    );
  });

  test('a what-if keeps the attention TP and adds replicas', () => {
    expect(resolve('sglang', wide, { 'layout.ep': 32 }).scenario!.layout).toMatchObject({
      tp: 1,
      dp: 32,
      ep: 32,
      worldSize: 32,
    });
    expect(resolve('sglang', wide, { 'cluster.nodes': 1 }).scenario!.layout).toMatchObject({ dp: 8, ep: 8 });
    expect(resolve('sglang', wide, { 'layout.tp': 2 }).scenario!.layout).toMatchObject({
      tp: 2,
      dp: 16,
      ep: 32,
    });
    expect(resolve('sglang', [fact('layout.tp', 8)], { 'layout.ep': 4 }).scenario!.layout).toMatchObject({
      tp: 8,
      ep: 4,
      etp: 2,
    });
    expect(resolve('sglang', [fact('layout.tp', 8)], { 'layout.ep': 16 }).scenario!.layout).toMatchObject({
      tp: 16,
      ep: 16,
    });
  });

  test('a scenario with its own values as changes is the same scenario', () => {
    const { layout } = resolve('sglang', wide).scenario!;
    const again = resolve('sglang', wide, { 'layout.tp': layout.tp, 'layout.dp': layout.dp }).scenario!;
    expect(again.layout).toEqual(layout);
  });

  test.each([
    ['low_latency', 'prefill', 'deepep-low-latency'],
    ['auto', 'decode', 'deepep-low-latency'],
    ['auto', 'prefill', 'deepep-high-throughput'],
    ['normal', 'decode', 'deepep-high-throughput'],
  ])('DeepEP %s in %s is %s', (deepepMode, mode, backend) => {
    const facts = [...wide, fact('sglang.deepepMode', deepepMode), fact('workload.mode', mode)];
    expect(resolve('sglang', facts).scenario!.communication.backend).toBe(backend);
  });

  test('limits are of the whole replica with DP attention', () => {
    const limits = [fact('workload.concurrency', 2048), fact('sglang.chunkedPrefillSize', 65536)];
    const prefill = fact('workload.mode', 'prefill');
    expect(resolve('sglang', [...wide, ...limits, prefill]).scenario!.workload).toMatchObject({
      engine: 'sglang',
      mode: 'prefill',
      concurrency: 2048,
      tokensPerRank: 4096,
    });
    const plain = [fact('layout.tp', 8), fact('layout.dp', 2), ...limits];
    expect(resolve('sglang', plain).scenario!.workload.concurrency).toBe(4096);
    expect(resolve('sglang', [...plain, prefill]).scenario!.workload.tokensPerRank).toBe(8192);
  });
});

test('a scale-up domain ends at the node, unless the system joins several', () => {
  const domain = (accelerator: string, gpusPerNode?: number) =>
    resolve('huggingface', gpusPerNode ? [fact('cluster.gpusPerNode', gpusPerNode)] : [], {
      'cluster.accelerator': accelerator,
      'layout.ep': 8,
    }).scenario!.cluster.scaleUpDomain;
  expect(domain('h100-sxm')).toBe(8);
  expect(domain('h100-sxm', 4)).toBe(4);
  expect(domain('h100-sxm', 16)).toBe(16);
  expect(domain('gb200-nvl72')).toBe(72);
  expect(domain('gb200-nvl72', 2)).toBe(72);
});

describe('a model file on its own', () => {
  test('fills one node with one expert group, and says that this is assumed', () => {
    const { scenario, provenance } = resolve('huggingface', []);
    expect(scenario!.layout).toMatchObject({ ep: 8, worldSize: 8 });
    expect(provenance['layout.ep']).toMatchObject({ kind: 'assumed' });
  });

  test('EP alone decides the world', () => {
    const { layout, cluster } = resolve('huggingface', [], { 'layout.ep': 64 }).scenario!;
    expect(layout).toMatchObject({ ep: 64, worldSize: 64, dp: 64, edp: 1 });
    expect(cluster.nodes).toBe(8);
  });

  test('nodes alone decide EP', () => {
    expect(resolve('huggingface', [], { 'cluster.nodes': 4 }).scenario!.layout).toMatchObject({
      ep: 32,
      worldSize: 32,
    });
  });

  test('what decides the figures is not guessed', () => {
    const { scenario, refusals } = resolveScenario({
      framework: 'huggingface',
      facts: smallModel.filter(({ name }) => name !== 'model.topK'),
    });
    expect(scenario).toBeNull();
    expect(refusals).toEqual([
      {
        reason: 'not-stated',
        fields: ['model.topK'],
        message: 'The number of experts per token (top-k) is not stated: set model.topK.',
      },
    ]);
  });

  test('a family whose layers are not known is refused, not guessed', () => {
    const { refusals, provenance } = resolve('huggingface', [fact('huggingface.modelType', 'nemotron_h')]);
    expect(refusals).toMatchObject([{ reason: 'family-not-simulated', fields: ['model.family'] }]);
    expect(provenance['model.family']).toMatchObject({ fact: { name: 'huggingface.modelType' } });
  });

  test('top-k above the number of experts is no scenario', () => {
    expect(messagesOf(resolve('huggingface', [], { 'model.topK': 65 })).join()).toMatch(/65 exceeds the 64/);
  });
});

describe('origins', () => {
  test('override before file before setting before assumption', () => {
    const settings = { 'cluster.accelerator': 'h20' };
    const kind = (overrides: Record<string, string>, facts: Fact[], given: Record<string, string>) =>
      resolve(null, facts, overrides, given).provenance['cluster.accelerator']?.kind;
    const stated = [fact('cluster.accelerator', 'h800-sxm')];
    expect(kind({ 'cluster.accelerator': 'mi300x' }, stated, settings)).toBe('override');
    expect(kind({}, stated, settings)).toBe('fact');
    expect(kind({}, [], settings)).toBe('setting');
    expect(kind({}, [], {})).toBe('assumed');
  });

  test('an unresolved value names its expression', () => {
    const facts = [fact('layout.ep', null, 'unresolved', { expression: '${14}' })];
    expect(resolve('megatron-lm', facts).provenance['layout.ep']).toMatchObject({
      kind: 'assumed',
      why: expect.stringContaining('${14}'),
    });
  });

  test('a preset is told apart from a file', () => {
    const facts = [fact('model.kvHeads', 4, 'literal', { file: 'preset:some/model' })];
    expect(resolve('vllm', facts).provenance['model.kvHeads']).toMatchObject({
      kind: 'preset',
      preset: 'some/model',
    });
  });

  test('a skew given as an override makes balanced routing lognormal', () => {
    const { scenario } = resolve(null, [], { 'routing.sigma': 0.5 }, { 'routing.distribution': 'balanced' });
    expect(scenario!.routing).toMatchObject({ distribution: 'lognormal', sigma: 0.5 });
  });
});

describe('a model on its own', () => {
  const preset = (name: string, overrides = {}) =>
    resolveScenario({ framework: 'huggingface', facts: presetFacts(findPreset(name)!), overrides });

  test.each([
    ['DeepSeek-V3', { 'cluster.nodes': 3 }, { ep: 8, worldSize: 24 }],
    ['DeepSeek-V3', { 'cluster.nodes': 3, 'placement.redundantExperts': 32 }, { ep: 24, worldSize: 24 }],
    ['DeepSeek-V3', { 'cluster.nodes': 8 }, { ep: 64, worldSize: 64 }],
    ['DeepSeek-V3', { 'layout.ep': 64 }, { ep: 64, worldSize: 64 }],
    ['DeepSeek-V3', { 'layout.tp': 16 }, { ep: 16, worldSize: 16 }],
    ['DeepSeek-V3', { 'layout.dp': 32 }, { ep: 32, worldSize: 32 }],
    ['Qwen1.5-MoE-A2.7B', {}, { ep: 4, edp: 2, worldSize: 8 }],
  ])('%s with %o leaves no GPU idle and no expert over', (name, overrides, layout) => {
    const { scenario, refusals } = preset(name, overrides);
    expect(refusals).toEqual([]);
    expect(scenario!.layout).toMatchObject(layout);
  });

  test.each([
    [{ 'model.router.groups': 7 }, 'experts-over-groups', '256 experts do not divide into 7 expert groups'],
    [
      { 'model.router.topkGroups': 9 },
      'more-groups-than-there-are',
      'A token may use 9 expert groups, but there are 8',
    ],
    [
      { 'model.router.groups': 256, 'model.router.topkGroups': 4 },
      'top-k-exceeds-groups',
      'Top-k 8 exceeds the 4 experts of the 4 groups that a token may use',
    ],
    [{ 'layout.pp': 62 }, 'stage-without-layer', 'PP 62 leaves stages without a layer: the model has 61'],
  ])('%o is refused with a reason', (overrides, reason, message) => {
    expect(preset('DeepSeek-V3', overrides)).toMatchObject({
      scenario: null,
      refusals: [{ reason, message: expect.stringContaining(message) }],
    });
  });
});

test('of a job that names no model one refusal says so', () => {
  const { scenario, refusals } = resolveScenario({ framework: 'megatron-lm', facts: megatron });
  expect(scenario).toBeNull();
  expect(refusals).toMatchObject([{ reason: 'model-not-known', fields: ['model.name'] }]);
  const named = resolveScenario({
    framework: 'megatron-lm',
    facts: [...megatron, fact('model.name', 'acme/moe')],
  });
  expect(messagesOf(named).join()).toContain('Nothing is known of the model acme/moe');
});

test('of a model whose layers are not stated nothing is said about its stages', () => {
  const { refusals } = resolveScenario({
    framework: 'megatron-lm',
    facts: [...megatron, fact('model.hiddenSize', 1024)],
  });
  expect(refusals).toContainEqual(
    expect.objectContaining({ reason: 'not-stated', fields: ['model.layers'] }),
  );
  expect(messagesOf({ refusals }).join(' ')).not.toContain('the model has');
});

test('a MoE layer pattern that is not understood is no scenario', () => {
  const { scenario, refusals } = resolve('megatron-lm', [
    fact('model.moeLayerFrequency', '[1 for _ in range(4)]'),
  ]);
  expect(scenario).toBeNull();
  expect(refusals).toMatchObject([
    { reason: 'layer-pattern-not-read', message: expect.stringContaining('[1 for _ in range(4)]') },
  ]);
});

describe('placement', () => {
  const vllm = (dp: number, ...facts: readonly Fact[]) =>
    resolve('vllm', [
      fact('layout.tp', 1),
      fact('layout.dp', dp),
      fact('layout.expertParallelEnabled', true),
      fact('placement.strategy', 'round_robin'),
      ...facts,
    ]);
  const grouped = [fact('model.router.groups', 2), fact('model.router.topkGroups', 1)];
  const lowLatency = fact('communication.backend', 'deepep_low_latency');

  test('vLLM keeps round-robin only where its conditions hold, and says which does not', () => {
    expect(vllm(4, ...grouped, lowLatency).scenario!.placement.strategy).toBe('round-robin');
    const cases: readonly [readonly Fact[], string][] = [
      [[lowLatency], 'no expert groups'],
      [[...grouped, lowLatency, fact('placement.redundantExperts', 4)], '4 redundant experts'],
      [[...grouped, fact('communication.backend', 'deepep_high_throughput')], 'deepep_high_throughput'],
      [[...grouped], 'allgather_reducescatter'],
    ];
    for (const [facts, why] of cases) {
      const { scenario, provenance } = vllm(4, ...facts);
      expect(scenario!.placement.strategy).toBe('linear');
      expect(provenance['placement.strategy']).toMatchObject({
        kind: 'derived',
        rule: expect.stringContaining(why),
      });
    }
  });

  test('EPLB places by loads, with the drift that was measured', () => {
    const { scenario, provenance } = vllm(4, ...grouped, lowLatency, fact('placement.eplb', true));
    expect(scenario!.placement).toMatchObject({ strategy: 'eplb', drift: 0.1 });
    expect(provenance['placement.drift']).toMatchObject({ kind: 'assumed' });
  });

  test('ranks run in the order of the framework', () => {
    expect(vllm(4).scenario!.layout.order).toBe('tp-cp-pp-dp');
    expect(resolve('megatron-lm', megatron).scenario!.layout.order).toBe('tp-cp-ep-dp-pp');
    const other = [...megatron, fact('layout.order', 'tp-cp-ep-pp-dp')];
    expect(resolve('megatron-lm', other).scenario!.layout.order).toBe('tp-cp-ep-pp-dp');
  });

  test('a file of loads or slots that does not fit the model is a problem', () => {
    const other = resolveScenario({
      framework: 'vllm',
      facts: smallModel,
      artefacts: { loads: { table: [[1, 2, 3]], file: 'loads.json' } },
    });
    expect(messagesOf(other).join()).toContain('loads.json: layer 0 has loads of 3 experts');
    expect(other.provenance['routing.loads']).toEqual({ kind: 'file', file: 'loads.json' });
    expect(resolve('vllm', [], { 'routing.distribution': 'loads' }).refusals).toMatchObject([
      { reason: 'loads-missing' },
    ]);
    expect(resolve('vllm', [], { 'placement.strategy': 'explicit' }).refusals).toMatchObject([
      { reason: 'placement-missing' },
    ]);
  });
});
