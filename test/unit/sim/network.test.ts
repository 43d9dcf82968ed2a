import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AcceleratorId, accelerators } from '../../../src/catalog/accelerators';
import { backendCalibrations } from '../../../src/catalog/backends';
import { ringBusGBps } from '../../../src/catalog/collectives';
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
    expect(basis(inside)).toMatchObject({ kind: 'measured', expectedError: 0.09 });
    expect(basis({ ...inside, ep: 8 })).toMatchObject({ kind: 'measured', expectedError: 0.03 });
    expect(basis({ ...inside, ep: 64 })).toMatchObject({ kind: 'model', expectedError: 0.09 });
    expect(basis({ ...inside, ep: 256 }).note).toContain('EP256');
    expect(basis({ ...inside, sms: 64 }).note).toContain('64 SMs');
    expect(basis({ ...inside, tokensPerRank: 16 }).note).toContain('16 tokens per rank');
    expect(basis({ ...inside, sigma: 1 }).note).toContain('skewed routing');
    expect(basis({ ...inside, sigma: 1 }).expectedError).toBeCloseTo(Math.hypot(0.05, 0.09), 9);
    const carriedOver = basis({ ...inside, accelerator: 'mi355x' });
    expect(carriedOver).toMatchObject({ kind: 'model', expectedError: 0.22 });
    expect(carriedOver.note).toContain("not measured on MI355X: H100's constants");
    expect(basis({ backend: 'nvlink-one-sided', accelerator: 'h100-sxm' }).note).toContain(
      "GB200's constants",
    );
  });

  test('has an error everywhere, of other kernels where nobody measured this one so', () => {
    const basis = (options: Parameters<typeof network>[0]) => network(options).time.basis;
    const low = { backend: 'deepep-low-latency', ep: 8 } as const;
    expect(basis({ ...low, tokensPerRank: 512 }).errorFrom).toBe('same-kind');
    const errors = [128, 1024, 4096, 16384].map((tokensPerRank) => basis({ ...low, tokensPerRank }));
    expect(errors.map(({ errorFrom }) => errorFrom)).toEqual(['same-kind', ...Array(3).fill('other-kinds')]);
    for (const [index, far] of errors.slice(1).entries()) {
      const { interval, expectedError } = errors[index]!;
      expect(far.expectedError).toBeGreaterThan(expectedError);
      expect(far.interval.low).toBeLessThan(interval.low);
      expect(far.interval.high).toBeGreaterThan(interval.high);
      expect(far.note).toContain('Nobody published such times of this kernel');
    }
    const oneSided = basis({ backend: 'nvlink-one-sided', accelerator: 'b200-sxm' });
    expect(oneSided).toMatchObject({ kind: 'model', errorFrom: 'other-kinds' });
    const throughput = { backend: 'deepep-high-throughput', ep: 8, tokensPerRank: 4096 } as const;
    expect(basis({ ...throughput, accelerator: 'mi355x' }).errorFrom).toBe('same-kind');
    expect(basis({ ...throughput, ep: 1 })).toMatchObject({
      expectedError: 0,
      interval: { low: 0, high: 0 },
    });
  });

  test('is as uncertain on a torus as its links are many', () => {
    const highest = (accelerator: AcceleratorId, ep: number) =>
      network({ backend: 'deepep-high-throughput', ep, accelerator }).time.basis.interval.high;
    expect(highest('tpu-v5p', 16)).toBeGreaterThan((3 * 16) / 4 - 1);
    expect(highest('tpu-v5p', 16)).toBeGreaterThan(highest('tpu-v6e', 16));
    expect(highest('tpu-v6e', 16)).toBeGreaterThan(highest('tpu-v6e', 8));
    expect(highest('tpu-v6e', 8)).toBeGreaterThan(highest('h20', 8));
  });

  test('says more about one node than about several, whose networks differ', () => {
    const basis = (ep: number) =>
      network({ backend: 'deepep-low-latency', ep, tokensPerRank: 128 }).time.basis;
    const width = ({ interval }: ReturnType<typeof basis>) => interval.high - interval.low;
    expect(width(basis(8))).toBeLessThan(width(basis(64)));
    expect(basis(64).note).toContain('Elastic Fabric Adapter');
    expect(basis(8).note).not.toContain('Elastic Fabric Adapter');
    const h20 = network({ backend: 'deepep-low-latency', ep: 64, tokensPerRank: 128, accelerator: 'h20' })
      .time.basis;
    expect(width(h20)).toBeGreaterThan(1.5 * width(basis(64)));
    expect(h20.expectedError).toBe(0.21);
  });

  test('BF16 rows keep SMs busy for less than their bytes where that was measured', () => {
    const sm = (accelerator: AcceleratorId, dispatchDtype: 'bf16' | 'fp8') =>
      network({ backend: 'deepep-high-throughput', ep: 8, sms: 16, accelerator, dispatchDtype }).time;
    const ratio = (accelerator: AcceleratorId) =>
      sm(accelerator, 'bf16').dispatch.terms.sm / sm(accelerator, 'fp8').dispatch.terms.sm;
    expect(ratio('h100-sxm')).toBeCloseTo(14336 / 7392, 3);
    expect(ratio('b200-sxm')).toBeLessThan(1.5);
    expect(sm('b200-sxm', 'bf16').combine).toEqual(sm('b200-sxm', 'fp8').combine);
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

  test('an NVL72 rack is one domain: up to 72 ranks no row crosses a NIC', () => {
    for (const backend of ['nccl-alltoall', 'nvlink-one-sided', 'deepep-low-latency'] as const) {
      const { traffic: sent, time } = network({ accelerator: 'gb200-nvl72', backend, ep: 64 });
      expect(sent.domains).toBe(1);
      expect(time.dispatch.terms.nic).toBe(0);
    }
  });

  test('on a mesh a pair has its own link: two GPUs get a seventh of what eight get', () => {
    const nvlinkOf = (accelerator: AcceleratorId, ep: number) => {
      const { traffic: sent, time } = network({ accelerator, backend: 'deepep-high-throughput', ep });
      return sent.dispatch.busiest.scaleUpBytes / time.dispatch.terms.nvlink;
    };
    expect(nvlinkOf('mi300x', 8) / nvlinkOf('mi300x', 2)).toBeCloseTo(7, 6);
    expect(nvlinkOf('mi300x', 8) / nvlinkOf('mi300x', 4)).toBeCloseTo(7 / 3, 6);
    expect(nvlinkOf('h100-sxm', 8) / nvlinkOf('h100-sxm', 2)).toBeCloseTo(1, 6);
  });

  test('a ring of a mesh has the links between its own ranks', () => {
    const ring = (id: AcceleratorId, ranks: number) => ringBusGBps(id, ranks, accelerators[id].scaleUpGBps);
    expect(ring('mi300x', 8) / ring('mi300x', 2)).toBeCloseTo(7, 9);
    expect(ring('mi300x', 8) / 448).toBeCloseTo(0.745, 9);
    expect(ring('h20', 2) / 450).toBeCloseTo(0.56, 9);
    expect(ring('h100-sxm', 8)).toBeCloseTo(335.4, 9);
  });

  test('the fullest rank sets the time of all', () => {
    const of = (sigma: number) => network({ backend: 'deepep-low-latency', ep: 8, sigma }).time;
    const { load } = network({ backend: 'deepep-low-latency', ep: 8, sigma: 1 }).traffic;
    expect(of(1).dispatch.terms.nvlink / of(0).dispatch.terms.nvlink).toBeCloseTo(load.maxOverMean, 1);
  });

  test('an accelerator has at most one calibration per backend', () => {
    const keys = backendCalibrations.flatMap(({ backend, accelerators: ids }) =>
      ids.map((id) => `${backend} ${id}`),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});

const runs = fc.record({
  accelerator: fc.constantFrom(...(Object.keys(accelerators) as AcceleratorId[])),
  backend: fc.constantFrom(...new Set(backendCalibrations.map(({ backend }) => backend))),
  ep: fc.constantFrom(2, 4, 8, 16, 64, 128),
  tokensPerRank: fc.integer({ min: 1, max: 200_000 }),
  sms: fc.integer({ min: 1, max: 64 }),
  sigma: fc.constantFrom(0, 1),
  hiddenSize: fc.constantFrom(512, 7168),
});
/** Sums of equal parts in another order. */
const ROUNDING = 1 + 1e-9;

describe('laws of time', () => {
  const phases = ['dispatch', 'combine'] as const;

  test('more tokens never take less', () => {
    fc.assert(
      fc.property(runs, fc.integer({ min: 1, max: 100_000 }), (run, more) => {
        const few = network(run).time;
        const many = network({ ...run, tokensPerRank: run.tokensPerRank + more }).time;
        for (const phase of phases) {
          expect(many[phase].microseconds * ROUNDING).toBeGreaterThanOrEqual(few[phase].microseconds);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('more bandwidth or more SMs never take longer', () => {
    fc.assert(
      fc.property(runs, fc.double({ min: 1, max: 8, noNaN: true }), (run, factor) => {
        const scenario = networkScenario(run);
        const sent = traffic(scenario, expectedRouting(scenario, placeExperts(scenario)));
        const before = communicationTime(scenario, sent);
        const { cluster, communication } = scenario;
        for (const wider of [
          { ...scenario, cluster: { ...cluster, scaleUpGBps: factor * cluster.scaleUpGBps } },
          { ...scenario, cluster: { ...cluster, scaleOutGBps: factor * cluster.scaleOutGBps } },
          { ...scenario, communication: { ...communication, sms: Math.ceil(factor * communication.sms) } },
        ]) {
          const after = communicationTime(wider, sent);
          for (const phase of phases) {
            expect(after[phase].microseconds).toBeLessThanOrEqual(before[phase].microseconds * ROUNDING);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('the whole is at least each of its terms, and no more than all of them', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { time } = network(run);
        for (const phase of phases) {
          const { microseconds, terms } = time[phase];
          const transfers = [terms.nic, terms.nvlink, terms.sm];
          expect(terms.latency).toBeGreaterThanOrEqual(0);
          expect(microseconds * ROUNDING).toBeGreaterThanOrEqual(terms.latency + Math.max(...transfers));
          const all = transfers.reduce((sum, term) => sum + term, terms.latency);
          expect(microseconds).toBeLessThanOrEqual(all * ROUNDING);
        }
      }),
      { numRuns: 100 },
    );
  });
});
