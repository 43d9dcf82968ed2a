import type { SimulationResult } from '../../../src/sim/result';
import type { Table } from '../../export/table';
import { count, fixed } from '../../format';
import { domainName, hasWideDomains } from '../../model/domains';
import { type PlacedLayer, runsText } from '../../model/placement';
import { text as t } from './strings';

const { columns } = t;
const load = (value: number) => fixed(value, 3);

/** A row per rank of the EP group. */
export function rankTable(result: SimulationResult, placed: PlacedLayer): Table {
  const { placement } = result;
  const hasDomains = hasWideDomains(result);
  return {
    caption: t.table(placed.layer),
    columns: [
      { title: columns.rank, format: count },
      { title: columns.worldRank, format: count },
      { title: columns.node, format: count },
      ...(hasDomains ? [{ title: domainName(result), format: count }] : []),
      { title: columns.slots, format: count },
      { title: columns.experts },
      { title: columns.assignments, format: count },
      { title: columns.load, format: load },
    ],
    rows: placed.slotsOfRank.map((slots, rank) => {
      const experts = slots.map((slot) => placed.expertOfSlot[slot]!).sort((a, b) => a - b);
      return [
        rank,
        placement.worldRanks[rank]!,
        placement.nodeOfRank[rank]!,
        ...(hasDomains ? [placement.domainOfRank[rank]!] : []),
        slots.length,
        runsText(experts, Number.POSITIVE_INFINITY, t.andMore),
        placed.assignmentsOfRank[rank]!,
        placed.loadOfRank[rank]!,
      ];
    }),
  };
}

/** A row per slot, for a spreadsheet or a script. */
export function slotTable({ placement }: SimulationResult, placed: PlacedLayer): Table {
  return {
    caption: t.tableOfSlots(placed.layer),
    columns: [
      { title: columns.slot, format: count },
      { title: columns.expert, format: count },
      { title: columns.copy, format: count },
      { title: columns.copies, format: count },
      { title: columns.rank, format: count },
      { title: columns.worldRank, format: count },
      { title: columns.node, format: count },
      { title: columns.assignments, format: count },
      { title: columns.load, format: load },
    ],
    rows: placed.expertOfSlot.map((expert, slot) => {
      const rank = placed.rankOfSlot[slot]!;
      return [
        slot,
        expert,
        placed.copyOfSlot[slot]! + 1,
        placed.copies[expert]!,
        rank,
        placement.worldRanks[rank]!,
        placement.nodeOfRank[rank]!,
        placed.assignmentsOfSlot[slot]!,
        placed.loadOfSlot[slot]!,
      ];
    }),
  };
}
