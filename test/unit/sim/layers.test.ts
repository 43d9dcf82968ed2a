import { describe, expect, test } from 'vitest';
import { expectedTraffic } from '../../../src/sim/layers';
import { placeExperts, placeLayers } from '../../../src/sim/placement/placement';
import { expectedRouting } from '../../../src/sim/routing/expected';
import { traffic } from '../../../src/sim/traffic/traffic';
import { type NetworkOptions, networkScenario } from '../../accuracy/network-scenario';

const LAYERS = 6;
const load = (layer: number) =>
  Array.from({ length: 64 }, (_, expert) => 1 + ((expert * 37 * (1 + (layer % 2))) % 101));

const cases: readonly (readonly [string, NetworkOptions])[] = [
  ['popularity drawn per layer', { sigma: 1 }],
  [
    'measured loads, every other layer alike',
    { routing: { distribution: 'loads', loads: [0, 1, 2, 3, 4, 5].map(load) } },
  ],
  [
    'loads that are placed by',
    {
      placement: { strategy: 'eplb' },
      redundantExperts: 8,
      routing: { distribution: 'loads', loads: [0, 1, 2, 3, 4, 5].map(load) },
    },
  ],
  ['a group limit', { sigma: 1, groups: 8, topkGroups: 4 }],
  ['balanced', {}],
];
const optionsOf = (options: NetworkOptions, layer: number | null): NetworkOptions => ({
  ep: 8,
  routedExperts: 64,
  topK: 6,
  tokensPerRank: 512,
  ...options,
  routing: { ...options.routing, layer },
});

describe('what layers send', () => {
  test.each(cases)('is what each of them would send on its own: %s', (_, options) => {
    const scenario = networkScenario(optionsOf(options, null));
    const sent = expectedTraffic(scenario, placeLayers(scenario));
    for (let layer = 0; layer < LAYERS; layer++) {
      const alone = networkScenario(optionsOf(options, layer));
      const placement = placeExperts(alone);
      expect(sent(layer).traffic).toEqual(traffic(alone, expectedRouting(alone, placement)));
      expect(sent(layer).placement.expertsPerRank).toEqual(placement.expertsPerRank);
    }
  });

  test('is worked out once for layers that are chosen and placed alike', () => {
    const distinct = (options: NetworkOptions) => {
      const scenario = networkScenario(optionsOf(options, null));
      const sent = expectedTraffic(scenario, placeLayers(scenario));
      return new Set(Array.from({ length: LAYERS }, (_, layer) => sent(layer).traffic.rows.data)).size;
    };
    expect(cases.map(([, options]) => distinct(options))).toEqual([LAYERS, 2, 2, LAYERS, 1]);
  });
});
