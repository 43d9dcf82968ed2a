import { useRef, useState } from 'preact/hooks';
import type { ComparisonEntry, SimulationResult } from '../../src/sim/result';
import { Segmented } from '../components/segmented';
import { ViewFrame } from '../components/view-frame';
import type { Table } from '../export/table';
import { bytes, bytesTick, factor, parameters, times } from '../format';
import { useWidth } from '../hooks';
import {
  FAMILIES,
  type FactorRow,
  type Family,
  logDomain,
  stepRows,
  textbookRows,
} from '../model/communication';
import { deviceName, text } from '../strings';

const t = text.communication;
const NARROW = 480;
const ROW = 22;
const ROW_NARROW = 32;
const LABELS = 252;
const AGREEMENT = 0.1;

type Scope = 'own' | 'step';

function phraseOf(family: Family, entry: ComparisonEntry): string | null {
  if (entry.exactBytes === 0) return entry.textbookBytes > 0 ? t.counts(t.short[family]) : null;
  const ratio = entry.exactBytes / entry.textbookBytes;
  if (Math.abs(ratio - 1) < AGREEMENT) return null;
  return ratio > 1
    ? t.understates(t.short[family], times(ratio))
    : t.overstates(t.short[family], times(1 / ratio));
}

function headingOf({ comparison, scenario }: SimulationResult, scope: Scope): string {
  const { ep, tp, dp } = comparison;
  if (scope === 'step') {
    const all = ep.exactBytesPerStep;
    if (scenario.workload.mode !== 'train') return t.headServing(bytes(all), bytes(tp.exactBytesPerStep));
    const sync = dp.exactBytesPerStep;
    const head = t.headStep(bytes(all), bytes(sync));
    if (all === 0 || sync === 0) return `${head}.`;
    return head + (all >= sync ? t.headStepMore(times(all / sync)) : t.headStepLess(times(sync / all)));
  }
  const phrases = (['ep', 'dp'] as const).map((family) => phraseOf(family, comparison[family]));
  const said = phrases.filter((phrase) => phrase !== null);
  return said.length === 0 ? t.agrees : t.head(said.join(t.and));
}

function rowsOf({ comparison, scenario }: SimulationResult, family: Family, scope: Scope): FactorRow[] {
  const entry = comparison[family];
  if (scope === 'own') return textbookRows(entry, { textbook: t.textbook, exact: t.exact });
  const training = scenario.workload.mode === 'train';
  const repeats = t.repeats[family](training);
  return stepRows(entry, { unit: t.exactPer(entry.per), repeats, step: t.perStep(training) });
}

function tableOf(result: SimulationResult, scope: Scope): Table {
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

/** Textbook volumes beside the exact ones: every correction is a factor, so the axis is logarithmic. */
export function Communication({ result }: { readonly result: SimulationResult }) {
  const [scope, setScope] = useState<Scope>('own');
  const [showTable, setShowTable] = useState(false);
  const picture = useRef<HTMLDivElement>(null);
  const { comparison, scenario } = result;
  const rows = FAMILIES.map((family) => rowsOf(result, family, scope));
  const shared = logDomain(rows.flat());
  return (
    <ViewFrame
      view="communication"
      heading={headingOf(result, scope)}
      controls={
        <Segmented
          label={t.scope}
          value={scope}
          onChange={setScope}
          options={[
            { value: 'own', text: t.own },
            { value: 'step', text: t.step },
          ]}
        />
      }
      table={() => tableOf(result, scope)}
      picture={picture}
      fileName={`${deviceName(scenario.cluster.accelerator)}-EP${scenario.layout.ep}`}
      showTable={showTable}
      onShowTable={setShowTable}
    >
      <div ref={picture}>
        {FAMILIES.map((family, index) => {
          const entry = comparison[family];
          return (
            <div class="family" key={family}>
              <div>
                <h3>{t.family[family](scenario)}</h3>
                {scope === 'own' && <div class="formula">{entry.formula}</div>}
                <div class="quiet">
                  {scope === 'own' ? t.per(entry.per) : t.perStepScope(scenario.workload.mode === 'train')}
                </div>
              </div>
              <div>
                <Factors
                  name={t.family[family](scenario)}
                  rows={rows[index]!}
                  // Per step the three are compared with each other, so they share one axis.
                  domain={scope === 'own' ? logDomain(rows[index]!) : shared}
                />
                {/* A note on one layer would contradict the figures of a whole step. */}
                {(scope === 'own' || entry.per === 'step') && <p class="quiet">{entry.note}</p>}
              </div>
            </div>
          );
        })}
        <div class="legend ruled">
          {scope === 'own' && (
            <span>
              <i class="hollow" />
              {t.legendTextbook}
            </span>
          )}
          <span>
            <i class="scaleOut" />
            {t.legendExact}
          </span>
          <span>
            <i class="reason" />
            {t.legendFactor}
          </span>
          <span>{t.axis(scenario, parameters(result.parameters.total))}</span>
        </div>
      </div>
    </ViewFrame>
  );
}

interface FactorProps {
  readonly name: string;
  readonly rows: readonly FactorRow[];
  readonly domain: readonly [number, number];
}

function Factors({ name, rows, domain }: FactorProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const label = t.picture(name, bytes(rows[0]!.bytes), bytes(rows.at(-1)!.bytes));
  return (
    <div ref={frame}>
      {width > 0 && (
        <svg
          class="factors"
          width={width}
          height={rows.length * (width < NARROW ? ROW_NARROW : ROW) + 18}
          role="img"
          aria-label={label}
        >
          <Bars rows={rows} domain={domain} width={width} />
        </svg>
      )}
    </div>
  );
}

function Bars({ rows, domain, width }: Omit<FactorProps, 'name'> & { readonly width: number }) {
  const narrow = width < NARROW;
  const rowHeight = narrow ? ROW_NARROW : ROW;
  const left = narrow ? 0 : Math.min(LABELS, width * 0.42);
  const right = narrow ? 66 : 78;
  const room = width - left - right;
  const [low, high] = domain;
  const x = (value: number) =>
    value > 0 ? left + Math.max(0, (Math.log10(value) - low) / (high - low)) * room : left;
  const powers = Array.from(
    { length: Math.max(0, Math.floor(high) - Math.ceil(low) + 1) },
    (_, index) => Math.ceil(low) + index,
  );
  const every = Math.max(1, Math.ceil(powers.length / Math.max(2, Math.floor(room / 64))));
  const bottom = rows.length * rowHeight;
  return (
    <>
      {powers.map((power) => {
        const at = Math.round(x(10 ** power)) + 0.5;
        return (
          <g key={power}>
            <line class="grid" x1={at} x2={at} y1="0" y2={bottom} />
            {power % every === 0 && (
              <text class="quiet" x={at} y={bottom + 14} text-anchor={at < 24 ? 'start' : 'middle'}>
                {bytesTick(10 ** power)}
              </text>
            )}
          </g>
        );
      })}
      {rows.map((row, index) => {
        const y = index * rowHeight + (narrow ? 16 : 4);
        const ends = row.kind !== 'factor';
        const textY = narrow ? y - 4 : y + 10;
        const [a, b] = [x(Math.min(row.from, row.bytes)), x(Math.max(row.from, row.bytes))];
        return (
          <g key={`${index} ${row.label}`}>
            {index > 0 && (
              <line
                class="joint"
                x1={x(row.from)}
                x2={x(row.from)}
                y1={y - rowHeight + 10}
                y2={y + (ends ? 0 : 10)}
              />
            )}
            {row.kind === 'textbook' && (
              <rect class="hollow" x={left + 0.5} y={y + 0.5} width={Math.max(1, b - left)} height="11" />
            )}
            {row.kind === 'factor' && (
              <rect class="bar" x={a} y={y + 2} width={Math.max(2, b - a)} height="8" fill="var(--n3)" />
            )}
            {row.kind === 'exact' && (
              <rect
                class="bar"
                x={left}
                y={y}
                width={row.bytes > 0 ? b - left : 2}
                height="12"
                fill="var(--blue)"
              />
            )}
            <text class={ends ? 'strong halo' : 'halo'} x="0" y={textY}>
              {row.label}
            </text>
            {row.factor !== null && (
              <text class="quiet" x={narrow ? width : left - 12} y={textY} text-anchor="end">
                {factor(row.factor)}
              </text>
            )}
            <text class={ends ? 'strong' : 'quiet'} x={width} y={y + 10} text-anchor="end">
              {bytes(row.bytes)}
            </text>
          </g>
        );
      })}
    </>
  );
}
