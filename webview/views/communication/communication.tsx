import { useRef } from 'preact/hooks';
import type { ComparisonEntry, SimulationResult } from '../../../src/sim/result';
import { Segmented } from '../../components/segmented';
import { Sides } from '../../components/sides';
import { ViewFrame } from '../../components/view-frame';
import { parameters, signed, signedBytes } from '../../format';
import { FAMILIES, type Family, logDomain } from '../../model/communication';
import { tableOfSides } from '../../model/sides';
import { deviceName, text } from '../../strings';
import { keptState, type ViewProps } from '../view';
import { Factors } from './factors';
import { GrowthTable } from './growth';
import { differenceOf, headingOf } from './heading';
import { text as t } from './strings';
import { rowsOf, type Scope, tableOf } from './tables';

interface Kept {
  readonly scope: Scope;
  readonly table: boolean;
}

const FRESH: Kept = { scope: 'own', table: false };

/** Textbook volumes beside the exact ones: every correction is a factor, so the axis is logarithmic. */
export function Communication(props: ViewProps) {
  const [{ scope, table }, keep] = keptState(props, FRESH);
  const { sides } = props;
  const picture = useRef<HTMLDivElement>(null);
  const results = sides.map(({ side }) => side.result);
  const [first, second] = results as [(typeof results)[0], (typeof results)[0]?];
  const { scenario } = first;
  const rows = FAMILIES.map((family) => results.flatMap((result) => rowsOf(result, family, scope)));
  const shared = logDomain(rows.flat());
  const longest = Math.max(...rows.flat().map(({ label }) => label.length));
  const axes = [
    ...new Set(results.map((result) => t.axis(result.scenario, parameters(result.parameters.total)))),
  ];
  return (
    <ViewFrame
      view={props.view}
      heading={second ? differenceOf(first, second) : headingOf(first, scope)}
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
      table={() => tableOfSides(sides, ({ result }) => tableOf(result, scope))}
      picture={picture}
      fileName={`${deviceName(scenario.cluster.accelerator)}-EP${scenario.layout.ep}`}
      showTable={table}
      onShowTable={(shown) => keep({ table: shown })}
    >
      <div ref={picture}>
        <Sides sides={sides}>
          {({ name, side: { result } }) =>
            FAMILIES.map((family, index) => (
              <Volume
                key={family}
                result={result}
                before={second && name === 'variant' ? first : null}
                family={family}
                scope={scope}
                // Per step the three are compared with each other, so they share one axis; so do two layouts.
                domain={scope === 'own' ? logDomain(rows[index]!) : shared}
                longest={longest}
              />
            ))
          }
        </Sides>
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
          {axes.map((axis, index) => (
            <span key={axis}>
              {axes.length > 1 ? text.sides.noteOf(text.sides[sides[index]!.name], axis) : axis}
            </span>
          ))}
        </div>
      </div>
      <GrowthTable growth={props.growth} show={props.show} scope={scope} />
    </ViewFrame>
  );
}

interface VolumeProps {
  readonly result: SimulationResult;
  /** What it stands beside and is compared with. */
  readonly before: SimulationResult | null;
  readonly family: Family;
  readonly scope: Scope;
  readonly domain: readonly [number, number];
  /** Characters of the longest label of all families. */
  readonly longest: number;
}

/** By how much a family's exact bytes differ from those of the baseline. */
function changeOf(before: ComparisonEntry, after: ComparisonEntry, scope: Scope): string {
  const bytesOf = (entry: ComparisonEntry) => (scope === 'own' ? entry.exactBytes : entry.exactBytesPerStep);
  const [was, is] = [bytesOf(before), bytesOf(after)];
  if (Math.abs(is - was) <= 1e-6 * Math.max(was, is)) return t.asBaseline;
  return t.against(signedBytes(is - was), was === 0 ? '' : `${signed((is / was - 1) * 100, 1)}%`);
}

/** One family of one layout: its formula, and from the textbook figure to the exact one. */
function Volume({ result, before, family, scope, domain, longest }: VolumeProps) {
  const { comparison, scenario } = result;
  const entry = comparison[family];
  return (
    <div class="family">
      <div>
        <h3>{t.family[family](scenario)}</h3>
        {scope === 'own' && <div class="formula">{entry.formula}</div>}
        <div class="quiet">
          {scope === 'own' ? t.per(entry.per) : t.perStepScope(scenario.workload.mode === 'train')}
          {before && <span class="change">{`, ${changeOf(before.comparison[family], entry, scope)}`}</span>}
        </div>
      </div>
      <div>
        <Factors
          name={t.family[family](scenario)}
          rows={rowsOf(result, family, scope)}
          domain={domain}
          longest={longest}
        />
        {/* A note on one layer would contradict the figures of a whole step. */}
        {(scope === 'own' || entry.per === 'step') && <p class="quiet">{entry.note}</p>}
      </div>
    </div>
  );
}
