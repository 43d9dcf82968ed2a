import { describe, expect, it } from 'vitest';
import { simulationDetail } from '../../../src/sim/detail';
import { type ExampleTokens, NO_SLOT } from '../../../src/sim/routing/example-tokens';
import { expertGroups } from '../../../src/sim/routing/routing';
import { runToEnd, simulate } from '../../../src/sim/simulate';
import { type NetworkOptions, networkScenario } from '../../accuracy/network-scenario';

function examplesOf(options: NetworkOptions) {
  const result = simulate(networkScenario(options));
  return { result, ...runToEnd(simulationDetail(result)) };
}

const tokensOf = ({ slots, topK }: ExampleTokens): number[][] =>
  Array.from({ length: slots.length / topK }, (_, token) => [
    ...slots.subarray(token * topK, (token + 1) * topK),
  ]);

describe('example tokens', () => {
  it('choose as many experts as the router does, each once', () => {
    const { examples, result } = examplesOf({ ep: 16, sigma: 1 });
    expect(examples.perRank).toBe(32);
    const expertOf = result.placement.physicalToLogical;
    for (const chosen of tokensOf(examples)) {
      expect(new Set(chosen.map((slot) => expertOf[slot])).size).toBe(8);
    }
  });

  it('keep to the group limit', () => {
    const { examples, result } = examplesOf({ ep: 8, sigma: 1, groups: 8, topkGroups: 4 });
    const { groupOfExpert } = expertGroups(result.scenario.model);
    const groups = tokensOf(examples).map(
      (chosen) =>
        new Set(chosen.map((slot) => groupOfExpert[result.placement.physicalToLogical[slot]!])).size,
    );
    expect(Math.max(...groups)).toBe(4);
  });

  it('are the tokens of the sampling engine', () => {
    const scenario = networkScenario({ ep: 16, sigma: 0.5, tokensPerRank: 24 });
    const sampled = simulate(scenario, 'sampled');
    const { examples } = runToEnd(simulationDetail(sampled));
    const load = new Float64Array(scenario.model.routedExperts);
    for (const slot of examples.slots) load[sampled.placement.physicalToLogical[slot]!]!++;
    expect([...load]).toEqual([...sampled.traffic.load.perExpert]);
  });

  it('go to every replica of an expert, where the placement has it', () => {
    const { examples, result } = examplesOf({ ep: 8, redundantExperts: 256, sigma: 0 });
    const { physicalToLogical } = result.placement;
    const used = new Set(examples.slots);
    const copies = physicalToLogical.flatMap((expert, slot) => (expert === 3 ? [slot] : []));
    expect(copies).toHaveLength(2);
    expect(copies.every((slot) => used.has(slot))).toBe(true);
    // Half of all choices go to either copy, within five standard deviations.
    const first = examples.slots.filter((slot) => slot < 256).length;
    const half = examples.slots.length / 2;
    expect(Math.abs(first - half)).toBeLessThan(5 * Math.sqrt(half / 2));
  });

  it('lose what their experts have no room for, about as often as all tokens do', () => {
    const options = { ep: 8, sigma: 0.5, tokensPerRank: 1024, capacityFactor: 1 };
    for (const dropPolicy of ['probs', 'position'] as const) {
      const { examples, result } = examplesOf({ ...options, routing: { dropPolicy } });
      const dropped = examples.slots.filter((slot) => slot === NO_SLOT).length / examples.slots.length;
      expect(result.traffic.load.dropped).toBeGreaterThan(0.05);
      expect(dropped).toBeCloseTo(result.traffic.load.dropped, 1);
    }
  });

  it('are no more than a rank has, and none where it has none', () => {
    const { examples } = examplesOf({ ep: 8, tokensPerRank: 0.5 });
    expect([...examples.tokensOfRank]).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
    expect(tokensOf(examples)[7]).toEqual(new Array(8).fill(NO_SLOT));
  });

  it('are fewer of each rank where there are many ranks', () => {
    const { examples } = examplesOf({ ep: 1024, routedExperts: 1024 });
    expect(examples.slots.length).toBeLessThanOrEqual(2 ** 18);
    expect(examples.perRank).toBe(32);
    expect(examples.tokensOfRank.every((tokens) => tokens === 32)).toBe(true);
  });
});
