import type { PanelSide, ViewId } from '../../src/panel/protocol';
import type { DeltaRow } from '../../src/plan/whatif';
import type { Table } from '../export/table';
import type { Show } from '../state';
import { text } from '../strings';

export type SideName = 'baseline' | 'variant';

/** One of the two layouts of a what-if, as a view draws it. */
export interface DrawnSide {
  readonly name: SideName;
  readonly side: PanelSide;
}

/** What a view draws: one layout, or the baseline and its variant beside each other. */
export type DrawnSides = readonly [DrawnSide] | readonly [DrawnSide, DrawnSide];

/** Which of the two layouts the user wants to see. */
export type WantedSides = SideName | 'both';

/** Which figures of a comparison each view is about, and whether it draws both layouts at once or one at a time. */
export const comparedIn: Readonly<
  Partial<Record<ViewId, { readonly figures: readonly string[]; readonly draws: 'both' | 'one' }>>
> = {
  placement: { figures: ['layout.worldSize', 'load.maxOverMean', 'traffic.remoteNodes'], draws: 'both' },
  alltoall: {
    figures: ['time.dispatchMicroseconds', 'time.combineMicroseconds', 'traffic.remoteNodes'],
    draws: 'one',
  },
  traffic: {
    figures: ['traffic.busiestNicMB', 'traffic.distinctRanks', 'traffic.remoteNodes', 'load.maxOverMean'],
    draws: 'both',
  },
  memory: { figures: ['memory.peakGiB', 'memory.freeGiB'], draws: 'both' },
  communication: { figures: ['time.dispatchMicroseconds', 'time.combineMicroseconds'], draws: 'both' },
  time: {
    figures: [
      'step.seconds',
      'step.tokensPerSecondPerGpu',
      'step.mfu',
      'step.tpotMilliseconds',
      'step.ttftMilliseconds',
    ],
    draws: 'both',
  },
};

/** What of a wish a view can grant: one that draws one layout at a time takes the baseline for both. */
export function grantedSides(view: ViewId, wanted: WantedSides): WantedSides {
  return wanted === 'both' && comparedIn[view]?.draws === 'one' ? 'baseline' : wanted;
}

/** The layouts that a view draws: the baseline alone where there is no variant, or where the view compares both in its own way. */
export function sidesOf(view: ViewId, { baseline, whatIf }: Show, wanted: WantedSides): DrawnSides {
  const before: DrawnSide = { name: 'baseline', side: baseline };
  if (!whatIf || !comparedIn[view]) return [before];
  const after: DrawnSide = { name: 'variant', side: whatIf.variant };
  const granted = grantedSides(view, wanted);
  return granted === 'both' ? [before, after] : granted === 'variant' ? [after] : [before];
}

/** The rows of a comparison that a view shows, in its order. */
export function rowsOf(view: ViewId, delta: readonly DeltaRow[]): DeltaRow[] {
  const wanted = comparedIn[view]?.figures ?? [];
  return wanted.flatMap((name) => delta.find((row) => row.name === name) ?? []);
}

/** The table of what is drawn. Of two layouts it is one table, whose first column says which; a column that only one has stays empty in the other. */
export function tableOfSides(sides: DrawnSides, tableOf: (side: PanelSide, index: number) => Table): Table {
  const tables = sides.map(({ name, side }, index) => ({
    name: text.sides[name],
    table: tableOf(side, index),
  }));
  const { caption } = tables[0]!.table;
  if (tables.length === 1) return tables[0]!.table;
  const columns = new Map(
    tables.flatMap(({ table }) => table.columns.map((column) => [column.title, column] as const)),
  );
  const titles = [...columns.keys()];
  return {
    caption,
    columns: [{ title: text.sides.column }, ...columns.values()],
    rows: tables.flatMap(({ name, table }) => {
      const places = titles.map((title) => table.columns.findIndex((column) => column.title === title));
      return table.rows.map((row) => [name, ...places.map((place) => row[place] ?? '')]);
    }),
  };
}
