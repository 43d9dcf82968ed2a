import { describe, expect, test } from 'vitest';
import { resolveScenario } from '../../../src/scenario/resolve';
import type { BackendId } from '../../../src/scenario/scenario';
import type { SimulationResult } from '../../../src/sim/result';
import { type RoutingEngine, simulate } from '../../../src/sim/simulate';
import { fact, smallModel } from '../facts';

/** A Megatron job whose experts are split over ETP: TP 4, EP 4. */
function run(
  etp: number,
  backend: BackendId,
  engine: RoutingEngine = 'expected',
  more = {},
): SimulationResult {
  const { scenario, refusals } = resolveScenario({
    framework: 'megatron-lm',
    facts: [
      fact('layout.tp', 4),
      fact('layout.ep', 4),
      fact('layout.etp', etp),
      fact('cluster.nodes', 2),
      fact('workload.sequenceLength', 1024),
      ...smallModel,
    ],
    overrides: { 'communication.backend': backend, 'routing.sigma': 0.5, ...more },
  });
  if (!scenario) throw new Error(refusals.map(({ message }) => message).join(' '));
  return simulate(scenario, engine);
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
const TOKENS = 256;

describe('a dispatcher that sends over ETP × EP', () => {
  test('sends each row to every part of its expert, and gathers nothing beside', () => {
    const whole = run(1, 'deepep-high-throughput');
    const split = run(4, 'deepep-high-throughput');
    expect(split.traffic.rows.size).toBe(16);
    expect(split.placement.worldRanks).toHaveLength(16);
    expect(split.traffic.perToken.distinctRanks).toBeCloseTo(4 * whole.traffic.perToken.distinctRanks, 9);
    expect(sum(split.traffic.rows.data)).toBeCloseTo(split.traffic.perToken.distinctRanks * TOKENS * 16, 6);
    expect(split.traffic.collectives.filter(({ of }) => of === 'expert-tensor')).toEqual([]);
    expect(split.step.parts.find(({ name }) => name === 'tensor')!.seconds).toBeLessThan(
      run(4, 'nccl-alltoall').step.parts.find(({ name }) => name === 'tensor')!.seconds,
    );
    // Parts of one EP rank get the same rows, and hold the same experts.
    const { data } = split.traffic.rows;
    for (const source of [0, 5, 15]) {
      const row = Array.from(data.slice(16 * source, 16 * source + 16));
      for (const rank of row.keys()) expect(row[rank]).toBeCloseTo(row[rank - (rank % 4)]!, 9);
    }
    expect(split.placement.expertsPerRank[7]).toEqual(split.placement.expertsPerRank[4]);
  });

  test('crosses the NIC once for each node, however many parts are there', () => {
    const split = run(4, 'deepep-high-throughput');
    // ETP 4 and EP 4 over two nodes of eight: two EP ranks on each, and all parts of a node behind one row.
    const { scaleOutBytes, scaleUpBytes, localBytes, relayedBytes, rowBytes } = split.traffic.dispatch;
    expect(scaleOutBytes / rowBytes).toBeCloseTo(split.traffic.perToken.remoteNodes * TOKENS * 16, 6);
    expect((localBytes + scaleUpBytes + scaleOutBytes - relayedBytes) / rowBytes).toBeCloseTo(
      sum(split.traffic.rows.data),
      6,
    );
  });

  test('gathers every token to all ETP × EP ranks', () => {
    const { traffic } = run(4, 'allgather-reducescatter');
    expect(Array.from(traffic.rows.data)).toEqual(new Array(256).fill(TOKENS));
  });

  test('leaves each rank with the memory that the all-to-all dispatcher leaves it with, but for buffers', () => {
    const gathered = run(4, 'nccl-alltoall').memory.perRank;
    const sent = run(4, 'deepep-high-throughput').memory.perRank;
    expect(sent).toHaveLength(16);
    for (const [rank, { weights, optimizer, activations }] of sent.entries()) {
      const other = gathered[Math.floor(rank / 4)]!;
      expect(weights).toBe(other.weights);
      expect(optimizer).toBe(other.optimizer);
      expect(activations / other.activations).toBeCloseTo(1, 9);
    }
  });

  test('is sampled as it is expected', () => {
    const more = { 'workload.sequenceLength': 32_768 };
    const expected = run(2, 'deepep-high-throughput', 'expected', more);
    const sampled = run(2, 'deepep-high-throughput', 'sampled', more);
    expect(sum(sampled.traffic.rows.data) / sum(expected.traffic.rows.data)).toBeCloseTo(1, 2);
    expect(sampled.traffic.load.maxOverMean / expected.traffic.load.maxOverMean).toBeCloseTo(1, 1);
  });

  test('counts them as expert parallel traffic, with the parts as a reason', () => {
    const { ep } = run(4, 'deepep-high-throughput').comparison;
    const reason = ep.reasons.find(({ label }) => label.includes('split an expert'));
    expect(reason?.factor).toBe(4);
    expect(ep.reasons.reduce((bytes, { factor }) => bytes * factor, ep.textbookBytes)).toBeCloseTo(
      ep.exactBytes,
      3,
    );
  });

  test('parts of an expert on several nodes are each sent to', () => {
    const { traffic } = run(4, 'deepep-high-throughput', 'expected', {
      'cluster.gpusPerNode': 2,
      'cluster.scaleUpDomain': 2,
      'cluster.nodes': 8,
    });
    expect(traffic.domains).toBe(8);
    // Each domain holds two parts of one EP rank: tokens that use the rank cross to both of its domains.
    expect(traffic.perToken.distinctNodes).toBeCloseTo(traffic.perToken.distinctRanks / 2, 9);
  });
});
