import { accelerators } from '../catalog/accelerators';
import { field, fields, fieldValue } from '../scenario/fields';
import type { Field } from '../scenario/fields/field';
import type { BackendId, Scenario } from '../scenario/scenario';
import { type Candidate, candidatesOf } from './candidates';
import { PLACEMENT_FILE, placementText } from './placements/found';
import { isUsed } from './used';
import type { Change } from './whatif';

/** The sections of a scenario, in the order in which their knobs are listed. */
export const KNOB_GROUPS = [
  'layout',
  'cluster',
  'communication',
  'placement',
  'routing',
  'workload',
  'model',
] as const;
export type KnobGroup = (typeof KNOB_GROUPS)[number];

/** How a group is called on screen. */
export const knobGroupNames: Readonly<Record<KnobGroup, string>> = {
  layout: 'Parallel sizes',
  cluster: 'Machines',
  communication: 'Communication',
  placement: 'Placement',
  routing: 'Routing',
  workload: 'Workload',
  model: 'Model',
};

/** What may be typed where no option is right. */
export interface TypedValue {
  readonly isWhole: boolean;
  readonly minimum: number;
  readonly maximum: number;
  readonly unit: string;
}

/** A value worth trying. */
export interface KnobOption {
  readonly value: string;
  readonly label: string;
  /** What has to change with it, or the framework refuses it. */
  readonly also?: readonly Change[];
}

/** One thing that a what-if can change, with the values worth trying. */
export interface Knob {
  /** Dotted scenario name. */
  readonly name: string;
  readonly label: string;
  readonly group: KnobGroup;
  /** Among the first that are shown, since most questions are about them. */
  readonly primary: boolean;
  /** Value of the scenario, as one of the options' values; empty for a field that has none. */
  readonly value: string;
  /** The present value alone until the others were tried. */
  readonly options: readonly KnobOption[];
  readonly isComplete: boolean;
  /** `null` where the options are all that there is. */
  readonly typed: TypedValue | null;
}

const MAX_OPTIONS = 12;

/** What most questions are about, in the order in which it is shown. */
const PRIMARY: readonly string[] = [
  'layout.ep',
  'layout.tp',
  'layout.pp',
  'cluster.nodes',
  'cluster.accelerator',
  'communication.backend',
  'workload.tokensPerRank',
  'model.topK',
  'routing.sigma',
  'placement.strategy',
  'placement.redundantExperts',
];

const sigmaNames: Readonly<Record<string, string>> = {
  '0': 'balanced',
  '0.187': 'as in training, σ 0.19',
  '0.5': 'between, σ 0.5',
  '1.009': 'as in serving, σ 1.01',
  '1.5': 'stronger, σ 1.5',
};

const backendNames: Readonly<Record<BackendId, string>> = {
  'nccl-alltoall': 'NCCL all-to-all',
  'allgather-reducescatter': 'all-gather, reduce-scatter',
  'deepep-high-throughput': 'DeepEP high throughput',
  'deepep-low-latency': 'DeepEP low latency',
  'nvlink-one-sided': 'one-sided NVLink',
  'hybrid-ep': 'HybridEP',
  mori: 'MoRI',
};

/** Values that have a name, by field. */
const valueNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'cluster.accelerator': Object.fromEntries(
    Object.values(accelerators).map(({ id, name, memoryGB }) => [id, `${name}, ${memoryGB} GB`]),
  ),
  'communication.backend': backendNames,
  'placement.strategy': {
    linear: 'in index order',
    'round-robin': 'round-robin',
    eplb: 'EPLB, by load',
    explicit: 'as the file says',
  },
  'routing.distribution': { loads: 'loads of the file', trace: 'tokens of the file' },
  'routing.sigma': sigmaNames,
};

/** What a field without a value is called. */
const NONE: Readonly<Record<string, string>> = {
  'routing.capacityFactor': 'none, nothing is dropped',
  'routing.layer': 'as the mean',
};

/** The name of a backend as people write it. */
export function backendName(id: BackendId): string {
  return backendNames[id];
}

/** How a value of a field is called: `NCCL all-to-all`, `2,048`, `on`. */
export function valueName(name: string, value: Candidate): string {
  const known = valueNames[name]?.[String(value)];
  if (known !== undefined) return known;
  if (value === '') return NONE[name] ?? 'none';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 6 }) : value;
}

/** A change as people say it: `EP 32`. */
export const changeText = ({ name, value }: Change): string =>
  name === PLACEMENT_FILE
    ? `Placement ${placementText(String(value))}`
    : `${field(name)?.label ?? name} ${valueName(name, value)}`;

/** `EP 32, TP 2`; that a placement is as its file says goes without saying beside the file. */
export function changesText(changes: readonly Change[]): string {
  const hasFile = changes.some(({ name }) => name === PLACEMENT_FILE);
  const said = changes.filter(({ name }) => !hasFile || name !== 'placement.strategy');
  return said.map(changeText).join(', ');
}

/** Whether a scenario with these changes is still one, and one that its framework accepts. */
export type IsLegal = (changes: readonly Change[]) => boolean;

/** Fields that others decide, whatever the framework. */
const DERIVED: ReadonlySet<string> = new Set(['layout.edp']);

/** What a value above one asks for beside it (Megatron-LM: transformer_config.py wants it for experts under TP). */
const COMPANIONS: Readonly<Record<string, readonly Change[]>> = {
  'layout.tp': [{ name: 'layout.sequenceParallel', value: true }],
};

/**
 * The knobs of a what-if for one scenario, each with its present value alone: `withOptions` tries the others when somebody
 * looks at them, since every trial is a resolution.
 */
export function knobs(scenario: Scenario): Knob[] {
  return fields.flatMap((one) => bareKnob(one, scenario) ?? []).sort((a, b) => orderOf(a) - orderOf(b));
}

function orderOf({ name, group }: Knob): number {
  const first = PRIMARY.indexOf(name);
  return first >= 0 ? first : PRIMARY.length + KNOB_GROUPS.indexOf(group);
}

const isTurnable = (scenario: Scenario, { name, kind, words }: Field): boolean => {
  if ((kind === 'text' && !words) || DERIVED.has(name)) return false;
  // A skew of zero is balanced.
  if (name === 'routing.sigma') return ['balanced', 'lognormal'].includes(scenario.routing.distribution);
  return isUsed(scenario, name) || name === 'routing.exponent';
};

function bareKnob(one: Field, scenario: Scenario): Knob | null {
  const { name, label, kind, unit = '', minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = one;
  const value = presentValue(scenario, name);
  if (value === undefined || !isTurnable(scenario, one)) return null;
  return {
    name,
    label,
    group: name.slice(0, name.indexOf('.')) as KnobGroup,
    primary: PRIMARY.includes(name),
    value: String(value),
    options: [{ value: String(value), label: valueName(name, value) }],
    isComplete: false,
    typed: isNumeric(one) ? { isWhole: kind === 'integer', minimum, maximum, unit } : null,
  };
}

const isNumeric = ({ kind }: Field): boolean => kind === 'integer' || kind === 'number';

/** A knob with the values worth trying that are legal, in order, and no more than a list can show. */
export function withOptions(knob: Knob, scenario: Scenario, isLegal: IsLegal): Knob {
  const { name } = knob;
  const one = field(name)!;
  const value = presentValue(scenario, name)!;
  const tried = [...new Set([...candidatesOf(one, scenario), value])];
  const shown = isNumeric(one) ? tried.sort((a, b) => Number(a) - Number(b)) : tried;
  const options = shown.flatMap((each): KnobOption | [] => {
    const plain = { value: String(each), label: valueName(name, each) };
    if (each === value || isLegal([{ name, value: each }])) return plain;
    const also = COMPANIONS[name]?.filter((change) => fieldValue(scenario, change.name) !== change.value);
    if (!also?.length || !isLegal([{ name, value: each }, ...also])) return [];
    return { ...plain, label: `${plain.label}, with ${also.map(nameOf).join(', ')}`, also };
  });
  const at = options.findIndex((option) => option.value === String(value));
  const start = isNumeric(one)
    ? Math.max(0, Math.min(at - MAX_OPTIONS / 2, options.length - MAX_OPTIONS))
    : 0;
  return {
    ...knob,
    options: isNumeric(one) ? options.slice(start, start + MAX_OPTIONS) : options,
    isComplete: true,
  };
}

const nameOf = (change: Change): string =>
  change.value === true ? (field(change.name)?.label.toLowerCase() ?? change.name) : changeText(change);

/** The value that a knob stands at; empty where the field has none, `undefined` where there is no single one. */
function presentValue(scenario: Scenario, name: string): Candidate | undefined {
  if (name === 'routing.sigma' && scenario.routing.distribution === 'balanced') return 0;
  const value = fieldValue(scenario, name);
  if (value === null) return '';
  if (name === 'workload.recompute' && Array.isArray(value)) return value.join(',');
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean'
    ? value
    : undefined;
}
