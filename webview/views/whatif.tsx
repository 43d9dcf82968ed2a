import { useRef, useState } from 'preact/hooks';
import type { Knob } from '../../src/panel/protocol';
import type { Change, DeltaRow } from '../../src/plan/whatif';
import type { MemoryResult, StepPart, StepResult } from '../../src/sim/result';
import { Chevron } from '../components/chevron';
import { ViewFrame } from '../components/view-frame';
import type { Table } from '../export/table';
import { gibShort, percent, signed, timeText } from '../format';
import { useWidth } from '../hooks';
import {
  describeDelta,
  labelOf,
  PART_FILLS,
  partsOfSteps,
  settingOf,
  turn,
  visibleParts,
} from '../model/whatif';
import type { Show } from '../state';
import { deviceName, text } from '../strings';
import { vscode } from '../vscode';

const t = text.whatif;

interface Props {
  readonly show: Show;
  readonly changes: readonly Change[];
  readonly waiting: boolean;
  readonly onChange: (changes: readonly Change[]) => void;
}

function fitPhrase(before: MemoryResult, after: MemoryResult): string {
  const fullest = after.perRank[after.fullestRank]!;
  const free = gibShort(fullest.capacity - fullest.total);
  if (after.fits) return before.fits ? t.stillFits(fullest.rank, free) : t.nowFits(fullest.rank, free);
  const total = gibShort(fullest.total);
  return before.fits ? t.doesNotFit(fullest.rank, total) : t.stillDoesNotFit(fullest.rank, total);
}

function headingOf({ show, changes, waiting }: Props): string {
  if (changes.length === 0) return show.refusal ?? t.start;
  if (waiting || !show.whatIf) return t.waiting;
  const [before, after] = [show.baseline.result, show.whatIf.variant.result];
  const changed = show.whatIf.changes.map(({ name, value }) => {
    const knob = show.knobs.find((candidate) => candidate.name === name);
    const chip = show.baseline.chips.find((candidate) => candidate.name === name);
    if (!knob) return t.change(chip?.label ?? name, chip?.value ?? '', String(value));
    return t.change(knob.label, labelOf(knob, knob.value), labelOf(knob, String(value)));
  });
  const difference = after.step.seconds - before.step.seconds;
  const relative = difference / before.step.seconds;
  const sign = difference < 0 ? '\u2212' : '+';
  const size = `${sign}${percent(Math.abs(relative), Math.abs(relative) < 0.1 ? 1 : 0)}`;
  const step =
    Math.abs(relative) < 5e-4
      ? t.same
      : (difference < 0 ? t.drops : t.grows)(timeText(Math.abs(difference)), size);
  return `${changed.join('; ')}: ${step}${fitPhrase(before.memory, after.memory)}`;
}

function tableOf(rows: readonly DeltaRow[]): Table {
  const plain = (value: number) => String(Number(value.toPrecision(6)));
  const { columns } = t;
  return {
    caption: t.table,
    columns: [
      { title: columns.metric },
      { title: columns.unit },
      { title: columns.baseline, format: plain },
      { title: columns.variant, format: plain },
      { title: columns.change, format: plain },
      { title: columns.percent, format: plain },
    ],
    rows: rows.map((row) => {
      const difference = row.variant - row.baseline;
      return [
        row.label,
        row.unit,
        row.baseline,
        row.variant,
        difference,
        row.baseline === 0 ? '' : (difference / Math.abs(row.baseline)) * 100,
      ];
    }),
  };
}

function stepTable(step: StepResult): Table {
  return {
    caption: t.table,
    columns: [
      { title: t.columns.metric },
      { title: 's', format: (value) => String(Number(value.toPrecision(4))) },
    ],
    rows: partsOfSteps([step]).map(({ name, seconds }) => [t.parts[name], seconds[0]!]),
  };
}

/** Turn a knob and see every figure beside itself. */
export function WhatIf(props: Props) {
  const { show, changes, onChange } = props;
  const [showTable, setShowTable] = useState(false);
  const picture = useRef<HTMLDivElement>(null);
  const baseline = show.baseline.result;
  const compared = changes.length > 0 ? show.whatIf : null;
  const steps = compared ? [baseline.step, compared.variant.result.step] : [baseline.step];
  return (
    <ViewFrame
      view="whatif"
      heading={headingOf(props)}
      table={() => (compared ? tableOf(compared.delta) : stepTable(baseline.step))}
      picture={picture}
      fileName={`${deviceName(baseline.scenario.cluster.accelerator)}-EP${baseline.scenario.layout.ep}`}
      showTable={showTable}
      onShowTable={setShowTable}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as this grid */}
      <div class="knobs" role="group" aria-label={t.knobs}>
        {show.knobs.map((knob) => (
          <KnobSelect
            key={knob.name}
            knob={knob}
            value={settingOf(knob, changes)}
            onValue={(value) => onChange(turn(changes, knob, value, baseline.scenario))}
          />
        ))}
      </div>
      {!compared && <p class="quiet">{t.startDetail(timeText(baseline.step.seconds))}</p>}
      <div ref={picture}>
        <StepBars steps={steps} />
        <StepLegend steps={steps} />
        {compared && <DeltaTable rows={compared.delta} />}
      </div>
      {compared && (
        <div class="actions">
          <button type="button" class="btn" onClick={() => onChange([])}>
            {t.back}
          </button>
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
    </ViewFrame>
  );
}

interface KnobProps {
  readonly knob: Knob;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

function KnobSelect({ knob, value, onValue }: KnobProps) {
  const changed = value !== knob.value;
  const id = `knob-${knob.name}`;
  return (
    <div class={changed ? 'knob changed' : 'knob'}>
      <span class="knob-label">
        <label for={id}>{knob.label}</label>
        {changed && <span class="was">{t.was(labelOf(knob, knob.value))}</span>}
      </span>
      <span class="select">
        <select id={id} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
          {knob.options.map((option) => (
            <option key={option.value} value={option.value} selected={option.value === value}>
              {option.label}
            </option>
          ))}
        </select>
        <Chevron />
      </span>
    </div>
  );
}

/** The hatch that says that a rank waits. */
function WaitingPattern({ id }: { readonly id: string }) {
  return (
    <defs>
      <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="6" height="6" fill="var(--n1)" />
        <line x1="0" y1="0" x2="0" y2="6" stroke="var(--n3)" stroke-width="2" />
      </pattern>
    </defs>
  );
}

/** One or two steps on one scale, from zero. */
function StepBars({ steps }: { readonly steps: readonly StepResult[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const narrow = width < 560;
  const left = narrow ? 0 : 72;
  const longest = Math.max(...steps.map((step) => step.seconds));
  const scale = (width - left - 64) / (longest || 1);
  const rowHeight = narrow ? 42 : 28;
  const parts = partsOfSteps(steps);
  const names = [t.baseline, t.variant];
  const [baseline, variant] = steps.map((step) => timeText(step.seconds, 4));
  return (
    <div ref={frame} class="step-bars">
      {width > 0 && (
        <svg
          width={width}
          height={steps.length * rowHeight}
          role="img"
          aria-label={t.picture(baseline!, variant ?? null)}
        >
          <WaitingPattern id="waiting" />
          {steps.map((step, index) => {
            const y = index * rowHeight + (narrow ? 16 : 0);
            const strong = index === steps.length - 1 ? 'strong' : '';
            let x = left;
            return (
              <g key={names[index]}>
                <text class={strong} x="0" y={narrow ? y - 5 : y + 14}>
                  {names[index]}
                </text>
                {parts.map(({ name, seconds }) => {
                  const from = x;
                  const long = seconds[index]! * scale;
                  x += long;
                  return long > 0 ? (
                    <rect
                      key={name}
                      class="bar"
                      x={from.toFixed(1)}
                      y={y}
                      width={Math.max(0.5, long - 1).toFixed(1)}
                      height="20"
                      fill={PART_FILLS[name]}
                    />
                  ) : null;
                })}
                <text class="strong" x={left + step.seconds * scale + 6} y={y + 14}>
                  {timeText(step.seconds, 4)}
                </text>
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}

/** What the colours are, and before any change how long each part takes. */
function StepLegend({ steps }: { readonly steps: readonly StepResult[] }) {
  const swatch = (name: StepPart['name']) => (
    <svg width="10" height="10" aria-hidden="true">
      <WaitingPattern id="waiting" />
      <rect class="bar" width="10" height="10" fill={PART_FILLS[name]} />
    </svg>
  );
  if (steps.length > 1)
    return (
      <div class="legend step-legend">
        {visibleParts(steps).map(({ name }) => (
          <span key={name}>
            {swatch(name)}
            {t.parts[name]}
          </span>
        ))}
      </div>
    );
  const total = steps[0]!.seconds || 1;
  return (
    <table class="step-parts">
      <caption class="vh">{t.startDetail(timeText(total))}</caption>
      <tbody>
        {partsOfSteps(steps).map(({ name, seconds }) => (
          <tr key={name}>
            <th scope="row">
              {swatch(name)}
              {t.parts[name]}
            </th>
            <td class="r">{timeText(seconds[0]!)}</td>
            <td class="r quiet">{percent(seconds[0]! / total, 1)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const SECTIONS = ['fit', 'step', 'network', 'traffic'] as const;
/** A change of this much fills its half of the small bar. */
const FULL = 0.75;

function DeltaTable({ rows }: { readonly rows: readonly DeltaRow[] }) {
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
          <th scope="col" class="r">
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
  return (
    <tr data-name={row.name}>
      <th scope="row">
        {row.label}
        {row.unit && <span class="narrow quiet">, {row.unit}</span>}
      </th>
      <td class="quiet wide">{row.unit}</td>
      <td class="r quiet">{shown.baseline}</td>
      <td class="r strong">{shown.variant}</td>
      <td class="r change">
        {shown.change ?? '\u2013'}
        {shown.verdict !== 'neither' && <span class="vh">, {t[shown.verdict]}</span>}
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
      <td class="r quiet">
        {shown.relative === null ? '' : `${signed(shown.relative * 100, small ? 1 : 0)}%`}
      </td>
    </tr>
  );
}
