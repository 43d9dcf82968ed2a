import type { SimulationResult } from '../../src/sim/result';
import { bytes, bytesTick, factor, parameters } from '../format';
import { FAMILIES, type FactorRow, type Family, logDomain } from '../model/communication';
import { headingOf } from '../views/communication/heading';
import { text as t } from '../views/communication/strings';
import { rowsOf, type Scope, tableOf } from '../views/communication/tables';
import { escaped } from './escaped';
import { type Drawing, paragraph, pictureHtml, sectionHtml, tableHtml } from './html';
import { bar, label, legend, mark, n, QUIET, QUIET_END, QUIET_MIDDLE, rule, swatch } from './svg';

/** Pixels: height of a row, and room for words at its sides. */
interface Room {
  readonly row: number;
  readonly left: number;
  readonly right: number;
  /** Where a bar begins in its row; what it is called stands beside it, or above it where that is 0. */
  readonly under: number;
  readonly width: number;
}

const RIGHT = 78;
/** Narrower pictures have the names of their bars above them. */
const BESIDE_FROM = 720;

const roomOf = (width: number): Room =>
  width < BESIDE_FROM
    ? { row: 34, left: 0, right: RIGHT, under: 14, width }
    : { row: 22, left: 300, right: RIGHT, under: 0, width };

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
  const powers = Array.from(
    { length: Math.max(0, Math.floor(high) - Math.ceil(low) + 1) },
    (_, at) => Math.ceil(low) + at,
  );
  const draw = (width: number): Drawing => {
    const room = roomOf(width);
    const { left, right, row: tall } = room;
    const x = (value: number) =>
      left + (value > 0 ? Math.max(0, (Math.log10(value) - low) / (high - low)) * (width - left - right) : 0);
    const bottom = rows.length * tall;
    const content = [
      ...powers.flatMap((power) => [
        rule(x(10 ** power), 0, x(10 ** power), bottom),
        label(
          x(10 ** power),
          bottom + 14,
          bytesTick(10 ** power),
          x(10 ** power) < 24 ? QUIET : QUIET_MIDDLE,
        ),
      ]),
      ...rows.flatMap((row, at) => rowParts(row, at, x, room)),
    ];
    return { height: bottom + 18, content: content.join('\n') };
  };
  const formula = scope === 'own' ? ` <code>${escaped(entry.formula)}</code>` : '';
  const note = scope === 'own' || entry.per === 'step' ? paragraph(entry.note) : '';
  const said = t.picture(name, bytes(rows[0]!.bytes), bytes(rows.at(-1)!.bytes));
  return `<div class="family"><h3>${escaped(name)}</h3>
<p class="quiet">${escaped(per)}${formula}</p>
${pictureHtml(said, '', draw)}
${note}</div>`;
}

function rowParts(
  row: FactorRow,
  at: number,
  x: (value: number) => number,
  { row: tall, left, under, width }: Room,
): string[] {
  const top = at * tall + 4;
  const y = top + under;
  const ends = row.kind !== 'factor';
  const [a, b] = [x(Math.min(row.from, row.bytes)), x(Math.max(row.from, row.bytes))];
  const wide = Math.max(2, b - left);
  const shape = {
    textbook: `<rect class="hollow" x="${left + 0.5}" y="${n(y + 0.5)}" width="${n(wide)}" height="11"/>`,
    factor: bar(a, y + 2, Math.max(2, b - a), 8, 'var(--n3)'),
    exact: bar(left, y, row.bytes > 0 ? wide : 2, 12, 'var(--blue)'),
  }[row.kind];
  const kind = ends ? 'class="strong"' : '';
  return [
    ...(at > 0 ? [rule(x(row.from), y - tall + 10, x(row.from), y + (ends ? 0 : 10))] : []),
    shape,
    label(0, top + 10, row.label, kind),
    ...(row.factor === null
      ? []
      : [label(under > 0 ? width : left - 12, top + 10, factor(row.factor), QUIET_END)]),
    label(width, y + 10, bytes(row.bytes), ends ? 'class="strong" text-anchor="end"' : QUIET_END),
  ];
}
