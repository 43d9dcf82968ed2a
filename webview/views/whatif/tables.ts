import type { DeltaRow } from '../../../src/plan/whatif';
import type { StepResult } from '../../../src/sim/result';
import type { Table } from '../../export/table';
import { partsOfSteps } from '../../model/step';
import { text } from '../../strings';
import { text as t } from './strings';

/** Baseline and variant, every figure. */
export function tableOf(rows: readonly DeltaRow[]): Table {
  const plain = (value: number) => String(Number(value.toPrecision(6)));
  const { columns } = t;
  return {
    caption: t.table,
    columns: [
      { title: columns.metric },
      { title: columns.unit },
      { title: columns.baseline, format: plain },
      { title: columns.variant, format: plain },
      { title: columns.change, format: plain },
      { title: columns.percent, format: plain },
    ],
    rows: rows.map((row) => {
      const difference = row.variant - row.baseline;
      return [
        row.label,
        row.unit,
        row.baseline,
        row.variant,
        difference,
        row.baseline === 0 ? '' : (difference / Math.abs(row.baseline)) * 100,
      ];
    }),
  };
}

/** What one step is made of, seconds. */
export function stepTable(step: StepResult): Table {
  return {
    caption: t.table,
    columns: [
      { title: t.columns.metric },
      { title: 's', format: (value) => String(Number(value.toPrecision(4))) },
    ],
    rows: partsOfSteps([step]).map(({ name, seconds }) => [text.stepParts[name], seconds[0]!]),
  };
}
