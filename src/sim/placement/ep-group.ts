import type { ClusterScenario, LayoutScenario } from '../../scenario/scenario';
import { expertGrid, offsetsOf } from './rank-grids';

/** The ranks of one EP group, or of one ETP × EP group, and where they sit. */
export interface EpGroup {
  /** [ep], or [ep · etp] with the parts of one EP rank side by side. */
  readonly worldRanks: readonly number[];
  readonly nodeOfRank: readonly number[];
  readonly domainOfRank: readonly number[];
}

/**
 * The EP group that is simulated. All have the same size, but where EP does not divide the GPUs of a node some lie across
 * nodes and others do not: it is the first of those that span most nodes, for which the others wait. Racks are another
 * matter: their GPUs are allocated in blocks (Slurm's block topology, `--segment`), so that a group that fits into a
 * scale-up domain of many nodes lies in one; there it is the first group.
 *
 * @param withParts the ranks that split its experts (ETP) belong to the group
 */
export function epGroup(layout: LayoutScenario, cluster: ClusterScenario, withParts = false): EpGroup {
  const axes = expertGrid(layout);
  const parts = axes.filter(({ name }) => withParts && name === 'etp');
  const offsets = offsetsOf([...parts, ...axes.filter(({ name }) => name === 'ep')]);
  const firsts = offsetsOf(axes.filter((axis) => axis.name !== 'ep' && !parts.includes(axis)));
  const domainsOf = (first: number) =>
    new Set(offsets.map((offset) => Math.floor((first + offset) / cluster.scaleUpDomain))).size;
  let widest = 0;
  if (layout.ep > 1 && cluster.scaleUpDomain <= cluster.gpusPerNode) {
    let most = domainsOf(0);
    const seen = new Set<number>();
    for (const first of firsts) {
      // No group spans more than one domain per rank; groups that begin at the same place of a domain span as many.
      if (most === offsets.length) break;
      const place = first % cluster.scaleUpDomain;
      if (seen.has(place)) continue;
      seen.add(place);
      const domains = domainsOf(first);
      if (domains > most) {
        most = domains;
        widest = first;
      }
    }
  }
  const worldRanks = offsets.map((offset) => widest + offset);
  return {
    worldRanks,
    nodeOfRank: worldRanks.map((rank) => Math.floor(rank / cluster.gpusPerNode)),
    domainOfRank: worldRanks.map((rank) => Math.floor(rank / cluster.scaleUpDomain)),
  };
}
