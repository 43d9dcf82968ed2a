import { fieldValue } from '../scenario/fields';
import type { Field } from '../scenario/fields/field';
import type { Scenario } from '../scenario/scenario';
import { isParallelSize, sizeCandidates } from './sizes';

/** A value that a field may be tried with. */
export type Candidate = number | string | boolean;

/** Halves and doubles around a value, itself included. */
const around = (value: number): number[] => [value / 4, value / 2, value, value * 2, value * 4];

/** Present share of a quantity that is not counted, and a little less and more. */
const near = (value: number): number[] => [0.5, 0.75, 1, 1.5, 2].map((factor) => value * factor);

type Candidates = (scenario: Scenario) => readonly Candidate[];

/**
 * The values of a field that are worth trying, where halves and doubles are not. NIC bandwidths are those of 100, 200, 400
 * and 800 Gb/s, scale-up domains those of the systems in the catalog.
 */
const special: Readonly<Record<string, Candidates>> = {
  'model.topK': () => [1, 2, 4, 6, 8],
  'model.sharedExperts': () => [0, 1, 2],
  'model.mtpLayers': () => [0, 1, 2],
  'model.router.groups': () => [1, 2, 4, 8],
  'model.router.topkGroups': () => [1, 2, 4, 8],
  'cluster.scaleUpDomain': () => [4, 8, 16, 32, 64, 72],
  'cluster.scaleOutGBps': () => [12.5, 25, 50, 100],
  'cluster.scaleUpGBps': ({ cluster }) => near(cluster.scaleUpGBps),
  'cluster.memoryGiB': ({ cluster }) => near(cluster.memoryGiB),
  'routing.sigma': () => [0, 0.187, 0.5, 1.009, 1.5],
  'routing.exponent': () => [0, 0.3, 0.64, 1],
  'routing.seed': ({ routing }) => [1, 2, 3, routing.seed],
  'routing.capacityFactor': () => [1, 1.25, 1.5, 2, 4],
  'placement.drift': () => [0, 0.05, 0.1, 0.2],
  // More slots come in whole rows over the ranks, or ranks would hold different numbers.
  'placement.redundantExperts': ({ layout, placement }) => [
    0,
    ...[1, 2, 4].map((rows) => placement.redundantExperts + rows * layout.ep),
  ],
  'workload.memoryFraction': () => [0.8, 0.85, 0.9, 0.95],
  'workload.optimizerOffload': () => [0, 0.5, 1],
  'workload.adapterRank': () => [0, 8, 16, 32, 64],
  'workload.adapterTargets': () => ['all', 'attention', 'attention,mlp,shared_experts', 'experts'],
  'workload.recompute': () => [
    'none',
    'moe_act',
    'core_attn',
    'mla_up_proj,layernorm,moe_act',
    'moe',
    'full',
  ],
  'communication.sms': () => [12, 16, 20, 24, 32],
};

/** What to try for a field before the resolver and the framework's rules sort out what is not legal. */
export function candidatesOf(field: Field, scenario: Scenario): readonly Candidate[] {
  const { name, kind, choices = [], minimum = 0 } = field;
  const own = special[name];
  if (own) return own(scenario);
  if (isParallelSize(name)) return sizeCandidates(name, scenario);
  if (kind === 'boolean') return [true, false];
  if (kind === 'choice') return choices.filter((choice) => hasTable(scenario, choice));
  const value = fieldValue(scenario, name);
  if (typeof value !== 'number') return [];
  return around(value).filter((one) => one >= minimum && (kind === 'number' || Number.isInteger(one)));
}

/** What is read from a file can be chosen where there is one. */
function hasTable({ routing, placement }: Scenario, choice: string): boolean {
  const tables: Readonly<Record<string, unknown>> = {
    explicit: placement.slots,
    loads: routing.loads,
    trace: routing.trace,
  };
  return !(choice in tables) || tables[choice] !== null;
}
