import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../../src/scenario/scenario';
import { placeExperts } from '../../../src/sim/placement/placement';
import { binomialOverflow } from '../../../src/sim/routing/capacity';
import { expectedRouting } from '../../../src/sim/routing/expected';
import { targetInclusion } from '../../../src/sim/routing/popularity';
import { hitProbabilities, hypergeometricHit } from '../../../src/sim/routing/race';
import type { Routing } from '../../../src/sim/routing/routing';
import { sampledRouting } from '../../../src/sim/routing/sampled';
import { type NetworkOptions, networkScenario } from '../../accuracy/network-scenario';

function expected(options: NetworkOptions): Routing {
  const scenario = networkScenario(options);
  return expectedRouting(scenario, placeExperts(scenario));
}

const sampled = (options: NetworkOptions): Routing => sampledOf(networkScenario(options));

function sampledOf(scenario: Scenario): Routing {
  const steps = sampledRouting(scenario, placeExperts(scenario));
  let next = steps.next();
  while (!next.done) next = steps.next();
  return next.value;
}

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
/** Per token: assignments, distinct ranks, distinct domains. */
const perToken = (routing: Routing) => {
  const tokens = routing.tokensPerRank * routing.sources;
  return {
    assignments: sum(routing.assignments) / tokens,
    ranks: sum(routing.rankHits) / tokens,
    domains: sum(routing.domainHits) / tokens,
  };
};

/** Every racer a block of its own. */
const singles = (rates: readonly number[]) => rates.map((_, racer) => [{ racer, share: 1 }]);

describe('the race', () => {
  test('with equal rates is the hypergeometric draw', () => {
    // A racer that hardly ever arrives forces the quadrature.
    const rates = Float64Array.of(...Array.from({ length: 256 }, () => 1), 1e-12);
    const blocks = Array.from({ length: 8 }, (_, b) =>
      Array.from({ length: 32 }, (_, i) => ({ racer: 32 * b + i, share: 1 })),
    );
    const hits = hitProbabilities(rates, blocks, 8);
    for (let d = 0; d <= 8; d++) {
      for (let b = 0; b < 8; b++) expect(hits[b]![d]).toBeCloseTo(hypergeometricHit(256, 32, d), 7);
    }
  });

  test('one draw hits in proportion to the rates', () => {
    const blocks = [
      [
        { racer: 0, share: 1 },
        { racer: 1, share: 1 },
      ],
      [{ racer: 2, share: 1 }],
    ];
    const hits = hitProbabilities(Float64Array.of(5, 1, 3, 1), blocks, 1);
    expect(hits[0]![1]).toBeCloseTo(0.6, 6);
    expect(hits[1]![1]).toBeCloseTo(0.3, 6);
  });

  test('two draws without replacement, by hand', () => {
    // P(c in two draws) with rates 3, 2, 1: 1/6 + 3/6·1/3 + 2/6·1/4.
    const hits = hitProbabilities(Float64Array.of(3, 2, 1), singles([3, 2, 1]), 2);
    expect(hits[2]![2]).toBeCloseTo(1 / 6 + 1 / 6 + 1 / 12, 6);
  });

  test('a shared racer counts for a block by its share', () => {
    // Two equal racers, both drawn: the block owns neither, and misses both halves one time in four.
    const halves = [
      { racer: 0, share: 0.5 },
      { racer: 1, share: 0.5 },
    ];
    const hits = hitProbabilities(Float64Array.of(1, 1, 1e-9), [halves], 2);
    expect(hits[0]![1]).toBeCloseTo(0.5, 6);
    expect(hits[0]![2]).toBeCloseTo(0.75, 6);
  });

  test('single racers are chosen d times in all', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.05, max: 7, noNaN: true }), { minLength: 2, maxLength: 40 }),
        fc.integer({ min: 1, max: 8 }),
        (rates, draws) => {
          const d = Math.min(draws, rates.length);
          const hits = hitProbabilities(Float64Array.from(rates), singles(rates), d);
          expect(hits.reduce((total, hit) => total + hit[d]!, 0)).toBeCloseTo(d, 3);
        },
      ),
      { numRuns: 50 },
    );
  });
});

/** Loads of three layers, the busiest expert ten times the mean. */
function measured(experts: number): number[][] {
  return [1, 2, 3].map((layer) =>
    Array.from({ length: experts }, (_, e) => 1 + ((e * 37 * layer) % 101) + (e === layer ? 500 : 0)),
  );
}

/** Tokens that choose neighbouring experts together, which no draw by popularity would do. */
function recorded(tokens: number): number[][] {
  return Array.from({ length: tokens }, (_, t) =>
    Array.from({ length: 8 }, (_unused, i) => (((t * 7919) % 256) + i * (1 + (t % 3))) % 256),
  );
}

describe('measured loads and recorded tokens', () => {
  test.each([{}, { groups: 8, topkGroups: 4 }])('loads come out as they were measured: %j', (limits) => {
    const loads = measured(256);
    const { expertLoad } = expected({
      ep: 16,
      ...limits,
      routing: { distribution: 'loads', loads, layer: 1 },
    });
    const scale = sum(expertLoad) / loads[1]!.reduce((a, b) => a + b, 0);
    expertLoad.forEach((load, expert) => {
      expect(Math.abs(load / (loads[1]![expert]! * scale) - 1)).toBeLessThan(0.004);
    });
  });

  test('a trace counts the ranks that its tokens use, not those that independent choices would', () => {
    const trace = [[0, 1, 2, 3, 4, 5, 6, 7]];
    const token = perToken(expected({ ep: 16, routing: { distribution: 'trace', trace } }));
    expect(token.ranks).toBe(1);
    expect(perToken(sampled({ ep: 16, routing: { distribution: 'trace', trace } })).ranks).toBe(1);
  });

  test('idle experts and loads on fewer experts than a token takes still end', () => {
    for (const hot of [1, 4, 9]) {
      const loads = [Array.from({ length: 64 }, (_, e) => (e < hot ? 10 : 0))];
      for (const limits of [{}, { groups: 8, topkGroups: 2 }]) {
        const options = { ep: 8, routedExperts: 64, tokensPerRank: 64, ...limits };
        const routing = sampled({ ...options, routing: { distribution: 'loads', loads } });
        expect(sum(routing.assignments)).toBeCloseTo(8 * 64 * 8, 6);
      }
    }
    expect(sum(sampled({ ep: 8, sigma: 10, tokensPerRank: 64 }).assignments)).toBeCloseTo(8 * 64 * 8, 6);
  });
});

describe('layers', () => {
  test('differ, and the one nearest to their mean is simulated', () => {
    const { layers, layer } = placeExperts(networkScenario({ ep: 32, sigma: 1, routing: { layer: null } }));
    expect(layers.maxOverMean).toHaveLength(58);
    expect(layers.maxOverMean[layers.worst]).toBe(Math.max(...layers.maxOverMean));
    const distance = (value: number) => Math.abs(value - layers.mean);
    expect(distance(layers.maxOverMean[layer]!)).toBe(Math.min(...layers.maxOverMean.map(distance)));
  });

  test('spread as those of DeepSeek-R1 in production, with and without EPLB', () => {
    // TensorRT-LLM tech blog 4, Table 1, mean over 58 layers on 32 GPUs: (max - mean) / mean 1.564, by layer 0.46 to 2.46.
    const { layers } = placeExperts(networkScenario({ ep: 32, sigma: 1.009, routing: { layer: null } }));
    expect(layers.mean - 1).toBeGreaterThan(1.2);
    expect(layers.mean - 1).toBeLessThan(1.7);
    // With 288 slots 0.109, in iterations of 4096 tokens: drift and the chance of so few tokens together.
    const scenario = networkScenario({
      ep: 32,
      sigma: 1.009,
      tokensPerRank: 128,
      redundantExperts: 32,
      placement: { strategy: 'eplb', drift: 0.1 },
    });
    const imbalance = Array.from({ length: 20 }, (_, layer) => {
      const one = { ...scenario, routing: { ...scenario.routing, layer } };
      const { assignments, ranks } = sampledOf(one);
      const load = Array.from({ length: ranks }, (_unused, rank) =>
        sum(assignments.filter((_count, i) => i % ranks === rank)),
      );
      return (Math.max(...load) * ranks) / load.reduce((a, b) => a + b, 0) - 1;
    });
    const mean = imbalance.reduce((a, b) => a + b, 0) / imbalance.length;
    expect(Math.abs(mean / 0.109 - 1)).toBeLessThan(0.15);
  });
});

describe('popularity', () => {
  test('sums to k, never above one token in one, and follows the seed', () => {
    for (const sigma of [0, 0.5, 1, 2, 4]) {
      const inclusion = targetInclusion(networkScenario({ sigma, seed: 7 }), 0);
      expect(sum(inclusion)).toBeCloseTo(8, 9);
      expect(Math.max(...inclusion)).toBeLessThan(1);
    }
    const first = targetInclusion(networkScenario({ sigma: 1, seed: 1 }), 0);
    expect(targetInclusion(networkScenario({ sigma: 1, seed: 1 }), 0)).toEqual(first);
    expect(targetInclusion(networkScenario({ sigma: 1, seed: 2 }), 0)).not.toEqual(first);
  });

  test('sigma 1 gives the imbalance of DeepSeek-R1 in production', () => {
    // TensorRT-LLM tech blog 4, Table 1: expert (max - mean) / mean 10.9 as a mean over 58 layers.
    const seeds = Array.from({ length: 58 }, (_, seed) => seed);
    const imbalance = seeds.map((seed) => {
      const { expertLoad } = expected({ ep: 32, sigma: 1, seed });
      return (Math.max(...expertLoad) * 256) / sum(expertLoad) - 1;
    });
    const mean = imbalance.reduce((total, value) => total + value, 0) / seeds.length;
    expect(mean).toBeGreaterThan(8.5);
    expect(mean).toBeLessThan(11.5);
  });
});

describe('expected values, balanced', () => {
  // Exact N·(1 - C(256 - 256/N, 8) / C(256, 8)).
  test.each([
    [8, 5.295, 1],
    [16, 6.523, 1.993],
    [32, 7.267, 3.614],
    [64, 7.676, 5.295],
    [128, 7.89, 6.523],
  ])('EP%i: distinct ranks and nodes', (ep, ranks, domains) => {
    const token = perToken(expected({ ep }));
    expect(token.assignments).toBeCloseTo(8, 9);
    expect(token.ranks).toBeCloseTo(ranks, 3);
    expect(token.domains).toBeCloseTo(domains, 3);
  });

  // Monte Carlo with DeepSeek-V3's own score (best two of a group); ours takes the best one.
  test.each([
    [8, 3.97, 1],
    [16, 5.72, 1.97],
    [32, 6.85, 3.13],
    [64, 7.48, 3.97],
  ])('EP%i with 4 of 8 groups: near DeepSeek-V3', (ep, ranks, domains) => {
    const token = perToken(expected({ ep, groups: 8, topkGroups: 4 }));
    expect(Math.abs(token.ranks / ranks - 1)).toBeLessThan(0.01);
    expect(Math.abs(token.domains / domains - 1)).toBeLessThan(0.01);
  });

  test('a limit that cannot bind changes nothing', () => {
    expect(perToken(expected({ ep: 64, groups: 32, topkGroups: 8 }))).toEqual(perToken(expected({ ep: 64 })));
  });
});

describe('the two engines', () => {
  const cases: NetworkOptions[] = [
    { ep: 16 },
    { ep: 64, sigma: 1 },
    { ep: 16, sigma: 2, seed: 3 },
    { ep: 32, groups: 8, topkGroups: 4 },
    { ep: 16, groups: 8, topkGroups: 4, sigma: 1 },
    { ep: 64, groups: 16, topkGroups: 4 },
    { ep: 32, sigma: 1, redundantExperts: 32 },
    { ep: 4, routedExperts: 60, topK: 4, sigma: 1 },
    { ep: 8, routedExperts: 8, topK: 2, sigma: 1 },
    { ep: 16, sigma: 0.5, capacityFactor: 1.25 },
    { ep: 1, sigma: 1 },
    { ep: 32, routing: { distribution: 'zipf', exponent: 0.64 } },
    { ep: 32, routing: { distribution: 'zipf', exponent: 1.2 }, groups: 8, topkGroups: 4 },
    { ep: 16, routing: { distribution: 'loads', loads: measured(256), layer: 1 } },
    { ep: 16, routing: { distribution: 'loads', loads: measured(256) }, groups: 8, topkGroups: 4 },
    { ep: 16, routing: { distribution: 'trace', trace: recorded(5000) } },
    { ep: 16, routing: { distribution: 'trace', trace: recorded(5000) }, redundantExperts: 16 },
    { ep: 32, sigma: 1, redundantExperts: 32, placement: { strategy: 'eplb', drift: 0.1 } },
    { ep: 16, sigma: 1, groups: 8, topkGroups: 4, placement: { strategy: 'round-robin' } },
    { ep: 16, sigma: 1, capacityFactor: 1, routing: { dropPolicy: 'position' } },
    { ep: 16, sigma: 1, capacityFactor: 1, routing: { dropPolicy: 'probs' } },
    { ep: 16, sigma: 1, capacityFactor: 1, routing: { padToCapacity: true } },
  ];
  test.each(cases)('agree on totals: %j', (options) => {
    const a = perToken(expected({ tokensPerRank: 4096, ...options }));
    const b = perToken(sampled({ tokensPerRank: 4096, ...options }));
    expect(Math.abs(a.assignments / b.assignments - 1)).toBeLessThan(0.01);
    expect(Math.abs(a.ranks / b.ranks - 1)).toBeLessThan(0.01);
    expect(Math.abs(a.domains / b.domains - 1)).toBeLessThan(0.01);
  });

  const skewed: NetworkOptions[] = [
    { ep: 64, sigma: 1 },
    { ep: 32, sigma: 1.009, groups: 8, topkGroups: 4 },
    { ep: 32, sigma: 1.009, groups: 8, topkGroups: 4, seed: 48 },
    { ep: 32, sigma: 0.187, groups: 8, topkGroups: 4 },
    { ep: 32, groups: 8, topkGroups: 4, routing: { distribution: 'zipf', exponent: 0.64 } },
    { ep: 16, groups: 8, topkGroups: 4, routing: { distribution: 'loads', loads: measured(256) } },
  ];
  test.each(skewed)('agree on the fullest rank: %j', (options) => {
    const fullest = (routing: Routing) => {
      const load = new Float64Array(routing.ranks);
      routing.assignments.forEach((count, i) => {
        load[i % routing.ranks] = load[i % routing.ranks]! + count / routing.sources;
      });
      return Math.max(...load);
    };
    const all = { tokensPerRank: 4096, ...options };
    expect(Math.abs(fullest(sampled(all)) / fullest(expected(all)) - 1)).toBeLessThan(0.02);
  });

  test('sampling repeats by seed, and says when it took a subset', () => {
    const options = { ep: 16, sigma: 1, tokensPerRank: 100 };
    expect(sampled(options)).toEqual(sampled(options));
    expect(sampled(options).note).toContain('1600 tokens');
    const large = sampled({ ep: 16, tokensPerRank: 131072 });
    expect(large.note).toContain('65536 of 131072');
    expect(sum(large.assignments)).toBeCloseTo(16 * 131072 * 8, 3);
  });

  test('sampling yields often enough for an event loop', () => {
    const scenario = networkScenario({ ep: 8, tokensPerRank: 8192 });
    const fractions = [...sampledRouting(scenario, placeExperts(scenario))];
    expect(fractions.length).toBeGreaterThanOrEqual(16);
    expect(fractions.at(-1)).toBe(1);
  });
});

describe('capacity', () => {
  test('overflow of a small binomial, summed by hand', () => {
    // X ~ Binomial(3, 1/2), capacity 1: 1·3/8 + 2·1/8.
    expect(binomialOverflow(3, 0.5, 1)).toBeCloseTo(5 / 8, 9);
    expect(binomialOverflow(3, 0.5, 3)).toBe(0);
    expect(binomialOverflow(100, 1, 40)).toBe(60);
  });

  test('nothing is dropped without a factor or with ample room', () => {
    expect(expected({ ep: 8, sigma: 1 }).dropped).toBe(0);
    expect(expected({ ep: 8, capacityFactor: 4 }).dropped).toBeLessThan(1e-9);
  });

  test('both engines drop alike', () => {
    for (const capacityFactor of [1, 1.25, 2]) {
      const options = { ep: 8, sigma: 1, capacityFactor, tokensPerRank: 4096 };
      expect(expected(options).dropped).toBeCloseTo(sampled(options).dropped, 2);
    }
  });
});
