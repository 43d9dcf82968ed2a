import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../src/config/fact';
import { resolveScenario } from '../../../src/scenario/resolve';
import { fact, messagesOf, smallModel } from '../facts';

const resolve = (facts: readonly Fact[], overrides = {}) =>
  resolveScenario({ framework: 'trtllm', facts: [...facts, ...smallModel], overrides });

const engine = [fact('layout.tp', 16), fact('layout.ep', 8), fact('cluster.gpusPerNode', 8)];
const attentionDp = [...engine, fact('layout.attentionDataParallel', true)];

describe('TensorRT-LLM', () => {
  test('EP and MoE-TP divide TP, which is the engine', () => {
    const { scenario, refusals } = resolve([...engine, fact('layout.pp', 2)]);
    expect(refusals).toEqual([]);
    expect(scenario).toMatchObject({
      layout: { tp: 16, dp: 1, ep: 8, etp: 2, edp: 1, worldSize: 32, attentionDataParallel: false },
      cluster: { nodes: 4 },
      workload: { engine: 'tensorrt-llm', mode: 'decode' },
    });
  });

  test('without sizes, experts are split over TP', () => {
    expect(resolve([fact('layout.tp', 8)]).scenario!.layout).toMatchObject({ ep: 1, etp: 8 });
  });

  test('attention DP gives every rank its own sequences', () => {
    const { scenario } = resolve([...attentionDp, fact('workload.concurrency', 32)]);
    expect(scenario).toMatchObject({
      layout: { tp: 1, dp: 16, ep: 8, etp: 2, worldSize: 16, attentionDataParallel: true },
      workload: { concurrency: 512, tokensPerRank: 32 },
    });
  });

  test('a grid that is not TP is no scenario', () => {
    const { scenario, refusals } = resolve([...engine, fact('layout.etp', 4)]);
    expect(scenario).toBeNull();
    expect(messagesOf({ refusals }).join()).toContain('MoE-TP 4 × MoE-EP 8 × MoE-cluster 1 is not TP 16');
  });

  test('a search over sizes is no scenario until one is chosen', () => {
    const open = fact('layout.tp', null, 'unresolved', { expression: 'one of 2, 4' });
    expect(messagesOf(resolve([open])).join()).toContain(
      'The number of ranks of the engine is open (one of 2, 4)',
    );
    expect(resolve([open]).provenance['layout.tp']).toMatchObject({ kind: 'unknown', fact: open });
    expect(resolve([open], { 'layout.tp': 4 }).scenario!.layout.worldSize).toBe(4);
  });

  test('EP with CP is refused', () => {
    expect(messagesOf(resolve([...engine, fact('layout.cp', 2)])).join()).toMatch(/cannot be combined/);
  });

  test.each([
    [{ 'layout.ep': 16 }, { ep: 16, etp: 1, worldSize: 16 }],
    [{ 'cluster.nodes': 4 }, { ep: 8, etp: 4, worldSize: 32 }],
    [{ 'layout.dp': 32 }, { dp: 32, ep: 8, etp: 4 }],
  ])('%o moves what follows', (overrides, layout) => {
    const { scenario, refusals } = resolve([...attentionDp, fact('layout.etp', 2)], overrides);
    expect(refusals).toEqual([]);
    expect(scenario!.layout).toMatchObject(layout);
  });

  test('slots beyond the experts are redundant ones', () => {
    const { scenario, provenance } = resolve([...engine, fact('trtllm.numSlots', 72)]);
    expect(scenario!.placement.redundantExperts).toBe(8);
    expect(provenance['placement.redundantExperts']).toMatchObject({ rule: 'num_slots - experts' });
    expect(messagesOf(resolve([...engine, fact('trtllm.numSlots', 32)])).join()).toMatch(
      /32 slots cannot hold/,
    );
  });

  test('a prefill pass has as many tokens as the engine takes', () => {
    const facts = [...engine, fact('workload.mode', 'prefill'), fact('trtllm.maxNumTokens', 8192)];
    expect(resolve(facts).scenario!.workload.tokensPerRank).toBe(512);
  });
});

describe('what TensorRT-LLM exchanges tokens with', () => {
  const gb200 = fact('cluster.accelerator', 'gb200-nvl72');
  const pureEp = [fact('layout.tp', 32), fact('layout.ep', 32), fact('layout.attentionDataParallel', true)];

  test('one-sided NVLink, where every rank of pure EP is in one NVLink domain', () => {
    const { scenario, provenance } = resolve([...pureEp, gb200]);
    expect(scenario!.communication.backend).toBe('nvlink-one-sided');
    expect(provenance['communication.backend']).toMatchObject({ kind: 'derived' });
  });

  test.each([
    ['across NVLink domains', pureEp],
    ['with MoE-TP', [...attentionDp, gb200]],
    ['without attention DP', [...engine, gb200]],
  ])('all-gather and reduce-scatter %s', (_, facts) => {
    expect(resolve(facts).scenario!.communication.backend).toBe('allgather-reducescatter');
  });

  test.each([
    ['nvfp4', 'fp4'],
    ['mxfp4', 'fp8'],
    ['fp8', 'bf16'],
    ['bf16', 'bf16'],
  ])('%s experts get their tokens in %s', (weights, dispatchDtype) => {
    const facts = [...pureEp, gb200, fact('model.weightDtype', weights)];
    expect(resolve(facts).scenario!.communication).toMatchObject({ dispatchDtype, combineDtype: 'bf16' });
  });

  test('a low-precision combine is FP8', () => {
    const facts = [...pureEp, gb200, fact('trtllm.useLowPrecisionMoeCombine', true)];
    expect(resolve(facts).scenario!.communication.combineDtype).toBe('fp8');
  });

  test('one-sided NVLink over NICs is no scenario, and what would be is said', () => {
    const { scenario, refusals } = resolve(pureEp, { 'communication.backend': 'nvlink-one-sided' });
    expect(scenario).toBeNull();
    expect(messagesOf({ refusals })).toEqual([
      'One-sided NVLink cannot join the 32 ranks of EP 32: H100 has NVLink domains of 8. Set cluster.accelerator, or another communication.backend.',
    ]);
  });
});

test.each(['torchtitan', 'axolotl', 'maxtext', 'deepspeed'] as const)(
  '%s: EP lies inside a derived DP',
  (framework) => {
    const facts = [
      fact('layout.dp', 16, 'derived'),
      fact('layout.ep', 8),
      fact('layout.tp', 2),
      ...smallModel,
    ];
    const { scenario } = resolveScenario({ framework, facts });
    expect(scenario).toMatchObject({
      layout: { worldSize: 32, dp: 16, ep: 8, etp: 1, edp: 4 },
      workload: { mode: 'train' },
    });
  },
);

test('a MaxText model without a job is laid out like any model file', () => {
  const { scenario } = resolveScenario({ framework: 'maxtext', facts: smallModel });
  expect(scenario!.layout).toMatchObject({ ep: 8, worldSize: 8 });
});
