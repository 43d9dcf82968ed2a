import type { Knob } from '../../src/panel/protocol';
import type { Change, DeltaRow } from '../../src/plan/whatif';
import type { Scenario } from '../../src/scenario/scenario';
import type { StepPart, StepResult } from '../../src/sim/result';
import { decimalsFor, fixed, signed } from '../format';

function fieldOf(scenario: Scenario, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], scenario);
}

/** A select's text as the scenario field's own type. */
function typed(scenario: Scenario, name: string, value: string): Change['value'] {
  const field = fieldOf(scenario, name);
  if (typeof field === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  const numeric = value.trim() !== '' && Number.isFinite(Number(value));
  return numeric && typeof field !== 'string' ? Number(value) : value;
}

/** The changes after one knob was turned; a knob back at its baseline is no change. */
export function turn(changes: readonly Change[], knob: Knob, value: string, scenario: Scenario): Change[] {
  const others = changes.filter((change) => change.name !== knob.name);
  return value === knob.value
    ? others
    : [...others, { name: knob.name, value: typed(scenario, knob.name, value) }];
}

/** What a knob stands at. */
export function settingOf(knob: Knob, changes: readonly Change[]): string {
  const change = changes.find(({ name }) => name === knob.name);
  return change ? String(change.value) : knob.value;
}

/** An option's label, or the bare value when the list does not have it. */
export function labelOf(knob: Knob, value: string): string {
  return knob.options.find((option) => option.value === value)?.label ?? value;
}

/** How a part of the step is drawn; parts of one colour are one kind of time. */
export const PART_FILLS: Record<StepPart['name'], string> = {
  attention: 'var(--blue)',
  dense: 'var(--blue-soft)',
  experts: 'var(--green)',
  waiting: 'url(#waiting)',
  alltoall: 'var(--purple)',
  tensor: 'var(--purple-soft)',
  bubble: 'var(--n1)',
  sync: 'var(--yellow)',
  other: 'var(--n2)',
};

const PART_ORDER = Object.keys(PART_FILLS) as StepPart['name'][];

/** Below this share of a step a part is thinner than a line. */
const VISIBLE = 0.002;

/** The parts that can be seen in bars of these steps; a legend of the others would point at nothing. */
export function visibleParts(steps: readonly StepResult[]): { name: StepPart['name']; seconds: number[] }[] {
  return partsOfSteps(steps).filter((part) =>
    part.seconds.some((value, index) => value > steps[index]!.seconds * VISIBLE),
  );
}

/** Seconds of each part that any of the steps has, in the drawing order. */
export function partsOfSteps(steps: readonly StepResult[]): { name: StepPart['name']; seconds: number[] }[] {
  const seconds = (step: StepResult, name: StepPart['name']) =>
    step.parts.reduce((sum, part) => (part.name === name ? sum + part.seconds : sum), 0);
  return PART_ORDER.map((name) => ({ name, seconds: steps.map((step) => seconds(step, name)) })).filter(
    (part) => part.seconds.some((value) => value > 0),
  );
}

export interface DeltaText {
  readonly baseline: string;
  readonly variant: string;
  /** `null` when nothing changed. */
  readonly change: string | null;
  readonly relative: number | null;
  readonly verdict: 'better' | 'worse' | 'neither';
}

/** One row of the comparison in figures that show the difference, however small against the value. */
export function describeDelta(row: DeltaRow): DeltaText {
  const { baseline, variant } = row;
  const difference = variant - baseline;
  const scale = Math.max(Math.abs(baseline), Math.abs(variant));
  const same = Math.abs(difference) <= scale * 1e-6;
  let decimals = decimalsFor(scale);
  while (!same && decimals < 6 && fixed(baseline, decimals) === fixed(variant, decimals)) decimals += 1;
  const gain = row.better === 'lower' ? -difference : difference;
  return {
    baseline: fixed(baseline, decimals),
    variant: fixed(variant, decimals),
    change: same ? null : signed(difference, decimals),
    relative: same || baseline === 0 ? null : difference / Math.abs(baseline),
    verdict: same || row.better === null ? 'neither' : gain > 0 ? 'better' : 'worse',
  };
}
