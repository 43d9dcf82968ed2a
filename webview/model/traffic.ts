import type { SimulationResult } from '../../src/sim/result';
import { type Heat, type HeatOptions, type Phase, phasesOf } from './heat';

/** One rank's send counts with their exclusive prefix sums. */
export function sendCounts(heat: Heat, rank: number): { count: number; displacement: number }[] {
  let displacement = 0;
  return Array.from({ length: heat.size }, (_, k) => {
    const entry = { count: heat.data[rank * heat.size + k]!, displacement };
    displacement += entry.count;
    return entry;
  });
}

/** Copies per token that leave their scale-up domain, before any merging on the NIC. */
export function offDomainPerToken({ traffic, placement }: SimulationResult): number {
  const { size, data } = traffic.rows;
  const { domainOfRank } = placement;
  let rows = 0;
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) if (domainOfRank[i] !== domainOfRank[k]) rows += data[i * size + k]!;
  return rows / (traffic.tokensPerRank * size);
}

export interface HeaviestPair {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly overMean: number;
  /** All sources send this destination as much, or this source sends all destinations as much. */
  readonly sameForAll: 'sources' | 'destinations' | null;
}

const SAME = 0.02;

/** The heaviest pair of two different nodes, and how far above the mean pair it lies. */
export function heaviestPair(heat: Heat): HeaviestPair {
  let [from, to, rows, sum] = [0, 1, -1, 0];
  for (let i = 0; i < heat.size; i++)
    for (let k = 0; k < heat.size; k++) {
      if (i === k) continue;
      const value = heat.data[i * heat.size + k]!;
      sum += value;
      if (value > rows) [from, to, rows] = [i, k, value];
    }
  const mean = sum / (heat.size * (heat.size - 1));
  const alike = (value: number, index: number, self: number) => index === self || value > rows * (1 - SAME);
  const column = Array.from({ length: heat.size }, (_, i) => heat.data[i * heat.size + to]!);
  const row = [...heat.data.subarray(from * heat.size, (from + 1) * heat.size)];
  const sameForAll = column.every((value, i) => alike(value, i, to))
    ? 'sources'
    : row.every((value, k) => alike(value, k, from))
      ? 'destinations'
      : null;
  return { from, to, rows, overMean: mean > 0 ? rows / mean : 1, sameForAll };
}

/** What one NIC (or, within one scale-up domain, one GPU's link) carries while the phase lasts, in GB/s. */
export function achievedGBps({ traffic, time }: SimulationResult, phase: HeatOptions['phase']): number {
  const phases = phasesOf(phase);
  const sum = (of: (phase: Phase) => number) => phases.reduce((total, one) => total + of(one), 0);
  const bytes = sum((one) => traffic[one].busiest[traffic.domains > 1 ? 'scaleOutBytes' : 'scaleUpBytes']);
  const microseconds = sum((one) => time[one].microseconds);
  return microseconds > 0 ? bytes / microseconds / 1e3 : 0;
}
