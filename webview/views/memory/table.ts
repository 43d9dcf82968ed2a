import type { SimulationResult } from '../../../src/sim/result';
import type { Table } from '../../export/table';
import { count, fixed, GIB } from '../../format';
import type { MemoryPart } from '../../model/memory';
import { text as t } from './strings';

/** Every rank's parts, in GiB. */
export function tableOf({ memory, placement }: SimulationResult, parts: readonly MemoryPart[]): Table {
  const amount = (value: number) => fixed(value, 2);
  return {
    caption: t.table,
    columns: [
      { title: t.columnRank, format: count },
      { title: t.columnNode, format: count },
      ...parts.map((part) => ({ title: t.parts[part], format: amount })),
      { title: t.total, format: amount },
      { title: t.free, format: amount },
    ],
    rows: memory.perRank.map((rank, index) => [
      rank.rank,
      placement.nodeOfRank[index] ?? 0,
      ...parts.map((part) => rank[part] / GIB),
      rank.total / GIB,
      (rank.capacity - rank.total) / GIB,
    ]),
  };
}
