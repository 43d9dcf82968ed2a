import type { PlanEntry, PlanReport } from '../../../src/worker/plan';
import type { Table } from '../../export/table';
import { GIB, timeText } from '../../format';
import { text as t } from './strings';

/** One row of the table of the best layouts. */
export interface PlanRow {
  readonly entry: PlanEntry;
  /** `null`: the job as it is, beside the others. */
  readonly place: number | null;
  readonly cells: readonly (string | number)[];
}

export const COLUMNS: readonly { readonly title: string; readonly isNumber: boolean }[] = [
  { title: t.columns.gpus, isNumber: true },
  ...['TP', 'PP', 'VPP', 'CP', 'DP', 'EP', 'ETP'].map((title) => ({ title, isNumber: true })),
  { title: t.columns.batch, isNumber: true },
  { title: t.columns.recompute, isNumber: false },
  { title: t.columns.backend, isNumber: false },
  { title: t.columns.step, isNumber: true },
  { title: t.columns.speed, isNumber: true },
  { title: t.columns.free, isNumber: true },
];

const serves = ({ tpotMilliseconds, ttftMilliseconds }: PlanEntry): boolean =>
  tpotMilliseconds !== null || ttftMilliseconds !== null;

function cellsOf(entry: PlanEntry): readonly (string | number)[] {
  const { worldSize, tp, pp, vpp, cp, dp, ep, etp } = entry.layout;
  const placed = entry.placement === 'linear' ? '' : `, ${entry.placement}`;
  return [
    worldSize,
    tp,
    pp,
    vpp,
    cp,
    dp,
    ep,
    etp,
    serves(entry) ? entry.concurrency : entry.microBatchSize,
    serves(entry) ? '' : entry.recompute.replaceAll(',', ', '),
    `${entry.backend}${placed}`,
    timeText(entry.tpotMilliseconds === null ? entry.seconds : entry.tpotMilliseconds / 1e3),
    Math.round(entry.tokensPerSecondPerGpu),
    (entry.freeBytes / GIB).toFixed(1),
  ];
}

/** The best, and behind them the job as it is where it is none of them. */
export function rowsOf({ best, present }: PlanReport): readonly PlanRow[] {
  const rows = best.map((entry, i) => ({ entry, place: i + 1, cells: cellsOf(entry) }));
  const isAmong = best.some(({ changes }) => changes.length === 0);
  return present && !isAmong ? [...rows, { entry: present, place: null, cells: cellsOf(present) }] : rows;
}

export function planTable(report: PlanReport | null): Table {
  return {
    caption: t.table,
    columns: [{ title: t.columns.place }, ...COLUMNS.map(({ title }) => ({ title }))],
    rows: report ? rowsOf(report).map(({ place, cells }) => [place ?? t.now, ...cells]) : [],
  };
}
