import { useRef } from 'preact/hooks';
import { Segmented } from '../../components/segmented';
import { ViewFrame } from '../../components/view-frame';
import { parameters } from '../../format';
import { FAMILIES, logDomain } from '../../model/communication';
import { deviceName } from '../../strings';
import { keptState, type ViewProps } from '../view';
import { Factors } from './factors';
import { GrowthTable } from './growth';
import { headingOf } from './heading';
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
      <GrowthTable growth={props.growth} show={props.show} scope={scope} />
    </ViewFrame>
  );
}
