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
export function ring(machine: Machine, group: Group, bytes: number): number {
  return group.ranks <= 1
    ? 0
    : wireBytes(group, bytes) / rateOf(machine, group, machine.ringBytes(group.ranks));
}

/** Seconds of an all-reduce of a buffer of `bytes`: twice the wire bytes of a ring, at the bus bandwidth of all-reduces. */
export function allReduce(machine: Machine, group: Group, bytes: number): number {
  if (group.ranks <= 1) return 0;
  return (2 * wireBytes(group, bytes)) / rateOf(machine, group, machine.allReduceBytes(group.ranks));
}

const wireBytes = ({ ranks }: Group, bytes: number): number => (bytes * (ranks - 1)) / ranks;

const rateOf = (machine: Machine, { ranks, ranksPerDomain }: Group, inside: number): number =>
  ranksPerDomain >= ranks ? inside : Math.min(inside, ranksPerDomain * machine.nicBytes);
