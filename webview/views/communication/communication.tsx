import { useRef } from 'preact/hooks';
import type { ComparisonEntry, SimulationResult } from '../../../src/sim/result';
import { Segmented } from '../../components/segmented';
import { ViewFrame } from '../../components/view-frame';
import type { Table } from '../../export/table';
import { bytes, factor, parameters, times } from '../../format';
import {
  FAMILIES,
  type FactorRow,
  type Family,
  logDomain,
  stepRows,
  textbookRows,
} from '../../model/communication';
import { deviceName } from '../../strings';
import { keptState, type ViewProps } from '../view';
import { Factors } from './factors';
import { text as t } from './strings';

const AGREEMENT = 0.1;

type Scope = 'own' | 'step';

interface Kept {
  readonly scope: Scope;
  readonly table: boolean;
}

const FRESH: Kept = { scope: 'own', table: false };

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
export function Communication(props: ViewProps) {
  const [{ scope, table }, keep] = keptState(props, FRESH);
  const { result } = props.show.baseline;
  const picture = useRef<HTMLDivElement>(null);
  const { comparison, scenario } = result;
  const rows = FAMILIES.map((family) => rowsOf(result, family, scope));
  const shared = logDomain(rows.flat());
  return (
    <ViewFrame
      view={props.view}
      heading={headingOf(result, scope)}
      controls={
        <Segmented
          label={t.scope}
          value={scope}
          onChange={(value) => keep({ scope: value })}
          options={[
            { value: 'own', text: t.own },
            { value: 'step', text: t.step },
          ]}
        />
      }
      table={() => tableOf(result, scope)}
      picture={picture}
      fileName={`${deviceName(scenario.cluster.accelerator)}-EP${scenario.layout.ep}`}
      showTable={table}
      onShowTable={(shown) => keep({ table: shown })}
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
