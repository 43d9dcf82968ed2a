import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type EplbShape, rebalanceExperts } from '../../src/sim/placement/eplb/rebalance';

interface Case extends EplbShape {
  readonly loads: number[][];
  readonly phy2log: number[][];
}

const file = new URL('eplb-cases.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly Case[] };

/** Slots of each expert, as the placement of its slots says. */
const slotsByExpert = (slots: readonly number[], experts: number): number[][] => {
  const found = Array.from({ length: experts }, (): number[] => []);
  slots.forEach((expert, slot) => {
    found[expert]!.push(slot);
  });
  return found;
};

describe('EPLB places as the reference does, slot by slot', () => {
  test.each(
    cases.map((one, i) => [
      `case ${i}: ${one.loads[0]!.length} experts, ${one.replicas} replicas, ${one.groups} groups, ${one.nodes} nodes, ${one.gpus} GPUs`,
      one,
    ]),
  )('%s', (_, { loads, phy2log, ...shape }) => {
    const placed = rebalanceExperts(loads, shape);
    expect(placed.phy2log).toEqual(phy2log);
    const slots = phy2log.map((row) => slotsByExpert(row, loads[0]!.length));
    expect(placed.logcnt).toEqual(slots.map((layer) => layer.map((of) => of.length)));
    const ascending = (of: readonly number[]) => of.filter((slot) => slot >= 0).sort((a, b) => a - b);
    expect(placed.log2phy.map((layer) => layer.map(ascending))).toEqual(slots);
    const width = Math.max(...placed.logcnt.flat());
    expect(placed.log2phy.flat().every((of) => of.length === width)).toBe(true);
  });
});
