import { evaluator } from './evaluate';
import { type Figures, freeBytes } from './figures';
import type { Freeing } from './freeing';
import type { Limits } from './objective';
import { type PlannedJob, type PlanRequest, spacesOf } from './plan';
import { judgeOf, lookAt } from './search';
import { familiesOf } from './space';

/** A limit that a person sets, and what a configuration has of it. */
interface Giving {
  readonly limit: keyof Limits;
  readonly label: string;
  readonly unit: string;
  /** The limit as if there were none. */
  readonly without: Limits[keyof Limits];
  /** How far the limit would have to give way for figures to keep to it; more is further. `null` where it cannot. */
  readonly distance: (figures: Figures) => number | null;
  /** The limit at such a distance, in tenths, so that it can be read and is enough. */
  readonly at: (distance: number) => number;
}

const GIB = 2 ** 30;
const tenthsUp = (value: number): number => Math.ceil(value * 10) / 10;

const givings: readonly Giving[] = [
  {
    limit: 'memoryMarginGiB',
    label: 'Memory margin',
    unit: 'GiB',
    without: 0,
    distance: (figures) => -freeBytes(figures) / GIB,
    at: (distance) => Math.floor(-distance * 10) / 10,
  },
  {
    limit: 'tpotMilliseconds',
    label: 'TPOT limit',
    unit: 'ms',
    without: null,
    distance: ({ tpotMilliseconds }) => tpotMilliseconds,
    at: tenthsUp,
  },
  {
    limit: 'ttftMilliseconds',
    label: 'TTFT limit',
    unit: 'ms',
    without: null,
    distance: ({ ttftMilliseconds }) => ttftMilliseconds,
    at: tenthsUp,
  },
];

/**
 * Limits of a request that leave nothing, each with the value at which alone something keeps to all of them.
 *
 * @yields 0, between two families
 */
export function* givingLimits(job: PlannedJob, request: PlanRequest): Generator<number, Freeing[], void> {
  const found: Freeing[] = [];
  for (const { limit, label, unit, without, distance, at } of givings) {
    const from = request.limits[limit];
    if (from === null || from === without) continue;
    const limits = { ...request.limits, [limit]: without };
    const nearest = yield* nearestOf(job, { ...request, limits }, distance);
    if (nearest !== null) found.push({ change: null, label, value: at(nearest), from, unit });
  }
  return found;
}

/** The least distance of all configurations that keep to the limits; `null` where none does. */
function* nearestOf(
  job: PlannedJob,
  { gpus, limits }: PlanRequest,
  distance: Giving['distance'],
): Generator<number, number | null, void> {
  const figures = evaluator(job.base);
  const judge = judgeOf(limits);
  let nearest: number | null = null;
  const isNearer = (of: Figures): boolean => {
    const own = distance(of);
    return own !== null && (nearest === null || own < nearest);
  };
  for (const space of spacesOf(job, gpus)) {
    for (const family of familiesOf(space)) {
      yield 0;
      lookAt(figures(family), family, judge, {
        reject: () => undefined,
        keepsTo: () => undefined,
        isHopeful: isNearer,
        found(of) {
          if (isNearer(of)) nearest = distance(of);
        },
      });
    }
  }
  return nearest;
}
