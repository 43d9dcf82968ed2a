import type { ClusterScenario, LayoutScenario, RankOrder } from '../../scenario/scenario';

/** One dimension of the expert grid; `ep` may be made of several. */
interface Axis {
  readonly name: 'etp' | 'ep' | 'edp' | 'pp';
  readonly size: number;
}

/** The ranks of one EP group, and where they sit. */
export interface EpGroup {
  /** [ep] */
  readonly worldRanks: readonly number[];
  readonly nodeOfRank: readonly number[];
  readonly domainOfRank: readonly number[];
}

/** The expert grid by rank order, leftmost axis fastest. */
const gridsByOrder: Readonly<Record<RankOrder, (layout: LayoutScenario) => readonly Axis[]>> = {
  'tp-cp-ep-dp-pp': (layout) => [etp(layout), ep(layout), edp(layout), pp(layout)],
  'tp-cp-ep-pp-dp': (layout) => [etp(layout), ep(layout), pp(layout), edp(layout)],
  'tp-cp-dp-ep-pp': (layout) => [etp(layout), edp(layout), ep(layout), pp(layout)],
  'ep-tp-cp-pp': (layout) => [ep(layout), etp(layout), edp(layout), pp(layout)],
  'tp-cp-pp-dp': (layout) => {
    const name = layout.ep > 1 ? 'ep' : 'etp';
    return [{ name, size: layout.tp * layout.cp }, pp(layout), { name, size: layout.dp }];
  },
};

const etp = ({ etp: size }: LayoutScenario): Axis => ({ name: 'etp', size });
const ep = ({ ep: size }: LayoutScenario): Axis => ({ name: 'ep', size });
const edp = ({ edp: size }: LayoutScenario): Axis => ({ name: 'edp', size });
const pp = ({ pp: size }: LayoutScenario): Axis => ({ name: 'pp', size });

/**
 * The EP group that is simulated. All have the same size, but where EP does not divide the GPUs of a node some lie across
 * nodes and others do not: it is the first of those that span most nodes, for which the others wait. Racks are another
 * matter: their GPUs are allocated in blocks (Slurm's block topology, `--segment`), so that a group that fits into a
 * scale-up domain of many nodes lies in one; there it is the first group.
 */
export function epGroup(layout: LayoutScenario, cluster: ClusterScenario): EpGroup {
  const axes = gridsByOrder[layout.order](layout);
  const offsets = offsetsOf(axes, (name) => name === 'ep');
  const firsts = offsetsOf(axes, (name) => name !== 'ep');
  const domainsOf = (first: number) =>
    new Set(offsets.map((offset) => Math.floor((first + offset) / cluster.scaleUpDomain))).size;
  let widest = 0;
  if (layout.ep > 1 && cluster.scaleUpDomain <= cluster.gpusPerNode) {
    let most = domainsOf(0);
    for (const first of firsts) {
      // No group spans more than one domain per rank, or more than there are.
      if (most === offsets.length) break;
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

/** Every combination of the chosen axes as a distance in world ranks, the first of the axes fastest. */
function offsetsOf(axes: readonly Axis[], isChosen: (name: Axis['name']) => boolean): number[] {
  let offsets = [0];
  let stride = 1;
  for (const { name, size } of axes) {
    const step = stride;
    if (isChosen(name)) {
      const known = offsets;
      offsets = Array.from({ length: size }, (_, i) => known.map((offset) => i * step + offset)).flat();
    }
    stride *= size;
  }
  return offsets;
}
