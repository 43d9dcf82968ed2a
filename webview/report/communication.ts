import type { SimulationResult } from '../../src/sim/result';
import { bytes, bytesTick, factor, parameters } from '../format';
import { FAMILIES, type FactorRow, type Family, logDomain } from '../model/communication';
import { headingOf } from '../views/communication/heading';
import { text as t } from '../views/communication/strings';
import { rowsOf, type Scope, tableOf } from '../views/communication/tables';
import { escaped, paragraph, pictureHtml, sectionHtml, tableHtml } from './html';
import { bar, label, legend, mark, n, QUIET_END, QUIET_MIDDLE, rule, swatch, WIDTH } from './svg';

const ROW = 22;
const LEFT = 300;
const RIGHT = 78;

/** The textbook's volumes and the exact ones, as they are counted and for a whole step, with every factor between. */
export function communicationSection(result: SimulationResult): string {
  const { scenario } = result;
  const axis = t.axis(scenario, parameters(result.parameters.total));
  return sectionHtml('communication', t.title, headingOf(result, 'own'), [
    ...scopeParts(result, 'own'),
    paragraph(axis),
    `<h3>${escaped(headingOf(result, 'step'))}</h3>`,
    ...scopeParts(result, 'step'),
  ]);
}

function scopeParts(result: SimulationResult, scope: Scope): string[] {
  const rows = FAMILIES.map((family) => rowsOf(result, family, scope));
  const shared = logDomain(rows.flat());
  return [
    ...FAMILIES.map((family, index) =>
      factorPicture(result, family, scope, rows[index]!, scope === 'own' ? logDomain(rows[index]!) : shared),
    ),
    legend([
      ...(scope === 'own'
        ? [mark('<rect class="hollow" x="0.5" y="0.5" width="9" height="9"/>', t.legendTextbook)]
        : []),
      swatch('var(--blue)', t.legendExact),
      swatch('var(--n3)', t.legendFactor),
    ]),
    tableHtml(tableOf(result, scope)),
  ];
}

/** From the textbook figure to the exact one, a bar for each factor, on a logarithmic axis. */
function factorPicture(
  { comparison, scenario }: SimulationResult,
  family: Family,
  scope: Scope,
  rows: readonly FactorRow[],
  [low, high]: readonly [number, number],
): string {
  const entry = comparison[family];
  const name = t.family[family](scenario);
  const per = scope === 'own' ? t.per(entry.per) : t.perStepScope(scenario.workload.mode === 'train');
  const room = WIDTH - LEFT - RIGHT;
  const x = (value: number) =>
    value > 0 ? LEFT + Math.max(0, (Math.log10(value) - low) / (high - low)) * room : LEFT;
  const bottom = rows.length * ROW;
  const powers = Array.from(
    { length: Math.max(0, Math.floor(high) - Math.ceil(low) + 1) },
    (_, at) => Math.ceil(low) + at,
  );
  const content = [
    ...powers.flatMap((power) => [
      rule(x(10 ** power), 0, x(10 ** power), bottom),
      label(x(10 ** power), bottom + 14, bytesTick(10 ** power), QUIET_MIDDLE),
    ]),
    ...rows.flatMap((row, at) => rowParts(row, at, x)),
  ];
  const formula = scope === 'own' ? ` <code>${escaped(entry.formula)}</code>` : '';
  const note = scope === 'own' || entry.per === 'step' ? paragraph(entry.note) : '';
  const said = t.picture(name, bytes(rows[0]!.bytes), bytes(rows.at(-1)!.bytes));
  return `<div class="family"><h3>${escaped(name)}</h3>
<p class="quiet">${escaped(per)}${formula}</p>
${pictureHtml(said, WIDTH, bottom + 18, content.join('\n'), '')}
${note}</div>`;
}

function rowParts(row: FactorRow, at: number, x: (value: number) => number): string[] {
  const y = at * ROW + 4;
  const ends = row.kind !== 'factor';
  const [a, b] = [x(Math.min(row.from, row.bytes)), x(Math.max(row.from, row.bytes))];
  const wide = Math.max(2, b - LEFT);
  const shape = {
    textbook: `<rect class="hollow" x="${LEFT + 0.5}" y="${n(y + 0.5)}" width="${n(wide)}" height="11"/>`,
    factor: bar(a, y + 2, Math.max(2, b - a), 8, 'var(--n3)'),
    exact: bar(LEFT, y, row.bytes > 0 ? wide : 2, 12, 'var(--blue)'),
  }[row.kind];
  const kind = ends ? 'class="strong"' : '';
  return [
    ...(at > 0 ? [rule(x(row.from), y - ROW + 10, x(row.from), y + (ends ? 0 : 10))] : []),
    shape,
    label(0, y + 10, row.label, kind),
    ...(row.factor === null ? [] : [label(LEFT - 12, y + 10, factor(row.factor), QUIET_END)]),
    label(WIDTH, y + 10, bytes(row.bytes), ends ? 'class="strong" text-anchor="end"' : QUIET_END),
  ];
}
