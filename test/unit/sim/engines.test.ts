import { describe, expect, test } from 'vitest';
import { MODEL_PRESETS } from '../../../src/catalog/models';
import { presetFacts } from '../../../src/config/preset';
import { resolveScenario } from '../../../src/scenario/resolve';
import type { RoutingScenario } from '../../../src/scenario/scenario';
import { placeExperts } from '../../../src/sim/placement/placement';
import { expectedRouting } from '../../../src/sim/routing/expected';
import type { Routing } from '../../../src/sim/routing/routing';
import { sampledRouting } from '../../../src/sim/routing/sampled';
import { runToEnd } from '../../../src/sim/simulate';
import { networkScenario } from '../../accuracy/network-scenario';

interface Shape {
  readonly routedExperts: number;
  readonly topK: number;
  readonly groups: number;
  readonly topkGroups: number;
}

/** The routers of all presets, and of the larger ones with the limits of others. */
function shapes(): Shape[] {
  const own = MODEL_PRESETS.flatMap((preset): Shape[] => {
    const { scenario } = resolveScenario({
      framework: 'huggingface',
      facts: presetFacts(preset),
      overrides: {},
    });
    if (scenario === null || scenario.model.routedExperts === 0) return [];
    const { routedExperts, topK, router } = scenario.model;
    return [{ routedExperts, topK, groups: router.groups, topkGroups: router.topkGroups }];
  });
  const limits = [
    [8, 4],
    [8, 3],
    [8, 2],
    [4, 2],
    [4, 1],
    [16, 4],
  ] as const;
  const limited = [
    [256, 8],
    [160, 6],
    [128, 8],
    [64, 10],
  ].flatMap(([routedExperts, topK]) =>
    limits.map(
      ([groups, topkGroups]): Shape => ({ routedExperts: routedExperts!, topK: topK!, groups, topkGroups }),
    ),
  );
  const byName = new Map([...own, ...limited].map((shape) => [Object.values(shape).join(), shape]));
  return [...byName.values()];
}

const skews: readonly (readonly [string, Partial<RoutingScenario>])[] = [
  ['balanced', { distribution: 'balanced' }],
  ['lognormal 1', { distribution: 'lognormal', sigma: 1 }],
  ['lognormal 2', { distribution: 'lognormal', sigma: 2 }],
  ['Zipf 0.64', { distribution: 'zipf', exponent: 0.64 }],
  ['Zipf 1.2', { distribution: 'zipf', exponent: 1.2 }],
];

/** Assignments that are drawn: the load of a rank varies by half a percent. */
const ASSIGNMENTS = 2 ** 20;

/** Means per source rank: assignments, and tokens by ranks and domains that they use; and the load of each rank. */
function figures({ assignments, rankHits, domainHits, sources, ranks }: Routing) {
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0) / sources;
  const load = new Float64Array(ranks);
  assignments.forEach((count, at) => {
    load[at % ranks]! += count / sources;
  });
  return { totals: [sum(assignments), sum(rankHits), sum(domainHits)], load };
}

describe('expected values and a sample agree', () => {
  const cases = shapes().flatMap((shape) => skews.map(([skew, routing]) => ({ shape, skew, routing })));

  test('the table has group limits that bind and skews that no limit can follow', () => {
    expect(cases.length).toBeGreaterThan(150);
    expect(cases.filter(({ shape }) => shape.topkGroups < shape.groups).length).toBeGreaterThan(100);
  });

  test.each(cases)(
    '$shape.routedExperts experts, top $shape.topK, $shape.topkGroups of $shape.groups groups, $skew',
    ({ shape, routing }) => {
      const ep = shape.routedExperts % 32 === 0 ? 32 : 4;
      const tokensPerRank = Math.round(ASSIGNMENTS / shape.topK / ep);
      const scenario = networkScenario({ ...shape, ep, tokensPerRank, routing });
      const placement = placeExperts(scenario);
      const expected = figures(expectedRouting(scenario, placement));
      const sampled = figures(runToEnd(sampledRouting(scenario, placement)));
      expected.totals.forEach((total, i) => {
        expect(Math.abs(total / sampled.totals[i]! - 1)).toBeLessThan(0.01);
      });
      const busiest = Math.max(...sampled.load) / Math.max(...expected.load);
      expect(Math.abs(busiest - 1)).toBeLessThan(0.02);
    },
  );
});
