import { expect, test } from 'vitest';
import type { LayerTable, Scenario } from '../../../src/scenario/scenario';
import { scenarioKey } from '../../../src/worker/resolve-job';
import { deepseekV3 } from '../../accuracy/models';
import { layoutOf, scenarioOf } from '../../accuracy/scenarios';

const base = scenarioOf(deepseekV3, 'h800-sxm', layoutOf({ gpus: 64, ep: 64 }), {});
const routedBy = (loads: LayerTable): Scenario => ({
  ...base,
  routing: { ...base.routing, distribution: 'loads', loads },
});
const table = (rows: number): LayerTable =>
  Array.from({ length: rows }, () => Array.from({ length: 256 }, (_, expert) => expert));

test('scenarios with tables of their own are told apart, however large these are', () => {
  for (const rows of [1, 58]) {
    const [one, other] = [table(rows), table(rows).map((row) => [...row].reverse())];
    expect(scenarioKey(routedBy(one))).toBe(scenarioKey(routedBy(one)));
    expect(scenarioKey(routedBy(one))).not.toBe(scenarioKey(routedBy(other)));
  }
  expect(scenarioKey(routedBy(table(1)))).toBe(scenarioKey(routedBy(table(1))));
  expect(scenarioKey(base)).not.toBe(scenarioKey({ ...base, layout: { ...base.layout, pp: 2 } }));
});
