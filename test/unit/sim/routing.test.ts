import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../../src/scenario/scenario';
import { placeExperts } from '../../../src/sim/placement/placement';
import { binomialOverflow } from '../../../src/sim/routing/capacity';
import type { Block } from '../../../src/sim/routing/choice';
import { expectedRouting } from '../../../src/sim/routing/expected';
import { limitedRates } from '../../../src/sim/routing/limited-rates';
import { targetInclusion } from '../../../src/sim/routing/popularity';
import { runRace } from '../../../src/sim/routing/race';
import { hitsOf } from '../../../src/sim/routing/race-hits';
import { inclusionOf } from '../../../src/sim/routing/race-inclusion';
import { partitionOf } from '../../../src/sim/routing/race-parts';
import { layerRace } from '../../../src/sim/routing/race-rates';
import type { Precision } from '../../../src/sim/routing/race-states';
import { type ExpertGroups, expertGroups, type Routing } from '../../../src/sim/routing/routing';
import { sampledRouting } from '../../../src/sim/routing/sampled';
import { deepseekV3 } from '../../accuracy/models';
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

/** P(a token uses each block) for a router that draws by these rates. */
function drawn(
  rates: readonly number[],
  draws: number,
  blocks: readonly Block[],
  limits?: ExpertGroups,
  precision: Precision = 'fine',
): Float64Array {
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  const groups = limits ?? groupsOf(rates.length, 1, 1);
  const race = {
    rates: Float64Array.from(rates, (rate) => (rate * draws) / total),
    groups,
    draws,
    precision,
  };
  return hitsOf(runRace(race), partitionOf(groups, blocks));
}

/** Experts in groups by index. */
function groupsOf(experts: number, groups: number, limit: number): ExpertGroups {
  const router = { ...deepseekV3.router, groups, topkGroups: limit };
  const all = { routedExperts: experts, topK: limit + 1, router };
  return expertGroups(groups === 1 ? { ...all, topK: 1 } : all);
}

const whole = (...experts: number[]): Block => ({ experts, shares: experts.map(() => 1) });
/** Every racer a block of its own. */
const singles = (rates: readonly number[]) => rates.map((_, racer) => whole(racer));

/** P(a uniform draw of `draws` out of `total` takes at least one of `size`). */
function hypergeometricHit(total: number, size: number, draws: number): number {
  let miss = 1;
  for (let i = 0; i < draws; i++) miss *= Math.max(0, total - size - i) / (total - i);
  return 1 - miss;
}

/** P(each racer is among the `draws` chosen), by trying all orders in which they may be drawn. */
function byHand(rates: readonly number[], draws: number, groupSize: number, limit: number): number[] {
  const chosen = rates.map(() => 0);
  const go = (taken: readonly number[], probability: number) => {
    for (const racer of taken.length === draws ? taken : []) chosen[racer]! += probability;
    if (taken.length === draws) return;
    const open = new Set(taken.map((racer) => Math.floor(racer / groupSize)));
    const left = [...rates.keys()].filter(
      (racer) => !taken.includes(racer) && (open.size < limit || open.has(Math.floor(racer / groupSize))),
    );
    const total = left.reduce((sum, racer) => sum + rates[racer]!, 0);
    for (const racer of left) go([...taken, racer], (probability * rates[racer]!) / total);
  };
  go([], 1);
  return chosen;
}

describe('the race', () => {
  test('with equal rates is the hypergeometric draw', () => {
    const nodes = Array.from({ length: 8 }, (_, b) =>
      whole(...Array.from({ length: 32 }, (_u, i) => 32 * b + i)),
    );
    for (const draws of [1, 2, 3, 8, 9, 22]) {
      const hits = drawn(
        Array.from({ length: 256 }, () => 1),
        draws,
        nodes,
      );
      for (const hit of hits) expect(hit).toBeCloseTo(hypergeometricHit(256, 32, draws), 4);
    }
  });

  test('one draw hits in proportion to the rates', () => {
    const hits = drawn([5, 1, 3, 1], 1, [whole(0, 1), whole(2)]);
    expect(hits[0]).toBeCloseTo(0.6, 4);
    expect(hits[1]).toBeCloseTo(0.3, 4);
  });

  test('a shared racer counts for a block by its share', () => {
    // Two equal racers, both drawn: the block owns neither, and misses both halves one time in four.
    const halves = { experts: [0, 1], shares: [0.5, 0.5] };
    expect(drawn([1, 1, 1e-7], 1, [halves])[0]).toBeCloseTo(0.5, 4);
    expect(drawn([1, 1, 1e-7], 2, [halves])[0]).toBeCloseTo(0.75, 4);
  });

  const rates = fc.array(fc.double({ min: 0.05, max: 7, noNaN: true }), { minLength: 3, maxLength: 7 });

  test('is the draw without replacement in proportion to rates', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 3 }), (some, draws) => {
        const wanted = byHand(some, draws, some.length, 1);
        drawn(some, draws, singles(some)).forEach((hit, racer) => {
          expect(hit).toBeCloseTo(wanted[racer]!, 4);
        });
      }),
      { numRuns: 50 },
    );
  });

  test('leaves out the groups beyond the limit', () => {
    const shape = fc.record({
      rates: fc.array(fc.double({ min: 0.05, max: 7, noNaN: true }), { minLength: 8, maxLength: 8 }),
      limit: fc.integer({ min: 1, max: 3 }),
      more: fc.integer({ min: 1, max: 2 }),
    });
    fc.assert(
      fc.property(shape, ({ rates: some, limit, more }) => {
        const draws = Math.min(limit + more, 2 * limit);
        const wanted = byHand(some, draws, 2, limit);
        for (const [precision, error] of [
          ['finest', 0.001],
          ['fine', 0.006],
        ] as const) {
          const hits = drawn(some, draws, singles(some), groupsOf(8, 4, limit), precision);
          hits.forEach((hit, racer) => {
            expect(Math.abs(hit - wanted[racer]!)).toBeLessThan(error);
          });
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('what was routed before', () => {
  const ranks = (gpusPerNode: number): Scenario => {
    const scenario = networkScenario({ ep: 16, sigma: 1 });
    const cluster = { ...scenario.cluster, gpusPerNode, scaleUpDomain: gpusPerNode, nodes: 16 / gpusPerNode };
    return { ...scenario, cluster };
  };
  const scenarios: readonly Scenario[] = [
    ranks(8),
    ranks(4),
    networkScenario({ ep: 32, sigma: 1 }),
    networkScenario({ ep: 16, sigma: 1, placement: { strategy: 'round-robin' } }),
    networkScenario({ ep: 16, sigma: 1, redundantExperts: 32 }),
    networkScenario({ ep: 16, sigma: 1, redundantExperts: 32, placement: { strategy: 'eplb' } }),
    networkScenario({ ep: 16, sigma: 1, groups: 8, topkGroups: 4 }),
  ];
  const routed = (scenario: Scenario) => expectedRouting(scenario, placeExperts(scenario));

  test('changes nothing of what is routed now', () => {
    const alone = scenarios.map(routed);
    for (const [before, first] of scenarios.entries()) {
      for (const [now, second] of scenarios.entries()) {
        expect(routed(first)).toEqual(alone[before]);
        expect(routed(second)).toEqual(alone[now]);
      }
    }
  });
});

test.each([169, 170, 200])('a token takes %i of 512 experts', (topK) => {
  const routing = expected({ ep: 8, routedExperts: 512, topK, sigma: 1, tokensPerRank: 64 });
  expect(perToken(routing).assignments).toBeCloseTo(topK, 3);
});

describe('the integrals of a group limit', () => {
  const shapes = [
    { experts: 256, topK: 8, groups: 8, topkGroups: 4, sigma: 1, error: 0.0015 },
    { experts: 256, topK: 8, groups: 8, topkGroups: 4, sigma: 2, error: 0.004 },
    { experts: 256, topK: 8, groups: 8, topkGroups: 2, sigma: 1, error: 0.004 },
    { experts: 160, topK: 6, groups: 8, topkGroups: 3, sigma: 1, error: 0.0015 },
    { experts: 64, topK: 10, groups: 16, topkGroups: 4, sigma: 1, error: 0.004 },
  ];
  test.each(shapes)(
    'are near those at four times as many moments: %j',
    ({ experts, topK, error, ...options }) => {
      for (let seed = 1; seed <= 5; seed++) {
        const { model, routing } = networkScenario({ ep: 8, routedExperts: experts, topK, seed, ...options });
        const groups = expertGroups(model);
        const target = targetInclusion({ model, routing }, 0);
        const ranks = Array.from({ length: experts / 4 }, (_, rank) =>
          whole(...[0, 1, 2, 3].map((i) => 4 * rank + i)),
        );
        const hits = (precision: 'fine' | 'finest') => {
          const race = runRace({ rates: limitedRates(target, groups), groups, draws: topK, precision });
          const scale = topK / sum(inclusionOf(race));
          return hitsOf(race, partitionOf(groups, ranks)).map((hit) => hit * scale);
        };
        const finest = hits('finest');
        hits('fine').forEach((hit, rank) => {
          expect(Math.abs(hit - finest[rank]!)).toBeLessThan(error * Math.max(0.05, finest[rank]!));
        });
      }
    },
  );
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

  test('a group limit sends few of the choices elsewhere than popularity says, at once for most layers', () => {
    const elsewhere = Array.from({ length: 58 }, (_, layer) => {
      const { model, routing } = networkScenario({ ep: 64, sigma: 1, groups: 8, topkGroups: 4 });
      const target = targetInclusion({ model, routing }, layer);
      const groups = expertGroups(model);
      const misplaced = (inclusion: Float64Array) =>
        sum(target.map((share, expert) => Math.max(0, share - inclusion[expert]!))) / model.topK;
      const first = drawn([...limitedRates(target, groups)], 8, singles([...target]), groups);
      return { first: misplaced(first), last: misplaced(layerRace({ model, routing }, layer).inclusion) };
    });
    expect(elsewhere.filter(({ first }) => first < 0.003).length).toBeGreaterThan(46);
    // Popularities that no limit can follow: an expert that nearly all tokens want, in a group with other popular ones.
    expect(elsewhere.filter(({ last }) => last > 0.003).length).toBeLessThan(3);
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
  });

  test('where the groups of a token hold too few experts with load, the others of them serve', () => {
    // One expert with load in each group: a token uses two of these, and six of 14 others.
    const loads = [Array.from({ length: 64 }, (_, e) => (e % 8 === 0 ? 1 + e : 0))];
    const options = { ep: 16, routedExperts: 64, tokensPerRank: 4096, groups: 8, topkGroups: 2 };
    const of = { ...options, routing: { distribution: 'loads', loads } } as const;
    const [a, b] = [perToken(expected(of)), perToken(sampled(of))];
    expect(a.assignments).toBeCloseTo(8, 9);
    expect(Math.abs(a.ranks / b.ranks - 1)).toBeLessThan(0.01);
    expect(Math.abs(a.domains / b.domains - 1)).toBeLessThan(0.01);
  });

  test('any skew ends', () => {
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
    { ep: 8, routedExperts: 160, topK: 6, groups: 40, topkGroups: 3, sigma: 1, tokensPerRank: 2048 },
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
