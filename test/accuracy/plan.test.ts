import { describe, expect, test } from 'vitest';
import { findPreset } from '../../src/catalog/models';
import { presetFacts } from '../../src/config/preset';
import { figuresOfScenario } from '../../src/plan/search/evaluate';
import { resolveScenario } from '../../src/scenario/resolve';
import type { Scenario } from '../../src/scenario/scenario';
import { type TrainingRow, trainingRows } from './training-rows';

/** The setting in which mappings were measured beside each other: everything but the layout and what comes with it. */
const settingOf = ({ name, model, unit, source }: TrainingRow): string =>
  `${model}, ${/@(\d+)/.exec(name)?.[1] ?? name} GPUs, ${unit}, ${source.split(',')[0]}`;

const groups = new Map<string, TrainingRow[]>();
for (const row of trainingRows) groups.set(settingOf(row), [...(groups.get(settingOf(row)) ?? []), row]);
/** Two mappings of one model on the same GPUs are needed for an order. */
const compared = [...groups].filter(([, rows]) => rows.length > 1);

function scenarioOf({ preset, set }: TrainingRow): Scenario {
  const facts = presetFacts(findPreset(preset)!);
  const { scenario, refusals } = resolveScenario({ framework: null, facts, overrides: set });
  if (scenario === null) throw new Error(refusals.map(({ message }) => message).join(' '));
  return scenario;
}

const secondsOf = (row: TrainingRow): number => figuresOfScenario(scenarioOf(row)).seconds;

/** Ranks of values, the largest first. */
const ranks = (values: readonly number[]): number[] =>
  values.map((value) => values.filter((other) => other > value).length);

function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)];
  const n = x.length;
  const squares = x.reduce((sum, rank, i) => sum + (rank - y[i]!) ** 2, 0);
  return 1 - (6 * squares) / (n * (n * n - 1));
}

describe('the planner orders measured mappings as they were measured', () => {
  for (const [setting, rows] of compared) {
    test(setting, () => {
      const speeds = rows.map((row) => 1 / secondsOf(row));
      const measured = rows.map((row) => row.measured);
      const chosen = speeds.indexOf(Math.max(...speeds));
      const best = Math.max(...measured);
      const order = spearman(speeds, measured);
      const lost = 1 - measured[chosen]! / best;
      console.log(
        `${setting}: Spearman ${order.toFixed(2)}, takes ${rows[chosen]!.name}, ${(100 * lost).toFixed(1)} % below the best measured`,
      );
      expect(order).toBe(1);
      expect(lost).toBeLessThanOrEqual(0.05);
    });
  }
});
