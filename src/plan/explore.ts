import { parseField } from '../scenario/fields/parse';
import type { Scenario } from '../scenario/scenario';
import type { Knob, KnobOption } from './knobs';
import { figuresOfScenario } from './search/evaluate';
import type { Figures } from './search/figures';
import type { Change } from './whatif';

/** One value of a knob with what it comes to; `null` where that is no legal job. */
export interface Tried {
  readonly value: string;
  readonly label: string;
  readonly changes: readonly Change[];
  readonly figures: Figures | null;
}

/** What each value of one knob makes of the job, all else as it is. */
export interface Sensitivity {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly tried: readonly Tried[];
}

/** One or two knobs through all their values; `cells` are rows of the second one, a single row without it. */
export interface Sweep {
  readonly x: Pick<Knob, 'name' | 'label' | 'value'>;
  readonly y: Pick<Knob, 'name' | 'label' | 'value'> | null;
  readonly cells: readonly (readonly Tried[])[];
}

/** The scenario of a job with some changes; `null` where there is none, or its framework refuses it. */
export type Variants = (changes: readonly Change[]) => Scenario | null;

/** Knobs that a verdict may hang on, beside the first ones. */
const ALSO_TRIED: readonly string[] = [
  'layout.cp',
  'layout.vpp',
  'workload.recompute',
  'workload.microBatchSize',
  'workload.sequenceLength',
  'workload.precision',
  'workload.sharding',
  'workload.overlap',
  'workload.concurrency',
  'workload.contextLength',
  'workload.kvCacheDtype',
  'communication.dispatchDtype',
  'routing.capacityFactor',
];

/** Whether a knob is tried where all that may matter are. */
export const isTriedForVerdict = ({ name, primary }: Knob): boolean => primary || ALSO_TRIED.includes(name);

/** Values of a knob to either side of the present one that say how much it matters. */
const NEIGHBOURS = 2;
/** More values than that are no map that is read, and keep a reader waiting. */
const MAX_SWEPT = 10;

/** What an option changes, with what it asks for beside it; the present value changes nothing. */
const changesOf = ({ name, value: present }: Knob, { value, also = [] }: KnobOption): Change[] =>
  value === present ? [] : [{ name, value: parseField(name, value) }, ...also];

/** The values around the present one of a number, all others of a choice. */
function near({ options, value, typed }: Knob): readonly KnobOption[] {
  if (!typed) return options.filter((option) => option.value !== value);
  const at = options.findIndex((option) => option.value === value);
  return options.filter((_, i) => i !== at && Math.abs(i - at) <= NEIGHBOURS);
}

/**
 * How much the verdict hangs on each knob: its neighbouring values, one at a time.
 *
 * @yields the fraction done
 */
export function* sensitivity(
  knobs: readonly Knob[],
  variants: Variants,
): Generator<number, Sensitivity[], void> {
  const planned = knobs.map((knob) => ({ knob, options: near(knob) }));
  const all = planned.reduce((sum, { options }) => sum + options.length, 0);
  let done = 0;
  const found: Sensitivity[] = [];
  for (const { knob, options } of planned) {
    const tried: Tried[] = [];
    for (const option of options) {
      tried.push(tryOne(option, changesOf(knob, option), variants));
      done += 1;
      yield done / all;
    }
    const { name, label, value } = knob;
    if (tried.some(({ figures }) => figures !== null)) found.push({ name, label, value, tried });
  }
  return found;
}

/**
 * All values of one knob, or of two against each other.
 *
 * @yields the fraction done
 */
export function* sweep(x: Knob, y: Knob | null, variants: Variants): Generator<number, Sweep, void> {
  const columns = swept(x);
  const rows = y ? swept(y) : [null];
  const cells: Tried[][] = [];
  for (const row of rows) {
    const line: Tried[] = [];
    for (const column of columns) {
      const changes = [...changesOf(x, column), ...(y && row ? changesOf(y, row) : [])];
      const label = row ? `${column.label} × ${row.label}` : column.label;
      line.push(tryOne({ value: column.value, label }, changes, variants));
      yield (cells.length + line.length / columns.length) / rows.length;
    }
    cells.push(line);
  }
  return { x: headOf(x), y: y && headOf(y), cells };
}

/** As many of its values as a map shows, the present one among them. */
function swept({ options, value }: Knob): readonly KnobOption[] {
  const at = options.findIndex((option) => option.value === value);
  const first = Math.max(0, at - MAX_SWEPT + 1);
  return options.slice(first, first + MAX_SWEPT);
}

const headOf = ({ name, label, value }: Knob) => ({ name, label, value });

function tryOne(
  { value, label }: Pick<KnobOption, 'value' | 'label'>,
  changes: readonly Change[],
  variants: Variants,
): Tried {
  const scenario = variants(changes);
  return { value, label, changes, figures: scenario && figuresOfScenario(scenario) };
}
