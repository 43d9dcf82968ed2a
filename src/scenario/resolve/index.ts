import {
  type Accelerator,
  type AcceleratorId,
  accelerator,
  isAcceleratorId,
} from '../../catalog/accelerators';
import type { Fact, FrameworkId } from '../../config/fact';
import type { Artefacts } from '../artefacts';
import { refusalsOf, type TableFiles } from '../checks';
import type { FieldName } from '../field-name';
import { fields, fieldValue } from '../fields';
import type { Field } from '../fields/field';
import { rangeProblem } from '../fields/range';
import { openSplits } from '../open-sizes';
import type { Origin, Provenance } from '../provenance';
import { type Refusal, refusal } from '../refusals/refusal';
import type { Scenario } from '../scenario';
import { isLegalPin } from '../scenario-keys';
import type { SettableValue, Values } from '../values';
import { resolveCommunication } from './communication';
import { resolveLayout } from './layout';
import { resolveModel } from './model';
import { namedAccelerator } from './named-accelerator';
import { resolvePlacement } from './placement';
import { amount, assumed, derived, positiveInteger, Resolver, type Sourced, UNSET } from './resolver';
import { resolveRouting } from './routing';
import { resolveWorkload } from './workload';

export interface ResolveInput {
  readonly framework: FrameworkId | null;
  /** Facts of one job; for one name the first known one counts. */
  readonly facts: readonly Fact[];
  /** User settings by field name; they come after what files say. */
  readonly settings?: Values;
  /** What-if changes and `--set` values by field name; they come before everything. */
  readonly overrides?: Values;
  /** Tables that were read from files beside the configs. */
  readonly artefacts?: Artefacts;
}

/** The scenario of a job, or why there is none. */
export interface Resolution {
  readonly scenario: Scenario | null;
  /** Where the fields come from, also those that a refusal names. */
  readonly provenance: Provenance;
  /** Empty when there is a scenario. */
  readonly refusals: readonly Refusal[];
}

/** Turns what files, settings and overrides say into the complete input of the simulator, with an origin per field. */
export function resolveScenario(input: ResolveInput): Resolution {
  const { framework, artefacts = {} } = input;
  const r = new Resolver(input.facts, input.overrides ?? {}, input.settings ?? {});
  const acceleratorId = r.take<AcceleratorId>(
    'cluster.accelerator',
    (value) => (isAcceleratorId(value) ? value : undefined),
    () => assumedAccelerator(input.facts),
  );
  const device = accelerator(acceleratorId);
  const model = resolveModel(r);
  refuseUnknownFamily(r);
  const { layout, nodes, gpusPerNode } = resolveLayout(r, framework, model, device);
  const workload = resolveWorkload(r, framework, layout, acceleratorId, model);
  const scaleUpDomain = r.take('cluster.scaleUpDomain', positiveInteger, scaleUp(device, gpusPerNode));
  const routing = resolveRouting(r, workload.mode, artefacts);
  const scenario: Scenario = {
    framework,
    model,
    layout,
    cluster: {
      accelerator: acceleratorId,
      nodes,
      gpusPerNode,
      scaleUpDomain,
      scaleUpGBps: r.take(
        'cluster.scaleUpGBps',
        amount,
        derived(device.scaleUpGBps, `${device.name} in the accelerator catalog`),
      ),
      scaleOutGBps: r.take(
        'cluster.scaleOutGBps',
        amount,
        derived(device.nicGBps, `${device.name} in the accelerator catalog`),
      ),
      memoryGiB: r.take(
        'cluster.memoryGiB',
        amount,
        derived(device.memoryGiB, `${device.name} in the accelerator catalog`),
      ),
    },
    workload,
    routing,
    placement: resolvePlacement(r, framework, model, layout, artefacts, routing.distribution),
    communication: resolveCommunication(r, { framework, model, layout, mode: workload.mode, scaleUpDomain }),
  };
  const refusals = refusalsOfJob(r, input, scenario);
  return { scenario: refusals.length > 0 ? null : scenario, provenance: r.provenance, refusals };
}

/** What the files are named for, else the most common. */
function assumedAccelerator(facts: readonly Fact[]): Sourced<AcceleratorId> {
  const named = namedAccelerator(facts);
  if (named) return assumed(named.id, `the name ${named.name} says so; no file states it`);
  const isAmd = facts.some(({ name, key }) => name === 'kubernetes.gpusPerPod' && key === 'amd.com/gpu');
  return isAmd
    ? assumed(
        'mi300x',
        'pods ask for GPUs of AMD and do not name them; the setting moeScope.accelerator does',
      )
    : assumed('h100-sxm', 'files do not name the GPU; the setting moeScope.accelerator does');
}

/** Scale-up fabrics end at the node, unless the system joins several: a node with fewer GPUs is a smaller domain. */
function scaleUp(device: Accelerator, gpusPerNode: number): Sourced<number> {
  return device.scaleUpDomain > device.gpusPerNode
    ? derived(Math.max(device.scaleUpDomain, gpusPerNode), `${device.name} in the accelerator catalog`)
    : derived(gpusPerNode, `the GPUs of one node: the scale-up fabric of ${device.name} ends there`);
}

/** Those that the rest follows from alone: a value that no field can hold, what is not known, what does not fit together. */
function refusalsOfJob(r: Resolver, input: ResolveInput, scenario: Scenario): readonly Refusal[] {
  const { facts, overrides = {}, artefacts = {} } = input;
  const stages: readonly (() => readonly Refusal[])[] = [
    () => illegalValues(r, input),
    () => r.refusals,
    () => [
      ...headsRefusal(r, scenario),
      ...refusalsOf(scenario, filesOf(artefacts)).map((one) => ofOpenSizes(one, r, facts, scenario)),
    ],
    () => contradictions(scenario, { ...pinsOf(facts), ...overrides }),
  ];
  for (const stage of stages) {
    const found = stage();
    if (found.length > 0) return found;
  }
  return [];
}

/** What stands in for a size that the files leave open is at fault, before what the files say. */
function ofOpenSizes(one: Refusal, r: Resolver, facts: readonly Fact[], scenario: Scenario): Refusal {
  const open = one.reason === 'batch-does-not-divide' ? openSplits(facts, r.provenance) : [];
  if (open.length === 0) return one;
  const { globalBatchSize: globalBatch, microBatchSize: microBatch } = scenario.workload;
  return refusal('batch-over-open-sizes', { globalBatch, microBatch, dp: scenario.layout.dp, open });
}

const filesOf = ({ loads, trace, placement }: Artefacts): TableFiles => ({
  loads: loads?.file,
  trace: trace?.file,
  placement: placement?.file,
});

/** Sizes of which a file that states one cannot mean another: what it writes is not replaced by a default. */
const isSize = ({ name, kind }: Field): boolean => /^(layout|cluster)\./.test(name) && kind !== 'boolean';

/**
 * Values that their fields cannot hold: of a change and of a setting whatever they are for, of a file where no default may
 * stand for them. -1 leaves a size to the framework, and the pins of a scenario file are held against their fields by rules.
 */
function illegalValues(r: Resolver, { overrides = {}, settings = {} }: ResolveInput): readonly Refusal[] {
  return fields.flatMap((one) => {
    const [stated] = r.facts(one.name).filter((fact) => fact.state !== 'derived' && !fact.pin);
    const ofFile = isSize(one) && stated && stated.value !== UNSET ? stated : undefined;
    const illegal =
      illegalValue(one, overrides[one.name], { kind: 'override' }) ??
      (ofFile && illegalValue(one, ofFile.value, { kind: 'fact', fact: ofFile })) ??
      illegalValue(one, settings[one.name], { kind: 'setting', setting: one.name });
    if (!illegal) return [];
    r.set(one.name, illegal);
    return [refusal('illegal-value', { field: one.name as FieldName, problem: illegal.value })];
  });
}

function illegalValue(one: Field, value: unknown, origin: Origin): Sourced<string> | undefined {
  const problem = rangeProblem(one, value);
  return problem === null ? undefined : { value: problem, origin };
}

/** What a scenario file pins, as changes; what no field can hold is for rules to say. */
function pinsOf(facts: readonly Fact[]): Values {
  const pins = facts.filter(({ name, value, pin }) => pin && isLegalPin(name, value));
  return Object.fromEntries(pins.map(({ name, value }) => [name, value as SettableValue]));
}

/** Changes that other fields leave no room for: what is asked for is what is simulated. */
function contradictions(scenario: Scenario, overrides: Values): readonly Refusal[] {
  return Object.entries(overrides).flatMap(([name, wanted]) => {
    const value = fieldValue(scenario, name);
    const isPlain = ['number', 'boolean', 'string'].includes(typeof value);
    const details = { field: name as FieldName, wanted: String(wanted), value: String(value) };
    return isPlain && value !== wanted ? [refusal('contradicted-change', details)] : [];
  });
}

/** A family whose layers are not known would be simulated as something that it is not. */
function refuseUnknownFamily(r: Resolver): void {
  const family = r.facts('huggingface.modelType')[0];
  const block = r.facts('maxtext.otherBlock')[0];
  const variants = r.facts('huggingface.notSimulated');
  if (family) r.refuse('family-not-simulated', { family: String(family.value) });
  else if (block) r.refuse('block-not-read', { block: String(block.value) });
  for (const variant of variants) r.refuse('variant-not-simulated', { sentence: String(variant.value) });
  const fact = family ?? block ?? variants[0];
  if (fact) r.set('model.family', { value: null, origin: { kind: 'fact', fact } });
}

/** Heads are not split over ranks. Where a model does not state its heads, nothing is said of them. */
function headsRefusal(
  r: Resolver,
  { model: { attentionHeads: heads }, layout: { tp } }: Scenario,
): readonly Refusal[] {
  const isStated = r.provenance['model.attentionHeads']?.kind !== 'assumed';
  return isStated && heads % tp !== 0 ? [refusal('heads-do-not-divide', { heads, tp })] : [];
}
