import type { Scenario } from '../../scenario/scenario';
import type { RankMemory } from '../result';

/**
 * How far the published peaks of training jobs lie from the totals that are predicted for them, as fractions of these: all of
 * docs/accuracy.md, "Held out: peaks of training jobs", whose rows no figure was fitted on. Allocators keep more than tensors
 * need, and kernels take workspace that is not counted.
 */
export const PUBLISHED_PEAKS = { jobs: 12, low: -0.16, high: 0.19 } as const;

/**
 * Whether a training job's fullest rank fits, but would not if its peak lay as far above the prediction as a published one did.
 * Engines that serve take what is left, and no more.
 */
export function isTight(
  { workload }: Pick<Scenario, 'workload'>,
  { total, capacity }: Pick<RankMemory, 'total' | 'capacity'>,
): boolean {
  return workload.mode === 'train' && total <= capacity && total * (1 + PUBLISHED_PEAKS.high) > capacity;
}
