import { accelerator } from '../../../src/catalog/accelerators';
import { type BlindRow, blindRow, blindSummary } from '../blind/blind-row';
import { commandOf } from '../measured';
import { MORI_SOURCES, type MoriRow, moriMi300x, moriMi355x } from '../mori-measured';
import { type NetworkRun, networkResult, networkSetting } from '../network-run';
import type { AccuracyTable, Limits } from '../report/table';

const KERNELS = ['FP8 dispatch', 'BF16 dispatch', 'combine'] as const;

const runOf = ({ accelerator: id, ep, tokensPerRank, experts }: MoriRow, kernel: number): NetworkRun => ({
  accelerator: id,
  backend: 'mori',
  ep,
  tokensPerRank,
  dispatchDtype: kernel === 0 ? 'fp8' : 'bf16',
  ...(experts && { set: { 'model.routedExperts': experts[0], 'model.topK': experts[1] } }),
});

function rowsOf(row: MoriRow): BlindRow[] {
  return row.times.flatMap((measured, kernel) => {
    if (measured === null) return [];
    const { time } = networkResult(runOf(row, kernel));
    const phase = kernel === 2 ? 'combine' : 'dispatch';
    const name = row.source.endsWith('Mi350x') ? 'MI350X' : accelerator(row.accelerator).name;
    const choice = row.experts ? `, top-${row.experts[1]} of ${row.experts[0]}` : '';
    const label = `${name} EP${row.ep}, ${row.tokensPerRank} tokens${choice}, ${KERNELS[kernel]!}`;
    return [blindRow(label, 'time', time[phase].microseconds, measured, time.basis, row.use)];
  });
}

function table(title: string, measured: readonly MoriRow[], more: string, limits: Limits): AccuracyTable {
  const rows = measured.flatMap(rowsOf);
  const sources = [...new Set(measured.map(({ source }) => MORI_SOURCES[source]))].join('; ');
  return {
    title,
    unit: 'µs',
    about: `${sources}. ${more} ${blindSummary(rows)}`,
    rows,
    limits,
    command: commandOf(networkSetting(runOf(measured[0]!, 0))),
  };
}

export function moriTables(): AccuracyTable[] {
  return [
    table(
      'MoRI, MI300X',
      moriMi300x,
      'Fitted on EP8 and EP16 of the README; four nodes, pull requests and other experts were not used.',
      { mean: 0.08, max: 0.3 },
    ),
    table(
      'MoRI, MI355X',
      moriMi355x,
      'Fitted on five token counts of EP8 and of EP16; the others, and MI350X, which has the same links, were not used. Four ranks share three of the seven links of each.',
      { mean: 0.06, max: 0.22 },
    ),
  ];
}
