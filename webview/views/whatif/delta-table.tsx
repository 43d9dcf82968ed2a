import type { DeltaRow } from '../../../src/plan/whatif';
import { signed } from '../../format';
import { describeDelta } from '../../model/whatif';
import { text as t } from './strings';

const SECTIONS = ['fit', 'step', 'network', 'traffic'] as const;
/** A change of this much fills its half of the small bar. */
const FULL = 0.75;

/** Every figure of baseline and variant, with its difference. */
export function DeltaTable({ rows }: { readonly rows: readonly DeltaRow[] }) {
  const { columns } = t;
  return (
    <table class="delta">
      <caption class="vh">{t.table}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.metric}</th>
          <th scope="col" class="wide">
            {columns.unit}
          </th>
          <th scope="col" class="r">
            {columns.baseline}
          </th>
          <th scope="col" class="r">
            {columns.variant}
          </th>
          <th scope="col" class="r">
            {columns.change}
          </th>
          <th scope="col" class="wide middle">
            {columns.direction}
          </th>
          <th scope="col" class="r percent">
            {columns.percent}
          </th>
        </tr>
      </thead>
      {SECTIONS.map((section) => {
        const own = rows.filter((row) => row.section === section);
        if (own.length === 0) return null;
        return (
          <tbody key={section}>
            <tr class="section">
              <th scope="rowgroup" colSpan={7}>
                {t.section[section]}
              </th>
            </tr>
            {own.map((row) => (
              <DeltaLine key={row.name} row={row} />
            ))}
          </tbody>
        );
      })}
    </table>
  );
}

function DeltaLine({ row }: { readonly row: DeltaRow }) {
  const shown = describeDelta(row);
  const long = Math.min(50, (Math.abs(shown.relative ?? 0) * 50) / FULL);
  const small = shown.relative !== null && Math.abs(shown.relative) < 0.1;
  const percent = shown.relative === null ? '' : `${signed(shown.relative * 100, small ? 1 : 0)}%`;
  return (
    <tr data-name={row.name}>
      <th scope="row">
        {row.label}
        {shown.unit && <span class="narrow quiet">, {shown.unit}</span>}
      </th>
      <td class="quiet wide">{shown.unit}</td>
      <td class="r quiet">{shown.baseline}</td>
      <td class="r strong">{shown.variant}</td>
      <td class="r change">
        {shown.verdict !== 'neither' && <i class={`narrow ${shown.verdict}`} />}
        {shown.change ?? '\u2013'}
        {shown.verdict !== 'neither' && <span class="vh">, {t[shown.verdict]}</span>}
        <span class="narrowest quiet">{percent}</span>
      </td>
      <td class="wide bar-cell">
        <svg width="100%" height="16" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">
          <line class="axis" x1="50" x2="50" y1="0" y2="16" vector-effect="non-scaling-stroke" />
          {shown.relative !== null && (
            <rect
              class={shown.verdict}
              x={shown.relative < 0 ? 50 - long : 50}
              y="4"
              width={Math.max(0.5, long)}
              height="8"
            />
          )}
        </svg>
      </td>
      <td class="r quiet percent">{percent}</td>
    </tr>
  );
}
