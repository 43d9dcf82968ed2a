import type { Scenario } from '../../scenario/scenario';
import type { Values } from '../../scenario/values';
import type { SimulationResult } from '../../sim/result';
import type { SimulatedContext } from '../rule';
import { sureRouting } from './simulated-shared';

/** One change that was simulated and makes a job fit. */
export interface Remedy {
  readonly changes: Values;
  /** `microbatch 1`, `PP 8`: what one would write. */
  readonly words: string;
}

/** Remedies that a message names. */
const NAMED = 2;

const size = (name: string, label: string, value: number): Remedy => ({
  changes: { [name]: value },
  words: `${label} ${value}`,
});

/** What is tried, what costs least first. */
function candidates(scenario: Scenario, { memory }: SimulationResult): readonly Remedy[] {
  const { layout, workload } = scenario;
  const microBatch = memory.largest.microBatchSize;
  const twice = (name: 'tp' | 'pp' | 'ep', label: string): Remedy[] =>
    [2, 4].map((factor) => size(`layout.${name}`, label, layout[name] * factor));
  const training: readonly Remedy[] = [
    ...(workload.sharding === 'none' && layout.dp > 1
      ? [
          {
            changes: { 'workload.sharding': 'optimizer' },
            words: 'the optimizer state sharded over data parallel ranks',
          },
        ]
      : []),
    ...(typeof microBatch === 'number' && microBatch < workload.microBatchSize
      ? [size('workload.microBatchSize', 'microbatch', microBatch)]
      : []),
    ...(workload.recompute === 'full'
      ? []
      : [{ changes: { 'workload.recompute': 'full' }, words: 'full recomputation' }]),
  ];
  return [
    ...(workload.mode === 'train' ? training : []),
    ...(layout.ep > 1 ? twice('ep', 'EP') : []),
    ...(workload.mode === 'train' ? twice('pp', 'PP') : []),
    ...twice('tp', 'TP'),
  ];
}

/** Changes of one field with which the job fits, under the routing that no assumption decides. */
export function* memoryRemedies(
  context: SimulatedContext,
  result: SimulationResult,
): Generator<Values, readonly Remedy[], SimulationResult | null> {
  const found: Remedy[] = [];
  const even = sureRouting(context);
  for (const remedy of candidates(result.scenario, result)) {
    const changed = yield { ...even, ...remedy.changes };
    if (!changed?.memory.fits || found.some((one) => sameField(one, remedy))) continue;
    found.push({ ...remedy, words: remedy.words + gpusShown(result.scenario, changed.scenario) });
    if (found.length === NAMED) break;
  }
  return found;
}

const sameField = (a: Remedy, b: Remedy): boolean =>
  Object.keys(a.changes).join() === Object.keys(b.changes).join();

/** A larger size may take more GPUs: then it is said. */
function gpusShown(before: Scenario, after: Scenario): string {
  const gpus = after.layout.worldSize;
  return gpus === before.layout.worldSize ? '' : ` on ${gpus.toLocaleString('en-US')} GPUs`;
}
