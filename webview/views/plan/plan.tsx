import { useRef } from 'preact/hooks';
import type { Plan as FoundPlan, PlanReport } from '../../../src/worker/plan';
import { Progress } from '../../components/progress';
import { ViewFrame } from '../../components/view-frame';
import { timeText } from '../../format';
import { deviceName, text } from '../../strings';
import { vscode } from '../../vscode';
import { keptState, type ViewProps } from '../view';
import { BestTable } from './best-table';
import { type Asked, PlanForm, queryOf } from './form';
import { headingOf } from './heading';
import { planTable } from './rows';
import { Scatter } from './scatter';
import { hasPicture } from './scatter-model';
import { text as t } from './strings';

/** Reasons that are shown of those for which configurations are out. */
const REASONS = 8;
/** Parts of the step that differ most. */
const PARTS = 4;

interface Kept extends Asked {
  readonly table: boolean;
}

/** Every legal layout of the job, and the best of them. */
export function Plan(props: ViewProps) {
  const { scenario } = props.show.baseline.result;
  const trains = scenario.workload.mode === 'train';
  const [kept, keep] = keptState<Kept>(props, {
    gpus: String(scenario.layout.worldSize),
    objective: trains ? 'step' : 'tokens',
    margin: '0',
    tpot: '',
    ttft: '',
    table: false,
  });
  const { plan } = props;
  const picture = useRef<HTMLDivElement>(null);
  const report = plan?.report ?? null;
  const found = plan?.state === 'done' ? (plan.report as FoundPlan) : null;
  return (
    <ViewFrame
      view={props.view}
      heading={headingOf(plan)}
      isWorking={plan?.state === 'searching'}
      table={() => planTable(report)}
      picture={picture}
      fileName={`${deviceName(scenario.cluster.accelerator)}-plan`}
      showTable={kept.table}
      onShowTable={(table) => keep({ table })}
      lead={
        <>
          <PlanForm
            asked={kept}
            serves={!trains}
            searching={plan?.state === 'searching'}
            onAsk={keep}
            onSearch={() => {
              const query = queryOf(kept);
              if (query) props.search(query);
            }}
            onStop={() => vscode.postMessage({ type: 'stopPlan' })}
          />
          {plan?.state === 'searching' && (
            <div class="plan-progress">
              <Progress label={t.searching(Math.round(100 * plan.fraction))} fraction={plan.fraction} />
            </div>
          )}
        </>
      }
    >
      {report && (
        <>
          {hasPicture(report) && (
            <div ref={picture}>
              <Scatter report={report} />
              <p class="quiet">{t.legend}</p>
            </div>
          )}
          <BestTable
            report={report}
            onCompare={(changes) => {
              props.update({ view: 'whatif' });
              props.changeWhatIf(changes);
            }}
          />
          {found && <Reasons plan={found} />}
          <LeftOut report={report} />
        </>
      )}
    </ViewFrame>
  );
}

/** Why the best is best, part by part; or what would free a job that nothing fits. */
function Reasons({ plan }: { readonly plan: FoundPlan }) {
  const parts = [...plan.parts]
    .filter(({ baseline, variant }) => baseline !== variant)
    .sort((a, b) => Math.abs(b.baseline - b.variant) - Math.abs(a.baseline - a.variant))
    .slice(0, PARTS);
  const isOther = (plan.best[0]?.changes.length ?? 0) > 0;
  return (
    <>
      {isOther && parts.length > 0 && (
        <div class="plan-list">
          <h3>{t.why}</h3>
          <ul class="notes">
            {parts.map(({ name, baseline, variant }) => (
              <li key={name}>{t.part(text.stepParts[name], timeText(baseline), timeText(variant))}</li>
            ))}
          </ul>
        </div>
      )}
      {plan.freeing.length > 0 && (
        <div class="plan-list">
          <h3>{t.freeing}</h3>
          <ul class="notes">
            {plan.freeing.map(({ label, names, unit }) => (
              <li key={label}>{t.instead(label, names.value, `${names.from} ${unit}`.trim())}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function LeftOut({ report: { rejected, searched, milliseconds } }: { readonly report: PlanReport }) {
  const shown = rejected.slice(0, REASONS);
  return (
    <div class="plan-list">
      <h3>{t.left(shown.length, rejected.length)}</h3>
      <ul class="notes">
        {shown.map(({ reason, count: out }) => (
          <li key={reason}>{t.leftOut(reason, out)}</li>
        ))}
      </ul>
      <p class="quiet">{t.searched(searched, (milliseconds / 1e3).toFixed(1))}</p>
    </div>
  );
}
