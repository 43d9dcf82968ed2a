import type { SimulationResult } from '../../src/sim/result';
import { arrivals } from './alltoall';

type Job = Pick<SimulationResult, 'traffic' | 'placement'>;

/** Whether rows to another scale-up domain cross the NIC once for all its ranks, so that a pair of ranks has no crossing of its own. */
export const isHandedOn = ({ traffic }: Job): boolean => traffic.nicRows !== null;

/**
 * Dispatch rows on the link from one rank to another, [ranks, ranks]: what really travels between the two. A row that crosses
 * the NIC once per domain goes to the rank that it arrives at, and from there to those that need it (the counting of
 * src/sim/traffic/per-destination.ts). Nothing on the diagonal: what stays on a rank uses no link.
 */
export function hopRows(job: Job): Float64Array {
  const { rows, nicRows } = job.traffic;
  const { size, data } = rows;
  const hops = Float64Array.from(data);
  for (let rank = 0; rank < size; rank++) hops[rank * size + rank] = 0;
  if (nicRows === null) return hops;
  const { domainOfRank } = job.placement;
  const domains = nicRows.data.length / nicRows.sources;
  const membersOf = Array.from({ length: domains }, (): number[] => []);
  domainOfRank.forEach((domain, rank) => {
    membersOf[domain]!.push(rank);
  });
  const arrivalAt = arrivals(domainOfRank);
  hops.fill(0);
  for (let from = 0; from < size; from++)
    membersOf.forEach((members, domain) => {
      const isOwn = domainOfRank[from] === domain;
      const at = isOwn ? from : arrivalAt(from, members[0]!);
      if (!isOwn) hops[from * size + at]! += nicRows.data[(from % nicRows.sources) * domains + domain]!;
      for (const to of members) if (to !== at) hops[at * size + to]! += data[from * size + to]!;
    });
  return hops;
}
