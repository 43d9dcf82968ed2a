import type { Machine } from './machine';

/** A communicator: how many ranks, and how many of them share one scale-up domain. */
export interface Group {
  readonly ranks: number;
  readonly ranksPerDomain: number;
}

/** The group of `ranks` that are `stride` apart in rank order. */
export function group(machine: Pick<Machine, 'scaleUpDomain'>, ranks: number, stride: number): Group {
  const ranksPerDomain = Math.min(ranks, Math.max(1, Math.floor(machine.scaleUpDomain / stride)));
  return { ranks, ranksPerDomain };
}

/**
 * Seconds of a ring all-gather or reduce-scatter of a buffer of `bytes` (the gathered size): each rank sends `(N-1)/N` of it.
 * Across domains, the NICs of the group's ranks in one domain work together, up to the ring's own bandwidth.
 */
export function ring(machine: Machine, { ranks, ranksPerDomain }: Group, bytes: number): number {
  if (ranks <= 1) return 0;
  const inside = machine.ringBytes(ranks);
  const rate = ranksPerDomain >= ranks ? inside : Math.min(inside, ranksPerDomain * machine.nicBytes);
  return (bytes * (ranks - 1)) / ranks / rate;
}
