import { describe, expect, test } from 'vitest';
import type { FrameworkId } from '../../../src/config/fact';
import { resolveScenario } from '../../../src/scenario/resolve';
import { tokensBySource } from '../../../src/sim/routing/source-tokens';
import { type RoutingEngine, simulate } from '../../../src/sim/simulate';
import { fact, smallModel } from '../facts';

const servers: Partial<Record<FrameworkId, readonly ReturnType<typeof fact>[]>> = {
  sglang: [
    fact('layout.tp', 16),
    fact('layout.dp', 16),
    fact('layout.ep', 16),
    fact('layout.attentionDataParallel', true),
    fact('communication.backend', 'deepep'),
  ],
  vllm: [
    fact('layout.dp', 16),
    fact('layout.expertParallelEnabled', true),
    fact('communication.backend', 'deepep_low_latency'),
  ],
  trtllm: [fact('layout.tp', 16), fact('layout.ep', 16), fact('layout.attentionDataParallel', true)],
};

function scenarioOf(framework: FrameworkId, concurrency: number, backend?: string) {
  const { scenario } = resolveScenario({
    framework,
    facts: [...servers[framework]!, ...smallModel],
    overrides: {
      'workload.concurrency': concurrency,
      ...(backend ? { 'communication.backend': backend } : {}),
    },
  });
  return scenario!;
}

/** Rows that each rank sends and each rank receives. */
function sentAndReceived({ size, data }: { size: number; data: Float64Array | Float32Array }) {
  const ranks = Array.from({ length: size }, (_, rank) => rank);
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  return {
    sent: ranks.map((i) => sum(ranks.map((k) => data[i * size + k]!))),
    received: ranks.map((k) => sum(ranks.map((i) => data[i * size + k]!))),
  };
}

describe('fewer sequences than ranks', () => {
  test.each<RoutingEngine>(['expected', 'sampled'])('%s: idle ranks of SGLang send nothing', (engine) => {
    const scenario = scenarioOf('sglang', 4, 'deepep-low-latency');
    expect(scenario.workload.tokensPerRank).toBe(4 / 16);
    const { traffic } = simulate(scenario, engine);
    const { sent, received } = sentAndReceived(traffic.rows);
    expect(sent.slice(0, 4).map((rows) => Math.round(rows * 1e6) / 1e6)).toEqual([4, 4, 4, 4]);
    expect(sent.slice(4)).toEqual(new Array(12).fill(0));
    for (const [rank, rows] of received.entries()) {
      expect(rows).toBeCloseTo(traffic.load.perRank[rank]!, 9);
    }
    expect(traffic.load.perExpert.reduce((a, b) => a + b, 0)).toBeCloseTo(16, 9);
    expect(traffic.perToken.distinctRanks).toBeLessThanOrEqual(4);
    expect(traffic.perToken.distinctRanks).toBeGreaterThan(1);
  });

  test('an all-gather gathers from the ranks that have tokens', () => {
    const { traffic } = simulate(scenarioOf('sglang', 4, 'allgather-reducescatter'));
    const { sent, received } = sentAndReceived(traffic.rows);
    expect(sent).toEqual([16, 16, 16, 16, ...new Array(12).fill(0)]);
    expect(received).toEqual(new Array(16).fill(4));
  });

  test('vLLM fills every rank up to the fullest, TensorRT-LLM gives idle ranks a dummy', () => {
    expect(scenarioOf('vllm', 4).workload.tokensPerRank).toBe(1);
    expect(scenarioOf('vllm', 17).workload.tokensPerRank).toBe(2);
    expect(scenarioOf('trtllm', 4).workload.tokensPerRank).toBe(1);
    expect(scenarioOf('trtllm', 24).workload.tokensPerRank).toBe(1.5);
  });

  test('sequences that do not divide give the first ranks one more', () => {
    const { traffic } = simulate(scenarioOf('sglang', 24, 'deepep-low-latency'));
    const { sent } = sentAndReceived(traffic.rows);
    expect(sent.map((rows) => Math.round(rows))).toEqual([...new Array(8).fill(8), ...new Array(8).fill(4)]);
  });

  test('whole tokens are dealt, and all of them', () => {
    expect(tokensBySource(2, 4)).toBeNull();
    expect([...tokensBySource(7 / 3, 3)!]).toEqual([3, 2, 2]);
    expect([...tokensBySource(0.3, 8)!].reduce((a, b) => a + b)).toBeCloseTo(2.4, 9);
  });
});
