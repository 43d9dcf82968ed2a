import type { PlacementResult } from '../../../src/sim/result';
import type { Table } from '../../export/table';
import { count } from '../../format';
import type { DrawnToken } from '../../model/subset';
import { wayOf } from './readouts';
import { type Means, text as t } from './strings';

/** The twin of the picture: every copy of the drawn tokens, those to ranks that are not drawn included. */
export function copiesTable(tokens: readonly DrawnToken[], placement: PlacementResult, means: Means): Table {
  const { physicalToLogical, nodeOfRank } = placement;
  const { table } = t;
  const rows = tokens.flatMap(({ number, rank, rows: all, drawn }) =>
    all
      .filter(({ slots }) => slots.length > 0)
      .map((row) => [
        number,
        rank,
        nodeOfRank[rank]!,
        row.slots.map((slot) => physicalToLogical[slot]).join(', '),
        row.to,
        nodeOfRank[row.to]!,
        wayOf(row, means.scaleUp),
        drawn.includes(row) ? table.yes : table.no,
      ]),
  );
  return {
    caption: table.caption(tokens.length),
    columns: [
      { title: table.token, format: count },
      { title: table.rank, format: count },
      { title: table.node, format: count },
      { title: means.sending === 'per-choice' ? table.expert : table.experts },
      { title: table.to, format: count },
      { title: table.toNode, format: count },
      { title: table.way },
      { title: table.drawn },
    ],
    rows,
  };
}
