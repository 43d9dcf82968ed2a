import type { Fact, FrameworkId } from '../../config/fact';
import { MEGATRON_CORE_FRAMEWORKS } from '../../scenario/framework-traits';
import type { Scenario } from '../../scenario/scenario';
import type { Values } from '../../scenario/values';
import { MEAN_ERRORS } from '../../sim/network/error';
import type { Basis, SimulationResult } from '../../sim/result';
import type { RuleContext, SimulatedContext } from '../rule';

const GIB = 2 ** 30;

/** Frameworks whose jobs have a layout of their own to simulate, and scenario files without a job. */
export const laidOut: readonly FrameworkId[] = [
  ...MEGATRON_CORE_FRAMEWORKS,
  'deepspeed',
  'torchtitan',
  'maxtext',
  'axolotl',
  'automodel',
  'vllm',
  'sglang',
  'trtllm',
  'moe-scope',
];

/** `12.3 GiB`, `1,024 GiB`. */
export function gib(bytes: number): string {
  const value = bytes / GIB;
  return `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US')} GiB`;
}

/** `123 µs`, `1.42 ms`, `2.51 s`. */
export function microseconds(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} s`;
  if (value >= 1e3) return `${(value / 1e3).toPrecision(3)} ms`;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} µs`;
}

/** `3.4 %`, `12 %`. */
export function percent(fraction: number): string {
  const value = 100 * fraction;
  return `${value < 10 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)} %`;
}

/**
 * Fields that a derived one follows from, where one of them may be an assumption: what is derived is as sure as they are.
 */
const FOLLOWS_FROM: Readonly<Record<string, (scenario: Scenario) => readonly string[]>> = {
  'workload.tokensPerRank': ({ workload }) =>
    workload.mode === 'train'
      ? ['workload.microBatchSize', 'workload.sequenceLength']
      : workload.mode === 'prefill'
        ? []
        : ['workload.concurrency'],
  'workload.contextLength': () => ['workload.inputLength', 'workload.outputLength'],
  'layout.dp': () => ['layout.worldSize'],
  'layout.edp': () => ['layout.worldSize'],
  'layout.ep': ({ workload }) => (workload.engine === null ? [] : ['layout.tp', 'layout.dp']),
  'cluster.scaleUpDomain': () => ['cluster.accelerator', 'cluster.gpusPerNode'],
  'cluster.scaleUpGBps': () => ['cluster.accelerator'],
  'cluster.scaleOutGBps': () => ['cluster.accelerator'],
  'cluster.memoryGiB': () => ['cluster.accelerator'],
  'routing.sigma': () => ['routing.distribution'],
};

/** Fields whose absence says nothing where a recipe elsewhere has values of its own. */
const IN_RECIPES = /^(layout|workload|communication|placement|routing)\./;

/**
 * Whether files, a scenario file, a preset or a setting decide all of these fields. What the framework's own default
 * or a rule of it decides counts, an assumption of ours does not.
 */
export function isStated({ job, provenance, scenario }: SimulatedContext, names: readonly string[]): boolean {
  const one = (name: string): boolean => {
    const kind = provenance[name]?.kind;
    if (kind !== 'derived') return kind !== 'assumed';
    const sources = FOLLOWS_FROM[name]?.(scenario);
    if (sources === undefined && job.launch?.partial === true) return !IN_RECIPES.test(name);
    return (sources ?? []).every(one);
  };
  return names.every(one);
}

/** The model and the parallel sizes, by which ranks differ from each other. */
export const LAYOUT_FIELDS = [
  'model.hiddenSize',
  'model.layers',
  'model.routedExperts',
  'model.topK',
  'model.expertIntermediateSize',
  'layout.tp',
  'layout.pp',
  'layout.cp',
  'layout.ep',
  'layout.etp',
] as const;

/** What decides how many bytes an exchange puts on which link, and how long it takes. */
export const EXCHANGE_FIELDS = [
  ...LAYOUT_FIELDS,
  'cluster.accelerator',
  'cluster.gpusPerNode',
  'communication.backend',
  'workload.mode',
  'workload.tokensPerRank',
] as const;

/** What decides beside them whether a rank has room for all that it holds. */
export function memoryFields({ workload }: Scenario): readonly string[] {
  const device = ['cluster.accelerator', 'cluster.memoryGiB'];
  return workload.mode === 'train'
    ? [...device, 'layout.dp', 'workload.sharding', 'workload.recompute']
    : [...device, 'model.weightDtype'];
}

/** Whether something states how evenly the router chooses: loads, a trace, a skew that is given. */
export function routingIsStated(context: SimulatedContext): boolean {
  return isStated(context, ['routing.distribution']);
}

/** The routing to compare layouts under: what is stated, else an even one, so that no assumed skew decides. */
export function sureRouting(context: SimulatedContext): Values {
  return routingIsStated(context) ? {} : { 'routing.distribution': 'balanced' };
}

/** The job as it is, under that routing. */
export function* underSureRouting(
  context: SimulatedContext,
): Generator<Values, SimulationResult | null, SimulationResult | null> {
  return routingIsStated(context) ? context.result : yield sureRouting(context);
}

/** The routing in words, for figures that depend on it. */
export function routingShown(context: SimulatedContext): string {
  return routingIsStated(context) ? 'with the stated routing' : 'with even routing';
}

/** An estimate with the bounds between which nine of ten measured figures of its kind lie. */
export interface Bounded {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly basis: ShownBasis;
}

/** What is shown of a basis; without an interval that of a normal distribution. */
type ShownBasis = Pick<Basis, 'kind' | 'expectedError' | 'errorFrom'> & Partial<Pick<Basis, 'interval'>>;

/** A figure with its interval; `undefined` where only figures of other kinds show one: no finding rests on those. */
export function bounded(value: number, basis: ShownBasis): Bounded | undefined {
  if (basis.errorFrom === 'other-kinds') return undefined;
  const spread = MEAN_ERRORS * basis.expectedError;
  const { low, high } = basis.interval ?? { low: -spread, high: spread };
  return { value, low: value * (1 + low), high: value * (1 + high), basis };
}

/**
 * Dispatch and combine of one MoE layer, forward, in microseconds. How far clusters differ is left out: a slower network slows
 * whatever it is compared with as well.
 */
export function exchange({ time: { dispatch, combine, basis } }: SimulationResult): Bounded | undefined {
  const { kind, errorFrom, kernelError: expectedError = basis.expectedError } = basis;
  return bounded(dispatch.microseconds + combine.microseconds, { kind, errorFrom, expectedError });
}

/** Whether one figure is below another wherever in their intervals both are. */
export function surelyBelow(a: Bounded, b: Bounded): boolean {
  return a.high < b.low;
}

/** `measured, ±4 %`, `model, −10 to +25 %`, `model, −51 to +148 %, extrapolated`. */
export function basisShown({ kind, expectedError, interval, errorFrom }: ShownBasis): string {
  const signed = (part: number) => `${part < 0 ? '−' : '+'}${Math.abs(Math.round(100 * part))}`;
  const error = interval
    ? `${signed(interval.low)} to ${signed(interval.high)} %`
    : `±${percent(expectedError)}`;
  return `${kind}, ${error}${errorFrom === 'other-kinds' ? ', extrapolated' : ''}`;
}

/** The first of these names that stands in a file: where a finding on the layout is said. */
export function placeOf(context: RuleContext, names: readonly string[]): Fact | undefined {
  return names.map((name) => context.written(name)).find((fact) => fact !== undefined);
}

/** Fields by which a layout is named, the one that decides the experts' ranks first. */
export const LAYOUT_PLACES = [
  'layout.ep',
  'layout.expertParallelEnabled',
  'layout.tp',
  'layout.dp',
  'layout.pp',
  'layout.worldSize',
  'model.routedExperts',
] as const;
