import { fieldValue } from './fields';
import type { Provenance } from './provenance';
import type { Scenario } from './scenario';

/** One field that nothing states and on which the step's time depends. */
export interface Assumption {
  readonly name: string;
  readonly value: unknown;
  readonly why: string;
}

/** Fields of a workload that only training, or only serving, looks at; memory alone depends on the last ones. */
const TRAINING_ONLY = [
  'sequenceLength',
  'microBatchSize',
  'globalBatchSize',
  'recompute',
  'recomputeMethod',
  'recomputeLayers',
  'precision',
  'gradientDtype',
  'adapterRank',
  'adapterTargets',
  'sharding',
];
const SERVING_ONLY = [
  'inputLength',
  'outputLength',
  'contextLength',
  'concurrency',
  'kvCacheDtype',
  'engine',
];
const MEMORY_ONLY = [
  'parameterDtype',
  'frozenDtype',
  'optimizer',
  'optimizerOffload',
  'gradientOffload',
  'parameterOffload',
  'masterDtype',
  'momentDtype',
  'secondMomentDtype',
  'memoryFraction',
];

/** Numbers that only some distributions look at. */
const ROUTING_ONLY: readonly {
  readonly name: string;
  readonly of: readonly Scenario['routing']['distribution'][];
}[] = [
  { name: 'routing.sigma', of: ['lognormal'] },
  { name: 'routing.exponent', of: ['zipf'] },
  { name: 'routing.seed', of: ['lognormal', 'zipf'] },
];

const named = (names: readonly string[]): ReadonlySet<string> =>
  new Set(names.map((name) => `workload.${name}`));
const withoutTraining = named([...TRAINING_ONLY, ...MEMORY_ONLY]);
const withoutServing = named([...SERVING_ONLY, ...MEMORY_ONLY]);

/** What is assumed of a scenario and enters its step time, in the order in which it was decided. */
export function assumptions(scenario: Scenario, provenance: Provenance): readonly Assumption[] {
  const irrelevant = new Set([
    ...(scenario.workload.mode === 'train' ? withoutServing : withoutTraining),
    ...ROUTING_ONLY.filter(({ of }) => !of.includes(scenario.routing.distribution)).map(({ name }) => name),
    'cluster.memoryGiB',
  ]);
  return Object.entries(provenance).flatMap(([name, origin]) =>
    origin.kind === 'assumed' && !irrelevant.has(name)
      ? [{ name, value: fieldValue(scenario, name), why: origin.why }]
      : [],
  );
}
