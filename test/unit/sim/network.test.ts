import { describe, expect, test } from 'vitest';
import { accelerators } from '../../../src/catalog/accelerators';
import { backendCalibrations } from '../../../src/catalog/backends';
import { communicationTime } from '../../../src/sim/network/time';
import { placeExperts } from '../../../src/sim/placement/placement';
import { expectedRouting } from '../../../src/sim/routing/expected';
import { traffic } from '../../../src/sim/traffic/traffic';
import { network, networkScenario } from '../../accuracy/network-scenario';

describe('communication time', () => {
  test('one rank takes none', () => {
    const { time } = network({ ep: 1 });
    expect(time.dispatch.microseconds).toBe(0);
    expect(time.combine.boundBy).toBe('latency');
  });

  test('says what bounds it', () => {
    expect(network({ backend: 'deepep-low-latency', ep: 64, tokensPerRank: 1 }).time.dispatch.boundBy).toBe(
      'latency',
    );
    expect(network({ backend: 'deepep-low-latency', ep: 64, tokensPerRank: 256 }).time.dispatch.boundBy).toBe(
      'nic',
    );
    expect(network({ backend: 'deepep-high-throughput', ep: 16, sms: 8 }).time.dispatch.boundBy).toBe('sm');
    expect(network({ backend: 'nccl-alltoall', ep: 8 }).time.dispatch.boundBy).toBe('nvlink');
  });

  test('is measured only inside the calibrated range', () => {
    const basis = (options: Parameters<typeof network>[0]) => network(options).time.basis;
    const inside = { backend: 'deepep-high-throughput', ep: 16, tokensPerRank: 4096, sms: 20 } as const;
    expect(basis(inside)).toMatchObject({ kind: 'measured', expectedError: 0.03 });
    expect(basis({ ...inside, ep: 256 }).note).toContain('EP256');
    expect(basis({ ...inside, sms: 64 }).note).toContain('64 SMs');
    expect(basis({ ...inside, tokensPerRank: 16 }).note).toContain('16 tokens per rank');
    expect(basis({ ...inside, sigma: 1 }).note).toContain('skewed routing');
    expect(basis({ ...inside, accelerator: 'mi355x' })).toMatchObject({ kind: 'model', expectedError: null });
  });

  test('a slower network slows only what crosses it', () => {
    const scenario = networkScenario({ ep: 16 });
    const result = traffic(scenario, expectedRouting(scenario, placeExperts(scenario)));
    const fast = communicationTime(scenario, result);
    scenario.cluster.scaleOutGBps /= 2;
    const slow = communicationTime(scenario, result);
    expect(slow.dispatch.terms.nic).toBeCloseTo(2 * fast.dispatch.terms.nic, 6);
    expect(slow.dispatch.terms.nvlink).toBe(fast.dispatch.terms.nvlink);
    expect(slow.basis.note).toContain('bandwidths differ');
  });

  test('every accelerator gets a time from every backend', () => {
    for (const accelerator of Object.values(accelerators)) {
      for (const backend of new Set(backendCalibrations.map((entry) => entry.backend))) {
        const { time } = network({ accelerator: accelerator.id, backend, ep: 16, tokensPerRank: 1024 });
        expect(time.dispatch.microseconds).toBeGreaterThan(0);
        expect(Number.isFinite(time.combine.microseconds)).toBe(true);
      }
    }
  });

  test('an accelerator has at most one calibration per backend', () => {
    const keys = backendCalibrations.flatMap(({ backend, accelerators: ids }) =>
      ids.map((id) => `${backend} ${id}`),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});
