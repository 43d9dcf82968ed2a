import type { Knob } from '../../src/panel/protocol';
import type { Change, DeltaRow } from '../../src/plan/whatif';
import type { Scenario } from '../../src/scenario/scenario';
import { decimalsFor, fixed, signed, timeColumn } from '../format';

/** The value that a scenario has under a dotted name. */
export function fieldOf(scenario: Scenario, name: string): unknown {
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

/** The changes after one knob was turned, with what its value asks for beside it; at its baseline it is no change. */
export function turn(changes: readonly Change[], knob: Knob, value: string, scenario: Scenario): Change[] {
  const besides = (of: string) => knob.options.find((option) => option.value === of)?.also ?? [];
  const gone = besides(settingOf(knob, changes));
  const also = besides(value);
  const others = changes.filter(
    ({ name, value: to }) =>
      name !== knob.name &&
      !also.some((one) => one.name === name) &&
      !gone.some((one) => one.name === name && one.value === to),
  );
  return value === knob.value
    ? others
    : [...others, { name: knob.name, value: typed(scenario, knob.name, value) }, ...also];
}

/** Whether two lists change the same fields to the same values, in whatever order. */
export function sameChanges(a: readonly Change[], b: readonly Change[]): boolean {
  const other = new Map(b.map(({ name, value }) => [name, value]));
  return a.length === b.length && a.every(({ name, value }) => other.get(name) === value);
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

export interface DeltaText {
  readonly baseline: string;
  readonly variant: string;
  /** `null` when nothing changed. */
  readonly change: string | null;
  /** What all three are in. */
  readonly unit: string;
  readonly relative: number | null;
  readonly verdict: 'better' | 'worse' | 'neither';
}

/** Significant figures of a value, and of one that needs more for its change to have as many. */
const FIGURES = 3;
const MOST_FIGURES = 4;

/** Decimals that values of this scale share with their change: else `109` to `72` would stand beside `-38`. */
function sharedDecimals(scale: number, baseline: number, variant: number): number {
  if (Number.isInteger(baseline) && Number.isInteger(variant)) return 0;
  const most = decimalsFor(scale, MOST_FIGURES);
  return Math.max(decimalsFor(scale, FIGURES), Math.min(most, decimalsFor(variant - baseline, FIGURES)));
}

/** Seconds in the unit that a time of this length is read in: a decode step takes milliseconds. */
function inReadableUnit({
  unit,
  baseline,
  variant,
}: DeltaRow): Pick<DeltaRow, 'unit' | 'baseline' | 'variant'> {
  if (unit !== 's') return { unit, baseline, variant };
  const column = timeColumn(Math.max(baseline, variant));
  return { unit: column.unit, baseline: column.in(baseline), variant: column.in(variant) };
}

/** One row of the comparison in figures that show the difference, however small against the value. */
export function describeDelta(row: DeltaRow): DeltaText {
  const { unit, baseline, variant } = inReadableUnit(row);
  const difference = variant - baseline;
  const scale = Math.max(Math.abs(baseline), Math.abs(variant));
  const same = Math.abs(difference) <= scale * 1e-6;
  let decimals = sharedDecimals(scale, baseline, variant);
  while (!same && decimals < 6 && fixed(baseline, decimals) === fixed(variant, decimals)) decimals += 1;
  const gain = row.better === 'lower' ? -difference : difference;
  return {
    baseline: fixed(baseline, decimals),
    variant: fixed(variant, decimals),
    change: same ? null : signed(difference, decimals),
    unit,
    relative: same || baseline === 0 ? null : difference / Math.abs(baseline),
    verdict: same || row.better === null ? 'neither' : gain > 0 ? 'better' : 'worse',
  };
}
