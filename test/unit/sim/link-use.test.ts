import { describe, expect, it } from 'vitest';
import type { LinkFamily, LinkUse, SimulationResult } from '../../../src/sim/result';
import { simulate } from '../../../src/sim/simulate';
import { deepseekV3, mixtral8x22b } from '../../accuracy/models';
import { layoutOf, type Mapping, scenarioOf } from '../../accuracy/scenarios';

const mixtral = (mapping: Mapping): SimulationResult =>
  simulate(scenarioOf(mixtral8x22b, 'h100-sxm', layoutOf(mapping), {}));

const link = ({ links }: SimulationResult, name: LinkUse['link']): LinkUse =>
  links.find((use) => use.link === name)!;
const bytes = (use: LinkUse, family: LinkFamily): number =>
  use.bytes.find((each) => each.family === family)!.bytes;

describe('what the links carry', () => {
  it('is together what each family sends', () => {
    const result = mixtral({ gpus: 256, tp: 2, pp: 4, ep: 8 });
    for (const family of ['ep', 'tp', 'dp', 'pp'] as const) {
      const carried = result.links.reduce((sum, use) => sum + bytes(use, family), 0);
      expect(carried / result.comparison[family].exactBytesPerStep, family).toBeCloseTo(1, 6);
    }
  });

  it('leaves the NIC alone where a group stays in its node', () => {
    const result = mixtral({ gpus: 8, tp: 1, ep: 8 });
    expect(link(result, 'scale-out').busyShare).toBe(0);
    expect(bytes(link(result, 'scale-up'), 'ep')).toBeGreaterThan(0);
  });

  it('is pipeline and gradients over the NIC where stages are on other nodes', () => {
    const result = mixtral({ gpus: 64, tp: 8, pp: 4, ep: 1 });
    const nic = link(result, 'scale-out');
    expect(bytes(nic, 'tp')).toBe(0);
    expect(bytes(nic, 'ep')).toBe(0);
    expect(bytes(nic, 'pp')).toBeGreaterThan(0);
    expect(bytes(nic, 'dp')).toBeGreaterThan(0);
  });

  it('keeps no link busier than the step is long', () => {
    const result = simulate(
      scenarioOf(deepseekV3, 'h800-sxm', layoutOf({ gpus: 2048, pp: 16, ep: 64 }), {
        globalBatchSize: 15_360,
      }),
    );
    for (const { busyShare } of result.links) {
      expect(busyShare).toBeGreaterThan(0);
      expect(busyShare).toBeLessThan(1);
    }
  });
});
