import { rebalanceExperts } from '../../../src/sim/placement/eplb/rebalance';
import eplb from '../eplb-cases.json';
import type { AccuracyRow, AccuracyTable } from '../report/table';

/** Slots that hold the same expert as in the reference, of all slots of a case. */
function rows(): AccuracyRow[] {
  return eplb.cases.map(({ loads, phy2log, ...shape }) => {
    const placed = rebalanceExperts(loads, shape).phy2log.flat();
    const reference = phy2log.flat();
    return {
      label: `${loads[0]?.length} experts, ${shape.replicas} slots, ${shape.groups} groups, ${shape.nodes} nodes, ${shape.gpus} GPUs, ${loads.length} layers`,
      predicted: placed.filter((expert, slot) => expert === reference[slot]).length,
      measured: reference.length,
      use: 'not fitted',
    };
  });
}

export function eplbTables(): AccuracyTable[] {
  return [
    {
      title: 'EPLB',
      unit: 'slots with the expert of the reference, of all slots',
      about:
        "deepseek-ai/EPLB@d52c72d, run on these loads: hierarchical and global. Copies per expert and slots per expert are the reference's too.",
      rows: rows(),
      limits: { max: 0 },
    },
  ];
}
