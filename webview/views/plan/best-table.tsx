import type { PlanReport } from '../../../src/worker/plan';
import { COLUMNS, type Column, commonColumns, placeOf, rowsOf, shownIn } from './rows';
import { text as t } from './strings';

interface Props {
  readonly report: PlanReport;
  readonly onCompare: (changes: PlanReport['best'][number]['changes']) => void;
}

const kindOf = ({ format }: Column): string => (format ? 'r' : 'words');

/** The best layouts, and the job as it is beside them, by what tells them apart. */
export function BestTable({ report, onCompare }: Props) {
  const rows = rowsOf(report);
  const common = commonColumns(rows);
  const columns = COLUMNS.filter((column) => !common.includes(column));
  const [first] = rows;
  const shared = common
    .map((column) => ({ title: column.title, value: shownIn(column, first!.entry) }))
    .filter(({ value }) => value !== '');
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: a section here would add a landmark for each table */}
      <div class="scroll" tabIndex={0} role="region" aria-label={t.table}>
        <table class="plan-best stacks">
          <caption class="vh">{t.table}</caption>
          <thead>
            <tr>
              <th scope="col">{t.columns.place}</th>
              {columns.map((column) => (
                <th key={column.title} scope="col" class={kindOf(column)}>
                  {column.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const { entry, place } = row;
              return (
                <tr key={place ?? t.now}>
                  <th scope="row">
                    {place === null || entry.changes.length === 0 ? (
                      placeOf(row)
                    ) : (
                      <button
                        type="button"
                        class="btn"
                        aria-label={t.compareWith(place)}
                        onClick={() => onCompare(entry.changes)}
                      >
                        {place}
                      </button>
                    )}
                  </th>
                  {columns.map((column) => (
                    <td key={column.title} class={kindOf(column)} data-column={column.title}>
                      {shownIn(column, entry)}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="quiet plan-under">
        {shared.length > 0 && t.common(shared.map(({ title, value }) => t.same(title, value)))}{' '}
        {rows.some(({ place, entry }) => place !== null && entry.changes.length > 0) && t.opens}
      </p>
    </>
  );
}
