import type { SimulationResult } from '../../../src/sim/result';
import type { Table } from '../../export/table';
import { bytes, factor } from '../../format';
import { FAMILIES, type FactorRow, type Family, stepRows, textbookRows } from '../../model/communication';
import { text as t } from './strings';

export type Scope = 'own' | 'step';

/** From the textbook figure to the exact one, or from one use to a step. */
export function rowsOf(
  { comparison, scenario }: SimulationResult,
  family: Family,
  scope: Scope,
): FactorRow[] {
  const entry = comparison[family];
  if (scope === 'own') return textbookRows(entry, { textbook: t.textbook, exact: t.exact });
  const training = scenario.workload.mode === 'train';
  const repeats = t.repeats[family](training);
  return stepRows(entry, { unit: t.exactPer(entry.per), repeats, step: t.perStep(training) });
}

/** The same for every family. */
export function tableOf(result: SimulationResult, scope: Scope): Table {
  return {
    caption: t.table,
    columns: [
      { title: t.columns.family },
      { title: t.columns.what },
      { title: t.columns.factor, format: (value) => factor(value) },
      { title: t.columns.bytes, format: (value) => bytes(value) },
    ],
    rows: FAMILIES.flatMap((family) =>
      rowsOf(result, family, scope).map((row) => [
        t.family[family](result.scenario),
        row.label,
        row.factor ?? '',
        row.bytes,
      ]),
    ),
  };
}
