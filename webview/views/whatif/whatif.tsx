import { useEffect, useRef } from 'preact/hooks';
import { Faults } from '../../components/refusals';
import { ViewFrame } from '../../components/view-frame';
import { timeText } from '../../format';
import { sameChanges, settingOf, turn } from '../../model/whatif';
import { deviceName } from '../../strings';
import { vscode } from '../../vscode';
import { keptState, type ViewProps } from '../view';
import { DeltaTable } from './delta-table';
import type { Metric } from './explored';
import { headingOf } from './heading';
import { KnobControl, OtherKnob } from './knobs';
import { SensitivityTable } from './sensitivity';
import { StepBars, StepLegend } from './step-bars';
import { text as t } from './strings';
import { SweepTable } from './sweep';
import { stepTable, tableOf } from './tables';
import { VariantTable } from './variants';

interface Kept {
  /** Knobs beside the first ones that the user asked for. */
  readonly added: readonly string[];
  /** The field whose control gets the focus next. */
  readonly asked: string | null;
  readonly table: boolean;
  readonly metric: Metric;
  /** Where the last exploration was started. */
  readonly started: 'fields' | 'sweep';
  /** Fields of the sweep. */
  readonly x: string;
  readonly y: string;
}

const FRESH: Kept = {
  added: [],
  asked: null,
  table: false,
  metric: 'step',
  started: 'fields',
  x: 'layout.ep',
  y: '',
};

/** Turn a knob and see every figure beside itself. */
export function WhatIf(props: ViewProps) {
  const { show, waiting, variants, changeWhatIf } = props;
  const { changes } = props.panel;
  const [{ table, added, asked, metric, started, x, y }, keep] = keptState(props, FRESH);
  const picture = useRef<HTMLDivElement>(null);
  const baseline = show.baseline.result;
  const compared = changes.length > 0 ? show.whatIf : null;
  const isKept = variants?.variants.some(
    ({ name, file, changes: own }) => name !== null && file === null && sameChanges(own, changes),
  );
  const shown = show.knobs.filter(
    ({ name, primary }) =>
      primary || added.includes(name) || name === asked || changes.some((change) => change.name === name),
  );
  // Their values are tried when somebody looks at them.
  const untried = shown.filter(({ isComplete }) => !isComplete).map(({ name }) => name);
  useEffect(() => {
    for (const name of untried) vscode.postMessage({ type: 'openKnob', name });
  }, [untried.join(' ')]);
  useEffect(() => {
    vscode.postMessage({ type: 'variants' });
  }, [show]);
  // The control that was asked for is there now: it gets the focus, once.
  useEffect(() => {
    if (asked === null) return;
    document.getElementById(`knob-${asked}`)?.focus();
    keep({ asked: null, added: [...new Set([...added, asked])] });
  }, [asked]);
  const steps = compared ? [baseline.step, compared.variant.result.step] : [baseline.step];
  return (
    <ViewFrame
      view={props.view}
      heading={headingOf({ show, changes, waiting })}
      table={() => (compared ? tableOf(compared.delta) : stepTable(baseline.step))}
      picture={picture}
      fileName={`${deviceName(baseline.scenario.cluster.accelerator)}-EP${baseline.scenario.layout.ep}`}
      showTable={table}
      onShowTable={(shown) => keep({ table: shown })}
      lead={
        <>
          {show.refusals && <Faults refusals={show.refusals} />}
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as this grid */}
          <div class="knobs" role="group" aria-label={t.knobs}>
            {shown.map((knob) => (
              <KnobControl
                key={knob.name}
                knob={knob}
                value={settingOf(knob, changes)}
                onValue={(value) => changeWhatIf(turn(changes, knob, value, baseline.scenario))}
              />
            ))}
            <OtherKnob
              knobs={show.knobs.filter((knob) => !shown.includes(knob))}
              onAdd={(name) => keep({ asked: name })}
            />
          </div>
          {compared && compared.errors.length > 0 && (
            <div class="refused-by">
              <h3>{t.errors}</h3>
              <ul class="notes" aria-label={t.errors}>
                {compared.errors.map(({ rule, message }) => (
                  <li key={rule + message}>
                    {rule}: {message}
                  </li>
                ))}
              </ul>
            </div>
          )}
        </>
      }
    >
      {!compared && <p class="quiet">{t.startDetail(timeText(baseline.step.seconds))}</p>}
      <div ref={picture}>
        <StepBars steps={steps} />
        <StepLegend steps={steps} />
        {compared && <DeltaTable rows={compared.delta} />}
      </div>
      {compared && (
        <div class="actions">
          <button type="button" class="btn primary" onClick={() => vscode.postMessage({ type: 'apply' })}>
            {t.apply(show.fileName)}
          </button>
          <button type="button" class="btn" onClick={() => changeWhatIf([])}>
            {t.back}
          </button>
          {!isKept && (
            <button type="button" class="btn" onClick={() => vscode.postMessage({ type: 'keepVariant' })}>
              {t.variants.keep}
            </button>
          )}
          <button type="button" class="btn" onClick={() => vscode.postMessage({ type: 'saveScenario' })}>
            {t.save}
          </button>
          <span class="legend">
            <span>
              <i class="better" />
              {t.better}
            </span>
            <span>
              <i class="worse" />
              {t.worse}
            </span>
          </span>
        </div>
      )}
      {variants && (
        <VariantTable
          compared={variants}
          changes={changes}
          accelerator={baseline.scenario.cluster.accelerator}
          onShow={changeWhatIf}
        />
      )}
      <SensitivityTable
        exploration={props.exploration}
        exploring={props.exploring}
        metric={metric}
        onMetric={(chosen) => keep({ metric: chosen })}
        onTry={changeWhatIf}
        isHere={started === 'fields'}
        onStart={() => keep({ started: 'fields' })}
      />
      <SweepTable
        exploration={props.exploration}
        exploring={props.exploring}
        theme={props.theme}
        knobs={show.knobs}
        x={x}
        y={y}
        onChoose={keep}
        onTry={changeWhatIf}
        isHere={started === 'sweep'}
        onStart={() => keep({ started: 'sweep' })}
      />
    </ViewFrame>
  );
}
