import type { Scenario } from '../../scenario/scenario';
import type { Change } from '../whatif';
import { bestOf, paretoFront } from './best';
import type { BatchBounds, BatchFigures, Evaluator, FamilyFigures } from './evaluate';
import { type Figures, figuresFrom, type MemoryFigures, type TimeFigures, withoutCache } from './figures';
import { betterBy, type Limits, memoryProblem, type Objective, timeProblem } from './objective';
import { type Family, isPruned, memberOf, type Pruned, type Space, sizeOf, type Way } from './space';

export interface SearchRequest {
  readonly objective: Objective;
  readonly limits: Limits;
  /** How many of the best are kept. */
  readonly top: number;
}

/** One configuration that keeps to the limits. */
export interface Found {
  readonly scenario: Scenario;
  readonly changes: () => readonly Change[];
  readonly figures: Figures;
}

/** What a search has found so far, or in all. */
export interface SearchResult {
  /** Configurations looked at: legal or pruned with their family. */
  readonly searched: number;
  readonly legal: number;
  /** Those of the legal ones that keep to the limits. */
  readonly fitting: number;
  /** Best first. */
  readonly best: readonly Found[];
  /** No other has both more throughput and more free memory; fastest first. */
  readonly pareto: readonly Found[];
  /** Why the others are out, most frequent first; with `fitting` they are all that was searched. */
  readonly rejected: readonly Pruned[];
}

/** How far a search is. */
export interface SearchStep {
  readonly fraction: number;
  readonly soFar: () => SearchResult;
}

/** Families that are looked at between two steps: about a millisecond of work. */
const FAMILIES_PER_STEP = 8;
/** Families that are looked at before all others, of thousands. */
const SCOUTS = 256;

/**
 * The best configurations of a job. Memory is looked at first, and a layout whose weights alone are too much is left out with
 * all its members: that is certain, since the rest only adds to them.
 *
 * @param figures those of the job
 * @param spaces one for each number of GPUs
 * @yields how far it is, and what it has found
 */
export function* searchInSteps(
  figures: Evaluator,
  spaces: readonly Space[],
  request: SearchRequest,
): Generator<SearchStep, SearchResult, void> {
  const best = bestOf<Found>(request.top, betterBy(request.objective));
  const pareto = paretoFront<Found>();
  const judge = judgeOf(request.limits);
  const rejected = new Map<string, number>();
  let legal = 0;
  let fitting = 0;
  let searched = 0;
  const reject = (reason: string, count: number): void => {
    rejected.set(reason, (rejected.get(reason) ?? 0) + count);
  };
  const soFar = (): SearchResult => ({
    searched,
    legal,
    fitting,
    best: [...best.kept],
    pareto: [...pareto.kept],
    rejected: [...rejected].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count),
  });
  const families: Family[] = [];
  for (const space of spaces) {
    for (const some of space) {
      yield { fraction: 0, soFar };
      for (const one of some) {
        if (isPruned(one)) {
          searched += one.count;
          reject(one.reason, one.count);
        } else {
          searched += sizeOf(one);
          families.push(one);
        }
      }
    }
  }
  const scouted = yield* scout(figures, families, request, () => ({ fraction: 0, soFar }));
  for (const [at, family] of families.entries()) {
    if (at % FAMILIES_PER_STEP === 0) yield { fraction: at / families.length, soFar };
    legal += sizeOf(family);
    lookAt(figures(family), family, judge, {
      reject,
      isHopeful: (bound) => scouted(bound) && (best.takes(bound) || pareto.takes(bound)),
      keepsTo(count) {
        fitting += count;
      },
      found(of, microBatchSize, way) {
        const make = (): Found => {
          const { scenario, changes } = memberOf(family, microBatchSize, way);
          return { scenario, changes, figures: of };
        };
        best.add(of, make);
        pareto.add(of, make);
      },
    });
  }
  return soFar();
}

/**
 * Looks at a few families before all others: what is worse than what they have need not be looked at closely, whichever comes
 * first. A bound is better than all that it bounds, so that no member is lost that is as good as one of theirs.
 *
 * @returns whether something that a figure bounds may be among what is looked for
 */
function* scout(
  figures: Evaluator,
  families: readonly Family[],
  { objective, limits, top }: SearchRequest,
  step: () => SearchStep,
): Generator<SearchStep, (bound: Figures) => boolean, void> {
  const best = bestOf<{ readonly figures: Figures }>(top, betterBy(objective));
  const pareto = paretoFront<{ readonly figures: Figures }>();
  const isHopeful = (bound: Figures): boolean => best.takes(bound) || pareto.takes(bound);
  const judge = judgeOf(limits);
  const apart = Math.ceil(families.length / SCOUTS);
  for (let at = 0; apart > 1 && at < families.length; at += apart) {
    if (at % FAMILIES_PER_STEP === 0) yield step();
    const family = families[at]!;
    lookAt(figures(family), family, judge, {
      reject: () => undefined,
      keepsTo: () => undefined,
      isHopeful,
      found(of) {
        const make = () => ({ figures: of });
        best.add(of, make);
        pareto.add(of, make);
      },
    });
  }
  return isHopeful;
}

/** Why figures keep a configuration out, as a family; `null` where they do not. */
export interface Judge {
  readonly memory: (figures: MemoryFigures) => string | null;
  readonly time: (figures: TimeFigures) => string | null;
}

export const judgeOf = (limits: Limits): Judge => ({
  memory: memoryProblem(limits),
  time: (figures) => timeProblem(figures, limits),
});

/** What becomes of members that are looked at. */
export interface Sorting {
  readonly reject: (reason: string, count: number) => void;
  /** How many keep to the limits, whether they are found or not. */
  readonly keepsTo: (count: number) => void;
  /** Whether what is worse than this may be among what is looked for. */
  readonly isHopeful: (bound: Figures) => boolean;
  readonly found: (figures: Figures, microBatchSize: number, way: Way) => void;
}

/** Looks at the members of a family: at the memory of all, and at the time of those among which there may be something. */
export function lookAt(
  { capacityBytes, leastBytes, of }: FamilyFigures,
  family: Family,
  judge: Judge,
  sorting: Sorting,
): void {
  const hopeless = judge.memory(withoutCache(leastBytes, capacityBytes));
  if (hopeless !== null) {
    sorting.reject(hopeless, sizeOf(family));
    return;
  }
  for (const microBatchSize of family.microBatches) {
    const batch = of(microBatchSize);
    if (batch.bounds !== null && isSettled(batch.bounds, capacityBytes, judge, sorting)) continue;
    for (const ways of family.waysTogether) lookAtWays(batch, ways, family, microBatchSize, judge, sorting);
  }
}

/** Sorts all members with one microbatch where their bounds say enough of them. @returns whether they do */
function isSettled(
  { memory, fastest }: BatchBounds,
  capacityBytes: number,
  { memory: problem }: Judge,
  { reject, keepsTo, isHopeful }: Sorting,
): boolean {
  const problemOf = (peakBytes: number) => problem(withoutCache(peakBytes, capacityBytes));
  let fitting = 0;
  let leastBytes = Number.POSITIVE_INFINITY;
  let tooMuch = 0;
  let reason = '';
  for (const { ways, leastBytes: least, mostBytes } of memory) {
    const found = problemOf(least);
    if (found !== null) {
      reason = found;
      tooMuch += ways.length;
      continue;
    }
    if (problemOf(mostBytes()) !== null) return false;
    fitting += ways.length;
    leastBytes = Math.min(leastBytes, least);
  }
  const bound = withoutCache(leastBytes, capacityBytes);
  if (fitting > 0 && isHopeful(figuresFrom(bound, fastest()))) return false;
  if (tooMuch > 0) reject(reason, tooMuch);
  if (fitting > 0) keepsTo(fitting);
  return true;
}

/** @param ways members with one microbatch that communicate alike */
function lookAtWays(
  { memory, time, bounds }: BatchFigures,
  ways: readonly number[],
  family: Family,
  microBatchSize: number,
  judge: Judge,
  { reject, keepsTo, isHopeful, found }: Sorting,
): void {
  const held = ways.map(memory);
  const tooMuch = held.map(judge.memory);
  let fitting = 0;
  let leanest = held[0]!;
  held.forEach((figures, at) => {
    const reason = tooMuch[at]!;
    if (reason !== null) {
      reject(reason, 1);
      return;
    }
    if (fitting === 0 || figures.peakBytes < leanest.peakBytes) leanest = figures;
    fitting++;
  });
  if (fitting === 0) return;
  if (bounds !== null && !isHopeful(figuresFrom(leanest, bounds.fastestLike(ways[0]!)))) {
    keepsTo(fitting);
    return;
  }
  held.forEach((figures, at) => {
    if (tooMuch[at] !== null) return;
    const way = ways[at]!;
    const taken = time(way);
    const tooLong = judge.time(taken);
    if (tooLong !== null) {
      reject(tooLong, 1);
      return;
    }
    keepsTo(1);
    found(figuresFrom(figures, taken), microBatchSize, family.ways[way]!);
  });
}
