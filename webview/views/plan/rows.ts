import type { PlanEntry, PlanReport } from '../../../src/worker/plan';
import type { Table } from '../../export/table';
import { count, fixed, GIB, timeText } from '../../format';
import { fitText } from '../../model/fit-text';
import { text as t } from './strings';

type Value = string | number;

/** One thing that is told of each layout. */
export interface Column {
  readonly title: string;
  readonly of: (entry: PlanEntry) => Value;
  /** Makes the column numeric. */
  readonly format?: (value: number) => string;
  /** What a layout comes to, not what it is. */
  readonly isFigure?: true;
}

/** One row of the table of the best layouts. */
export interface PlanRow {
  readonly entry: PlanEntry;
  /** `null`: the job as it is, beside the others. */
  readonly place: number | null;
}

const SIZES = ['tp', 'pp', 'vpp', 'cp', 'dp', 'ep', 'etp'] as const;

const serves = ({ tpotMilliseconds, ttftMilliseconds }: PlanEntry): boolean =>
  tpotMilliseconds !== null || ttftMilliseconds !== null;

export const COLUMNS: readonly Column[] = [
  {
    title: t.columns.step,
    of: ({ seconds, tpotMilliseconds }) => (tpotMilliseconds === null ? seconds : tpotMilliseconds / 1e3),
    format: (seconds) => timeText(seconds),
    isFigure: true,
  },
  {
    title: t.columns.speed,
    of: ({ tokensPerSecondPerGpu }) => tokensPerSecondPerGpu,
    format: count,
    isFigure: true,
  },
  {
    title: t.columns.free,
    of: ({ freeBytes }) => freeBytes / GIB,
    format: (free) => fixed(free, 1),
    isFigure: true,
  },
  { title: t.columns.gpus, of: ({ layout }) => layout.worldSize, format: count },
  ...SIZES.map((size) => ({
    title: size.toUpperCase(),
    of: ({ layout }: PlanEntry) => layout[size],
    format: count,
  })),
  {
    title: t.columns.batch,
    of: (entry) => (serves(entry) ? entry.concurrency : entry.microBatchSize),
    format: count,
  },
  {
    title: t.columns.recompute,
    of: (entry) => (serves(entry) ? '' : entry.recompute.replaceAll(',', ', ')),
  },
  {
    title: t.columns.backend,
    of: ({ names, placement, redundantExperts }) =>
      placement === 'linear' && redundantExperts === 0
        ? names.backend
        : t.placed(names.backend, names.placement, redundantExperts),
  },
];

/** What a column says of a layout. */
export function shownIn({ of, format }: Column, entry: PlanEntry): string {
  const value = of(entry);
  return typeof value === 'number' && format ? format(value) : String(value);
}

/** How a row is called: its place, or that it is the job as it is, with what that lacks. */
export function placeOf({ place, entry }: PlanRow): string {
  return place === null && entry.shortage !== 'none' ? t.lacking(fitText(entry)) : t.place(place);
}

/** The best, and behind them the job as it is where it is none of them. */
export function rowsOf({ best, present }: PlanReport): readonly PlanRow[] {
  const rows = best.map((entry, i) => ({ entry, place: i + 1 }));
  const isAmong = best.some(({ changes }) => changes.length === 0);
  return present && !isAmong ? [...rows, { entry: present, place: null }] : rows;
}

/** Columns in which all rows have the same: said once, that leaves the table to what tells layouts apart. */
export function commonColumns(rows: readonly PlanRow[]): readonly Column[] {
  const [first] = rows;
  if (!first || rows.length < 2) return [];
  return COLUMNS.filter(
    ({ of, isFigure }) => !isFigure && rows.every(({ entry }) => of(entry) === of(first.entry)),
  );
}

export function planTable(report: PlanReport | null): Table {
  return {
    caption: t.table,
    columns: [{ title: t.columns.place }, ...COLUMNS],
    rows: report
      ? rowsOf(report).map((row) => [row.place ?? placeOf(row), ...COLUMNS.map(({ of }) => of(row.entry))])
      : [],
  };
}
